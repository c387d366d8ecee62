"""The explorer: map, gallery and audit table in one, with one query box; the rich display of a lens."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import traitlets
from ipywidgets import Layout
from PIL import Image

from semanticlens_widgets.analysis import Comparison
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.labels.labels import LabelSource
from semanticlens_widgets.widgets.audit_table import AuditView
from semanticlens_widgets.widgets.comparisons.compare_explorer import CompareExplorer
from semanticlens_widgets.widgets.concept_map import MapView
from semanticlens_widgets.widgets.neuron_gallery import GalleryView
from semanticlens_widgets.widgets.snapshot.unattended import Step
from semanticlens_widgets.widgets.views.class_view import plain_requirements
from semanticlens_widgets.widgets.views.lens_view import opened_layer
from semanticlens_widgets.widgets.views.trait_types import Choice

TABS = ("neurons", "audit")


class Explorer(MapView, AuditView, GalleryView):
    """The concept map of a layer beside the gallery of its components or the audit of a class.

    It has the traits of all three: those of `ConceptMap` (`encoding`, `method`, `camera`), of `NeuronGallery` (`sort`,
    `descending`, `components`, `pinned`, `examples_as`, `vocabulary`, `results`) and of `AuditTable` (`class_name`,
    `requirements`, `max_spurious`, `threshold`, `ablated`, `audit`, `table`); `tab` selects which of the latter two is
    beside the map, or below it on a narrow page. `Explorer(comparison)` opens the explorer of what `slw.compare`
    returned: `CompareMap` and `CompareGallery` in one, with the traits and arguments of both.
    """

    _view = traitlets.Unicode("explorer").tag(sync=True)

    tab = Choice(TABS).tag(sync=True)

    def __new__(cls, lens: object, *given: Any, **rest: Any) -> Any:
        """Returns the explorer of a lens, or of a comparison; raises TypeError for anything else."""
        if isinstance(lens, Comparison):
            return CompareExplorer(lens, *given, **rest)
        return super().__new__(cls, lens, *given, **rest)

    def __init__(
        self,
        lens: Lens,
        *,
        requirements: Any = (),
        class_name: str = "",
        layer: str | None = None,
        query: str | Image.Image | Sequence[Image.Image] = "",
        encoding: str = "alignment",
        method: str = "umap",
        sort: str = "alignment",
        descending: bool = True,
        height: int = 640,
        vocabulary: LabelSource | None = None,
        components: Sequence[str] = (),
        pinned: Sequence[str] = (),
        examples_as: str | None = None,
        linked: bool | Iterable[str] = True,
        layout: Layout | Mapping[str, str] | None = None,
    ) -> None:
        """Opens the explorer of a lens; for the arguments see `ConceptMap`, `NeuronGallery` and `AuditTable`.

        With a class or requirements it opens on their audit. `components` limits the
        gallery; the map always shows all components of the layer.
        Raises LayerNotFoundError for an unknown layer and ValueError for any other invalid argument.
        """
        required = plain_requirements(lens, requirements)
        audits = bool(class_name or required)
        super().__init__(
            lens,
            layer=opened_layer(lens, layer, components),
            class_name=class_name,
            requirements=required,
            tab="audit" if audits else "neurons",
            query=query,
            encoding=encoding,
            method=method,
            sort=sort,
            descending=descending,
            height=height,
            components=list(components),
            pinned=list(pinned),
            examples_as=examples_as,
            linked=linked,
            layout=layout,
        )
        self.vocabulary = vocabulary

    @classmethod
    def of(cls, lens: Lens | Comparison) -> "Explorer | CompareExplorer":
        """Opens the explorer as which a lens is displayed: the clearest neurons first. Or that of a comparison.

        They have labels, unless these might need a download.
        """
        if isinstance(lens, Comparison):
            return CompareExplorer.of(lens)
        return cls(lens, sort="clarity", vocabulary="general" if lens._session.embeds_offline else None)

    def _drawn(self) -> Sequence[str]:
        beside = AuditView if self.tab == "audit" else GalleryView
        return [*MapView._drawn(self), *beside._drawn(self)]

    def _steps(self) -> Iterable[Step]:
        beside = AuditView if self.tab == "audit" else GalleryView
        return [*beside._steps(self), *MapView._steps(self)]
