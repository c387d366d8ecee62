"""How much components add to an output, and where they respond: knows models and tensors, no database."""

from semanticlens_widgets.attribution._crops import crop_boxes
from semanticlens_widgets.attribution._heatmaps import HEATMAPS, heatmap
from semanticlens_widgets.attribution._relevance import METHODS, Attributed, attribute, relevance

__all__ = ["HEATMAPS", "METHODS", "Attributed", "attribute", "crop_boxes", "heatmap", "relevance"]
