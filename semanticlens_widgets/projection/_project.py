"""A map of component embeddings."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import cast, get_args

import torch
from numpy import ndarray
from torch import Tensor

from semanticlens_widgets._arguments import check_at_least, check_choice
from semanticlens_widgets.projection._memberships import memberships
from semanticlens_widgets.projection._nearest import nearest_rows
from semanticlens_widgets.projection._pca import on_axes, principal_axes
from semanticlens_widgets.projection._projection import Method, Projection
from semanticlens_widgets.projection._stack_layers import joined
from semanticlens_widgets.projection._umap import Graph, Layout, lay_out

_FEWEST = 4
"""Fewer points than this have no neighbourhoods to keep: their PCA is their map."""
_SMALL = 4096
_LAYOUT = threading.Lock()


@dataclass(frozen=True)
class Settings:
    """What was asked for, checked at the door."""

    method: str = "umap"
    seed: int = 0
    n_neighbors: int = 15
    min_dist: float | int = 0.1
    n_epochs: int | None = None

    def __post_init__(self) -> None:
        """Raises TypeError and ValueError for values that cannot be."""
        check_choice("method", self.method, get_args(Method))
        check_at_least("seed", self.seed, 0)
        check_at_least("n_neighbors", self.n_neighbors, 2)
        if not 0 <= self.min_dist <= 1:
            raise ValueError(f"min_dist must be between 0 and 1, not {self.min_dist}")
        if self.n_epochs is not None:
            check_at_least("n_epochs", self.n_epochs, 1)

    def parameters(self) -> dict[str, object]:
        """Only what decides the positions; a PCA has nothing to set."""
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
    """A map on which components with similar embeddings lie together; the same for the same arguments.

    Args:
        embeddings: (component, dim) floats of one layer, or layer -> embeddings for a joint map. Only their
            directions count; rows of zeros (components without examples) get no position.
        method: "pca" takes a moment and keeps distances; "umap" (cosine) takes seconds and keeps neighbours.
        seed: Of UMAP's layout.
        n_neighbors: How many components make a neighbourhood, the component itself included.
        min_dist: How close together UMAP may put points, in [0, 1].
        n_epochs: How long UMAP lays out; by default 500 rounds up to 4,096 components, 150 beyond, where the
            start from the PCA leaves less to do.

    Raises TypeError and ValueError for arguments that cannot be, NonFiniteError for NaN or infinity.
    """
    settings = Settings(method, seed, n_neighbors, min_dist, n_epochs)
    first = first_projection(embeddings, settings)
    return refined(first, settings, one_at_a_time) if needs_layout(first, settings) else first


def first_projection(embeddings: Tensor | Mapping[str, Tensor], settings: Settings) -> Projection:
    """The PCA, which is the whole answer or the start of the UMAP."""
    vectors, layers = joined(embeddings)
    present = torch.linalg.vector_norm(vectors, dim=1) > 0
    mean, axes = principal_axes(vectors, present)
    positions = on_axes(vectors, mean, axes).masked_fill(~present[:, None], torch.nan)
    return Projection(positions, "pca", settings.parameters(), layers, vectors, mean, axes)


def needs_layout(first: Projection, settings: Settings) -> bool:
    """Whether UMAP is asked for and there is something to lay out."""
    return settings.method == "umap" and int(first.placed.sum()) >= _FEWEST and bool(first.axes.any())


def refined(
    first: Projection,
    settings: Settings,
    layout: Layout,
    advance: Callable[[float], None] = lambda share: None,
) -> Projection:
    """The UMAP that starts from the PCA."""
    placed = first.placed
    positions = torch.full_like(first.positions, torch.nan)
    laid_out = layout(_graph(first.vectors[placed], first.positions[placed], settings, advance))
    positions[placed] = torch.from_numpy(laid_out)
    return replace(first, positions=positions, method=cast("Method", "umap"))


def one_at_a_time(graph: Graph) -> ndarray:
    """umap-learn in this process; its compiled parts are not made for two layouts at once."""
    with _LAYOUT:
        return lay_out(graph)


def _graph(vectors: Tensor, start: Tensor, settings: Settings, advance: Callable[[float], None]) -> Graph:
    neighbours, distances = nearest_rows(
        vectors, vectors, settings.n_neighbors - 1, leave_out_self=True, advance=advance
    )
    return Graph(
        neighbours=neighbours.numpy(),
        weights=memberships(distances).numpy(),
        start=start.numpy(),
        min_dist=float(settings.min_dist),
        n_epochs=settings.n_epochs or (500 if len(vectors) <= _SMALL else 150),
        seed=settings.seed,
    )
