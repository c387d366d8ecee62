"""Being heard while a cell runs."""

from typing import Any

from anywidget import AnyWidget


class HeardWidget(AnyWidget):
    """A widget whose messages from the browser reach the thread they are meant for.

    ipykernel 7.4 sends the incoming messages of a comm to the subshell that last sent something on it. What was
    opened or set in a cell is thereby tied to the cell's shell and unheard until the cell ends; what was last
    answered to a page that has since been closed is unheard for good. Forgetting that subshell after every
    message restores the plain rule: a message goes where its header says. Without effect on other kernels.
    """

    def open(self) -> None:
        """Opens the line to the browser."""
        super().open()
        self._forget_subshell()

    def _send(self, msg: dict[str, Any], buffers: list[Any] | None = None) -> None:
        super()._send(msg, buffers)
        self._forget_subshell()

    def _forget_subshell(self) -> None:
        if self.comm is not None:
            vars(self.comm).pop("_reply_subshell_id", None)
