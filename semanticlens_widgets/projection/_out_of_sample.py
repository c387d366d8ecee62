"""Positions on a map for vectors that were not part of it."""

import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets._arguments import check_at_least, check_choice
from semanticlens_widgets.projection._neighbours import memberships, nearest_rows
from semanticlens_widgets.projection._pca import on_axes
from semanticlens_widgets.projection._projection import Projection
from semanticlens_widgets.tensors._cosine import normalized

_NEAR = 1e-3
"""Share of the extent of the neighbours: points nearer than this count as equal."""
_ROUNDS = 30


def place_vectors(
    projection: Projection,
    vectors: Float[Tensor, "row dim"],
    *,
    by: str | None = None,
    n_neighbors: int = 15,
) -> Float[Tensor, "row 2"]:
    """Returns positions on the map for vectors of the same space; NaN for vectors of zeros or with NaN.

    Such vectors are probes, or components of a further layer. A PCA gives exact positions, by its axes. On other maps
    a vector goes to the weighted geometric median of the positions of its nearest components, with UMAP's weights, and
    a vector that equals a component goes to that component. That takes milliseconds and no fitted object, and keeps
    neighbours as well as umap-learn's `transform`: the mean of neighbours in several regions would lie in none of
    them. `by="neighbours"` does so on a PCA too: a text is closest to the pictures of what it names, yet lies outside
    of the cloud of all pictures. Raises ValueError for vectors of another width.
    """
    by = by or ("axes" if projection.method == "pca" else "neighbours")
    check_choice("by", by, ["axes", "neighbours"])
    check_at_least("n_neighbors", n_neighbors, 1)
    if vectors.ndim != 2 or vectors.shape[1] != projection.vectors.shape[1]:
        raise ValueError(
            f"vectors must have the shape (row, {projection.vectors.shape[1]}) of the embeddings on this map, "
            f"not {tuple(vectors.shape)}"
        )
    unit = normalized(vectors.detach().float().cpu())
    known = unit.isfinite().all(1) & unit.any(1)
    positions = unit.new_full((len(unit), 2), torch.nan)
    if by == "axes":
        positions[known] = on_axes(unit[known], projection.mean, projection.axes)
    elif projection.placed.any():
        positions[known] = _among_neighbours(projection, unit[known], n_neighbors)
    return positions


def _among_neighbours(
    projection: Projection, unit: Float[Tensor, "row dim"], k: int
) -> Float[Tensor, "row 2"]:
    index, distance = nearest_rows(unit, projection.vectors, k, among=projection.placed)
    weights = memberships(distance)
    copies = distance == 0
    weights = torch.where(copies.any(1, keepdim=True), copies.float(), weights)
    return _geometric_median(projection.positions[index], weights)


def _geometric_median(
    points: Float[Tensor, "row neighbour 2"], weights: Float[Tensor, "row neighbour"]
) -> Float[Tensor, "row 2"]:
    """Minimizes the weighted sum of distances by Weiszfeld's method (Tohoku Mathematical Journal 43, 1937).

    Distances are kept above 0, where the method would stop: the median may well be one of the points.
    """
    middle = points[:, 0]
    extent = (points.amax(1) - points.amin(1)).amax(1, keepdim=True)
    least = (_NEAR * extent).clamp(min=torch.finfo(points.dtype).tiny)
    pull = weights
    for _ in range(_ROUNDS):
        middle = (pull.unsqueeze(2) * points).sum(1) / pull.sum(1, keepdim=True)
        pull = weights / torch.maximum((points - middle.unsqueeze(1)).norm(dim=2), least)
        pull = pull / pull.amax(1, keepdim=True)
    return middle
