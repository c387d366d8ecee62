"""Concept databases: frozen data, saved as a folder and opened again.

`_database` holds it all; `_examples`, `_crops`, `_relevance` with its `_sparse` tables, `_latents` and `_output_names`
are its parts, `_packed` and `_texts` serve them. `folder` is how it lies on disk.
"""

from semanticlens_widgets.concepts._crops import Crops
from semanticlens_widgets.concepts._database import ConceptDatabase, Provenance, Samples
from semanticlens_widgets.concepts._examples import (
    ConceptExamples,
    EmbeddedExamples,
    examples_from_tensors,
    examples_to_tensors,
)
from semanticlens_widgets.concepts._latents import LatentsRecord
from semanticlens_widgets.concepts._output_names import OutputNames, OutputNaming, as_output_names
from semanticlens_widgets.concepts._packed import pack, packed_file
from semanticlens_widgets.concepts._relevance import (
    Relevance,
    relevance_from_tensors,
    relevance_to_tensors,
)
from semanticlens_widgets.concepts._sparse import SparseTable, sparse_parts, tensors_of
from semanticlens_widgets.concepts.folder._open import open_database, open_with_projections
from semanticlens_widgets.concepts.folder._save import save_database

__all__ = [
    "ConceptDatabase",
    "ConceptExamples",
    "Crops",
    "EmbeddedExamples",
    "LatentsRecord",
    "OutputNames",
    "OutputNaming",
    "Provenance",
    "Relevance",
    "Samples",
    "SparseTable",
    "as_output_names",
    "examples_from_tensors",
    "examples_to_tensors",
    "open_database",
    "open_with_projections",
    "pack",
    "packed_file",
    "relevance_from_tensors",
    "relevance_to_tensors",
    "save_database",
    "sparse_parts",
    "tensors_of",
]
