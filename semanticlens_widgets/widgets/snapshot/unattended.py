"""Pictures in notebooks that a program runs (nbconvert, papermill, Quarto): what they show is computed first.

No browser asks for anything there, so that a picture of what is at hand would be of a widget that still waits.
"""

import logging
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

VARIABLE = "SEMANTICLENS_WIDGETS_PICTURE_SECONDS"
"""Seconds that each widget may compute before its picture is drawn; 0 for none."""
SECONDS = 60.0

Step = Callable[[Callable[[], None]], object]
"""Computes a part of a widget. Its argument raises once the time is up, and may be called at any time."""


def picture_seconds() -> float:
    """Returns the seconds that a widget may compute for its picture: 0 where a browser shows the widget itself.

    Raises ValueError if the variable of the environment is no number of seconds.
    """
    if not is_unattended():
        return 0.0
    said = os.environ.get(VARIABLE, "")
    try:
        seconds = float(said or SECONDS)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise ValueError(f"{VARIABLE} must be a number of seconds, 0 for none, not {said!r}")
    return seconds


def is_unattended() -> bool:
    """Returns whether a program runs this cell: it asks the kernel for no input, as nobody could type it.

    Voila runs cells in that way too, but for a browser that waits.
    """
    if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return False
    shell: Any = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    kernel = getattr(shell, "kernel", None)
    if kernel is None or not hasattr(kernel, "get_parent"):
        return False
    return (kernel.get_parent() or {}).get("content", {}).get("allow_stdin") is False


def compute_within(seconds: float, steps: Iterable[Step]) -> list[str]:
    """Takes the steps one after the other; returns a note for the picture if the time was too short for all.

    A step that fails is logged, and its part of the picture says that it is not there. One that takes too long goes on
    in the background.
    """
    end = time.monotonic() + seconds
    worker = threading.Thread(target=_take, args=(list(steps), end), name="picture", daemon=True)
    worker.start()
    worker.join(seconds)
    if not worker.is_alive():
        return []
    return [f"Not all of it was computed within {seconds:g} s; {VARIABLE} sets more seconds."]


def _take(steps: list[Step], end: float) -> None:
    def check() -> None:
        if time.monotonic() > end:
            raise TimeoutError

    for step in steps:
        _try(step, check)


def _try(step: Step, check: Callable[[], None]) -> None:
    try:
        check()
        step(check)
    except TimeoutError:
        return
    except Exception:  # a failed step must not keep the others from the picture
        logging.getLogger(__name__).warning("a part of a widget's picture failed", exc_info=True)
