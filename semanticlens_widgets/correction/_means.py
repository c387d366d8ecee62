"""Mean activations of the components of layers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from operator import add

import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets.correction._ablate import component_axis
from semanticlens_widgets.executors import spreading_to
from semanticlens_widgets.images import Images, warn_of_left_out
from semanticlens_widgets.layers import capture
from semanticlens_widgets.passes import Batch, Fold, Pass, merged_by_key, run_pass
from semanticlens_widgets.tensors import ExactSum, exact_sum


@dataclass(frozen=True, eq=False)
class Sums:
    """The sum of every component's activations, and the number of places; empty before the first batch."""

    totals: Mapping[str, ExactSum] = field(default_factory=dict)
    """Layer -> sums."""
    n_places: Mapping[str, int] = field(default_factory=dict)

    def merge(self, other: "Sums") -> "Sums":
        """The sums of both sets of samples."""
        return Sums(
            merged_by_key(self.totals, other.totals, ExactSum.merge),
            merged_by_key(self.n_places, other.n_places, add),
        )


def mean_activations(
    model: nn.Module,
    images: Images,
    layers: Sequence[str],
    *,
    transform: Callable[[Image.Image], Tensor],
    samples: Sequence[int] | None = None,
    batch_size: int | None = None,
    executor: object = None,
    progress: bool = True,
) -> dict[str, Float[Tensor, " component"]]:
    """The mean over all images and places of every component's activation: the constant of `ablated(value="mean")`.

    `executor` spreads the images over workers, as in `Lens.build`.
    """
    work = Pass(
        model=model,
        images=images,
        samples=range(len(images)) if samples is None else samples,
        transform=transform,
        step=partial(summing, model, layers),
        empty=Sums(),
        label="averaging activations",
        batch_size=batch_size,
    )
    with spreading_to(executor):
        end = run_pass(work, progress=progress)
    warn_of_left_out(images, end.broken)
    sums = end.state
    return {layer: (sums.totals[layer].value() / sums.n_places[layer]).float() for layer in layers}


@contextmanager
def summing(model: nn.Module, layers: Sequence[str]) -> Iterator[Fold[Sums]]:
    """The step of `mean_activations`."""
    totals: dict[str, ExactSum] = {}
    n_places: dict[str, int] = {}

    def keep(layer: str, output: Tensor) -> None:
        axis = component_axis(output)
        others = [at for at in range(output.ndim) if at != axis]
        totals[layer] = exact_sum(output.sum(others, dtype=torch.float32).cpu().double()[None])
        n_places[layer] = output.numel() // output.shape[axis]

    def fold(sums: Sums, batch: Batch) -> Sums:
        model(batch.pixels)
        return sums.merge(Sums(dict(totals), dict(n_places)))

    with capture(model, layers, keep):
        yield fold
