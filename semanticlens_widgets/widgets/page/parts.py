"""Columns and layers in parts: written as they come, and loaded by the page as they are looked at."""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from gzip import compress
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.widgets.answers.labels.labels import Vocabulary
from semanticlens_widgets.widgets.answers.neurons.cards import details
from semanticlens_widgets.widgets.page.file import ALIGNED, Columns
from semanticlens_widgets.widgets.page.lens import Keeper, halves

_PART = 1 << 20
_PICTURES = 1 << 14
"""Bytes of pictures in a part: a card shows a few of many thousands, and each costs the part that it is in."""
_IN_FOLDER = 1000
CARDS = 500
DETAILS = 50
"""Neurons in a part; whoever looks at one loads its part."""
MEASURES = ("clarity", "polysemanticity", "redundancy", "maximum", "firing_rate", "n_examples")
"""Columns of a layer that its neurons are sorted and coloured by."""


class Parts(Columns):
    """Columns in files of a folder, of which memory holds the one that is being filled.

    Files are scripts: a page that is opened from a disk may load these, and nothing else.
    """

    scripts = " 'self' file:"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder, self._filled = folder, bytearray()
        self.starts = [0]
        """The start of every part, and the end of the last."""

    def add(self, part: bytes) -> list[int]:
        """Start and end of the part; the start is aligned for numbers of any size."""
        start = self._append(part)
        while len(self._filled) >= _PART:
            self._cut(_PART)
        self._append(bytes(-len(part) % ALIGNED))
        return [start, start + len(part)]

    def add_apart(self, part: bytes) -> list[int]:
        """The same in a file of its own, if it is small."""
        self._cut()
        found = self.add(part)
        self._cut()
        return found

    def add_files(self, files: Iterable[bytes]) -> dict[str, list[int]]:
        """Many one after the other, and where each begins and ends; none is in two parts."""
        self._cut()
        start, offsets = self._size, [0]
        for file in files:
            self._append(file)
            offsets.append(offsets[-1] + len(file))
            if len(self._filled) >= _PICTURES:
                self._cut()
        self._append(bytes(-offsets[-1] % ALIGNED))
        self._cut()
        return {"at": [start, start + offsets[-1]], "offsets": offsets}

    def joined(self) -> bytes:
        """Nothing: the columns are in files, of which this writes the last."""
        self._cut()
        return b""

    def _append(self, part: bytes) -> int:
        start = self._size
        self._filled += part
        self._size += len(part)
        return start

    def _cut(self, size: int | None = None) -> None:
        """Ends the part that is being filled, after `size` bytes if that is given."""
        part = bytes(self._filled[:size])
        if not part:
            return
        number = len(self.starts) - 1
        path = self._folder / str(number // _IN_FOLDER) / f"{number}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'slwPart({number},"{b64encode(compress(part, 6, mtime=0)).decode()}")\n')
        del self._filled[: len(part)]
        self.starts.append(self.starts[-1] + len(part))


@dataclass(frozen=True)
class Shown:
    """Rows of the samples and crops that neurons show."""

    samples: set[int] = field(default_factory=set)
    crops: set[int] = field(default_factory=set)


def layer_in_parts(
    keeper: Keeper,
    columns: Parts,
    layer: str,
    n_examples: int | None,
    vocabulary: Vocabulary | None,
    unrelated: Float[Tensor, "word dim"],
    shown: Shown,
) -> dict[str, Any]:
    """A layer whose neurons are in parts; adds what they show to `shown`."""
    database = keeper.lens.database
    examples, embeddings = database.examples[layer], database.component_embeddings[layer]
    measures = _measures(keeper, layer)
    named = None if vocabulary is None else _named(keeper, layer, vocabulary)
    cards, opened = [], []
    for rows in torch.arange(examples.n_components).split(CARDS):
        keeper.report(int(rows[0]), examples.n_components, f"keeping {layer}")
        found = [_cut_to(one, n_examples) for one in details(keeper.session.rankings, layer, rows.tolist())]
        crops = _crops(keeper, layer, rows, n_examples)
        kept = {
            "cards": [one["card"] for one in found],
            "labels": None if vocabulary is None else _labels(keeper, layer, vocabulary, rows),
            "crops": crops,
        }
        cards.append(columns.add_apart(_json(kept)))
        opened += [
            columns.add_apart(_json(found[row : row + DETAILS])) for row in range(0, len(found), DETAILS)
        ]
        shown.samples.update(
            one["row"] for each in found for one in [*each["examples"], *each["look_alikes"]]
        )
        shown.crops.update(row for own in crops or [] for row in own)
    alignments = (part @ unrelated.T for part in embeddings.split(4096))
    return {
        "signed": examples.sign == "both",
        "details": [],
        "names": None if named is None else {"named": named, "labels": []},
        "embeddings": columns.add(halves(embeddings.numpy())),
        "crops": None,
        "parts": {
            "n": examples.n_components,
            "sizes": [CARDS, DETAILS],
            "cards": cards,
            "details": opened,
            "measures": measures,
            "unrelated": columns.add(b"".join(halves(part.numpy()) for part in alignments)),
        },
    }


def _measures(keeper: Keeper, layer: str) -> dict[str, list[int]]:
    report = lambda done, total: keeper.report(done, total, f"comparing the neurons of {layer}")  # noqa: E731
    scores = keeper.session.rankings.scores(layer, report)
    numbers = (scores[name].to_numpy(dtype="<f4", copy=True) for name in MEASURES)
    known = (np.where(np.isfinite(column), column, np.float32(np.nan)) for column in numbers)
    return {name: keeper.columns.add(column.tobytes()) for name, column in zip(MEASURES, known, strict=True)}


def _cut_to(found: Mapping[str, Any], n_examples: int | None) -> dict[str, Any]:
    card = {**found["card"], "samples": found["card"]["samples"][:n_examples]}
    return {**found, "card": card, "examples": found["examples"][:n_examples]}


def _named(keeper: Keeper, layer: str, vocabulary: Vocabulary) -> Mapping[str, Any]:
    keeper.session.labeller.labels(layer, vocabulary, keeper.report)
    return keeper.ask("label_layer", layer=layer, vocabulary=vocabulary.key).result


def _labels(keeper: Keeper, layer: str, vocabulary: Vocabulary, rows: Tensor) -> Sequence[Mapping[str, Any]]:
    about = {"layer": layer, "vocabulary": vocabulary.key}
    return keeper.ask("labels", **about, components=rows.tolist()).result["labels"]


def _crops(keeper: Keeper, layer: str, rows: Tensor, n_examples: int | None) -> list[list[int]] | None:
    """The rows of the crops of each neuron's examples, -1 for none; None where examples are whole images."""
    crops = keeper.lens.database.crops
    if crops is None or layer not in crops.rows:
        return None
    return crops.rows[layer][rows, :n_examples].tolist()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
