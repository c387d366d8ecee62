"""The concept map: the components of one or all layers, similar ones close together, coloured by a query."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

import pandas as pd
import traitlets
from ipywidgets import Layout
from PIL import Image

from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.map.clusters_table import clusters_table
from semanticlens_widgets.widgets.answers.map.protocol import Encoding
from semanticlens_widgets.widgets.snapshot.encodings import MapState
from semanticlens_widgets.widgets.snapshot.map import map_snapshot, map_steps
from semanticlens_widgets.widgets.snapshot.unattended import Step
from semanticlens_widgets.widgets.views.class_view import ClassView, plain_requirements
from semanticlens_widgets.widgets.views.lens_view import opened_layer
from semanticlens_widgets.widgets.views.map_traits import MapTraits
from semanticlens_widgets.widgets.views.trait_types import Choice, text_of

ENCODINGS = tuple(name for name in get_args(Encoding) if name not in ("side", "match"))


class MapView(ClassView, MapTraits):
    """Traits of a map."""

    encoding = Choice(ENCODINGS).tag(sync=True)

    @property
    def clusters(self) -> pd.DataFrame:
        """The named clusters of the map, the largest first; the first use waits for the layout, for some seconds.

        Columns: name ("" where no text fits better than chance), agreement and elsewhere (the shares of the members and
        of all other components that agree with it, in [0, 1]), chance_percentile (the share of random groups of as many
        components that their best text fits less), runner_up (the next best text), is_close (True if the members do not
        prefer the name to it: a paired test, one-sided at 5 %), size, central (the component most like all members),
        components.
        """
        return clusters_table(self._session.layouts, self._layers_shown(), self.method)

    def _drawn(self) -> Sequence[str]:
        return [map_snapshot(self._session, self._map_state())]

    def _steps(self) -> Iterable[Step]:
        return map_steps(self._session, self._map_state())

    def _map_state(self) -> MapState:
        return MapState(
            layers=self._layers_shown(),
            method=self.method,
            encoding=self.encoding,
            query=text_of(self.query, self),
            query_image=self.query_image,
            judged=self._class_query(),
            selection=self.selection,
            height=self.height,
        )


class ConceptMap(MapView):
    """A map of the components of a lens: those with similar concept examples lie close together.

    `query`, `layer`, `encoding`, `selection` and `camera` follow the reader and can be set and observed; `clusters` is
    the table of the named clusters. A PCA is shown
    at once and replaced by the UMAP, which is computed in the background and shared by all maps of the lens.
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
        layout: Layout | Mapping[str, str] | None = None,
    ) -> None:
        """Opens the map of a lens.

        Args:
            lens: The lens to show.
            layer: The initial layer, by default the one that `AuditTable` opens; "" for all layers on one map.
            query: Text as in `lens.search`, an image, or a list of images.
            encoding: The quantity that colours show: "alignment" with the query (clusters without one), "cluster",
                "clarity", "polysemanticity", "redundancy", "relevance" for the class, the "verdict" on each neuron,
                or, on a map of several layers, "layer".
            method: "umap" keeps neighbours together; "pca" takes a moment to compute and keeps distances.
            class_name: The class whose relevance and verdicts colours show; by default the first with a requirement,
                or that of the audit tables of the lens.
            requirements: As in `lens.audit`.
            height: In pixels, 240 to 4,000.
            examples_as: How to show examples, as in `NeuronGallery`.
            linked: The changes to share with the other widgets of the lens: any of "class", "hover", "layer",
                "query", "sample", "selection"; True for all of them, False for none.
            layout: As in `NeuronGallery`.

        Raises LayerNotFoundError for an unknown layer and ValueError for any other invalid argument.
        """
        required = plain_requirements(lens, requirements)
        super().__init__(
            lens,
            layer="" if layer == "" else opened_layer(lens, layer),
            query=query,
            encoding=encoding,
            method=method,
            class_name=class_name,
            requirements=required,
            height=height,
            examples_as=examples_as,
            linked=linked,
            layout=layout,
        )

    def can_show(self, layer: str) -> bool:
        """Tells whether the map can show this layer; it can show all of them, "", at once."""
        return layer == "" or super().can_show(layer)

    def _layers_shown(self) -> list[str]:
        return [self.layer] if self.layer else self.lens.layers

    @traitlets.validate("layer")
    def _check_layer(self, proposal: Any) -> str:
        return self.lens.database.layer_name(proposal["value"]) if proposal["value"] else ""
