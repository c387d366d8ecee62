"""The comparison map: the components of all sides on one map, and which of them match."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import traitlets
from ipywidgets import Layout
from PIL import Image

from semanticlens_widgets.analysis import Comparison
from semanticlens_widgets.widgets.snapshot.comparison import (
    CompareState,
    comparison_snapshot,
    comparison_steps,
)
from semanticlens_widgets.widgets.snapshot.unattended import Step
from semanticlens_widgets.widgets.views.comparison_view import ComparisonView
from semanticlens_widgets.widgets.views.map_traits import MapTraits
from semanticlens_widgets.widgets.views.trait_types import Choice, text_of, within

ENCODINGS = ("side", "match", "alignment", "cluster", "clarity", "polysemanticity", "redundancy")


class CompareMap(ComparisonView, MapTraits):
    """A map of the components of all sides of a comparison: those that are similar lie close together.

    It is laid out by what is compared: embeddings, answers to a vocabulary, lists of examples, or correlations.
    `query`, `encoding`, `pair`, `step`, `selection` and `camera` follow the reader and can be set and observed.
    """

    _view = traitlets.Unicode("compare_map").tag(sync=True)

    encoding = Choice(ENCODINGS).tag(sync=True)
    series = traitlets.Bool(read_only=True).tag(sync=True)
    """True if the sides are shown one after the other, as versions of one layer."""
    step = traitlets.Int(0).tag(sync=True)
    """The number of the side that a series shows, from 0."""

    def __init__(
        self,
        comparison: Comparison,
        *,
        query: str | Image.Image | Sequence[Image.Image] = "",
        encoding: str | None = None,
        method: str = "umap",
        pair: Sequence[str] | None = None,
        series: bool | None = None,
        height: int = 560,
        examples_as: str | None = None,
        linked: bool | Iterable[str] = True,
        layout: Layout | Mapping[str, str] | None = None,
    ) -> None:
        """Opens the map of a comparison.

        Args:
            comparison: Of `slw.compare`.
            query: Text as in `lens.search`, an image, or a list of images; every side answers it.
            encoding: The quantity that colours show: "side", "match" (matched, lost, gained), "alignment" with the
                query, "cluster", "clarity", "polysemanticity" or "redundancy"; by default the alignment with a query,
                or the match in a series, else the side.
            method: "umap" keeps neighbours together; "pca" takes a moment to compute and keeps distances.
            pair: The names of the two sides whose matches are shown; by default the first and the last.
            series: Whether to show the sides one after the other, with a slider; by default where three or more sides
                are versions of one layer.
            height: In pixels, 240 to 4,000.
            examples_as: How to show examples, as in `NeuronGallery`.
            linked: The changes to share with the other widgets of the comparison, as in `ConceptMap`.
            layout: As in `NeuronGallery`.

        Raises TypeError for anything but a comparison, ValueError for any other invalid argument.
        """
        asks = query if isinstance(query, str) else "images"
        in_steps = _is_series(comparison) if series is None else series
        self.set_trait("series", in_steps)
        super().__init__(
            comparison,
            query=query,
            encoding=encoding or ("alignment" if asks else "match" if in_steps else "side"),
            method=method,
            pair=pair,
            height=height,
            examples_as=examples_as,
            linked=linked,
            layout=layout,
        )

    def can_show(self, layer: str) -> bool:
        """Tells whether the map can show this side alone: it always shows all of them."""
        return layer == ""

    def _drawn(self) -> Sequence[str]:
        return [comparison_snapshot(self._session, self._state())]

    def _steps(self) -> Iterable[Step]:
        return comparison_steps(self._session, self._state())

    def _state(self) -> CompareState:
        return CompareState(
            pair=self.pair,
            method=self.method,
            encoding=self.encoding,
            query=text_of(self.query, self),
            query_image=self.query_image,
            selection=self.selection,
            height=self.height,
        )

    @traitlets.validate("step")
    def _check_step(self, proposal: Any) -> int:
        return within("step", proposal["value"], 0, len(self.comparison.sides) - 1)


def _is_series(comparison: Comparison) -> bool:
    """Tells whether three or more sides are versions of one layer: of one name, and of as many components."""
    versions = {(side.layer, side.examples.n_components) for side in comparison._measure.sides}
    return len(comparison.sides) > 2 and len(versions) == 1
