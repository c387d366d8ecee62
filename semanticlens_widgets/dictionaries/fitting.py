"""Fitting of dictionaries to rows: the mini-batch methods of scikit-learn, which report every step."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.dictionaries.autoencoders import batch_top_k, top_k
from semanticlens_widgets.dictionaries.coding import Coding
from semanticlens_widgets.passes import Report

_BATCH = 1024
_NEGATIVE = 0.05
"""The share of the rows' squares below 0 from which on nonnegative parts are a poor choice."""

Rows = Float[Tensor, "row dim"]


def nmf(rows: Rows, n: int, seed: int, _active: int, report: Report) -> Coding:
    """Nonnegative directions of length 1, whose nonnegative sums are the rows; what is below 0 is taken for 0."""
    from sklearn.decomposition import MiniBatchNMF
    from sklearn.exceptions import ConvergenceWarning

    negative = float(rows.clamp(max=0).square().sum() / rows.square().sum().clamp(min=1e-12))
    if negative > _NEGATIVE:
        warn_user(
            f"{negative:.0%} of the layer's squared activations are below 0, which nonnegative parts cannot hold; "
            "method='pca' or 'sae' can, or choose a layer after a ReLU"
        )
    kind = _watched(MiniBatchNMF, "_minibatch_convergence", lambda *given: report(given[-2] + 1, given[-1]))
    with warnings.catch_warnings():
        # The result is judged by its report.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = kind(n, random_state=seed, batch_size=_BATCH, init=None, max_iter=100).fit(
            rows.clamp(min=0).numpy()
        )
    return _of_directions("nmf", fitted.components_)


def pca(rows: Rows, n: int, _seed: int, _active: int, report: Report) -> Coding:
    """The directions of the largest variance, around the mean; orthogonal, with both signs."""
    from sklearn.decomposition import IncrementalPCA
    from sklearn.utils import gen_batches

    fitted = IncrementalPCA(n)
    batches = list(gen_batches(len(rows), max(_BATCH, 2 * n), min_batch_size=n))
    for number, batch in enumerate(batches, 1):
        fitted.partial_fit(rows[batch].numpy())
        report(number, len(batches))
    directions = _tensor(fitted.components_)
    return Coding("pca", directions, directions, torch.zeros(n), _tensor(fitted.mean_))


def kmeans(rows: Rows, n: int, seed: int, _active: int, report: Report) -> Coding:
    """The centres of clusters; a row is a multiple of its nearest one."""
    from sklearn.cluster import MiniBatchKMeans

    kind = _watched(
        MiniBatchKMeans, "_mini_batch_convergence", lambda step, total, *_: report(step + 1, total)
    )
    fitted = kind(n, random_state=seed, batch_size=_BATCH, n_init=3).fit(rows.numpy())
    centres = _tensor(fitted.cluster_centers_)
    return Coding("kmeans", centres, centres, torch.zeros(n), torch.zeros(rows.shape[1]))


METHODS: Mapping[str, Callable[[Rows, int, int, int, Report], Coding]] = {
    "nmf": nmf,
    "pca": pca,
    "kmeans": kmeans,
    "sae": top_k,
    "batchtopk": batch_top_k,
}


def _watched(kind: Any, check: str, seen: Callable[..., object]) -> Any:
    """An estimator that shows `seen` the arguments of its private check for convergence, which follows every step.

    scikit-learn has no callback; where the check has another name, nothing is reported, and the fit is the same.
    """

    def watching(self: Any, *given: Any) -> bool:
        seen(*given)
        return getattr(super(found, self), check)(*given)

    found = type(kind.__name__, (kind,), {check: watching})
    return found


def _of_directions(method: str, found: Any) -> Coding:
    directions = nn.functional.normalize(_tensor(found), dim=1)
    return Coding(
        method, directions, directions, torch.zeros(len(directions)), torch.zeros(directions.shape[1])
    )


def _tensor(values: Any) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32))
