"""The explorer of a comparison: its map, and the galleries of two sides, with one query box."""

from collections.abc import Iterable, Mapping, Sequence

import traitlets
from ipywidgets import Layout
from PIL import Image

from semanticlens_widgets.analysis import Comparison
from semanticlens_widgets.lens.vocabularies import VocabularySource
from semanticlens_widgets.widgets.comparisons.compare_gallery import CompareGalleryView
from semanticlens_widgets.widgets.comparisons.compare_map import CompareMap
from semanticlens_widgets.widgets.snapshot.unattended import Step, picture_seconds


class CompareExplorer(CompareMap, CompareGalleryView):
    """The map of a comparison beside the galleries of two of its sides; `slw.Explorer(comparison)` opens it.

    It has the traits of both: those of `CompareMap` (`encoding`, `method`, `pair`, `step`, `camera`) and of
    `CompareGallery` (`show`, `sort`, `descending`, `vocabulary`, `results`).
    """

    _view = traitlets.Unicode("compare_explorer").tag(sync=True)

    def __init__(
        self,
        comparison: Comparison,
        *,
        query: str | Image.Image | Sequence[Image.Image] = "",
        encoding: str | None = None,
        method: str = "umap",
        pair: Sequence[str] | None = None,
        series: bool | None = None,
        show: str = "all",
        sort: str = "strength",
        descending: bool = True,
        height: int = 800,
        vocabulary: VocabularySource | None = None,
        examples_as: str | None = None,
        linked: bool | Iterable[str] = True,
        layout: Layout | Mapping[str, str] | None = None,
    ) -> None:
        """Opens the explorer of a comparison; for the arguments see `CompareMap` and `CompareGallery`."""
        super().__init__(
            comparison,
            query=query,
            encoding=encoding,
            method=method,
            pair=pair,
            series=series,
            height=height,
            examples_as=examples_as,
            linked=linked,
            layout=layout,
        )
        self.show, self.sort, self.descending = show, sort, descending
        self.vocabulary = vocabulary

    @classmethod
    def of(cls, comparison: Comparison) -> "CompareExplorer":
        """Opens the explorer as which a comparison is displayed; with labels, unless these might need a download."""
        lenses = [getattr(lens, "_session", None) for lens in comparison._lenses]
        offline = all(getattr(session, "embeds_offline", False) for session in lenses)
        return cls(comparison, vocabulary="general" if offline else None)

    def _title(self) -> str:
        return f"Explorer of {' and '.join(self.comparison.sides)}"

    def _snapshot(self, *notes: str) -> str:
        """Draws the widget; below it the tables of the comparison, where they are known or nobody waits for them."""
        drawn = super()._snapshot(*notes)
        return (
            drawn + self.comparison._repr_html_() if picture_seconds() or self.comparison.is_drawn else drawn
        )

    def _drawn(self) -> Sequence[str]:
        return [*CompareMap._drawn(self), *CompareGalleryView._drawn(self)]

    def _steps(self) -> Iterable[Step]:
        return [*CompareMap._steps(self), *CompareGalleryView._steps(self)]
