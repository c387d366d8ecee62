"""Sums of products of the scores that several layers, of one model or of several, give the same images."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations_with_replacement
from typing import TypeVar

import torch
from jaxtyping import Float, Float64
from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets.collection._outputs import check_finite, check_shape
from semanticlens_widgets.collection._step import forward
from semanticlens_widgets.images import Images, warn_of_left_out
from semanticlens_widgets.layers import Latents, capture, given_scores, keeping_behaviour, observed
from semanticlens_widgets.passes import Batch, Fold, Pass, Report, State, hardware_of, merged_by_key, run_pass
from semanticlens_widgets.tensors import signed_pool

S = TypeVar("S", bound=State)
_SEED = 0
_BATCH = 32
_MOST_SHIFTS = 8
_NUMBERS = 2**24
"""Kept of products of unrelated images, for each pair of layers: 128 MB."""
MOST_KEPT = 1024
"""Images whose scores are kept as they are: 16 MB for 2,048 components."""


@dataclass(frozen=True, eq=False)
class Scored:
    """A layer, and the way in which its outputs become scores."""

    model: nn.Module
    transform: Callable[[Image.Image], Tensor]
    layer: str
    pooling: str
    sign: str
    around: Float[Tensor, " component"]
    """About the mean of every component's scores, taken away first, so that sums of squares stay exact."""


@dataclass(frozen=True, eq=False)
class Products:
    """Sums over images of products of scores, in float64; a layer is a number, its scores of an image a vector x.

    Its size does not grow with the images. A pair (i, j) has i <= j; y is the vector of j.
    """

    n: int = 0
    sums: Mapping[int, Float64[Tensor, " _"]] = field(default_factory=dict)
    """x."""
    lengths: Mapping[int, Float64[Tensor, ""]] = field(default_factory=dict)
    """|x|^2."""
    products: Mapping[tuple[int, int], Float64[Tensor, "_ _"]] = field(default_factory=dict)
    """x y^T of every pair."""
    of_lengths: Mapping[tuple[int, int], Float64[Tensor, ""]] = field(default_factory=dict)
    """|x|^2 |y|^2 of every pair."""
    weighted: Mapping[tuple[int, int], Float64[Tensor, " _"]] = field(default_factory=dict)
    """x |y|^2 for every i and j."""
    unrelated: Mapping[tuple[int, int, int], Float64[Tensor, "_ _"]] = field(default_factory=dict)
    """x y'^T with y' of another image of the batch, the next, the next but one, ...: (i, j, how many on), i < j."""
    n_unrelated: Mapping[tuple[int, int, int], int] = field(default_factory=dict)
    """The number of products in each of these sums."""
    first: Mapping[int, Float64[Tensor, "sample _"]] = field(default_factory=dict)
    """x of the first images, 1,024 at most."""

    def merge(self, other: "Products") -> "Products":
        """The sums over both sets of images."""
        add = torch.add
        return Products(
            self.n + other.n,
            merged_by_key(self.sums, other.sums, add),
            merged_by_key(self.lengths, other.lengths, add),
            merged_by_key(self.products, other.products, add),
            merged_by_key(self.of_lengths, other.of_lengths, add),
            merged_by_key(self.weighted, other.weighted, add),
            merged_by_key(self.unrelated, other.unrelated, add),
            merged_by_key(self.n_unrelated, other.n_unrelated, operator.add),
            merged_by_key(self.first, other.first, _first_of),
        )


def score_products(
    layers: Sequence[Scored], images: Images, *, progress: bool = True, report: Report | None = None
) -> Products:
    """The sums over all images, from one pass; see `pass_over`."""

    def multiplied(scores: Sequence[Float64[Tensor, "sample _"]], _: Sequence[int]) -> Products:
        return products_of(scores)

    return pass_over(
        layers, images, multiplied, Products(), "comparing activations", progress=progress, report=report
    )


def pass_over(
    layers: Sequence[Scored],
    images: Images,
    state_of: Callable[[Sequence[Float64[Tensor, "sample _"]], Sequence[int]], S],
    empty: S,
    label: str,
    *,
    progress: bool = True,
    report: Report | None = None,
) -> S:
    """The state after all images: that of each batch, made from its scores of every layer and its samples, merged.

    Every model sees each image once, in a random order with a fixed seed. An image that cannot be read is left out with
    a warning. Raises what `collect` raises.
    """
    models = list(dict.fromkeys((one.model, one.transform) for one in layers))

    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(_SEED)).tolist()
    work = Pass(
        model=models[0][0],
        images=images,
        samples=order,
        transform=partial(_inputs, [to_input for _, to_input in models]),
        step=partial(_scoring, layers, models, state_of),
        empty=empty,
        label=label,
        batch_size=min(_BATCH, len(images)),
    )
    end = run_pass(work, progress=progress, report=report)
    warn_of_left_out(images, end.broken)
    return end.state


def _inputs(
    transforms: Sequence[Callable[[Image.Image], Tensor]], picture: Image.Image
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """The input of the first model, and those of the others."""
    first, *others = (to_input(picture) for to_input in transforms)
    return first, tuple(others)


@contextmanager
def _scoring(
    layers: Sequence[Scored],
    models: Sequence[tuple[nn.Module, Callable[[Image.Image], Tensor]]],
    state_of: Callable[[Sequence[Float64[Tensor, "sample _"]], Sequence[int]], S],
) -> Iterator[Fold[S]]:
    """The step of `pass_over`."""
    found: dict[int, Tensor] = {}
    sample_ids: list[int] = []

    def keep(of: Mapping[str, Sequence[int]], layer: str, output: Tensor) -> None:
        for number in of[layer]:
            one = layers[number]
            check_shape(layer, output, one.pooling, len(sample_ids))
            check_finite(layer, output, sample_ids)
            found[number] = signed_pool(output, one.pooling, one.sign).cpu().double() - one.around.double()

    def fold(state: S, batch: Batch) -> S:
        nonlocal sample_ids
        sample_ids = batch.sample_ids
        others = [torch.stack(part) for part in zip(*batch.notes, strict=True)]
        for (model, _), pixels in zip(models, [batch.pixels, *others], strict=True):
            hardware = hardware_of(model)
            forward(model, pixels.to(hardware.device, hardware.dtype))
        for number in given:
            layer = layers[number].layer
            keep({layer: [number]}, layer, given_scores(layer, sample_ids))
        return state.merge(state_of([found[number] for number in range(len(layers))], sample_ids))

    given = [number for number, one in enumerate(layers) if not observed([one.layer])]
    with ExitStack() as undo:
        for place, (model, transform) in enumerate(models):
            own = [
                number
                for number, one in enumerate(layers)
                if (one.model, one.transform) == (model, transform)
            ]
            if place:
                undo.enter_context(keeping_behaviour(model))
            for of in _groups(layers, [number for number in own if number not in given]):
                undo.enter_context(capture(model, list(of), partial(keep, of), stable=True))
        yield fold


def _groups(layers: Sequence[Scored], numbers: Sequence[int]) -> list[dict[str, list[int]]]:
    """Layer -> numbers: the layers of the model together, and latents one by one, which may share a name."""
    named: dict[str, list[int]] = {}
    for number in numbers:
        if not isinstance(layers[number].layer, Latents):
            named.setdefault(layers[number].layer, []).append(number)
    latents = [{layers[n].layer: [n]} for n in numbers if isinstance(layers[n].layer, Latents)]
    return [*([named] if named else []), *latents]


def products_of(scores: Sequence[Float64[Tensor, "sample _"]]) -> Products:
    """The products of the scores of some images: a matrix (image, component) for each layer."""
    lengths = [one.square().sum(1) for one in scores]
    numbers = range(len(scores))
    pairs = list(combinations_with_replacement(numbers, 2))
    shifts = [(i, j, shift) for i, j in pairs if i < j for shift in _shifts(scores[i], scores[j])]
    return Products(
        n=len(scores[0]),
        sums={i: scores[i].sum(0) for i in numbers},
        lengths={i: lengths[i].sum() for i in numbers},
        products={(i, j): scores[i].T @ scores[j] for i, j in pairs},
        of_lengths={(i, j): lengths[i] @ lengths[j] for i, j in pairs},
        weighted={(i, j): lengths[j] @ scores[i] for i in numbers for j in numbers},
        unrelated={(i, j, shift): scores[i].T @ scores[j].roll(-shift, 0) for i, j, shift in shifts},
        n_unrelated=dict.fromkeys(shifts, len(scores[0])),
        first={i: scores[i][:MOST_KEPT] for i in numbers},
    )


def _first_of(some: Float64[Tensor, "n _"], others: Float64[Tensor, "m _"]) -> Float64[Tensor, "kept _"]:
    return torch.cat([some, others[: MOST_KEPT - len(some)]]) if len(some) < MOST_KEPT else some


def _shifts(x: Float64[Tensor, "sample component"], y: Float64[Tensor, "sample other"]) -> range:
    affordable = max(1, min(_MOST_SHIFTS, _NUMBERS // (x.shape[1] * y.shape[1])))
    return range(1, 1 + min(affordable, len(x) - 1))
