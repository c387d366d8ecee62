"""Makes a concept database out of a model, images and a foundation model, and shows where its components respond."""

from semanticlens_widgets.pipeline._build import build_database
from semanticlens_widgets.pipeline._heatmap import sample_heatmap

__all__ = ["build_database", "sample_heatmap"]
