"""A widget's state as Python has it, for tests of hosts in which no test can run code of its own."""

import json
import os
from pathlib import Path
from typing import Any
from uuid import uuid4


def tell(widget: Any, name: str) -> None:
    """Writes the widget's query, selection and first results to a file, now and whenever they change."""
    file = Path(os.environ["TOLD"]) / f"{name}.json"

    def write(_change: object = None) -> None:
        told = {"query": str(widget.query), "selection": widget.selection}
        if hasattr(widget, "results"):
            told["first"] = widget.results["component"].head(4).tolist()
        draft = file.with_suffix(f".{uuid4().hex}")
        draft.write_text(json.dumps(told), encoding="utf-8")
        draft.replace(file)

    widget.observe(write, ["query", "selection"])
    write()
