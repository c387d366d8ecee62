"""Makes a concept database out of a model, images and a foundation model."""

from semanticlens_widgets.pipeline._build import build_database

__all__ = ["build_database"]
