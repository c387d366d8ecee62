"""Warnings that point at the line of the user."""

import sys
import warnings

from semanticlens_widgets._texts import visible


def warn_user(message: str) -> None:
    """Issues a UserWarning at the line that called into the package, from any depth of calls."""
    frame, level = sys._getframe(1), 2
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == __package__:
        frame, level = frame.f_back, level + 1
    warnings.warn(visible(message), stacklevel=level)
