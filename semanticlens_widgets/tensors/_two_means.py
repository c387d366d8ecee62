"""k-means with two centres, for thousands of small point sets at once.

scikit-learn's `KMeans(2, n_init=10, random_state=123)` fits one set of 20 points in about 4 ms, nearly all of it
overhead. Two facts turn thousands of fits into a few batched products. (a) The random numbers of its k-means++
starts do not depend on the points: a start draws three numbers, one for the first centre and two for the greedy
choice of the second, so every set uses the same thirty, and they are drawn once. (b) k-means needs only
inner products. With the points centred on their mean and s the sum of one cluster B (the other's is then -s),
a point x is nearer to B's centre when <x, s> > |s|^2 (1/n_B - 1/n_A) / 2, and the sum of squared distances is
smallest where |s|^2 (1/n_A + 1/n_B) is largest.

Sources: Arthur and Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007; Lloyd, Least squares
quantization in PCM, IEEE Transactions on Information Theory 1982, doi 10.1109/TIT.1982.1056489.
"""

import numpy as np
import torch
from jaxtyping import Bool, Float64, Int
from torch import Tensor

RESTARTS = 10
SEED = 123
MAX_ITERATIONS = 300


def two_means(
    gram: Float64[Tensor, "set point point"], present: Bool[Tensor, "set point"]
) -> Bool[Tensor, "set point"]:
    """True for the points in the second of each set's two clusters; False for points that are not `present`.

    `gram` holds the inner products of the points of each set, 0 if either is not present. The partition equals
    scikit-learn's with ten restarts from the seed 123, except for the order of the clusters and for restarts that tie
    within rounding. A set whose points coincide has an empty second cluster.
    """
    gram = _centred(gram, present)
    second = _lloyd(gram, present, _starts(gram, present))
    best = _separation(gram, present, second).argmax(1)
    return second[torch.arange(len(second)), best].bool()


def _centred(
    gram: Float64[Tensor, "set point point"], present: Bool[Tensor, "set point"]
) -> Float64[Tensor, "set point point"]:
    """The inner products relative to the mean of the present points."""
    n = present.sum(1).clamp(min=1)[:, None, None]
    of_mean = gram.sum(1, keepdim=True) / n
    centred = gram - of_mean - of_mean.mT + of_mean.sum(2, keepdim=True) / n
    return centred.masked_fill(~(present.unsqueeze(1) & present.unsqueeze(2)), 0.0)


def _starts(
    gram: Float64[Tensor, "set point point"], present: Bool[Tensor, "set point"]
) -> Float64[Tensor, "set restart point"]:
    """1.0 for points nearer to the second starting centre, by scikit-learn's greedy k-means++."""
    draws = _draws().to(gram.device)
    squared = gram.diagonal(dim1=1, dim2=2)
    distance = (squared.unsqueeze(1) + squared.unsqueeze(2) - 2 * gram).clamp(min=0.0)
    distance = distance.masked_fill(~present.unsqueeze(1), 0.0)
    to_first = _rows(distance, _first(draws[:, 0], present))
    candidates = _draw_by_distance(to_first, draws[:, 1:], present)
    to_candidates = _rows(distance, candidates.flatten(1)).unflatten(1, candidates.shape[1:])
    potential = torch.minimum(to_candidates, to_first.unsqueeze(2)).sum(3)
    chosen = potential.argmin(2)[:, :, None, None].expand(-1, -1, 1, gram.shape[1])
    to_second = to_candidates.gather(2, chosen).squeeze(2)
    return ((to_second < to_first) & present.unsqueeze(1)).double()


def _draws() -> Float64[Tensor, "restart three"]:
    # The legacy generator on purpose: its stream is frozen, and scikit-learn draws from it.
    generator = np.random.RandomState(SEED)
    return torch.from_numpy(generator.random_sample((RESTARTS, 3)))


def _first(
    draws: Float64[Tensor, " restart"], present: Bool[Tensor, "set point"]
) -> Int[Tensor, "set restart"]:
    """Chooses uniformly among the present points: the first whose cumulative share exceeds the draw."""
    share = present.double().cumsum(1) / present.sum(1, keepdim=True).clamp(min=1)
    first = torch.searchsorted(share, draws.expand(len(share), -1).contiguous(), right=True)
    return first.clamp(max=present.shape[1] - 1)


def _draw_by_distance(
    to_first: Float64[Tensor, "set restart point"], draws: Float64[Tensor, "restart two"], present: Tensor
) -> Int[Tensor, "set restart two"]:
    """Draws two points per start, with probability proportional to their squared distance."""
    cumulative = to_first.cumsum(2)
    drawn = torch.searchsorted(cumulative, draws * cumulative[:, :, -1:])
    return drawn.clamp(max=present.shape[1] - 1)


def _rows(
    matrices: Float64[Tensor, "set point point"], rows: Int[Tensor, "set row"]
) -> Float64[Tensor, "set row point"]:
    return matrices.gather(1, rows.unsqueeze(2).expand(-1, -1, matrices.shape[2]))


def _lloyd(
    gram: Float64[Tensor, "set point point"],
    present: Bool[Tensor, "set point"],
    second: Float64[Tensor, "set restart point"],
) -> Float64[Tensor, "set restart point"]:
    """Assigns points to the nearer centre until nothing changes."""
    for _ in range(MAX_ITERATIONS):
        products, squared, n_second, n_first = _cluster_sums(gram, present, second)
        threshold = squared * (1 / n_second - 1 / n_first) / 2
        moved = ((products > threshold.unsqueeze(2)) & present.unsqueeze(1)).double()
        if torch.equal(moved, second):
            break
        second = moved
    return second


def _separation(
    gram: Float64[Tensor, "set point point"],
    present: Bool[Tensor, "set point"],
    second: Float64[Tensor, "set restart point"],
) -> Float64[Tensor, "set restart"]:
    """The reduction of the sum of squared distances by two centres instead of one."""
    _, squared, n_second, n_first = _cluster_sums(gram, present, second)
    return squared * (1 / n_second + 1 / n_first)


def _cluster_sums(
    gram: Float64[Tensor, "set point point"],
    present: Bool[Tensor, "set point"],
    second: Float64[Tensor, "set restart point"],
) -> tuple[
    Float64[Tensor, "set restart point"],
    Float64[Tensor, "set restart"],
    Float64[Tensor, "set restart"],
    Float64[Tensor, "set restart"],
]:
    """<x, s> for each point, |s|^2, and the two sizes; an empty cluster counts as one point, with s = 0."""
    products = torch.bmm(second, gram)
    size = second.sum(2)
    other = present.sum(1, keepdim=True) - size
    return products, (products * second).sum(2), size.clamp(min=1.0), other.clamp(min=1.0)
