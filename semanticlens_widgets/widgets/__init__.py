"""Widgets for notebooks."""

from semanticlens_widgets.widgets.concept_map import ConceptMap
from semanticlens_widgets.widgets.neuron_gallery import NeuronGallery

__all__ = ["ConceptMap", "NeuronGallery"]
