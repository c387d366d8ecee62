"""Runs a dataset through a model once and keeps, for every component, the samples that excite it most.

The modules: `_collect`, the pass; `_arguments`, its arguments checked; `_step`, one batch through the model; `_state`,
tables and moments of the layers; `_outputs`, the check of what a layer gives; `_ties`, a warning about equal scores;
`_merge`, the examples of shards joined.
"""

from semanticlens_widgets.collection._arguments import check_pooling
from semanticlens_widgets.collection._collect import Collected, collect
from semanticlens_widgets.collection._merge import merge_examples

__all__ = ["Collected", "check_pooling", "collect", "merge_examples"]
