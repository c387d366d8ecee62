"""Runs layout and clustering in a child process.

umap-learn and HDBSCAN hold Python's lock for seconds at a time, and umap-learn also while it is imported and compiled:
in a thread they would delay every answer of the kernel. A child can also be killed at any time.
"""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

from jaxtyping import Float32, Int64
from numpy import ndarray
from safetensors.numpy import load_file

from semanticlens_widgets.projection import _layout_worker
from semanticlens_widgets.projection._umap import Graph


class Cancelled(Exception):  # noqa: N818 (nothing went wrong)
    """Raised when the layout was cancelled."""


def lay_out_in_child(
    graph: Graph,
    cancelled: threading.Event,
    advance: Callable[[float], None],
    on_positions: Callable[[Float32[ndarray, "row 2"]], None],
) -> Int64[ndarray, " row"]:
    """Returns the dense regions of UMAP's positions, after it has called `on_positions` with these positions.

    `advance` receives the share of UMAP that is done. Raises Cancelled soon after the event is set, RuntimeError
    when the child fails.
    """

    def receive(folder: Path, line: str) -> None:
        if line == _layout_worker.WRITTEN:
            on_positions(load_file(folder / _layout_worker.POSITIONS)["positions"])
        else:
            advance(float(line))

    with _temporary_folder() as name:
        _layout_worker.write_graph(graph, Path(name, _layout_worker.GRAPH))
        return _regions_from_child(Path(name), cancelled, receive)


def find_regions_in_child(
    positions: Float32[ndarray, "row 2"], cancelled: threading.Event
) -> Int64[ndarray, " row"]:
    """Returns the dense regions of known positions. Raises as `lay_out_in_child` does."""
    with _temporary_folder() as name:
        _layout_worker.write_positions(positions, Path(name, _layout_worker.POSITIONS))
        return _regions_from_child(Path(name), cancelled, lambda folder, line: None)


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="projection-", ignore_cleanup_errors=True)


def _regions_from_child(
    folder: Path, cancelled: threading.Event, receive: Callable[[Path, str], None]
) -> Int64[ndarray, " row"]:
    with (folder / "errors.txt").open("w+") as errors:
        code = _run(folder, errors, cancelled, receive)
        if cancelled.is_set():
            raise Cancelled
        if code != 0:
            errors.seek(0)
            step = "clustering" if (folder / _layout_worker.POSITIONS).exists() else "UMAP"
            raise RuntimeError(f"{step} failed ({code}): {_last_line(errors.read())}")
    return load_file(folder / _layout_worker.REGIONS)["regions"]


def _run(
    folder: Path, errors: IO[str], cancelled: threading.Event, receive: Callable[[Path, str], None]
) -> int:
    command = [sys.executable, "-m", _layout_worker.__name__, str(folder)]
    # The pipe to the child is never written to: it closes when this process dies, and then the child ends. In a
    # session of its own, the child is out of reach of the interrupt that stops a running cell.
    with subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        env=_environment(),
        start_new_session=True,
    ) as child:
        done = threading.Event()
        threading.Thread(target=_kill_when_cancelled, args=(child, cancelled, done), daemon=True).start()
        try:
            for line in child.stdout or ():
                receive(folder, line.strip())
        except BaseException:
            child.kill()
            raise
        finally:
            done.set()
        return child.wait()


def _kill_when_cancelled(child: subprocess.Popen, cancelled: threading.Event, done: threading.Event) -> None:
    while not done.is_set():
        if cancelled.wait(0.1):
            child.kill()
            return


def _environment() -> dict[str, str]:
    """Lets the child find this package wherever this process found it."""
    home = str(Path(__file__).parents[2])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))}


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no error output"])[-1]
