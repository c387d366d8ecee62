"""Lenses without a model: components are groups of images, chosen or at random, and images are points in clusters."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.analysis import Comparison
from semanticlens_widgets.concepts import ConceptDatabase, Samples
from semanticlens_widgets.lens import Lens, compare
from semanticlens_widgets.tensors._component_embeddings import component_embeddings
from tests.word_space import DIM, WordSpace, _provenance, concept_examples, word

NAMES = tuple(f"thing{number}" for number in range(12))
"""The word of each cluster."""
N_CLUSTERS = len(NAMES)
SHARED = 0.8
"""The length of a direction that all images share, as those of photos do."""


def images_in_clusters(n: int, seed: int = 0) -> Float[Tensor, "image dim"]:
    """Embeddings of images: image i is of cluster i % 12, around the direction of the cluster's word."""
    generator = torch.Generator().manual_seed(seed)
    centres = torch.stack([word(name) for name in NAMES])
    common = SHARED * torch.nn.functional.normalize(torch.randn(DIM, generator=generator), dim=0)
    return common + centres[torch.arange(n) % N_CLUSTERS] + 0.1 * torch.randn(n, DIM, generator=generator)


def random_members(n_components: int, k: int, n_images: int, seed: int) -> Int[Tensor, "component k"]:
    """Different images for each component, in a random order."""
    generator = torch.Generator().manual_seed(1000 + seed)
    return torch.rand(n_components, n_images, generator=generator).argsort(1)[:, :k]


def cluster_members(
    clusters: Sequence[int], k: int, n_images: int, seed: int = 0
) -> Int[Tensor, "component k"]:
    """Images of one cluster for each component."""
    generator = torch.Generator().manual_seed(2000 + seed)
    per_cluster = n_images // N_CLUSTERS
    picks = torch.rand(len(clusters), per_cluster, generator=generator).argsort(1)[:, :k]
    return torch.tensor(list(clusters)).unsqueeze(1) + N_CLUSTERS * picks


def database_with(
    members: Int[Tensor, "component k"],
    images: Float[Tensor, "image dim"],
    *,
    layer: str = "layer",
    model: str = "model",
    foundation_model: str = WordSpace.fingerprint,
) -> ConceptDatabase:
    """A database whose components have these images as examples; -1 for none."""
    examples = concept_examples(layer, members, len(images))
    samples = Samples(
        ids=torch.arange(len(images)),
        embeddings=images,
        labels=[NAMES[image % N_CLUSTERS] for image in range(len(images))],
        names=[f"{image}.jpg" for image in range(len(images))],
        thumbnail_bytes=torch.zeros(0, dtype=torch.uint8),
        thumbnail_offsets=torch.zeros(len(images) + 1, dtype=torch.int64),
    )
    provenance = replace(
        _provenance(), model=model, n_images=len(images), foundation_model_fingerprint=foundation_model
    )
    return ConceptDatabase(
        {layer: examples}, {layer: component_embeddings(images, members)}, samples, provenance
    )


def lens_with(members: Int[Tensor, "component k"], images: Float[Tensor, "image dim"], **names: str) -> Lens:
    """A lens of such a database; "turned" as its foundation model is another space for the same images and words."""
    if names.get("foundation_model") == TurnedSpace.fingerprint:
        return Lens(database_with(members, images @ TURN, **names), foundation_model=TurnedSpace())
    return Lens(database_with(members, images, **names), foundation_model=WordSpace())


TURN = torch.linalg.qr(torch.randn(DIM + 8, DIM, generator=torch.Generator().manual_seed(7)))[0].T


class TurnedSpace(WordSpace):
    """The word space in 40 dimensions, turned."""

    name = "turned space"
    dim = DIM + 8
    fingerprint = "turned"

    def embed_texts(self, texts: Sequence[str]) -> Float[Tensor, "text dim"]:
        return super().embed_texts(texts) @ TURN


def planted_comparison(n: int = 30, k: int = 8) -> Comparison:
    """A side with things 0 to 5, then random groups; and a side with things 3 to 8, then other random groups."""
    images = images_in_clusters(240)
    before = torch.cat([cluster_members(range(6), k, 240), random_members(n, k, 240, seed=1)])
    after = torch.cat([cluster_members(range(3, 9), k, 240, seed=5), random_members(n, k, 240, seed=2)])
    lenses = lens_with(before, images), lens_with(after, images, model="other")
    return compare(*lenses, names=["before", "after"], progress=False)
