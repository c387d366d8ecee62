"""What a pass that attributes had found when it ended early."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from semanticlens_widgets.pipeline._attributed import Attributions, LayerRows
from semanticlens_widgets.pipeline._cache import Cache
from semanticlens_widgets.pipeline._class_sums import sums_from_tensors, sums_to_tensors

_SUMS = ("rows", "counts", "total", "positive", "maximum")


class HalfDone:
    """The files of one pass: rows, of which every save adds those that are new, and sums, which it replaces.

    Sums of parts are not the sums of one pass to the last bit, and they do not grow with the samples. They are written
    last and say how many rows they are of: a save that was cut off in between counts as not made.
    """

    def __init__(self, store: Cache, *key: object) -> None:
        self._rows = store.parts("interrupted", "attributed rows", *key)
        self._sums = store.entry("interrupted", "attributed sums", *key)
        self._n_saved = 0
        """How many of the state's batches are in the files."""

    def load(self) -> Attributions:
        """What was saved last; nothing done when there is none, or when some of it cannot be read."""
        found = self._sums.load() if self._sums else None
        if self._rows is None or found is None:
            return Attributions()
        sums, rest = found
        starts = {own["start"]: part for part, own in self._rows.load()}
        parts = _in_order(starts, rest["n_rows"])
        self._n_saved = len(parts)
        return _joined(parts, sums, rest) if parts or rest["n_rows"] == 0 else Attributions()

    def save(self, state: Attributions) -> None:
        """Keeps `state`, which goes on from what was loaded or saved before."""
        if self._rows is None or self._sums is None or not state.n_done:
            return
        start = _n_rows(state, self._n_saved)
        n_rows = _n_rows(state, len(state.samples))
        if n_rows > start:
            # By this name a part that was never counted is replaced.
            self._rows.add(_rows(state, self._n_saved), {"start": start}, f"{start}")
        rest = {"n_done": state.n_done, "n_rows": n_rows, "layers": list(state.layers)}
        self._sums.save(_sums(state), rest)
        self._n_saved = len(state.samples)

    def delete(self) -> None:
        """Removes the files."""
        if self._rows and self._sums:
            self._sums.delete()
            self._rows.delete()


def _n_rows(state: Attributions, n_batches: int) -> int:
    return sum(batch.shape[1] for batch in state.samples[:n_batches])


def _rows(state: Attributions, first: int) -> dict[str, Tensor]:
    tensors = {"samples": torch.cat(list(state.samples[first:]), 1)}
    for number, rows in enumerate(state.layers.values()):
        tensors[f"{number}.relevance"] = torch.cat(list(rows.relevance[first:]))
        tensors[f"{number}.scores"] = torch.cat(list(rows.scores[first:]))
    return tensors


def _sums(state: Attributions) -> dict[str, Tensor]:
    return {
        f"{number}.{name}": tensor
        for number, rows in enumerate(state.layers.values())
        for name, tensor in sums_to_tensors(rows.sums).items()
    }


def _in_order(starts: Mapping[int, Mapping[str, Tensor]], n_rows: int) -> list[Mapping[str, Tensor]]:
    """The parts that make up the first rows; none where one is missing, or is of another run of the same pass."""
    found: list[Mapping[str, Tensor]] = []
    done = 0
    while done < n_rows and done in starts:
        found.append(starts[done])
        done += found[-1]["samples"].shape[1]
    return found if done == n_rows else []


def _joined(
    parts: list[Mapping[str, Tensor]], sums: Mapping[str, Tensor], rest: Mapping[str, Any]
) -> Attributions:
    layers = {
        layer: LayerRows(
            [part[f"{number}.relevance"] for part in parts],
            [part[f"{number}.scores"] for part in parts],
            sums_from_tensors({name: sums[f"{number}.{name}"] for name in _SUMS}),
        )
        for number, layer in enumerate(rest["layers"])
    }
    return Attributions(rest["n_done"], [part["samples"] for part in parts], layers)
