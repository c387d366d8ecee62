"""Sides of comparisons and cards: a layer of a database each, with random groups of its images."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from semanticlens_widgets.analysis.labels.example_groups import first_copies
from semanticlens_widgets.analysis.queries.unrelated import SEED, random_rows
from semanticlens_widgets.concepts import ConceptDatabase, ConceptExamples
from semanticlens_widgets.tensors._component_embeddings import component_embeddings
from semanticlens_widgets.tensors._equal_rows import distinct_size


@dataclass(frozen=True, eq=False)
class Side:
    """One layer of one database, under a name that no other side has."""

    name: str
    database: ConceptDatabase
    layer: str

    @property
    def examples(self) -> ConceptExamples:
        """The concept examples of the layer."""
        return self.database.examples[self.layer]

    @property
    def embeddings(self) -> Float[Tensor, "component dim"]:
        """Unit rows; zeros for a component without examples."""
        return self.database.component_embeddings[self.layer]

    @cached_property
    def present(self) -> Bool[Tensor, " component"]:
        """True for components that can be compared: with examples, and an embedding."""
        return (self.examples.n_examples > 0) & self.embeddings.any(1)

    @cached_property
    def names(self) -> list[str]:
        """Of the components, as in 'layer4:12'."""
        return [self.examples.name(index) for index in range(self.examples.n_components)]

    @cached_property
    def _first(self) -> Int[Tensor, " row"]:
        return first_copies(self.database, self.layer)

    @cached_property
    def images(self) -> Int[Tensor, " row"]:
        """The rows of the layer's example table that random groups are drawn from: each image once."""
        return self._first.unique()

    @cached_property
    def rows(self) -> Int[Tensor, "component k"]:
        """The rows of the examples in the layer's example table, equal images by one row; -1 for none."""
        return self.database.distinct_rows(self.layer)

    @cached_property
    def sizes(self) -> Int[Tensor, " component"]:
        """The number of different examples, 0 for a component that cannot be compared."""
        return distinct_size(self.rows).masked_fill(~self.present, 0)

    def random_sets(self, n_sets: int) -> Iterator[Int[Tensor, "component k"]]:
        """Rows of random groups of different images, as many and as large as the components, `n_sets` times.

        The images are those that are examples of some component, copies left out.
        """
        return random_sets(self.sizes, self.images, n_sets)

    def embedded(self, rows: Int[Tensor, "group k"]) -> Float[Tensor, "group dim"]:
        """The embeddings of groups of images, as those of components are made from their examples."""
        table = self.database.example_table(self.layer)[0]
        normalize = self.database.provenance.normalize_examples
        return component_embeddings(table, rows, normalize_examples=normalize)


def random_sets(
    sizes: Int[Tensor, " component"], pool: Int[Tensor, " member"], n_sets: int
) -> Iterator[Int[Tensor, "component largest"]]:
    """Random groups of these sizes of different members, `n_sets` times with a fixed seed; -1 fills up the rows."""
    generator = torch.Generator().manual_seed(SEED)
    found = torch.full((n_sets, len(sizes), max(1, int(sizes.max()))), -1)
    for size in sizes[sizes > 0].unique().tolist():
        of_size = (sizes == size).nonzero().squeeze(1)
        n = n_sets * len(of_size)
        rows = random_rows(len(pool), size, n)
        if len(rows) != n:  # every group that there is, once
            rows = rows[torch.randint(len(rows), (n,), generator=generator)]
        rows = rows.gather(1, torch.rand(rows.shape, generator=generator).argsort(1))
        found[:, of_size, :size] = pool[rows].reshape(n_sets, len(of_size), size)
    yield from found


FEWEST_SETS = 19
"""Random sets with which the bar of 95 % is exact: of 20 equals, each is the highest as often."""
_MOST_SETS = 199
_PRODUCTS = 2e10
"""Multiplications that may go into chance: about a second on one core."""


def n_sets_for(products_of_one: float) -> int:
    """The number of random sets that chance is drawn from: 19, 39, ... 199, by the multiplications that one costs."""
    affordable = int(_PRODUCTS / max(products_of_one, 1.0))
    return min(_MOST_SETS, max(FEWEST_SETS, (affordable + 1) // 20 * 20 - 1))
