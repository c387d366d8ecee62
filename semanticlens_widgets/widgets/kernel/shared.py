"""Models that all widgets of a session share, the channel and the bundle.

In Jupyter a process has one session. marimo serves a session to every visitor from one process, each with a stream of
its own, and closes a model when the cell in which it was opened runs again: other cells would lose what they share.
"""

import sys
from typing import Any

from semanticlens_widgets.widgets.kernel.gate import GatedWidget

_MARIMO = "marimo._runtime.context"


class SharedWidget(GatedWidget):
    """A model that outlives the run of the cell in which it was opened."""

    def open(self) -> None:
        """Opens the comm to the browser, which then closes with the model alone."""
        super().open()
        if self.comm is not None and type(self.comm).__module__.startswith("marimo."):
            vars(self.comm)["close"] = lambda *_, **__: None

    def close(self) -> None:
        """Closes the model."""
        if self.comm is not None:
            vars(self.comm).pop("close", None)
        super().close()


def host_session() -> str:
    """Returns the id of the session that runs this code: one per visitor in marimo, "" where a process has one."""
    context: Any = getattr(sys.modules.get(_MARIMO), "safe_get_context", lambda: None)()
    # A comm holds its stream, so that the number stays its own for as long as there are shared models.
    return "" if context is None else str(id(context.stream))
