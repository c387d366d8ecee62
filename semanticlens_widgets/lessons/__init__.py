"""Helpers of the lessons in `notebooks/`: all that a lesson needs and does not teach.

The modules: `planted`, photos of which one class shows an object that does not belong to it; `training`, a model that
falls for it; `checkpoints`, a small network at eight moments of its training; `exercises`, the checks of the answers;
`graph_exercises`, those about graphs; `workers`, work over workers that is counted and stopped, and its checks.
"""

from semanticlens_widgets._demo import cache_folder
from semanticlens_widgets.lessons.checkpoints import fitted, small_input, training_run
from semanticlens_widgets.lessons.exercises import (
    Check,
    check_alike,
    check_direction,
    check_effect,
    check_island,
    check_kept,
    check_match,
    check_matches,
    check_mixed,
    check_planted,
    check_retraining,
    check_shortcut,
    check_steering,
)
from semanticlens_widgets.lessons.graph_exercises import check_fall, check_shared
from semanticlens_widgets.lessons.planted import Photo, World, plant
from semanticlens_widgets.lessons.training import Backbone, pruned, report, train, whole
from semanticlens_widgets.lessons.workers import Counted, check_batch, check_executor, same

__all__ = [
    "Backbone",
    "Check",
    "Counted",
    "Photo",
    "World",
    "cache_folder",
    "check_alike",
    "check_batch",
    "check_direction",
    "check_effect",
    "check_executor",
    "check_fall",
    "check_island",
    "check_kept",
    "check_match",
    "check_matches",
    "check_mixed",
    "check_planted",
    "check_retraining",
    "check_shared",
    "check_shortcut",
    "check_steering",
    "fitted",
    "plant",
    "pruned",
    "report",
    "same",
    "small_input",
    "train",
    "training_run",
    "whole",
]
