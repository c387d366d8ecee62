"""Sides of a comparison as the browser sees them: layers of one lens, whose sample tables stand one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from semanticlens_widgets._arguments import did_you_mean, shown
from semanticlens_widgets.analysis import Comparison, Side
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.comparisons.side_rankings import SideRankings
from semanticlens_widgets.widgets.answers.labels.labels import Labeller
from semanticlens_widgets.widgets.answers.map.cluster_captions import example_rows
from semanticlens_widgets.widgets.answers.neurons.query_images import QueryImages
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings


@dataclass(frozen=True, eq=False)
class Answering:
    """A lens of a comparison, and what answers about it."""

    lens: Lens
    rankings: Rankings
    labeller: Labeller
    first_row: int
    """The place of its sample table among those of all lenses."""


@dataclass(frozen=True, eq=False)
class ServedSide:
    """A side with what answers about it."""

    side: Side
    by: Answering

    @property
    def name(self) -> str:
        """The name of the side."""
        return self.side.name

    @property
    def n_components(self) -> int:
        """The number of its components."""
        return self.side.examples.n_components

    def renamed(self, component: str) -> str:
        """Returns the browser's name of a component: "before:12" for "layer4:12"."""
        return f"{self.name}:{component.rpartition(':')[2]}"


class Sides(Sequence[ServedSide]):
    """The sides of a comparison, in order; on a map they are its layers."""

    def __init__(self, comparison: Comparison, images: QueryImages) -> None:
        self.comparison = comparison
        self.images = images
        self.lenses: list[Answering] = []
        pairs = zip(comparison._measure.sides, comparison._lenses, strict=True)
        self._sides = [ServedSide(side, self._answering(lens, images)) for side, lens in pairs]

    def __getitem__(self, number: int) -> ServedSide:  # type: ignore[override]
        return self._sides[number]

    def __len__(self) -> int:
        return len(self._sides)

    def checked(self, name: object) -> str:
        """Returns the name of a side; raises ValueError for any other."""
        names = self.comparison.sides
        if name not in names:
            raise ValueError(f"the comparison has no side {shown(name)}{did_you_mean(str(name), names)}")
        return str(name)

    def number(self, name: object) -> int:
        """Returns the place of a side; raises ValueError for a name that none has."""
        return self.comparison.sides.index(self.checked(name))

    def named(self, name: object) -> ServedSide:
        """Returns a side; raises ValueError for a name that none has."""
        return self._sides[self.number(name)]

    @cached_property
    def one_space(self) -> bool:
        """True if all sides have one foundation model, so that their alignments are on one scale."""
        made = {one.side.database.provenance.foundation_model_fingerprint for one in self._sides}
        return len(made) == 1

    @property
    def labels(self) -> list[str | None]:
        """The label of every sample of all lenses."""
        return [label for one in self.lenses for label in one.lens.database.samples.labels]

    @property
    def namer(self) -> Lens | None:
        """The lens by whose vocabulary clusters are named; None where the map is not one of embeddings."""
        return self._sides[0].by.lens if self.comparison.by == "embedding" else None

    def example_rows(self, layer: str) -> list[list[int]]:
        """The samples that are a component's examples, the best first, for every component of a side."""
        one = self.named(layer)
        own = example_rows(one.side.database, one.side.layer)
        return [[row + one.by.first_row for row in rows] for rows in own]

    def component_name(self, layer: str, component: int) -> str:
        """The browser's name of a component."""
        one = self.named(layer)
        return one.renamed(one.side.examples.name(component))

    def _answering(self, lens: object, images: QueryImages) -> Answering:
        if not isinstance(lens, Lens):
            raise TypeError(f"a widget compares lenses, not {shown(lens)}")
        known = next((one for one in self.lenses if one.lens is lens), None)
        if known is None:
            first = sum(len(one.lens.database.samples) for one in self.lenses)
            known = Answering(lens, SideRankings(lens, images), Labeller(lens), first)
            self.lenses.append(known)
        return known
