"""Layouts of all sides together: one map of what the comparison compares."""

from collections.abc import Sequence

from torch import Tensor

from semanticlens_widgets.projection import Projection, project
from semanticlens_widgets.widgets.answers.comparisons.sides import Sides
from semanticlens_widgets.widgets.answers.map.layout_tasks import LayoutTasks
from semanticlens_widgets.widgets.answers.map.protocol import LayerPoints


class JointLayouts(LayoutTasks):
    """The maps of one comparison, kept for as long as its widgets are."""

    def __init__(self, sides: Sides) -> None:
        super().__init__(sides)
        self._sides = sides
        self._pca: Projection | None = None

    def checked(self, layer: object) -> str:
        """Returns the name of a side; raises ValueError for any other."""
        return self._sides.checked(layer)

    def points(self, layer: str, start: int, count: int) -> LayerPoints:
        """Describes the points of a side; every second side is drawn as rings."""
        signed = self._sides.named(layer).side.examples.sign == "both"
        hollow = self._sides.number(layer) % 2 == 1
        return {"name": layer, "start": start, "count": count, "signed": signed, "hollow": hollow}

    def vectors(self, layers: Sequence[str]) -> dict[str, Tensor]:
        """Returns the vectors whose cosines the comparison compares; zeros for what it cannot compare."""
        found = self._sides.comparison._measure.vectors()
        numbers = {layer: self._sides.number(layer) for layer in layers}
        absent = {layer: ~self._sides[number].side.present.unsqueeze(1) for layer, number in numbers.items()}
        return {layer: found[number].masked_fill(absent[layer], 0.0) for layer, number in numbers.items()}

    def pca(self, layers: Sequence[str], *, compute: bool = True) -> Projection | None:
        """Returns the PCA of the last map."""
        known = self._pca
        if known is None or list(known.layers) != list(layers):
            known = self._pca = project(self.vectors(layers), method="pca") if compute else None
        return known

    def kept(self, layers: Sequence[str]) -> Projection | None:
        """Returns nothing: the tasks keep what they have laid out."""
        return None

    def keep(self, projection: Projection) -> None:
        """Does nothing: the tasks keep what they have laid out."""
