"""Widgets for notebooks."""

from semanticlens_widgets.widgets.neuron_gallery import NeuronGallery

__all__ = ["NeuronGallery"]
