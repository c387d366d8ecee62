"""Widgets for notebooks."""

from semanticlens_widgets.widgets.audit_table import AuditTable
from semanticlens_widgets.widgets.concept_map import ConceptMap
from semanticlens_widgets.widgets.explorer import Explorer
from semanticlens_widgets.widgets.neuron_gallery import NeuronGallery

__all__ = ["AuditTable", "ConceptMap", "Explorer", "NeuronGallery"]
