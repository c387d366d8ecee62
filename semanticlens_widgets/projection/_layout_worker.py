"""Child process of a layout: python -m semanticlens_widgets.projection._layout_worker FOLDER.

Reads graph.safetensors from the folder, writes positions.safetensors and then regions.safetensors into it. Where the
positions are there already, only finds their regions. Prints one line per step: the share of UMAP that is done, and
"positions" once they are written. Ends when its standard input closes, which happens when the parent dies.
"""

import json
import os
import shutil
import sys
import threading
from pathlib import Path

from jaxtyping import Float32
from numpy import ndarray
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from semanticlens_widgets.projection._regions import dense_regions
from semanticlens_widgets.projection._umap import Graph, lay_out

GRAPH, POSITIONS, REGIONS = (f"{name}.safetensors" for name in ("graph", "positions", "regions"))
WRITTEN = "positions"
"""The line that says that the positions are written."""


class Shares:
    """File for tqdm that prints the share of every "done/total" on a line of its own."""

    def write(self, text: str) -> None:
        """Prints the share; ignores the carriage returns between them."""
        done, _, total = text.strip().partition("/")
        if total:
            _say(int(done) / int(total))

    def flush(self) -> None:
        """Does nothing: every line is flushed already."""


def main(folder: Path) -> None:
    """Lays out the graph in the folder, then finds the dense regions."""
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    if not (folder / POSITIONS).exists():
        bar = {
            "disable": False,
            "file": Shares(),
            "bar_format": "{n}/{total}",
            "ascii": True,
            "mininterval": 0.2,
        }
        write_positions(lay_out(read_graph(folder / GRAPH), bar), folder / POSITIONS)
        _say(WRITTEN)
    save_file({"regions": dense_regions(load_file(folder / POSITIONS)["positions"])}, folder / REGIONS)


def write_graph(graph: Graph, file: Path) -> None:
    """Writes the graph as safetensors, its settings as JSON in the header."""
    tables = {name: getattr(graph, name) for name in ("neighbours", "weights", "start")}
    settings = {name: getattr(graph, name) for name in ("min_dist", "n_epochs", "seed")}
    save_file(tables, file, {"settings": json.dumps(settings)})


def read_graph(file: Path) -> Graph:
    """Reads what `write_graph` wrote."""
    with safe_open(file, framework="np") as tables:
        settings = json.loads(tables.metadata()["settings"])
        return Graph(**{name: tables.get_tensor(name) for name in tables.keys()}, **settings)  # noqa: SIM118


def write_positions(positions: Float32[ndarray, "row 2"], file: Path) -> None:
    """Writes positions as safetensors."""
    save_file({"positions": positions}, file)


def _say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def _end_with_parent(folder: Path) -> None:
    """Waits until the parent closes the pipe, which its death does too; a parent that lives kills this process."""
    os.read(0, 1)  # not sys.stdin, whose lock a daemon thread must not hold as Python shuts down
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
