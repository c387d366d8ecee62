"""Concept databases: frozen data, and its storage on disk."""

from semanticlens_widgets.concepts._crops import Crops
from semanticlens_widgets.concepts._database import ConceptDatabase, Provenance, Samples
from semanticlens_widgets.concepts._examples import ConceptExamples
from semanticlens_widgets.concepts._packed import pack, packed_file
from semanticlens_widgets.concepts._relevance import (
    Relevance,
    relevance_from_tensors,
    relevance_to_tensors,
)
from semanticlens_widgets.concepts._storage import (
    examples_from_tensors,
    examples_to_tensors,
    open_database,
    read_projections,
    save_database,
)

__all__ = [
    "ConceptDatabase",
    "ConceptExamples",
    "Crops",
    "Provenance",
    "Relevance",
    "Samples",
    "examples_from_tensors",
    "examples_to_tensors",
    "open_database",
    "pack",
    "packed_file",
    "read_projections",
    "relevance_from_tensors",
    "relevance_to_tensors",
    "save_database",
]
