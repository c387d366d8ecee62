"""Projections as tensors and JSON, under a key of their inputs.

The embeddings are not stored again: a reader of the projection has them, and the key tells if they are the same.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from semanticlens_widgets.projection._grouped import MANY
from semanticlens_widgets.projection._projection import Projection
from semanticlens_widgets.projection._stack_layers import stack_layers

_VERSION = 2
"""Increased when the same arguments give other positions than before."""
_VERSION_OF_MANY = 3
"""The same for maps whose neighbours are looked for in groups."""
_TENSORS = ("positions", "mean", "axes")


def projection_to_tensors(projection: Projection) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Returns the tensors of a projection, its regions where they are known, and the rest as JSON."""
    rest = {
        "key": _key(projection.vectors, projection.layers, projection.parameters),
        "method": projection.method,
        "layers": list(projection.layers),
        "parameters": dict(projection.parameters),
    }
    regions = {} if projection.regions is None else {"regions": projection.regions}
    return {name: getattr(projection, name).contiguous() for name in _TENSORS} | regions, rest


def projection_from_tensors(
    tensors: Mapping[str, Tensor], rest: Mapping[str, Any], embeddings: Tensor | Mapping[str, Tensor]
) -> Projection:
    """Inverts `projection_to_tensors`, given the embeddings that were projected.

    Raises ValueError for other embeddings.
    """
    vectors, layers = stack_layers(embeddings)
    if _key(vectors, layers, rest["parameters"]) != rest["key"]:
        raise ValueError("the stored projection is of other embeddings than these; project them again")
    return Projection(
        method=rest["method"],
        parameters=rest["parameters"],
        layers=layers,
        vectors=vectors,
        regions=tensors.get("regions"),
        **{name: tensors[name] for name in _TENSORS},
    )


def _key(vectors: Tensor, layers: Mapping[str, slice], parameters: Mapping[str, object]) -> str:
    """Returns a hash of everything that decides the result of `project`."""
    rows = {name: [part.start, part.stop] for name, part in layers.items()}
    version = _VERSION if len(vectors) <= MANY else _VERSION_OF_MANY
    text = json.dumps([version, rows, list(vectors.shape), dict(parameters)], sort_keys=True)
    digest = hashlib.blake2b(text.encode(), digest_size=16)
    digest.update(vectors.contiguous().numpy().data)
    return digest.hexdigest()
