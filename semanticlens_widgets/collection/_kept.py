"""Scores of all images, kept as float16: how layers vary together without their models."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from jaxtyping import Float, Float64, Int
from torch import Tensor

from semanticlens_widgets.collection._products import Products, Scored, pass_over, products_of
from semanticlens_widgets.errors import NonFiniteError
from semanticlens_widgets.images import Images
from semanticlens_widgets.passes import Rows

_SEED = 0
_ROWS = 1024


@dataclass(frozen=True, eq=False)
class KeptScores:
    """The scores that a layer gives the images, in standard deviations from each component's mean.

    float16 moves each by at most a 2,048th of it, and with that a correlation by at most 0.001.
    """

    sample_ids: Int[Tensor, " sample"]
    """int64, ascending."""
    deviations: Float[Tensor, "sample component"]
    """float16."""
    scale: Float[Tensor, " component"]
    """float32: the standard deviation, 1 for a component that does not vary."""

    def scores(self, rows: Int[Tensor, " row"]) -> Float64[Tensor, "row component"]:
        """The scores of some samples, by their place, less the mean of all."""
        return self.deviations[rows].double() * self.scale.double()


def keep_scores(
    layers: Sequence[Scored],
    deviations: Sequence[Float[Tensor, " _"]],
    images: Images,
    *,
    progress: bool = True,
) -> list[KeptScores]:
    """The scores of layers over all images, from one pass; `deviations` are the standard deviations of each layer.

    Raises what `collect` raises, and NonFiniteError for scores that float16 can't hold.
    """
    scales = [torch.where(each.isfinite() & (each > 0), each, 1.0) for each in deviations]

    rows_of = partial(_rows_of, [layer.layer for layer in layers], scales)
    columns = pass_over(layers, images, rows_of, Rows(), "keeping activations", progress=progress).columns()
    return [
        KeptScores(columns["sample_ids"], columns[str(number)], scale) for number, scale in enumerate(scales)
    ]


def _rows_of(
    layers: Sequence[str],
    scales: Sequence[Float[Tensor, " _"]],
    scores: Sequence[Float64[Tensor, "sample _"]],
    sample_ids: Sequence[int],
) -> Rows:
    found = [(one / scale).half() for one, scale in zip(scores, scales, strict=True)]
    for layer, one in zip(layers, found, strict=True):
        if not one.isfinite().all():
            raise NonFiniteError(f"the scores of layer {layer!r} are too large to be kept as float16")
    return Rows().with_batch(sample_ids, {str(number): one for number, one in enumerate(found)})


def products_of_kept(sides: Sequence[KeptScores]) -> Products:
    """The sums of `score_products`, up to the rounding of what was kept, over the images that all sides have."""
    ids, n_sides = torch.cat([side.sample_ids for side in sides]).unique(return_counts=True)
    ids = ids[n_sides == len(sides)]
    order = torch.randperm(len(ids), generator=torch.Generator().manual_seed(_SEED))
    total = Products()
    for some in ids[order].split(_ROWS):
        rows = (torch.searchsorted(side.sample_ids, some) for side in sides)
        total = total.merge(products_of([side.scores(of) for side, of in zip(sides, rows, strict=True)]))
    return total
