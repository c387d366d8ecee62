"""The map of neurons: every component of a layer at its place among its like, coloured as one types."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import traitlets
from PIL import Image

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.snapshot.encodings import ShownMap
from semanticlens_widgets.widgets.snapshot.map import map_snapshot
from semanticlens_widgets.widgets.views.class_view import JudgingWidget, first_layer, plain_requirements
from semanticlens_widgets.widgets.views.trait_types import text_of

ENCODINGS = (
    "alignment",
    "cluster",
    "clarity",
    "polysemanticity",
    "redundancy",
    "relevance",
    "verdict",
    "layer",
)
METHODS = ("pca", "umap")


class MapTraits(JudgingWidget):
    """What a map has beyond what every view has."""

    encoding = traitlets.Unicode("alignment").tag(sync=True, options=ENCODINGS)
    method = traitlets.Unicode("umap").tag(sync=True, options=METHODS)
    camera = traitlets.List(traitlets.Float(), [0.5, 0.5, 1.0]).tag(sync=True)
    """x and y of the middle of the view (0 to 1 along the longer side of the map), and the zoom (1: all of it)."""

    def _drawn(self) -> Sequence[str]:
        shown = ShownMap(
            layers=self._layers_shown(),
            method=self.method,
            encoding=self.encoding,
            query=text_of(self.query, self),
            query_image=self.query_image,
            judged=self._shown_class(),
            selection=self.selection,
        )
        return [map_snapshot(self._line, shown)]

    @traitlets.validate("encoding")
    def _check_encoding(self, proposal: Any) -> str:
        check_choice("encoding", proposal["value"], ENCODINGS)
        return proposal["value"]

    @traitlets.validate("method")
    def _check_method(self, proposal: Any) -> str:
        check_choice("method", proposal["value"], METHODS)
        return proposal["value"]

    @traitlets.validate("camera")
    def _check_camera(self, proposal: Any) -> list[float]:
        camera = proposal["value"]
        if len(camera) != 3 or not all(math.isfinite(value) for value in camera) or camera[2] <= 0:
            raise ValueError(
                f"camera must be x, y and a zoom above 0, not {camera}; all is shown at [0.5, 0.5, 1]"
            )
        return camera


class ConceptMap(MapTraits):
    """A map of the components of a lens: those that are found for similar images lie together.

    `query`, `layer`, `encoding`, `selection` and `camera` follow what the reader does and can be set and observed.
    A PCA is shown at once and replaced by the UMAP when that is computed, in the background; all maps of a lens
    share it.
    """

    _view = traitlets.Unicode("concept_map").tag(sync=True)

    def __init__(
        self,
        lens: Lens,
        *,
        layer: str | None = None,
        query: str | Image.Image | Sequence[Image.Image] = "",
        encoding: str = "alignment",
        method: str = "umap",
        class_name: str = "",
        requirements: Any = (),
        height: int = 520,
        examples_as: str | None = None,
        linked: bool | Iterable[str] = True,
    ) -> None:
        """The map of a lens.

        Args:
            lens: What to show.
            layer: The layer to begin with; the first by default (with a class or requirements, that of `lens.audit`),
                "" for all layers on one map.
            query: Text as in `lens.search`, an image, or a list of images.
            encoding: What the colours say: "alignment" with the query (without one: clusters), "cluster",
                "clarity", "polysemanticity", "redundancy"; "relevance" for the class or the "verdict" on each neuron,
                where a class is known; or on a map of several layers "layer".
            method: "umap" keeps neighbours together; "pca" is computed in a moment and keeps distances.
            class_name: The class whose relevance and verdicts can be shown; by default the first with a requirement, or
                that of the audit tables of the lens.
            requirements: As in `lens.audit`.
            height: In pixels, 240 to 4,000.
            examples_as: How examples are shown, as in `NeuronGallery`.
            linked: What it does as the other widgets of the lens do, once a reader or a cell changes it: any of
                "class", "hover", "layer", "query", "selection"; True is all of them, False none.

        Raises LayerNotFoundError for an unknown layer and ValueError for other values that cannot be.
        """
        required = plain_requirements(lens, requirements)
        first = first_layer(lens) if class_name or required else lens.database.layer(None)
        super().__init__(
            lens,
            layer=first if layer is None else layer,
            query=query,
            encoding=encoding,
            method=method,
            class_name=class_name,
            requirements=required,
            height=height,
            examples_as=examples_as,
            linked=linked,
        )

    def can_show(self, layer: str) -> bool:
        """All layers at once too."""
        return layer == "" or super().can_show(layer)

    def _layers_shown(self) -> list[str]:
        return [self.layer] if self.layer else self.lens.layers

    @traitlets.validate("layer")
    def _check_layer(self, proposal: Any) -> str:
        return self.lens.database.layer(proposal["value"]) if proposal["value"] else ""
