"""Steps of learning a dictionary, of which finished ones are found again in a cache."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets import _cache
from semanticlens_widgets._cache import Cache, alone
from semanticlens_widgets.dictionaries.coding import Coding
from semanticlens_widgets.dictionaries.fitting import METHODS
from semanticlens_widgets.dictionaries.measures import quality, stability
from semanticlens_widgets.dictionaries.rows import sampled_rows
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import Images
from semanticlens_widgets.layers import (
    layer_identity,
    model_behaviour,
    model_fingerprint,
    preprocessing_fingerprint,
)
from semanticlens_widgets.passes import Checkpoint, Entry, Report

_HELD_OUT = 5
"""One image of so many is held out."""

Rows = Float[Tensor, "row dim"]


@dataclass(frozen=True, eq=False)
class Learning:
    """Everything that decides a dictionary, but for the number of seeds."""

    model: nn.Module
    images: Images
    layer: str
    transform: Callable[[Image.Image], Tensor]
    n: int
    method: str
    seed: int
    active: int
    progress: bool

    @cached_property
    def read_key(self) -> tuple[object, ...]:
        """All that decides the rows."""
        model, images = self.model, self.images
        content = model_fingerprint(model), model_behaviour(model), images.fingerprint
        identity = layer_identity(self.layer)
        return _cache.LEARNING, *content, preprocessing_fingerprint(self.transform), *identity, self.seed

    @property
    def key(self) -> tuple[object, ...]:
        """All that decides the coding of a seed, but for the seed."""
        return *self.read_key, self.method, self.n, self.active


def learned(learning: Learning, n_seeds: int, store: Cache) -> tuple[Coding, dict[str, Any]]:
    """The coding of the first seed, and the report over all; of several processes on one cache one learns."""
    if store.folder is None:
        return _learned(learning, n_seeds, store, None)
    whole = store.entry("dictionaries", *learning.key, "report", n_seeds)
    assert whole is not None  # noqa: S101 (for type checkers)
    with alone(whole.path):
        first, report = _kept(store.entry("dictionaries", *learning.key, learning.seed)), whole.load()
        if first and report:
            return first, report[1]
        return _learned(learning, n_seeds, store, whole)


def _learned(
    learning: Learning, n_seeds: int, store: Cache, whole: Entry | None
) -> tuple[Coding, dict[str, Any]]:
    checkpoint = store.checkpoint("rows", *learning.read_key) if whole else None
    rows, held = _read(learning, checkpoint)
    _check(learning, rows)
    codings = [_fitted(learning, rows, k, n_seeds, store) for k in range(n_seeds)]
    report = {
        "method": learning.method,
        "n": learning.n,
        "seed": learning.seed,
        "n_seeds": n_seeds,
        "n_rows": len(rows),
        "n_held_out": len(held),
        **quality(codings[0], held),
        **stability(codings, rows, learning.seed),
    }
    if whole and checkpoint and whole.save({}, report):
        checkpoint.delete()
    return codings[0], report


def _read(learning: Learning, checkpoint: Checkpoint | None) -> tuple[Rows, Float[Tensor, "held dim"]]:
    """The rows to learn from, and those of images that are held out."""
    images, seed = learning.images, learning.seed
    of = sampled_rows(
        learning.model,
        images,
        learning.layer,
        learning.transform,
        range(len(images)),
        seed,
        checkpoint=checkpoint,
        progress=learning.progress,
    )
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed)).tolist()
    readable = [sample for sample in order if sample in of]
    if len(readable) < 2:
        raise ImagesError("there must be at least 2 images that can be read, one of them held out, not 1")
    n_held = max(1, len(readable) // _HELD_OUT)
    held, rest = (sorted(some) for some in (readable[:n_held], readable[n_held:]))
    return torch.cat([of[sample] for sample in rest]), torch.cat([of[sample] for sample in held])


def _fitted(learning: Learning, rows: Rows, k: int, n_seeds: int, store: Cache) -> Coding:
    """The coding of the k-th seed."""
    n, method, seed = learning.n, learning.method, learning.seed + k
    entry = store.entry("dictionaries", *learning.key, seed)
    if found := _kept(entry):
        return found
    which = f", {k + 1} of {n_seeds}" if n_seeds > 1 else ""
    with _bar(f"fitting {n} by {method}{which}", learning.progress) as report:
        found = METHODS[method](rows, n, seed, learning.active, report)
    if entry:
        entry.save({name: tensor.clone() for name, tensor in found.tensors.items()}, found.settings)
    return found


def _kept(entry: Entry | None) -> Coding | None:
    stored = entry.load() if entry else None
    return Coding.restored(*stored) if stored else None


@contextmanager
def _bar(label: str, progress: bool) -> Iterator[Report]:
    """A bar of steps whose number comes with the first of them."""
    from tqdm.auto import tqdm

    with tqdm(desc=label, unit="step", disable=not progress) as bar:

        def report(n_done: int, total: int) -> None:
            bar.total = total
            bar.update(n_done - bar.n)

        yield report


def _check(learning: Learning, rows: Rows) -> None:
    n, method = learning.n, learning.method
    least = n if method in ("pca", "kmeans") else 2
    if len(rows) < least:
        raise ValueError(
            f"n={n:,} directions need as many rows, and the images give {len(rows):,}; pass more images"
        )
    if method == "pca" and n > rows.shape[1]:
        raise ValueError(
            f"n must be at most {rows.shape[1]}, the dimensions of the layer, for 'pca', not {n}"
        )
    if not torch.isfinite(rows).all():
        raise ValueError("the layer gives NaN or infinity; check the model's weights and the preprocessing")
