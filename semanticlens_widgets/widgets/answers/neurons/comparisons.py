"""Components side by side: the details of each, and how alike their embeddings are."""

from collections.abc import Sequence

import torch

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.widgets.answers.neurons.cards import detail
from semanticlens_widgets.widgets.answers.neurons.component_names import component_names
from semanticlens_widgets.widgets.answers.neurons.protocol import ComparedNeuron, CompareResult
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings
from semanticlens_widgets.widgets.kernel.request import number

MOST_PINNED = 4


def pinned_names(database: ConceptDatabase, names: Sequence[str], layer: str) -> list[str]:
    """Returns the full names of components to compare, as `component_names`; raises ValueError for more than four."""
    found = component_names(database, names, layer)
    if len(found) > MOST_PINNED:
        raise ValueError(f"pinned: at most {MOST_PINNED} neurons are compared, not {len(found)}; name fewer")
    return found


def compare(rankings: Rankings, names: Sequence[object]) -> CompareResult:
    """Describes the named components; raises ValueError for more than four, and what `locate` raises."""
    if len(names) > MOST_PINNED or not all(isinstance(name, str) for name in names):
        raise ValueError(f"compare: at most {MOST_PINNED} names of neurons, not {shown(names)}")
    database = rankings.lens.database
    places = [database.locate(str(name)) for name in names]
    neurons: list[ComparedNeuron] = [
        {"layer": layer, "detail": detail(rankings, layer, component, [])} for layer, component in places
    ]
    return {"neurons": neurons, "cosines": cosines(database, places)}


def cosines(database: ConceptDatabase, places: Sequence[tuple[str, int]]) -> list[list[float | None]]:
    """Returns the cosine of every two embeddings, also across layers; None where one has no examples."""
    if not places:
        return []
    vectors = torch.stack([database.component_embeddings[layer][component] for layer, component in places])
    products = torch.nn.functional.normalize(vectors.float(), dim=1)
    dead = torch.tensor([bool(database.examples[layer].dead[component]) for layer, component in places])
    between = (products @ products.T).clamp(-1, 1).masked_fill(dead | dead.unsqueeze(1), torch.nan)
    return [[number(value) for value in row] for row in between.tolist()]
