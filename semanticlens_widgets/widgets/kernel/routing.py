"""Routing of browser messages while a cell runs."""

from typing import Any

from anywidget import AnyWidget


class RoutedWidget(AnyWidget):
    """A widget whose messages from the browser reach the thread that their header names.

    ipykernel 7.4 sends the incoming messages of a comm to the subshell that last sent a message on it. A widget that
    was opened or set in a cell is thereby bound to the cell's shell, and its messages wait until the cell ends; one
    that last answered a page that has since been closed never receives another message. Clearing that subshell after
    every message restores the plain rule: the header decides. Other kernels are not affected.
    """

    def open(self) -> None:
        """Opens the comm to the browser."""
        super().open()
        self._forget_subshell()

    def _send(self, msg: dict[str, Any], buffers: list[Any] | None = None) -> None:
        super()._send(msg, buffers)
        self._forget_subshell()

    def _forget_subshell(self) -> None:
        if self.comm is not None:
            vars(self.comm).pop("_reply_subshell_id", None)
