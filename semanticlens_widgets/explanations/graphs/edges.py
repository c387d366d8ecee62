"""Edges between chosen components of a model's layers, averaged over samples, and what falls without some of them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.attribution import edges_to_each
from semanticlens_widgets.correction import Components, ablated
from semanticlens_widgets.images import Images
from semanticlens_widgets.layers import capture, model_device, model_dtype, output_rows
from semanticlens_widgets.passes import Batch, Fold, Pass, Report, Rows, State, Step, merged_by_key, run_pass
from semanticlens_widgets.pipeline import Studied
from semanticlens_widgets.tensors import ExactSum, exact_sum, signed_pool

S = TypeVar("S", bound=State)
Nodes = Mapping[str, Sequence[int]]
"""Layer -> numbers of components."""


@dataclass(frozen=True, eq=False)
class EdgeSums:
    """The sum over samples of the edges into every layer."""

    totals: Mapping[str, ExactSum] = field(default_factory=dict)
    """Layer -> sums of (target, component), row by row."""
    n_samples: int = 0

    def merge(self, other: "EdgeSums") -> "EdgeSums":
        """The sums of both sets of samples."""
        return EdgeSums(
            merged_by_key(self.totals, other.totals, ExactSum.merge), self.n_samples + other.n_samples
        )


@dataclass(frozen=True, eq=False)
class Asked:
    """The model and samples of a graph, and the way in which outputs of layers became scores."""

    studied: Studied
    images: Images
    samples: Sequence[int]
    poolings: Mapping[str, str]
    sign: str
    """'positive', or 'both' where negative halves are components."""

    def pooling(self, layer: str) -> str:
        """The pooling that made the layer's scores."""
        return self.poolings.get(layer, "max")

    def run(
        self, step: Step[S], empty: S, label: str, *, progress: bool = False, report: Report | None = None
    ) -> S:
        """The state after all samples."""
        work = Pass(
            model=self.studied.model,
            images=self.images,
            samples=self.samples,
            transform=self.studied.transform,
            step=step,
            empty=empty,
            label=label,
        )
        return run_pass(work, progress=progress, report=report).state


def order_of_layers(
    asked: Asked, layers: Sequence[str], pixels: Float[Tensor, "channel height width"]
) -> list[str]:
    """The layers in the order in which the model runs them."""
    found: list[str] = []
    with capture(
        asked.studied.model,
        [asked.studied.layer(one) for one in layers],
        lambda layer, _: found.append(str(layer)),
    ):
        asked.studied.model(_batch(asked, pixels))
    return found


def fed_by(
    asked: Asked, layers: Sequence[str], pixels: Float[Tensor, "channel height width"]
) -> dict[str, str]:
    """Layer -> the nearest layer before it that feeds it; layers are in the order of running."""
    found: dict[str, str] = {}
    for place, layer in enumerate(layers):
        for below in reversed(layers[:place]):
            try:
                _edges(asked, _batch(asked, pixels), below, layer, [0])
            except ValueError:  # beside it, not before it
                continue
            found[layer] = below
            break
    return found


def mean_edges_into(
    asked: Asked, nodes: Nodes, feeds: Mapping[str, str], progress: bool
) -> tuple[dict[str, Float[Tensor, "target component"]], int]:
    """Layer -> the mean edges into its nodes from every component of the layer that feeds it; the number of samples."""
    sums = asked.run(partial(_summing, asked, nodes, feeds), EdgeSums(), "edges", progress=progress)
    means = {layer: (total.value() / sums.n_samples).float() for layer, total in sums.totals.items()}
    return {layer: each.view(len(nodes[layer]), -1) for layer, each in means.items()}, sums.n_samples


def mean_scores(
    asked: Asked, nodes: Nodes, output: int, *, without: Components, report: Report | None
) -> dict[str, Float[Tensor, " node"]]:
    """Layer -> mean scores of its nodes where some components are zero; "" -> the mean of one of the outputs."""
    step = partial(_scoring, asked, nodes, output, without)
    columns = asked.run(step, Rows(), "taking out", report=report).columns()
    return {layer: columns[f"in:{layer}"].double().mean(0).float() for layer in [*nodes, ""]}


@contextmanager
def _summing(asked: Asked, nodes: Nodes, feeds: Mapping[str, str]) -> Iterator[Fold[EdgeSums]]:
    def fold(sums: EdgeSums, batch: Batch) -> EdgeSums:
        found = {
            layer: exact_sum(
                _edges(asked, batch.pixels, below, layer, nodes[layer]).double().cpu().flatten(1)
            )
            for layer, below in feeds.items()
        }
        return sums.merge(EdgeSums(found, len(batch.sample_ids)))

    yield fold


@contextmanager
def _scoring(asked: Asked, nodes: Nodes, output: int, without: Components) -> Iterator[Fold[Rows]]:
    model = asked.studied.model
    removal = {asked.studied.layer(layer): some for layer, some in without.items()}

    def fold(rows: Rows, batch: Batch) -> Rows:
        columns: dict[str, Tensor] = {}
        # Entered after the ablation, so that its hooks see what that leaves.
        with (
            ablated(model, removal) if removal else nullcontext(),
            capture(model, [asked.studied.layer(one) for one in nodes], partial(keep, columns)),
        ):
            found = output_rows(model(batch.pixels), len(batch.sample_ids), asked.studied.output)
        columns["in:"] = found[:, [output]].float().cpu()
        return rows.with_batch(batch.sample_ids, columns)

    def keep(columns: dict[str, Tensor], layer: str, found: Tensor) -> None:
        scores = signed_pool(found, asked.pooling(layer), asked.sign)
        columns[f"in:{layer}"] = scores[:, list(nodes[layer])].cpu()

    yield fold


def _edges(
    asked: Asked, pixels: Tensor, below: str, layer: str, components: Sequence[int]
) -> Float[Tensor, "sample target component"]:
    studied = asked.studied
    return edges_to_each(
        studied.model,
        pixels,
        studied.layer(below),
        studied.layer(layer),
        components,
        pooling=asked.pooling(layer),
        sign=asked.sign,
    )


def _batch(asked: Asked, pixels: Float[Tensor, "channel height width"]) -> Tensor:
    model = asked.studied.model
    return pixels.unsqueeze(0).to(model_device(model), model_dtype(model))
