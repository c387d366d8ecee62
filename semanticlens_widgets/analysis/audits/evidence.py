"""Evidence of an audit: the model, data and settings behind its numbers, and a digest of all of it."""

import datetime
import hashlib
import importlib.metadata
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from semanticlens_widgets.concepts import ConceptDatabase, Relevance, tensors_of
from semanticlens_widgets.storage import KEPT, byte_blocks

_FACTS = (
    "model",
    "model_fingerprint",
    "images_fingerprint",
    "n_images",
    "left_out",
    "preprocessing_fingerprint",
    "foundation_model",
    "foundation_model_fingerprint",
    "foundation_model_caveat",
    "k",
    "created",
)
MADE_WITH = tuple(name for name in _FACTS if name not in ("created", "left_out", "foundation_model_caveat"))
"""The facts that decide the numbers of an audit."""
_PACKAGES = ("semanticlens-widgets", "torch")


@dataclass(frozen=True)
class Evidence:
    """Facts about an audit and its lens, as JSON values."""

    digest: str
    """Of the lens: equal for the same model, images, foundation model, settings, examples and relevance of the layer.

    It does not depend on dates and versions, so that anybody who has the lens can compute it again.
    """
    model: str
    model_fingerprint: str
    """Of the weights."""
    images: str
    """Source of the images, or "" where they were not at hand."""
    images_fingerprint: str
    n_images: int
    left_out: Mapping[str, Any] | None
    """As `Provenance.left_out`."""
    preprocessing_fingerprint: str
    foundation_model: str
    foundation_model_fingerprint: str
    foundation_model_caveat: str
    pooling: str
    k: int
    """Number of examples of a component."""
    created: str
    """Time at which the lens was built: UTC, ISO 8601, as `audited`."""
    audited: str
    built_with: Mapping[str, str]
    """Package -> version at that time."""
    audited_with: Mapping[str, str]


def evidence_of(
    database: ConceptDatabase, relevance: Relevance, layer: str, images: str, audited: str
) -> Evidence:
    """The evidence of an audit of one layer; hashes the layer's examples and relevance, 0.2 s for 200 MB."""
    made = database.provenance
    return Evidence(
        digest=lens_digest(database, relevance, layer),
        images=images,
        pooling=made.pooling.get(layer, ""),
        audited=audited,
        built_with=dict(made.versions),
        audited_with={name: importlib.metadata.version(name) for name in _PACKAGES},
        **{name: getattr(made, name) for name in _FACTS},
    )


def now() -> str:
    """The time: UTC, ISO 8601, to the second."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")


def lens_digest(database: ConceptDatabase, relevance: Relevance, layer: str) -> str:
    """A hash of what an audit of the layer rests on."""
    made, examples = database.provenance, database.examples[layer]
    settings = [getattr(made, name) for name in _FACTS if name != "created"]
    settings += [made.pooling.get(layer), made.sign, made.normalize_examples]
    settings += [layer, relevance.method, relevance.classes]
    total = hashlib.blake2b(json.dumps(settings, sort_keys=True).encode(), digest_size=20)
    for part in _parts(
        [
            examples.sample_ids,
            examples.scores,
            database.component_embeddings[layer],
            relevance.outputs,
            relevance.sample_ids,
            relevance.sample_classes,
            *tensors_of(relevance.relevance).values(),
        ]
    ):
        total.update(part)
    return total.hexdigest()


def _parts(tensors: Iterable[Tensor]) -> Iterable[bytes | memoryview]:
    """Each tensor's type and shape, then its bytes."""
    for tensor in tensors:
        yield f"{tensor.dtype} {tuple(tensor.shape)}".encode()
        yield from byte_blocks(tensor, KEPT)
