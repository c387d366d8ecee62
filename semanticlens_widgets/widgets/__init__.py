"""Widgets for notebooks: of neurons, of single results, and in `comparisons` those of comparisons.

`views` has their base classes, `page` writes them to HTML files, `snapshot` draws the picture that stays in a notebook.
`session` holds the objects that the widgets of one lens share and `comparison_session` those of a comparison. `answers`
handles the requests of the browser, `kernel` is the connection to the browser, and `typescript` generates the files
that the browser side imports.
"""

from semanticlens_widgets.widgets.audit_table import AuditTable
from semanticlens_widgets.widgets.card_view import CardView
from semanticlens_widgets.widgets.comparisons.compare_gallery import CompareGallery
from semanticlens_widgets.widgets.comparisons.compare_map import CompareMap
from semanticlens_widgets.widgets.concept_graph import ConceptGraph
from semanticlens_widgets.widgets.concept_map import ConceptMap
from semanticlens_widgets.widgets.explorer import Explorer
from semanticlens_widgets.widgets.knowledge_view import KnowledgeView
from semanticlens_widgets.widgets.neuron_gallery import NeuronGallery
from semanticlens_widgets.widgets.prediction_view import PredictionView

__all__ = [
    "AuditTable",
    "CardView",
    "CompareGallery",
    "CompareMap",
    "ConceptGraph",
    "ConceptMap",
    "Explorer",
    "KnowledgeView",
    "NeuronGallery",
    "PredictionView",
]
