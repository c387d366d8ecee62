"""Lenses of any number of components without a model: the fakes' pictures and words around drawn embeddings."""

import zlib
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from semanticlens_widgets.concepts import ConceptDatabase, Relevance, Samples
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.tensors._component_embeddings import component_embeddings
from tests.fakes import CATEGORIES, DIM, WordModel, fake_database

K = 2
THEMES = 40
CLASSES = tuple(f"class {number}" for number in range(100))


class DrawnWords:
    """A foundation model that gives every text a direction of its own, the same every time."""

    name, fingerprint = "drawn words", "drawn-words-1"

    def __init__(self, dim: int) -> None:
        self.dim = dim

    def embed_texts(self, texts: Sequence[str]) -> Tensor:
        return torch.stack([self._drawn(zlib.crc32(text.encode())) for text in texts])

    def embed_images(self, images: Sequence[object]) -> Tensor:
        return torch.stack([self._drawn(number) for number in range(len(images))])

    def _drawn(self, seed: int) -> Tensor:
        return torch.randn(self.dim, generator=torch.Generator().manual_seed(seed))


def large_lens(n_components: int, dim: int = DIM) -> Lens:
    """One layer of `n_components` in forty themes; every component has two examples.

    Texts can be asked for in the fakes' own space alone, not in one of other dimensions.
    """
    small = fake_database(len(CATEGORIES), ["bn1"])
    generator = torch.Generator().manual_seed(0)
    draw = lambda *shape: torch.randn(*shape, generator=generator)  # noqa: E731
    theme = torch.randint(THEMES, (n_components,), generator=generator)
    embeddings = torch.nn.functional.normalize(draw(THEMES, dim)[theme] + 0.5 * draw(n_components, dim))
    rows = torch.randint(len(small.samples.ids), (n_components, K), generator=generator)
    samples = replace(small.samples, embeddings=draw(len(small.samples.ids), dim))
    return _lens(
        small, samples, samples.ids[rows], embeddings, generator, WordModel() if dim == DIM else None
    )


def sampled_lens(n_components: int, dim: int = 384, k: int = 20, n_samples: int = 20_000) -> Lens:
    """One layer of `n_components`, each the mean of `k` samples that are mostly of one of 400 themes."""
    small = fake_database(len(CATEGORIES), ["bn1"])
    generator = torch.Generator().manual_seed(0)
    themes = torch.randn(10 * THEMES, dim, generator=generator)
    theme = torch.arange(n_samples) % len(themes)
    embeddings = themes[theme] + torch.randn(n_samples, dim, generator=generator)
    of_theme = n_samples // len(themes)
    own = torch.randint(len(themes), (n_components, 1), generator=generator)
    places = torch.rand(n_components, of_theme, generator=generator).argsort(1)[:, :k]
    rows = own + len(themes) * places
    other = torch.rand(n_components, k, generator=generator) < 0.2
    rows = torch.where(other, torch.randint(n_samples, rows.shape, generator=generator), rows)
    samples = _repeated(small.samples, n_samples, embeddings)
    vectors = component_embeddings(embeddings, rows)
    return _lens(small, samples, samples.ids[rows], vectors, generator, DrawnWords(dim))


def drawn_relevance(lens: Lens) -> Relevance:
    """Relevance of the layer for a hundred classes and as many samples, drawn."""
    generator = torch.Generator().manual_seed(1)
    n, n_classes = lens.database.examples["bn1"].n_components, len(CLASSES)
    mean = torch.rand(n_classes, n, generator=generator)
    classes = torch.arange(n_classes)
    return Relevance(
        "bn1", "gradient", CLASSES, classes, mean, mean, mean / mean.sum(1, keepdim=True), torch.ones_like(classes),
        lens.database.samples.ids[classes], classes, classes, mean.half(), mean.half(),
    )  # fmt: skip


def _repeated(samples: Samples, n: int, embeddings: Tensor) -> Samples:
    """`n` samples with the pictures of a few, one after the other."""
    lengths = samples.thumbnail_offsets.diff()
    times = -(-n // len(samples))
    return Samples(
        ids=torch.arange(n),
        embeddings=embeddings,
        labels=[samples.labels[row % len(samples)] for row in range(n)],
        names=[f"{row}.webp" for row in range(n)],
        thumbnail_bytes=samples.thumbnail_bytes.repeat(times)[: int(lengths.repeat(times)[:n].sum())],
        thumbnail_offsets=torch.cat([torch.zeros(1, dtype=torch.int64), lengths.repeat(times)[:n].cumsum(0)]),
    )


def _lens(
    small: ConceptDatabase,
    samples: Samples,
    sample_ids: Tensor,
    embeddings: Tensor,
    generator: torch.Generator,
    model: WordModel | DrawnWords | None,
) -> Lens:
    n, k = sample_ids.shape
    share = torch.rand(n, generator=generator)
    examples = replace(
        small.examples["bn1"],
        sample_ids=sample_ids,
        scores=torch.ones(n, k),
        positions=torch.zeros(n, k, dtype=torch.int32),
        mean=share,
        variance=share,
        maximum=torch.ones(n),
        firing_rate=share,
    )
    n_images = max(small.provenance.n_images, len(samples))
    provenance = replace(small.provenance, n_images=n_images, k=k)
    if model is not None:
        made = {"foundation_model": model.name, "foundation_model_fingerprint": model.fingerprint}
        provenance = replace(provenance, **made)
    return Lens(
        ConceptDatabase({"bn1": examples}, {"bn1": embeddings}, samples, provenance), foundation_model=model
    )
