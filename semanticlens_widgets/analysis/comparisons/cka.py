"""Debiased linear CKA of the scores of two layers, from sums over images, with an interval."""

import math

from jaxtyping import Float64
from torch import Tensor

from semanticlens_widgets.collection import Products

FEWEST_IMAGES = 4
"""Images that debiased CKA needs at least; for an interval one more."""
_DEVIATIONS = 1.96
"""Standard errors on both sides of an estimate that hold the truth in 95 % of cases."""


def debiased_cka(products: Products, left: int, right: int) -> float:
    """Linear CKA with the unbiased estimator of HSIC: 1 for equal scores up to rotation and scale, about 0 by chance.

    NaN where a side does not vary, or for fewer than 4 images. Sources: Kornblith et al., Similarity of neural network
    representations revisited, ICML 2019, arXiv 1905.00414; Nguyen, Raghu and Kornblith, Do wide and deep networks learn
    the same things?, ICLR 2021, arXiv 2010.15327; Song et al., Feature selection via dependence maximization, Journal
    of Machine Learning Research 2012.
    """
    if products.n < FEWEST_IMAGES:
        return math.nan
    scale = _hsic(products, left, left) * _hsic(products, right, right)
    return _hsic(products, *sorted((left, right))) / math.sqrt(scale) if scale > 0 else math.nan


def _hsic(products: Products, i: int, j: int) -> float:
    """The unbiased estimator with K = X X^T and L = Y Y^T, all from sums over images: no image x image matrix.

    The diagonals, which the estimator leaves out, are the squared lengths of rows.
    """
    n, both = products.n, products.of_lengths[i, j]
    x, y, k, l = products.sums[i], products.sums[j], products.lengths[i], products.lengths[j]  # noqa: E741
    xy = products.products[i, j]
    trace = xy.square().sum() - both
    totals = (x @ x - k) * (y @ y - l)
    of_rows = x @ xy @ y - x @ products.weighted[i, j] - y @ products.weighted[j, i] + both
    return float(trace + totals / ((n - 1) * (n - 2)) - 2 * of_rows / (n - 2)) / (n * (n - 3))


def cka_interval(products: Products, left: int, right: int) -> tuple[float, float]:
    """The 95 % interval of the debiased CKA over images: the estimate and 1.96 standard errors on both sides.

    The standard error is that of the delete-one jackknife over the first 1,024 images, which come in a random order,
    scaled by the square root of their share in all. It holds for estimators made of averages over pairs of images
    (Arvesen, Jackknifing U-statistics, Annals of Mathematical Statistics 1969), and is too wide rather than too narrow
    where the layers have nothing in common. NaN where the CKA is, or for fewer than 5 images.
    """
    found, (x, y) = debiased_cka(products, left, right), (products.first[left], products.first[right])
    n = len(x)
    if n <= FEWEST_IMAGES or math.isnan(found):
        return math.nan, math.nan
    without = _leaving_out(x, y) / (_leaving_out(x, x) * _leaving_out(y, y)).clamp(min=0).sqrt()
    variance = (n - 1) / n * (without - without.mean()).square().sum() * n / products.n
    error = _DEVIATIONS * float(variance.sqrt())
    return max(found - error, -1.0), min(found + error, 1.0)


def _leaving_out(x: Float64[Tensor, "n dim"], y: Float64[Tensor, "n other"]) -> Float64[Tensor, " n"]:
    """The unbiased estimator of HSIC without each of the images."""
    k, l = _similarities(x), _similarities(y)  # noqa: E741
    m, of_k, of_l, both = len(x) - 1, k.sum(1), l.sum(1), k * l
    trace = both.sum() - 2 * both.sum(1)
    totals = (of_k.sum() - 2 * of_k) * (of_l.sum() - 2 * of_l)
    of_rows = of_k @ of_l - of_k * of_l - k @ of_l - l @ of_k + both.sum(1)
    return (trace + totals / ((m - 1) * (m - 2)) - 2 * of_rows / (m - 2)) / (m * (m - 3))


def _similarities(x: Float64[Tensor, "n dim"]) -> Float64[Tensor, "n n"]:
    """The products of all pairs of images, without those of an image with itself."""
    centred = x - x.mean(0)
    return (centred @ centred.T).fill_diagonal_(0)
