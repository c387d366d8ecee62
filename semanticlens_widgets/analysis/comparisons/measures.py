"""The protocol of measures: how similar the components of two sides are, and random groups in place of one of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.analysis.sides import Side

Blocks = Iterable[Float[Tensor, "_ column"]]
"""A matrix of similarities, some rows at a time, in order."""
BLOCK = 1024
"""Rows at a time: 40 MB of similarities with 10,000 components."""


@runtime_checkable
class Measure(Protocol):
    """Similarities between the components of sides, which are numbered."""

    sides: Sequence[Side]

    def similarities(self, left: int, right: int) -> Blocks:
        """Of every component of one side with every component of another, in [-1, 1]."""
        ...

    def vectors(self) -> Sequence[Float[Tensor, "component dim"]]:
        """Of every side's components in one space, zeros for none: the similarity is their cosine, or close to it."""
        ...

    def with_random(self, left: int, right: int) -> Iterator[Blocks]:
        """The same with what has no meaning in place of the right side's components, as often as is affordable."""
        ...
