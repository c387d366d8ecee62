"""Map, gallery and audit in one, with one query box: what a lens shows of itself."""

from collections.abc import Iterable, Sequence
from typing import Any

import traitlets
from PIL import Image

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.labels.labels import Source
from semanticlens_widgets.widgets.audit_table import AuditTraits
from semanticlens_widgets.widgets.concept_map import MapTraits
from semanticlens_widgets.widgets.neuron_gallery import GalleryTraits
from semanticlens_widgets.widgets.views.class_view import first_layer, plain_requirements

TABS = ("neurons", "audit")


class Explorer(MapTraits, AuditTraits, GalleryTraits):
    """The concept map of a layer beside the gallery of its components, or beside the audit of a class.

    Has the traits of all three: those of `ConceptMap` (`encoding`, `method`, `camera`), of `NeuronGallery` (`sort`,
    `descending`, `components`, `examples_as`, `vocabulary`, `results`) and of `AuditTable` (`class_name`,
    `requirements`, `max_spurious`, `threshold`, `ablated`, `audit`, `table`); `tab` says which of the latter two is
    beside the map. Where there is little room, it comes below.
    """

    _view = traitlets.Unicode("explorer").tag(sync=True)

    tab = traitlets.Unicode("neurons").tag(sync=True, options=TABS)

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
        vocabulary: Source | None = None,
        components: Sequence[str] = (),
        examples_as: str | None = None,
        linked: bool | Iterable[str] = True,
    ) -> None:
        """The explorer of a lens; for the arguments see `ConceptMap`, `NeuronGallery` and `AuditTable`.

        With a class or requirements it begins with their audit, and with the layer of `AuditTable`.
        The map shows all components of the layer, whatever `components` the gallery is told to show.
        Raises LayerNotFoundError for an unknown layer and ValueError for other values that cannot be.
        """
        required = plain_requirements(lens, requirements)
        audits = bool(class_name or required)
        super().__init__(
            lens,
            layer=first_layer(lens) if audits and layer is None else lens.database.layer(layer),
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
            examples_as=examples_as,
            linked=linked,
        )
        self.vocabulary = vocabulary

    def _drawn(self) -> Sequence[str]:
        beside = AuditTraits if self.tab == "audit" else GalleryTraits
        return [*MapTraits._drawn(self), *beside._drawn(self)]

    @traitlets.validate("tab")
    def _check_tab(self, proposal: Any) -> str:
        check_choice("tab", proposal["value"], TABS)
        return proposal["value"]
