"""Map and gallery in one, with one query box: what a lens shows of itself."""

from collections.abc import Iterable, Sequence

import traitlets
from PIL import Image

from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets._naming import Source
from semanticlens_widgets.widgets.concept_map import MapTraits
from semanticlens_widgets.widgets.neuron_gallery import GalleryTraits


class Explorer(MapTraits, GalleryTraits):
    """The concept map of a layer beside the gallery of its components.

    Has the traits of both: those of `ConceptMap` (`encoding`, `method`, `camera`) and those of `NeuronGallery`
    (`sort`, `descending`, `components`, `vocabulary`, `results`). Where there is little room, the gallery comes below.
    """

    _view = traitlets.Unicode("explorer").tag(sync=True)

    def __init__(
        self,
        lens: Lens,
        *,
        layer: str | None = None,
        query: str | Image.Image | Sequence[Image.Image] = "",
        encoding: str = "alignment",
        method: str = "umap",
        sort: str = "alignment",
        descending: bool = True,
        height: int = 640,
        vocabulary: Source | None = None,
        components: Sequence[str] = (),
        linked: bool | Iterable[str] = True,
    ) -> None:
        """The explorer of a lens; for the arguments see `ConceptMap` and `NeuronGallery`.

        The map shows all components of the layer, whatever `components` the gallery is told to show.
        Raises LayerNotFoundError for an unknown layer and ValueError for other values that cannot be.
        """
        super().__init__(
            lens,
            layer=lens.database.layer(layer),
            query=query,
            encoding=encoding,
            method=method,
            sort=sort,
            descending=descending,
            height=height,
            components=list(components),
            linked=linked,
        )
        self.vocabulary = vocabulary
