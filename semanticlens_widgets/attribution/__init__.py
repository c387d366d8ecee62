"""How much components add to an output of the model: knows models and tensors, no database."""

from semanticlens_widgets.attribution._relevance import METHODS, Attributed, attribute, relevance

__all__ = ["METHODS", "Attributed", "attribute", "relevance"]
