"""Runs a dataset through a model once and keeps, for every component, the samples that excite it most."""

from semanticlens_widgets.collection._arguments import check_pooling
from semanticlens_widgets.collection._collect import Collected, collect
from semanticlens_widgets.collection._merge import merge_examples
from semanticlens_widgets.collection._progress import (
    Checkpoint,
    Progress,
    progress_from_tensors,
    progress_to_tensors,
)

__all__ = [
    "Checkpoint",
    "Collected",
    "Progress",
    "check_pooling",
    "collect",
    "merge_examples",
    "progress_from_tensors",
    "progress_to_tensors",
]
