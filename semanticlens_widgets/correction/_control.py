"""Ablation of components, compared with as many random components of equal relevance."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor, nn

from semanticlens_widgets._arguments import check_at_least
from semanticlens_widgets.correction._ablate import ablated
from semanticlens_widgets.correction._accuracy import Accuracy
from semanticlens_widgets.correction._components import Chosen, Components, choose
from semanticlens_widgets.correction._decisions import Decisions
from semanticlens_widgets.correction._draws import equally_relevant
from semanticlens_widgets.correction._evaluate import Classes, Transform, evaluate_each
from semanticlens_widgets.correction._measures import changes
from semanticlens_widgets.executors import spreading_to
from semanticlens_widgets.images import Images
from semanticlens_widgets.layers import Output
from semanticlens_widgets.passes import Report


@dataclass(frozen=True, eq=False)
class Ablation:
    """Accuracy before and after an ablation, and after the ablation of random components."""

    components: Components
    value: str
    before: Accuracy | Decisions
    after: Accuracy | Decisions
    random: tuple[Accuracy | Decisions, ...]
    """One a draw."""
    drawn: tuple[Components, ...]
    """The components that each draw took out."""

    @property
    def table(self) -> pd.DataFrame:
        """One row a class and one for all: class, n_samples, before, after, random (mean), random_low, random_high."""
        draws = np.array([_shares(one) for one in self.random])
        return pd.DataFrame(
            {
                "class": [*self.before.classes, "all"],
                "n_samples": [*self.before.table["n_samples"], len(self.before.sample_ids)],
                "before": _shares(self.before),
                "after": _shares(self.after),
                "random": draws.mean(0),
                "random_low": draws.min(0),
                "random_high": draws.max(0),
            }
        )

    @property
    def measures(self) -> pd.DataFrame:
        """One row a class and measure, and one of the accuracy of all classes, with 95 % confidence intervals.

        Columns: class ("all" for all), measure ("accuracy"; for `Decisions` also "sensitivity", "specificity" and
        "auroc"), n_samples, before, before_low, before_high, after, after_low, after_high, random (mean over the
        draws). NaN where a measure is not defined.
        """
        return changes(self.before, self.after, self.random)

    def on(self, samples: Sequence[int] | Tensor) -> "Ablation":
        """The same on a slice of the samples."""
        return Ablation(
            self.components,
            self.value,
            self.before.on(samples),
            self.after.on(samples),
            tuple(one.on(samples) for one in self.random),
            self.drawn,
        )

    def __repr__(self) -> str:
        n_components = sum(len(some) for some in self.components.values())
        random = np.mean([one.overall for one in self.random])
        return (
            f"<Ablation of {n_components} component{'s' if n_components != 1 else ''}: "
            f"accuracy {self.before.overall:.1%} -> {self.after.overall:.1%} "
            f"(random components: {random:.1%}), {len(self.before.sample_ids):,} samples>"
        )


def against_random(
    model: nn.Module,
    components: Components,
    relevance: Mapping[str, Float[Tensor, " component"]],
    images: Images,
    classes: Classes,
    *,
    transform: Transform,
    value: str = "zero",
    means: Mapping[str, Tensor] | None = None,
    n_draws: int = 5,
    seed: int = 0,
    output: Output | None = None,
    threshold: float | None = None,
    samples: Sequence[int] | None = None,
    batch_size: int | None = None,
    executor: object = None,
    progress: bool = True,
    report: Report | None = None,
) -> Ablation:
    """The accuracy of the model, without the components, and without as many others of equal relevance.

    A smaller network is often worse whichever part is missing: the effect of the ablation itself is the difference from
    the draws. `relevance` is, layer by layer, one number a component;
    each component's stand-in is drawn from those nearest to it in that order (see `equally_relevant`). The images are
    decoded once, and run `2 + n_draws` times. For the rest see `ablated` and `evaluate`.
    """
    check_at_least("n_draws", n_draws, 1)
    seed = check_at_least("seed", seed, 0)
    chosen = choose(components)
    generator = torch.Generator().manual_seed(seed)
    drawn = tuple(
        {some.layer: _stand_ins(some, relevance, generator) for some in chosen} for _ in range(n_draws)
    )
    takes = [partial(ablated, model, some, value, means) for some in (components, *drawn)]
    with spreading_to(executor):
        before, after, *random = evaluate_each(
            model,
            [nullcontext, *takes],
            images,
            classes,
            transform=transform,
            output=output,
            threshold=threshold,
            samples=samples,
            batch_size=batch_size,
            progress=progress,
            report=report,
        )
    return Ablation(components, value, before, after, tuple(random), drawn)


def _stand_ins(
    chosen: Chosen, relevance: Mapping[str, Tensor], generator: torch.Generator
) -> list[int | str]:
    if chosen.layer not in relevance:
        raise ValueError(f"relevance must hold layer {chosen.layer!r}, not only {list(relevance)!r}")
    values = relevance[chosen.layer]
    n_whole = len(values) // 2 if chosen.has_halves else len(values)
    chosen.check(n_whole)
    rows = [*chosen.whole, *chosen.positive, *(n_whole + number for number in chosen.negative)]
    drawn = equally_relevant(values, rows, generator)
    if not chosen.has_halves:
        return list(drawn)
    return [f"{row}+" if row < n_whole else f"{row - n_whole}-" for row in drawn]


def _shares(accuracy: Accuracy | Decisions) -> list[float]:
    return [*accuracy.table["accuracy"], accuracy.overall]
