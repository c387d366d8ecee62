"""Histograms of a card's numbers, on one scale for all layers."""

from collections.abc import Sequence
from functools import cached_property

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.analysis.cards.numbers import SHARES, LayerNumbers

_BINS = 20


class Histograms:
    """One number's histograms, a layer or checkpoint each; shares have two bins, no and yes."""

    def __init__(self, parts: Sequence[LayerNumbers], number: str) -> None:
        self._parts, self._number = parts, number

    @cached_property
    def edges(self) -> Float[Tensor, " edge"]:
        """The edges of the bins, the same for all parts; each bin holds its lower edge, the last one both."""
        if self._number in SHARES:
            return torch.tensor([0.0, 0.5, 1.0])
        values = torch.cat([part.values[self._number] for part in self._parts])
        known = values[~values.isnan()]
        low, high = (known.min(), known.max()) if len(known) else (torch.tensor(0.0), torch.tensor(1.0))
        return low + (torch.arange(_BINS + 1) / _BINS) * (high - low).clamp(min=1e-6)

    def bins(self, part: int) -> Int[Tensor, " component"]:
        """The bin of each component of a part; -1 for one without the number."""
        values = self._parts[part].values[self._number]
        found = torch.bucketize(values.nan_to_num(), self.edges[1:-1], right=True)
        return found.masked_fill(values.isnan(), -1)

    def counts(self, part: int) -> list[int]:
        """The number of components of a part in each bin."""
        found = self.bins(part)
        return found[found >= 0].bincount(minlength=len(self.edges) - 1).tolist()

    def components(self, part: int, bar: int) -> list[str]:
        """The names of the components of a part in a bin."""
        names = list(self._parts[part].components)
        return [names[row] for row in (self.bins(part) == bar).nonzero().flatten().tolist()]
