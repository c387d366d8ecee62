"""A layout in a process of its own: python -m semanticlens_widgets.projection._layout_worker FOLDER.

Reads graph.safetensors from the folder, writes positions.safetensors into it, and prints the share that is done, one
number a line.
"""

import json
import sys
from pathlib import Path

from safetensors import safe_open
from safetensors.numpy import save_file

from semanticlens_widgets.projection._umap import Graph, lay_out

GRAPH, POSITIONS = "graph.safetensors", "positions.safetensors"


class Shares:
    """A file for tqdm: passes on what it writes, one line each."""

    def write(self, text: str) -> None:
        """tqdm writes a carriage return, then "done/total"."""
        done, _, total = text.strip().partition("/")
        if total:
            sys.stdout.write(f"{int(done) / int(total)}\n")
            sys.stdout.flush()

    def flush(self) -> None:
        """Every line is flushed already."""


def main(folder: Path) -> None:
    """Lays out what lies in the folder."""
    bar = {"disable": False, "file": Shares(), "bar_format": "{n}/{total}", "ascii": True, "mininterval": 0.2}
    save_file({"positions": lay_out(read_graph(folder / GRAPH), bar)}, folder / POSITIONS)


def write_graph(graph: Graph, file: Path) -> None:
    """The graph as safetensors, its settings as JSON in the header."""
    tables = {name: getattr(graph, name) for name in ("neighbours", "weights", "start")}
    settings = {name: getattr(graph, name) for name in ("min_dist", "n_epochs", "seed")}
    save_file(tables, file, {"settings": json.dumps(settings)})


def read_graph(file: Path) -> Graph:
    """The inverse of `write_graph`."""
    with safe_open(file, framework="np") as tables:
        settings = json.loads(tables.metadata()["settings"])
        return Graph(**{name: tables.get_tensor(name) for name in tables.keys()}, **settings)  # noqa: SIM118


if __name__ == "__main__":
    main(Path(sys.argv[1]))
