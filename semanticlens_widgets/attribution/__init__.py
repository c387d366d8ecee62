"""How much components add to an output, and where they respond: knows models and tensors, no database."""

from semanticlens_widgets.attribution._crops import HOT, crop_boxes, map_boxes
from semanticlens_widgets.attribution._edges import edges
from semanticlens_widgets.attribution._heatmaps import HEATMAPS, heatmap
from semanticlens_widgets.attribution._maps import component_maps, has_places, prefix_tokens
from semanticlens_widgets.attribution._relevance import METHODS, Attributed, attribute, relevance

__all__ = [
    "HEATMAPS",
    "HOT",
    "METHODS",
    "Attributed",
    "attribute",
    "component_maps",
    "crop_boxes",
    "edges",
    "has_places",
    "heatmap",
    "map_boxes",
    "prefix_tokens",
    "relevance",
]
