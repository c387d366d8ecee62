"""Rows of a layer for learning: places of images, drawn with a seed, as many as memory allows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets.images import Images, warn_of_left_out
from semanticlens_widgets.layers import capture, rows_of
from semanticlens_widgets.passes import Batch, Checkpoint, Fold, Pass, Rows, run_pass

MOST_NUMBERS = 2**26
"""Of all rows that are kept: 256 MB of float32."""
PLACES = 16
"""Drawn of an image at most."""


def sampled_rows(
    model: nn.Module,
    images: Images,
    layer: str,
    transform: Callable[[Image.Image], Tensor],
    samples: Sequence[int],
    seed: int,
    *,
    checkpoint: Checkpoint | None = None,
    progress: bool = True,
) -> dict[int, Float[Tensor, "row dim"]]:
    """Sample -> the rows of up to 16 of its places, drawn at random without replacement; float32, on the CPU.

    A sample's places depend on the seed and its number alone; where 16 would be more than 256 MB, they are fewer.
    Samples that cannot be read are left out, with a warning. A pass with a checkpoint goes on where it stopped.
    """
    work = Pass(
        model=model,
        images=images,
        samples=samples,
        transform=transform,
        step=partial(_drawing, model, layer, seed, len(samples)),
        empty=Rows(),
        label=f"reading {layer}",
    )
    end = run_pass(work, checkpoint=checkpoint, progress=progress)
    warn_of_left_out(images, end.broken)
    found = end.state.columns()
    each = found["rows#drawn"].split(found["rows#"].tolist())
    return dict(zip(found["sample_ids"].tolist(), each, strict=True))


@contextmanager
def _drawing(model: nn.Module, layer: str, seed: int, n_samples: int) -> Iterator[Fold[Rows]]:
    sample_ids: list[int] = []
    found: list[Tensor] = []

    def keep(_layer: str, output: Tensor) -> None:
        rows = rows_of(layer, output).float().cpu().unflatten(0, (len(output), -1))
        n = min(PLACES, rows.shape[1], max(1, MOST_NUMBERS // (n_samples * rows.shape[2])))
        found[:] = [
            rows[number, _places(seed, one, rows.shape[1])[:n]] for number, one in enumerate(sample_ids)
        ]

    def fold(state: Rows, batch: Batch) -> Rows:
        nonlocal sample_ids
        sample_ids = batch.sample_ids
        model(batch.pixels)
        counts = torch.tensor([len(rows) for rows in found])
        return state.with_batch(sample_ids, {"rows#": counts, "rows#drawn": torch.cat(found)})

    with capture(model, [layer], keep, stable=True):
        yield fold


def _places(seed: int, sample: int, n: int) -> Tensor:
    return torch.randperm(n, generator=torch.Generator().manual_seed(seed * 1_000_003 + sample))
