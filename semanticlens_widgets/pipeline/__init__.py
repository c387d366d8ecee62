"""Makes a concept database, attributes the model's outputs to its components, and shows where they respond."""

from semanticlens_widgets.pipeline._attribute import Studied, attribute_database
from semanticlens_widgets.pipeline._build import build_database
from semanticlens_widgets.pipeline._cache import Cache, Entry, cache_in
from semanticlens_widgets.pipeline._classes import Classes, check_classes
from semanticlens_widgets.pipeline._edges import mean_edges
from semanticlens_widgets.pipeline._foundation import fitting_foundation_model, restored_foundation_model
from semanticlens_widgets.pipeline._heatmap import sample_heatmap
from semanticlens_widgets.pipeline._held_out import HeldOut, held_out
from semanticlens_widgets.pipeline._studied import studied_again

__all__ = [
    "Cache",
    "Classes",
    "Entry",
    "HeldOut",
    "Studied",
    "attribute_database",
    "build_database",
    "cache_in",
    "check_classes",
    "fitting_foundation_model",
    "held_out",
    "mean_edges",
    "restored_foundation_model",
    "sample_heatmap",
    "studied_again",
]
