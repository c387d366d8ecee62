"""Makes a concept database, attributes the model's outputs to its components, and shows where they respond.

The modules: `_build`, the database; `_examples`, `_crops`, `_look_alikes`, `_embed` with its files `_embedded`, and
`_tables`, its parts;
`_relevance` with its state `_attributions` and the `_class_names` of outputs; `_class_examples`, those within a class;
`_components`, heat maps and edges; `_held_out`, images that the database never saw; `_studied`, the models.
"""

from semanticlens_widgets._cache import COLLECTING, Cache, alone, cache_in
from semanticlens_widgets.passes import Entry
from semanticlens_widgets.pipeline._build import build_database
from semanticlens_widgets.pipeline._class_examples import WITHIN_SAMPLES, class_examples
from semanticlens_widgets.pipeline._class_names import Classes, check_classes
from semanticlens_widgets.pipeline._components import mean_edges, sample_heatmap
from semanticlens_widgets.pipeline._held_out import HeldOut, held_out
from semanticlens_widgets.pipeline._relevance import attribute_database, known_classes, known_outputs
from semanticlens_widgets.pipeline._studied import (
    Studied,
    described_foundation_model,
    fitting_foundation_model,
    fitting_latents,
    fitting_output_names,
    n_outputs,
    restored_foundation_model,
    studied_again,
)

__all__ = [
    "COLLECTING",
    "WITHIN_SAMPLES",
    "Cache",
    "Classes",
    "Entry",
    "HeldOut",
    "Studied",
    "alone",
    "attribute_database",
    "build_database",
    "cache_in",
    "check_classes",
    "class_examples",
    "described_foundation_model",
    "fitting_foundation_model",
    "fitting_latents",
    "fitting_output_names",
    "held_out",
    "known_classes",
    "known_outputs",
    "mean_edges",
    "n_outputs",
    "restored_foundation_model",
    "sample_heatmap",
    "studied_again",
]
