"""Types and names of synced traits as TypeScript."""

from typing import TypedDict

import traitlets
from anywidget import AnyWidget

from semanticlens_widgets.widgets.answers.audit.protocol import RequirementInfo
from semanticlens_widgets.widgets.answers.comparisons.protocol import SideInfo
from semanticlens_widgets.widgets.answers.results.protocol import CardInfo, CardRow, NumberInfo, RowNumber
from semanticlens_widgets.widgets.audit_table import AuditTable
from semanticlens_widgets.widgets.card_view import CardView
from semanticlens_widgets.widgets.comparisons.compare_explorer import CompareExplorer
from semanticlens_widgets.widgets.comparisons.compare_gallery import CompareGallery
from semanticlens_widgets.widgets.comparisons.compare_map import CompareMap
from semanticlens_widgets.widgets.concept_graph import ConceptGraph
from semanticlens_widgets.widgets.concept_map import ConceptMap
from semanticlens_widgets.widgets.explorer import Explorer
from semanticlens_widgets.widgets.knowledge_view import KnowledgeView
from semanticlens_widgets.widgets.neuron_gallery import NeuronGallery
from semanticlens_widgets.widgets.prediction_view import PredictionView
from semanticlens_widgets.widgets.typescript.types import declaration
from semanticlens_widgets.widgets.views.trait_types import Choice

_WIDGETS = (
    AuditTable,
    CardView,
    CompareExplorer,
    CompareGallery,
    CompareMap,
    ConceptGraph,
    ConceptMap,
    Explorer,
    KnowledgeView,
    NeuronGallery,
    PredictionView,
)
_TYPES = {
    traitlets.Unicode: "string",
    traitlets.Bool: "boolean",
    traitlets.Int: "number",
    traitlets.Float: "number",
}


class LayerInfo(TypedDict):
    """A layer of the lens."""

    name: str
    n_components: int


class LeftOutInfo(TypedDict):
    """Images that were left out as broken."""

    n: int
    n_images: int
    first: str
    """Name and reason of the first."""


class VocabularyInfo(TypedDict):
    """The texts that labels are chosen from."""

    key: str
    """Its name in requests."""
    name: str
    n_texts: int


_SHARED = (
    LayerInfo, LeftOutInfo, RequirementInfo, SideInfo, VocabularyInfo, NumberInfo, RowNumber, CardRow, CardInfo,
)  # fmt: skip


def traits() -> str:
    """Writes the whole file."""
    shared = [declaration(cls) for cls in _SHARED]
    return "\n".join([*shared, *(_interface(widget) for widget in _WIDGETS)])


def _interface(widget: type[AnyWidget]) -> str:
    inherited = AnyWidget.class_trait_names()
    synced = {
        name: trait
        for name, trait in sorted(widget.class_traits(sync=True).items())
        if not name.startswith("_") and name not in inherited
    }
    lines = [f"  {name}: {_type(trait)};" for name, trait in synced.items()]
    return "\n".join([f"export interface {widget.__name__}Traits {{", *lines, "}", ""])


def _type(trait: traitlets.TraitType) -> str:
    if "typescript" in trait.metadata:
        return trait.metadata["typescript"]
    if isinstance(trait, Choice):
        return " | ".join(f'"{option}"' for option in trait.options)
    if isinstance(trait, traitlets.List) and trait._trait is not None:
        return f"{_type(trait._trait)}[]"
    return next(name for kind, name in _TYPES.items() if isinstance(trait, kind))
