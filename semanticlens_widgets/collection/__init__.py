"""Runs a dataset through a model once and keeps, for every component, the samples that excite it most.

The modules: `_collect`, the pass; `_arguments`, its arguments checked; `_step`, one batch through the model;
`_observe`, its outputs scored; `_state`, tables and moments of the layers; `_outputs`, the check of what a layer gives;
`_examples`, the examples of states, and of shards joined; `_ties`, a warning about equal scores; `_dead`, components
whose scores choose no examples; `_products`, a pass of its own, how the scores of several layers vary together;
`_kept`, scores of all images.
"""

from semanticlens_widgets.collection._arguments import poolings_of
from semanticlens_widgets.collection._collect import Collected, collect
from semanticlens_widgets.collection._dead import without_arbitrary
from semanticlens_widgets.collection._examples import merge_examples
from semanticlens_widgets.collection._kept import KeptScores, keep_scores, products_of_kept
from semanticlens_widgets.collection._products import Products, Scored, products_of, score_products

__all__ = [
    "Collected",
    "KeptScores",
    "Products",
    "Scored",
    "collect",
    "keep_scores",
    "merge_examples",
    "poolings_of",
    "products_of",
    "products_of_kept",
    "score_products",
    "without_arbitrary",
]
