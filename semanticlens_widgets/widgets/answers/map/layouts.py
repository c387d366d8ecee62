"""Layouts of a lens's components, kept with the lens."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.memo import Key
from semanticlens_widgets.projection import Projection, project
from semanticlens_widgets.widgets.answers.map.cluster_captions import MappedLens
from semanticlens_widgets.widgets.answers.map.layout_tasks import LayoutTasks
from semanticlens_widgets.widgets.answers.map.protocol import LayerPoints


@dataclass(frozen=True)
class PcaKey(Key[Projection]):
    """The PCA of layers, which starts every map of them."""

    kept = 16
    layers: tuple[str, ...]


class Layouts(LayoutTasks):
    """The maps of one lens."""

    def __init__(self, lens: Lens) -> None:
        super().__init__(MappedLens(lens))
        self.lens = lens

    def checked(self, layer: object) -> str:
        """Returns the name of a layer; raises LayerNotFoundError for one that the lens has not."""
        return self.lens.database.layer_name(layer)  # type: ignore[arg-type]

    def points(self, layer: str, start: int, count: int) -> LayerPoints:
        """Describes the points of a layer."""
        signed = self.lens.database.examples[layer].sign == "both"
        return {"name": layer, "start": start, "count": count, "signed": signed, "hollow": False}

    def vectors(self, layers: Sequence[str]) -> dict[str, Tensor]:
        """Returns the component embeddings."""
        return {layer: self.lens.database.component_embeddings[layer] for layer in layers}

    def pca(self, layers: Sequence[str], *, compute: bool = True) -> Projection | None:
        """Returns the PCA from the memo of the lens, or computes it."""
        memo, key = self.lens._session.memo, PcaKey(tuple(layers))
        return (
            memo.get(key, lambda: project(self.vectors(layers), method="pca")) if compute else memo.peek(key)
        )

    def kept(self, layers: Sequence[str]) -> Projection | None:
        """Returns the UMAP that the lens keeps."""
        return self.lens._session.projection(layers)

    def keep(self, projection: Projection) -> None:
        """Keeps a UMAP with the lens, and where that is saved."""
        self.lens._session.keep_projection(projection)
