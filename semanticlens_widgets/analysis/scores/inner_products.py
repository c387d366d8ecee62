"""The scores of a component's examples, from their inner products alone."""

import torch
from jaxtyping import Bool, Float, Float64
from torch import Tensor

from semanticlens_widgets.tensors._two_means import two_means

_COMPARED_WITH_MEAN = 10
_TINY = 1e-150
"""Below every length that can be, its square above 0: dividing by it leaves 0 where there is 0."""


def inner_products(
    examples: Float[Tensor, "component k dim"],
) -> tuple[Float64[Tensor, "component k k"], Bool[Tensor, "component k"]]:
    """All inner products among a component's examples, 0 with a missing one; and which examples there are.

    Every score of the examples follows from these: k x k numbers a component instead of k x dim.
    """
    gram = torch.bmm(examples, examples.mT).double()
    present = ~gram.diagonal(dim1=1, dim2=2).isnan()
    return gram.nan_to_num(nan=0.0), present


def _of_unit_vectors(gram: Float64[Tensor, "component k k"]) -> Float64[Tensor, "component k k"]:
    """The inner products after scaling every example to length 1; an example of length 0 stays 0."""
    lengths = gram.diagonal(dim1=1, dim2=2).sqrt().clamp(min=_TINY)
    return gram / (lengths.unsqueeze(1) * lengths.unsqueeze(2))


def polysemanticity_of(
    gram: Float64[Tensor, "component k k"], present: Bool[Tensor, "component k"], normalize: bool
) -> Float[Tensor, " component"]:
    """1 - cosine of the two k-means centres of the examples, of their directions when `normalize`."""
    gram = _of_unit_vectors(gram) if normalize else gram
    second = two_means(gram, present)
    first = present & ~second
    apart = 1 - _cosine_of_sums(gram, first.double(), second.double())
    lone = torch.minimum(first.sum(1), second.sum(1)) < 2
    return torch.where(lone, _spread(gram, present), apart).float()


def _cosine_of_sums(
    gram: Float64[Tensor, "component k k"],
    a: Float64[Tensor, "component k"],
    b: Float64[Tensor, "component k"],
) -> Float64[Tensor, " component"]:
    """The cosine of the sums, and so of the means, of the examples that a and b mark; 0 with a zero vector."""
    ab, aa, bb = (torch.einsum("ci,cij,cj->c", x, gram, y) for x, y in ((a, b), (a, a), (b, b)))
    return ab / (aa * bb).clamp(min=0.0).sqrt().clamp(min=_TINY)


def _spread(
    gram: Float64[Tensor, "component k k"], present: Bool[Tensor, "component k"]
) -> Float64[Tensor, " component"]:
    """1 - the mean cosine of the mean with each of the first ten examples; NaN without examples."""
    compared = present & (present.cumsum(1) <= _COMPARED_WITH_MEAN)
    lengths = gram.sum((1, 2)).clamp(min=0.0).sqrt().unsqueeze(1) * gram.diagonal(dim1=1, dim2=2).sqrt()
    cosines = gram.sum(1) / lengths.clamp(min=_TINY)
    return 1 - (cosines * compared).sum(1) / compared.sum(1)
