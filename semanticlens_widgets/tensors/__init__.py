"""Pure functions of tensors, independent of models, files and images.

`_pooling` (scores of a layer's output), `_best_k` and `_moments` (mergeable tables of scores), `_exact_sums`,
`_component_sums`, `_component_embeddings`, `_cosine`, `_most_similar`, `_two_means`, `_equal_rows`, `_bootstrap`.
"""

from semanticlens_widgets.tensors._best_k import BestK, empty_best_k, insert, merge_best_k
from semanticlens_widgets.tensors._component_sums import component_sums
from semanticlens_widgets.tensors._exact_sums import ExactSum, digits_of, exact_sum
from semanticlens_widgets.tensors._moments import Moments, empty_moments, merge_moments, moments_of
from semanticlens_widgets.tensors._pooling import (
    POOLINGS,
    check_output,
    grid_of,
    locate,
    pool,
    signed_pool,
)

__all__ = [
    "POOLINGS",
    "BestK",
    "ExactSum",
    "Moments",
    "check_output",
    "component_sums",
    "digits_of",
    "empty_best_k",
    "empty_moments",
    "exact_sum",
    "grid_of",
    "insert",
    "locate",
    "merge_best_k",
    "merge_moments",
    "moments_of",
    "pool",
    "signed_pool",
]
