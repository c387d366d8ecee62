"""Maps of component embeddings, by PCA or by UMAP."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import get_args

import torch
from numpy import ndarray
from torch import Tensor

from semanticlens_widgets._arguments import check_at_least, check_choice
from semanticlens_widgets.projection._grouped import neighbours_of
from semanticlens_widgets.projection._neighbours import memberships
from semanticlens_widgets.projection._pca import on_axes, principal_axes
from semanticlens_widgets.projection._projection import Method, Projection
from semanticlens_widgets.projection._stack_layers import stack_layers
from semanticlens_widgets.projection._umap import Graph, lay_out

_FEWEST = 4
"""Fewer points than this have no neighbourhoods to keep: their map is their PCA."""
_SMALL = 4096
_LAYOUT = threading.Lock()


@dataclass(frozen=True)
class Settings:
    """Arguments of `project`, checked."""

    method: str = "umap"
    seed: int = 0
    n_neighbors: int = 15
    min_dist: float | int = 0.1
    n_epochs: int | None = None

    def __post_init__(self) -> None:
        """Raises TypeError or ValueError for invalid values."""
        check_choice("method", self.method, get_args(Method))
        check_at_least("seed", self.seed, 0)
        check_at_least("n_neighbors", self.n_neighbors, 2)
        if not 0 <= self.min_dist <= 1:
            raise ValueError(f"min_dist must be between 0 and 1, not {self.min_dist}")
        if self.n_epochs is not None:
            check_at_least("n_epochs", self.n_epochs, 1)

    def parameters(self) -> dict[str, object]:
        """Returns the arguments that decide the positions; a PCA has none but its method."""
        return {"method": "pca"} if self.method == "pca" else dict(vars(self))


def project(
    embeddings: Tensor | Mapping[str, Tensor],
    *,
    method: str = "umap",
    seed: int = 0,
    n_neighbors: int = 15,
    min_dist: float | int = 0.1,
    n_epochs: int | None = None,
) -> Projection:
    """Returns a map on which components with similar embeddings lie together; the same for the same arguments.

    Args:
        embeddings: (component, dim) floats of one layer, or layer -> embeddings for a joint map. Only their
            directions count; rows of zeros (components without examples) get no position.
        method: "pca" takes a moment and keeps distances; "umap" (cosine) takes seconds and keeps neighbours. Of more
            than 30,000 components neighbours are looked for in groups, where at least 98 % of those of 500 sampled
            ones are found.
        seed: Seed of UMAP's layout.
        n_neighbors: Size of a neighbourhood, the component itself included.
        min_dist: Least distance at which UMAP puts points, in [0, 1].
        n_epochs: Rounds of UMAP; by default 500 up to 4,096 components and 150 beyond, where the start from the
            PCA leaves less to do.

    Raises TypeError or ValueError for invalid arguments, NonFiniteError for NaN or infinity.
    """
    settings = Settings(method, seed, n_neighbors, min_dist, n_epochs)
    first = first_projection(embeddings, settings)
    if not needs_layout(first, settings):
        return first
    return laid_out(first, one_at_a_time(graph_of(first, settings)))


def first_projection(embeddings: Tensor | Mapping[str, Tensor], settings: Settings) -> Projection:
    """Returns the PCA, which is either the result or the start of the UMAP."""
    vectors, layers = stack_layers(embeddings)
    present = torch.linalg.vector_norm(vectors, dim=1) > 0
    mean, axes = principal_axes(vectors, present)
    positions = on_axes(vectors, mean, axes).masked_fill(~present[:, None], torch.nan)
    return Projection(positions, "pca", settings.parameters(), layers, vectors, mean, axes)


def needs_layout(first: Projection, settings: Settings) -> bool:
    """Returns True if UMAP is asked for and there is something to lay out."""
    return settings.method == "umap" and int(first.placed.sum()) >= _FEWEST and bool(first.axes.any())


def laid_out(first: Projection, positions: ndarray) -> Projection:
    """Returns the projection with UMAP's positions of its placed components."""
    placed = first.placed
    everywhere = torch.full_like(first.positions, torch.nan)
    everywhere[placed] = torch.from_numpy(positions)
    return replace(first, positions=everywhere, method="umap", regions=None)


def one_at_a_time(graph: Graph) -> ndarray:
    """Runs umap-learn in this process; its compiled parts are not made for two layouts at once."""
    with _LAYOUT:
        return lay_out(graph)


def graph_of(
    first: Projection, settings: Settings, advance: Callable[[float], None] = lambda share: None
) -> Graph:
    """Returns the input of UMAP: the neighbours of the placed components, which start from their PCA."""
    vectors, start = first.vectors[first.placed], first.positions[first.placed]
    neighbours, distances = neighbours_of(vectors, settings.n_neighbors - 1, advance)
    return Graph(
        neighbours=neighbours.numpy(),
        weights=memberships(distances).numpy(),
        start=start.numpy(),
        min_dist=float(settings.min_dist),
        n_epochs=settings.n_epochs or (500 if len(vectors) <= _SMALL else 150),
        seed=settings.seed,
    )
