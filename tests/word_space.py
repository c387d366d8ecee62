"""Word space: a foundation model whose words are directions, and databases with every answer known."""

import zlib
from collections.abc import Mapping, Sequence

import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from semanticlens_widgets.concepts import ConceptDatabase, ConceptExamples, Provenance, Relevance, Samples

WORDS = ("frog", "toad", "car", "wheel", "fur", "stripes", "zebra")
DIM = 32
COLOURS = {"red": "frog", "lime": "car", "blue": "fur"}


def word(text: str) -> Float[Tensor, " dim"]:
    """The direction of a word: an axis for those in WORDS, a fixed random direction for any other."""
    if text in WORDS:
        return torch.eye(DIM)[WORDS.index(text)]
    generator = torch.Generator().manual_seed(zlib.crc32(text.encode()))
    return torch.nn.functional.normalize(torch.randn(DIM, generator=generator), dim=0)


class WordSpace:
    """A foundation model: a text is the sum of its words plus a shared direction; a plain picture is one word."""

    name = "word space"
    dim = DIM
    fingerprint = "4"
    """As in `database_of`."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        """Every text that was embedded, in order."""

    def embed_texts(self, texts: Sequence[str]) -> Float[Tensor, "text dim"]:
        self.texts += texts
        shared = 0.5 * torch.eye(DIM)[DIM - 1]
        return torch.stack([sum((word(each) for each in text.split()), shared) for text in texts])

    def embed_images(self, images: Sequence[Image.Image]) -> Float[Tensor, "image dim"]:
        names = {Image.new("RGB", (1, 1), colour).getpixel((0, 0)): name for colour, name in COLOURS.items()}
        return torch.stack([2.0 * word(names[image.getpixel((0, 0))]) for image in images])


def picture(colour: str) -> Image.Image:
    return Image.new("RGB", (4, 4), colour)


def examples_like(words: Sequence[str], k: int = 4, noise: float = 0.05) -> Float[Tensor, "component k dim"]:
    """Embeddings of k examples of each word, with noise."""
    generator = torch.Generator().manual_seed(0)
    centres = torch.stack([word(each) for each in words])
    return centres.unsqueeze(1) + noise * torch.randn(len(words), k, DIM, generator=generator)


def database_of(
    examples: Mapping[str, Float[Tensor, "_ _ dim"]],
    labels: Sequence[str | None] | None = None,
    *,
    n_others: int = 0,
) -> ConceptDatabase:
    """A database of these example embeddings, NaN rows for no example; every example is one sample.

    `n_others` further samples of no word are no component's example.
    """
    flat = torch.cat([layer.flatten(0, 1) for layer in examples.values()])
    present = ~flat[:, 0].isnan()
    ids = torch.where(present, 3 * torch.arange(len(flat)), -1)
    per_layer = ids.split([layer.shape[0] * layer.shape[1] for layer in examples.values()])
    found = {
        name: concept_examples(name, rows.reshape(layer.shape[:2]))
        for (name, layer), rows in zip(examples.items(), per_layer, strict=True)
    }
    return ConceptDatabase(
        examples=found,
        component_embeddings={name: _component_embeddings(layer) for name, layer in examples.items()},
        samples=_samples(
            torch.cat([ids[present], 3 * torch.arange(len(flat), len(flat) + n_others)]),
            torch.cat([flat[present], _others(n_others, flat.shape[1])]),
            labels,
        ),
        provenance=_provenance(),
    )


def _others(n: int, dim: int) -> Tensor:
    vectors = torch.randn(n, dim, generator=torch.Generator().manual_seed(2))
    return torch.nn.functional.normalize(vectors, dim=1)


def _component_embeddings(examples: Tensor) -> Tensor:
    mean = torch.nn.functional.normalize(examples, dim=-1).nanmean(1).nan_to_num(nan=0.0)
    return torch.nn.functional.normalize(mean, dim=-1)


def concept_examples(layer: str, sample_ids: Tensor, n_samples: int = 1000) -> ConceptExamples:
    """Examples with scores from 2 to 1; -1 for none."""
    n, k = sample_ids.shape
    scores = torch.linspace(2.0, 1.0, k).expand(n, k).masked_fill(sample_ids < 0, -torch.inf)
    return ConceptExamples(
        layer=layer,
        sample_ids=sample_ids,
        scores=scores,
        positions=torch.full((n, k), -1, dtype=torch.int32),
        grid=(),
        mean=torch.full((n,), 0.5),
        variance=torch.ones(n),
        maximum=scores.amax(1),
        firing_rate=torch.full((n,), 0.25),
        n_samples=n_samples,
    )


def _samples(ids: Tensor, embeddings: Tensor, labels: Sequence[str | None] | None) -> Samples:
    return Samples(
        ids=ids,
        embeddings=embeddings,
        labels=list(labels) if labels is not None else [None] * len(ids),
        names=[f"{sample}.jpg" for sample in ids.tolist()],
        thumbnail_bytes=torch.zeros(0, dtype=torch.uint8),
        thumbnail_offsets=torch.zeros(len(ids) + 1, dtype=torch.int64),
    )


def _provenance() -> Provenance:
    return Provenance(
        model="model",
        model_fingerprint="1",
        images_fingerprint="2",
        n_images=1000,
        preprocessing_fingerprint="3",
        foundation_model="word space",
        foundation_model_fingerprint="4",
        foundation_model_recipe=None,
        pooling={},
        sign="positive",
        k=4,
        normalize_examples=True,
        created="2026-01-01T00:00:00+00:00",
    )


def relevance_of(layer: str, samples: Mapping[str, Sequence[Sequence[float]]]) -> Relevance:
    """Relevance from the rows of each class's samples (a number per component); a class may have none."""
    rows = torch.tensor([row for rows in samples.values() for row in rows])
    n_samples = torch.tensor([len(rows) for rows in samples.values()])
    nothing = torch.full((1, rows.shape[1]), torch.nan)
    of_class = [part if len(part) else nothing for part in rows.split(n_samples.tolist())]
    positive = torch.stack([part.clamp(min=0).nansum(0) for part in of_class])
    return Relevance(
        layer=layer,
        method="gradient",
        classes=tuple(samples),
        outputs=torch.arange(len(samples)),
        mean=torch.stack([part.mean(0) for part in of_class]),
        maximum=torch.stack([part.amax(0) for part in of_class]),
        share=positive / positive.sum(1, keepdim=True).clamp(min=1e-30),
        n_samples=n_samples,
        sample_ids=torch.arange(len(rows)),
        sample_classes=torch.arange(len(samples)).repeat_interleave(n_samples),
        predicted=torch.arange(len(samples)).repeat_interleave(n_samples),
        relevance=rows.half(),
        scores=rows.half(),
    )
