"""Search, see and audit the components of vision models in the notebook.

    import semanticlens_widgets as slw

    lens = slw.demo()                # a lens of EfficientNet-Lite0 over 522 photos, no model hub needed
    lens.search("bird")              # a table; the same ask works in the gallery's query box
    lens                             # the explorer: map and gallery with one query box

Nothing heavy is imported until a name is used.
"""

import importlib
from typing import TYPE_CHECKING, Any

from semanticlens_widgets._display import show_as

if TYPE_CHECKING:
    from semanticlens_widgets._demo import demo
    from semanticlens_widgets.analysis import Audit, Comparison, Requirement, assert_audit, requirements
    from semanticlens_widgets.concepts import ConceptDatabase, ConceptExamples, Provenance, Relevance, Samples
    from semanticlens_widgets.dictionaries import learn_dictionary
    from semanticlens_widgets.executors import RayExecutor, Workers
    from semanticlens_widgets.foundation_models import ConSE, FoundationModel, OpenCLIP
    from semanticlens_widgets.images import Images, as_images
    from semanticlens_widgets.layers import Latents, Layout, layer_names
    from semanticlens_widgets.lens import Lens, assert_no_lost, compare
    from semanticlens_widgets.widgets import (
        AuditTable,
        CardView,
        CompareGallery,
        CompareMap,
        ConceptGraph,
        ConceptMap,
        Explorer,
        KnowledgeView,
        NeuronGallery,
        PredictionView,
    )

    open = Lens.open  # noqa: A001 (`slw.open`)

_HOMES = {
    "Audit": "analysis",
    "AuditTable": "widgets",
    "CardView": "widgets",
    "CompareGallery": "widgets",
    "CompareMap": "widgets",
    "Comparison": "analysis",
    "ConSE": "foundation_models",
    "ConceptDatabase": "concepts",
    "ConceptExamples": "concepts",
    "ConceptGraph": "widgets",
    "ConceptMap": "widgets",
    "Explorer": "widgets",
    "FoundationModel": "foundation_models",
    "Images": "images",
    "KnowledgeView": "widgets",
    "Latents": "layers",
    "Layout": "layers",
    "Lens": "lens",
    "NeuronGallery": "widgets",
    "OpenCLIP": "foundation_models",
    "PredictionView": "widgets",
    "Provenance": "concepts",
    "RayExecutor": "executors",
    "Relevance": "concepts",
    "Requirement": "analysis",
    "Samples": "concepts",
    "Workers": "executors",
    "as_images": "images",
    "assert_audit": "analysis",
    "assert_no_lost": "lens",
    "compare": "lens",
    "demo": "_demo",
    "layer_names": "layers",
    "learn_dictionary": "dictionaries",
    "requirements": "analysis",
}

# `open` is public too, but left out here: `import *` must not hide the built-in.
__all__ = [
    "Audit",
    "AuditTable",
    "CardView",
    "CompareGallery",
    "CompareMap",
    "Comparison",
    "ConSE",
    "ConceptDatabase",
    "ConceptExamples",
    "ConceptGraph",
    "ConceptMap",
    "Explorer",
    "FoundationModel",
    "Images",
    "KnowledgeView",
    "Latents",
    "Layout",
    "Lens",
    "NeuronGallery",
    "OpenCLIP",
    "PredictionView",
    "Provenance",
    "RayExecutor",
    "Relevance",
    "Requirement",
    "Samples",
    "Workers",
    "as_images",
    "assert_audit",
    "assert_no_lost",
    "compare",
    "demo",
    "layer_names",
    "learn_dictionary",
    "requirements",
]


def __getattr__(name: str) -> Any:
    if name == "open":
        return __getattr__("Lens").open
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("semanticlens-widgets")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "open"])


show_as(
    {
        "Comparison": lambda comparison: __getattr__("Explorer").of(comparison),
        "Lens": lambda lens: __getattr__("Explorer").of(lens),
        "Card": lambda card: __getattr__("CardView")(card),
        "ClassGraph": lambda graph: __getattr__("ConceptGraph")(graph),
        "Explanation": lambda found: __getattr__("PredictionView")(found.question.lens, found),
        "Knowledge": lambda knowledge: __getattr__("KnowledgeView")(knowledge),
    }
)
