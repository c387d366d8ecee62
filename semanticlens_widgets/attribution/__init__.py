"""Amounts that components add to an output, and the places where they respond: knows models and tensors, no database.

The modules: `_relevance`, components for an output of the model, by its methods, of which `_paths` and the room `lrp`
hold three; `_edges`, components for a component of a later layer; `_heatmaps`, pixels for a component; `_crops`, the
part of an image that a heat map points at; `_maps`, activations laid over the image; the room `gradients`,
differentiable runs of a model; `_extra`, optional packages.
"""

from semanticlens_widgets.attribution._crops import HOT, crop_boxes, map_boxes, stretch_matrix
from semanticlens_widgets.attribution._edges import edges, edges_to_each
from semanticlens_widgets.attribution._heatmaps import HEATMAPS, heatmap, upsampled
from semanticlens_widgets.attribution._maps import component_maps, has_places, prefix_tokens, tokens_in_order
from semanticlens_widgets.attribution._relevance import METHODS, Attributed, attribute, relevance
from semanticlens_widgets.attribution.lrp.conservation import one_warning

__all__ = [
    "HEATMAPS",
    "HOT",
    "METHODS",
    "Attributed",
    "attribute",
    "component_maps",
    "crop_boxes",
    "edges",
    "edges_to_each",
    "has_places",
    "heatmap",
    "map_boxes",
    "one_warning",
    "prefix_tokens",
    "relevance",
    "stretch_matrix",
    "tokens_in_order",
    "upsampled",
]
