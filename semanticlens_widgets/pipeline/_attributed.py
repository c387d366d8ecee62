"""What a pass that attributes knows after its first samples: frozen, replaced batch by batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.pipeline._class_sums import Sums, added, class_statistics

_MOST = torch.finfo(torch.float16).max


@dataclass(frozen=True, eq=False)
class LayerRows:
    """One layer: a float16 row a sample, and the sums of each class."""

    relevance: Sequence[Float[Tensor, "_ component"]]
    """Batch by batch, as `scores`."""
    scores: Sequence[Float[Tensor, "_ component"]]
    sums: Sums


@dataclass(frozen=True, eq=False)
class Attributions:
    """All that the pass knows; one that starts from it ends bit-identical."""

    n_done: int = 0
    """How many of the pass's samples, in its order, were seen or found broken."""
    samples: Sequence[Int[Tensor, "3 _"]] = ()
    """Batch by batch: sample ids, rows of their classes, and outputs that were the highest."""
    layers: Mapping[str, LayerRows] = field(default_factory=dict)

    def after(self, n_done: int) -> "Attributions":
        """The same with more samples done, all of them broken."""
        return Attributions(n_done, self.samples, self.layers)

    def with_batch(
        self, n_done: int, samples: Int[Tensor, "3 sample"], found: Mapping[str, tuple[Tensor, Tensor]]
    ) -> "Attributions":
        """With one more batch: layer -> (relevance, scores), float32 on the CPU."""
        empty = LayerRows((), (), {})
        layers = {}
        for layer, (relevance, scores) in found.items():
            before = self.layers.get(layer, empty)
            layers[layer] = LayerRows(
                [*before.relevance, _half(relevance)],
                [*before.scores, _half(scores)],
                added(before.sums, samples[1], relevance),
            )
        return Attributions(n_done, [*self.samples, samples], layers)

    def fields(self, layer: str, n_classes: int) -> dict[str, Tensor]:
        """The tensors of the layer's `Relevance`, all but the classes' outputs."""
        sample_ids, sample_classes, predicted = torch.cat(list(self.samples), 1)
        rows = self.layers[layer]
        relevance = torch.cat(list(rows.relevance))
        return {
            **class_statistics(rows.sums, n_classes, relevance.shape[1]),
            "sample_ids": sample_ids,
            "sample_classes": sample_classes,
            "predicted": predicted,
            "relevance": relevance,
            "scores": torch.cat(list(rows.scores)),
        }


def _half(values: Tensor) -> Tensor:
    return values.clamp(-_MOST, _MOST).half()
