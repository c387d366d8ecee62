"""The groups that a component's examples fall into: one for a clear component, several for a polysemantic one."""

import torch
from jaxtyping import Bool, Float, Float64, Int
from torch import Tensor

from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.tensors._cosine import normalized
from semanticlens_widgets.tensors._two_means import two_means

MIN_SILHOUETTE = 0.25
"""A split below this mean silhouette shows no structure (Kaufman and Rousseeuw 1990)."""
MIN_SHARE = 0.15
"""A group is at least this share of the examples, and at least two of them."""
MAX_GROUPS = 4
_THEN_SPLIT = (0, 1, 0, 1, 2)
"""The groups to split after the first time, in this order: whatever the first split left together can come apart."""
_CHUNK = 4_000_000


def example_groups(database: ConceptDatabase, layer: str) -> Int[Tensor, "component k"]:
    """The group of every concept example, 0 to 3 and 0 for most of all; -1 where there is no example.

    Bisecting k-means on the examples' directions; a split is kept when both halves are large enough and the
    mean silhouette in cosine distance says that they are apart. An image and its copies count once.

    Source: Steinbach, Karypis and Kumar, A comparison of document clustering techniques, KDD workshop on text mining
    2000; Rousseeuw, Silhouettes, Journal of Computational and Applied Mathematics 1987,
    doi 10.1016/0377-0427(87)90125-7.
    """
    return divided(database.example_table(layer)[0], database.distinct_rows(layer))


def first_copies(database: ConceptDatabase, layer: str) -> Int[Tensor, " row"]:
    """For each row of the layer's example table the first that is the same image (see `Thumbnails.first_copies`)."""
    crops = database.crops
    return (crops if crops is not None and layer in crops.rows else database.samples).first_copies


def divided(
    embeddings: Float[Tensor, "sample dim"], rows: Int[Tensor, "component k"]
) -> Int[Tensor, "component k"]:
    """The groups, as of `example_groups`, of the samples in each row; -1 is none, and what comes twice counts once."""
    size = max(1, _CHUNK // max(1, rows.shape[1] * embeddings.shape[1]))
    return torch.cat([_groups(embeddings, part) for part in rows.split(size)])


def counted_once(rows: Int[Tensor, "component k"]) -> Bool[Tensor, "component k"]:
    """True for every example that does not come earlier in its row; False for none."""
    return (_earliest(rows) == torch.arange(rows.shape[1])) & (rows >= 0)


def parts(
    embeddings: Float[Tensor, "sample dim"],
    rows: Int[Tensor, "component k"],
    groups: Int[Tensor, "component k"],
) -> tuple[Float[Tensor, "component group dim"], Int[Tensor, "component group"]]:
    """The mean direction and the size of each of up to four groups; zeros where there is no such group."""
    examples = normalized(embeddings[rows.clamp(min=0)])
    member = groups.unsqueeze(2) == torch.arange(MAX_GROUPS)
    return normalized(torch.einsum("ckg,ckd->cgd", member.to(examples.dtype), examples)), member.sum(1)


def _earliest(rows: Int[Tensor, "component k"]) -> Int[Tensor, "component k"]:
    return (rows.unsqueeze(2) == rows.unsqueeze(1)).int().argmax(2)


def _groups(
    embeddings: Float[Tensor, "sample dim"], rows: Int[Tensor, "component k"]
) -> Int[Tensor, "component k"]:
    vectors = normalized(embeddings[rows.clamp(min=0)])
    gram = torch.bmm(vectors, vectors.mT).double()
    present = counted_once(rows)
    smallest = (MIN_SHARE * present.sum(1)).clamp(min=2)
    groups = _split_off(gram, torch.where(present, 0, -1), 0, smallest)
    several = groups.amax(1) > 0
    for parent in _THEN_SPLIT if several.any() else ():
        groups[several] = _split_off(gram[several], groups[several], parent, smallest[several])
    return groups.gather(1, _earliest(rows)).masked_fill(rows < 0, -1)


def _split_off(
    gram: Float64[Tensor, "component k k"],
    groups: Int[Tensor, "component k"],
    parent: int,
    smallest: Float[Tensor, " component"],
) -> Int[Tensor, "component k"]:
    """The groups after the group `parent` has given away half of itself, where its halves are apart."""
    child = groups.amax(1, keepdim=True) + 1
    leaves = _split(gram, groups == parent, smallest) & (child < MAX_GROUPS)
    return torch.where(leaves, child, groups)


def _split(
    gram: Float64[Tensor, "component k k"],
    members: Bool[Tensor, "component k"],
    smallest: Float[Tensor, " component"],
) -> Bool[Tensor, "component k"]:
    """The members that leave: the second of two clusters, none of them where the two are not apart."""
    pairs = members.unsqueeze(1) & members.unsqueeze(2)
    second = two_means(gram.masked_fill(~pairs, 0.0), members)
    first = members & ~second
    large = torch.minimum(first.sum(1), second.sum(1)) >= smallest
    apart = _silhouette(1 - gram, first, second) >= MIN_SILHOUETTE
    return second & (large & apart).unsqueeze(1)


def _silhouette(
    distance: Float64[Tensor, "component k k"],
    first: Bool[Tensor, "component k"],
    second: Bool[Tensor, "component k"],
) -> Float64[Tensor, " component"]:
    """The mean over the points of (b - a) / max(a, b): a to the own cluster's others, b to the other cluster."""
    to_first, to_second = (
        torch.einsum("cij,cj->ci", distance, side.to(distance.dtype)) for side in (first, second)
    )
    n_first, n_second = first.sum(1, keepdim=True), second.sum(1, keepdim=True)
    own_sum, own = torch.where(first, to_first, to_second), torch.where(first, n_first, n_second)
    other_sum, other = torch.where(first, to_second, to_first), torch.where(first, n_second, n_first)
    a, b = own_sum / (own - 1).clamp(min=1), other_sum / other.clamp(min=1)
    width = (b - a) / torch.maximum(a, b).clamp(min=1e-12)
    counted = (first | second) & (own > 1)
    return (width * counted).sum(1) / (n_first + n_second).squeeze(1).clamp(min=1)
