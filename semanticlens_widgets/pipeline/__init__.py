"""Makes a concept database, attributes the model's outputs to its components, and shows where they respond."""

from semanticlens_widgets.pipeline._attribute import Studied, attribute_database
from semanticlens_widgets.pipeline._build import build_database
from semanticlens_widgets.pipeline._classes import Classes
from semanticlens_widgets.pipeline._edges import mean_edges
from semanticlens_widgets.pipeline._heatmap import sample_heatmap
from semanticlens_widgets.pipeline._held_out import HeldOut, held_out
from semanticlens_widgets.pipeline._studied import studied_again

__all__ = [
    "Classes",
    "HeldOut",
    "Studied",
    "attribute_database",
    "build_database",
    "held_out",
    "mean_edges",
    "sample_heatmap",
    "studied_again",
]
