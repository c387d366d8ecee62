"""The checkpoint of an interrupted pass: one format for every kind of state."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from semanticlens_widgets.passes._encoding import decode, encode, rows_of
from semanticlens_widgets.passes._files import Entry, Parts
from semanticlens_widgets.passes._rows import Rows
from semanticlens_widgets.passes._step import Progress, S

VERSION = 3
"""Part of the file's name, so that a checkpoint of another format is not found. Raise it when the format changes."""


class Checkpoint:
    """The files of one pass: a head that every save replaces, and rows, of which every save adds those that are new.

    The head is written last and counts the rows, so that a save that was cut off in between counts as not made.
    Everything that decides the result of the pass belongs into the path; `identity` guards against a wrong one.
    """

    def __init__(self, path: Path) -> None:
        stem = f"{path.stem}.v{VERSION}"
        self._head = Entry(path.with_name(f"{stem}{path.suffix}"))
        self._rows = Parts(path.with_name(f"{stem}.rows{path.suffix}"))
        self.shards = Parts(path.with_name(f"{stem}.shards{path.suffix}"))
        """Results of shards that workers finished (see `_spread`)."""
        self._n_rows = 0
        """Number of the state's rows in the files."""
        self._n_done = 0

    def load(self, empty: S, identity: Any) -> Progress[S] | None:
        """The progress that was saved last, of states like `empty`; None without one, or if a part cannot be read.

        Raises ValueError for the checkpoint of another pass: going on from it would mix two results.
        """
        found = self._head.load()
        if found is None:
            return None
        try:
            same = found[1]["identity"] == json.dumps(identity)
            progress = self._restored(empty, *found) if same else None
        except (KeyError, TypeError, ValueError, AttributeError):  # written by other code
            return None
        if not same:
            raise ValueError(
                "the checkpoint must come from the same pass, not from other layers, settings or samples; "
                "remove it to start over"
            )
        return progress

    def _restored(self, empty: S, tensors: Mapping[str, Tensor], rest: Any) -> Progress[S] | None:
        parts = {own["start"]: part for part, own in self._rows.load()}
        rows = _in_order(parts, rest["n_rows"], self._head.path.parent)
        if rows is None:
            return None
        broken = {int(sample): reason for sample, reason in rest["broken"].items()}
        restored = decode(type(empty), tensors, rest["state"], rows)
        progress = Progress(restored, int(rest["n_done"]), broken, rest["execution"])
        self._n_rows, self._n_done = len(rows), progress.n_done
        return progress

    def save(self, progress: Progress[S], identity: Any) -> None:
        """Keeps the progress, which goes on from the one loaded or saved before, where there is room for it."""
        if progress.n_done == self._n_done:
            return
        rows = rows_of(progress.state)
        start = self._n_rows
        # By this name a part that no head ever counted is replaced.
        if len(rows) > start and not self._rows.add(rows.since(start), {"start": start}, f"{start}"):
            return
        tensors, state = encode(progress.state)
        saved = self._head.save(
            {name: tensor.cpu() for name, tensor in tensors.items()},
            {
                "identity": json.dumps(identity),
                "state": state,
                "n_rows": len(rows),
                "n_done": progress.n_done,
                "broken": {str(sample): reason for sample, reason in progress.broken.items()},
                "execution": dict(progress.execution),
            },
        )
        if saved:
            self._n_rows, self._n_done = len(rows), progress.n_done

    def delete(self) -> None:
        """Removes the files; call it when the results of the pass are saved elsewhere."""
        self._head.delete()
        self._rows.delete()
        self.shards.delete()


def _in_order(starts: Mapping[int, Mapping[str, Tensor]], n_rows: int, folder: Path) -> Rows | None:
    """The first `n_rows` rows; None where a part is missing, or belongs to another run of the same pass."""
    parts: list[Mapping[str, Tensor]] = []
    while (done := len(Rows(parts))) < n_rows and done in starts:
        parts.append(starts[done])
    return Rows(tuple(parts), len(parts), folder) if done == n_rows else None
