"""Runs the layout in a child process.

umap-learn holds Python's lock for a whole round at a time, and for seconds while it is imported and compiled: in a
thread it would make every answer of the kernel wait. A child leaves the kernel alone and can be ended at any time.
"""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

from jaxtyping import Float32
from numpy import ndarray
from safetensors.numpy import load_file

from semanticlens_widgets.projection import _layout_worker
from semanticlens_widgets.projection._umap import Graph


class Cancelled(Exception):  # noqa: N818 (nothing went wrong)
    """The layout was given up on request."""


def lay_out_in_child(
    graph: Graph, cancelled: threading.Event, advance: Callable[[float], None]
) -> Float32[ndarray, "row 2"]:
    """What `lay_out` gives. Raises Cancelled soon after the event is set, RuntimeError when the child fails."""
    with tempfile.TemporaryDirectory(prefix="projection-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _layout_worker.write_graph(graph, folder / _layout_worker.GRAPH)
        with (folder / "errors.txt").open("w+") as errors:
            code = _run(folder, errors, cancelled, advance)
            if cancelled.is_set():
                raise Cancelled
            if code != 0:
                errors.seek(0)
                raise RuntimeError(f"UMAP failed ({code}): {_last_line(errors.read())}")
        return load_file(folder / _layout_worker.POSITIONS)["positions"]


def _run(folder: Path, errors: IO[str], cancelled: threading.Event, advance: Callable[[float], None]) -> int:
    command = [sys.executable, "-m", _layout_worker.__name__, str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=errors, text=True, env=_environment()) as child:  # noqa: S603
        done = threading.Event()
        guard = threading.Thread(target=_end_when_cancelled, args=(child, cancelled, done), daemon=True)
        guard.start()
        for line in child.stdout or ():
            advance(float(line))
        done.set()
        return child.wait()


def _end_when_cancelled(child: subprocess.Popen, cancelled: threading.Event, done: threading.Event) -> None:
    while not done.is_set():
        if cancelled.wait(0.1):
            child.kill()
            return


def _environment() -> dict[str, str]:
    """The child must find this package, wherever this process found it."""
    home = str(Path(__file__).parents[2])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))}


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1]
