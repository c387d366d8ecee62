"""Fakes without weights: lenses of drawn pictures in six categories, and a foundation model of their words."""

import functools
import io
import threading
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw

from semanticlens_widgets.concepts import ConceptDatabase, ConceptExamples, Provenance, Relevance, Samples
from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from tests import colour_world

HOSTILE = '<img src=x onerror="window.hacked = 1">'
COLOURS = {
    "bird": (0, 114, 178),
    "car": (213, 94, 0),
    "flower": (204, 121, 167),
    "tree": (0, 158, 115),
    "fruit": (240, 228, 66),
    "boat": (86, 180, 233),
}
CATEGORIES = tuple(COLOURS)
DIM = 64
K = 12
PER_CATEGORY = 20


class WordModel:
    """A foundation model of the categories, by name and by colour; other words get random directions."""

    name = "words"
    dim = DIM
    fingerprint = "words-1"
    caveat = "knows six words"

    def embed_texts(self, texts: Sequence[str]) -> torch.Tensor:
        return torch.stack([_word(text) for text in texts])

    def embed_images(self, images: Sequence[Image.Image]) -> torch.Tensor:
        return torch.stack([_word(category_of(image)) for image in images])


def category_of(image: Image.Image) -> str:
    """The category whose colour is nearest to the corner of the picture."""
    corner = np.asarray(image.convert("RGB"), dtype=float)[:4, :4].mean((0, 1))
    return min(COLOURS, key=lambda name: float(((corner - COLOURS[name]) ** 2).sum()))


def picture(category: str, number: int, side: int = 128) -> Image.Image:
    """A square of the category's colour with its name and number."""
    image = Image.new("RGB", (side, side), COLOURS[category])
    draw = ImageDraw.Draw(image)
    draw.ellipse((30 + number, 40, 80 + number, 90), fill=(255, 255, 255))
    draw.text((8, 104), f"{category} {number}", fill=(0, 0, 0))
    return image


def fake_database(
    n_components: int = 40,
    layers: Sequence[str] = ("bn1", "bn2"),
    *,
    hostile: bool = True,
    sign: str = "positive",
) -> ConceptDatabase:
    """A database where component c of a layer fires for category c % 6, later ones less purely, the last never."""
    labels = [category for category in CATEGORIES for _ in range(PER_CATEGORY)]
    files = [_thumbnail(category, index % PER_CATEGORY) for index, category in enumerate(labels)]
    names = [f"{category}/{index}.webp" for index, category in enumerate(labels)]
    if hostile:
        labels[:4] = [HOSTILE] * 4
        names[1] = HOSTILE
    categories = [category for category in CATEGORIES for _ in range(PER_CATEGORY)]
    samples = Samples(
        ids=torch.arange(len(files)) * 2,
        embeddings=torch.stack([_word(category) for category in categories]),
        labels=labels,
        names=names,
        thumbnail_bytes=torch.frombuffer(bytearray(b"".join(files)), dtype=torch.uint8),
        thumbnail_offsets=torch.tensor([0, *np.cumsum([len(file) for file in files])]),
    )
    examples = {layer: _examples(layer, n_components, seed, sign) for seed, layer in enumerate(layers)}
    embeddings = {layer: _component_embeddings(samples, found) for layer, found in examples.items()}
    return ConceptDatabase(examples, embeddings, samples, _provenance(layers, sign))


def fake_lens(n_components: int = 40, layers: Sequence[str] = ("bn1", "bn2"), **options: Any) -> Lens:
    return Lens(fake_database(n_components, layers, **options), foundation_model=WordModel())


def relabel(lens: Lens, labels: Sequence[str | None]) -> None:
    """Changes the labels of the lens's images in place."""
    own = lens.database.samples.labels
    assert isinstance(own, list)
    own[:] = labels


def attributed_lens(n_components: int = 40) -> Lens:
    """A lens with relevance of its first layer: birds depend on bird components and less on trees; no boats."""
    database = fake_database(n_components)
    relevance = fake_relevance(database, "bn1")
    return Lens(replace(database, relevance={"bn1": relevance}), foundation_model=WordModel())


class PacedModel(colour_world.ColourModel):
    """A model that waits for a release of `turns` before each batch; None lets it run freely."""

    turns: threading.Semaphore | None = None

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        if self.turns is not None:
            self.turns.acquire()
        return super().forward(pixels)


def living_lens(n_each: int = 16) -> Lens:
    """A lens with its model and its colour images: three batches at 16 of each; without relevance."""
    return Lens.build(
        PacedModel(), as_images(colour_world.pictures(n_each), labels=colour_world.labels(n_each)), ["eye", "head"],
        transform=colour_world.to_tensor, foundation_model=colour_world.ColourSpace(), k=8, batch_size=16,
        classes=list(colour_world.COLOURS), progress=False,
    )  # fmt: skip


def patches(n_each: int = 4) -> list[Image.Image]:
    """Grey pictures with a patch of red, green or blue in turn, further to the right each time."""
    found = []
    for number in range(n_each):
        for colour in colour_world.COLOURS.values():
            picture = Image.new("RGB", (96, 64), (30, 30, 30))
            paler = tuple(value - 20 * number if value else 0 for value in colour)
            picture.paste(paler, (10 + 15 * number, 20, 22 + 15 * number, 32))
            found.append(picture)
    return found


def cropped_lens() -> Lens:
    """A lens with its model and images, whose examples are crops: patches of each component's colour."""
    return Lens.build(
        colour_world.ColourModel(), as_images(patches(), labels=colour_world.labels(4)), ["eye", "head"],
        transform=colour_world.to_tensor, foundation_model=colour_world.ColourSpace(), k=4, batch_size=4,
        crop=True, crop_threshold=0.5, progress=False,
    )  # fmt: skip


def fake_relevance(database: ConceptDatabase, layer: str) -> Relevance:
    """Relevance where component c adds 1 / (c + 1) to its category, half of that three before; no "boat"."""
    n, n_samples = database.examples[layer].n_components, len(database.samples)
    own = torch.arange(n) % len(CATEGORIES)
    classes = torch.arange(n_samples) // PER_CATEGORY
    attributed = classes < len(CATEGORIES) - 1
    strength = 1 / (torch.arange(n) + 1.0)
    fits = (own == classes[:, None]).float() + 0.5 * ((own - 3) % len(CATEGORIES) == classes[:, None])
    table = (fits * strength)[attributed]
    kept = classes[attributed]
    rows = range(len(CATEGORIES))
    mean = torch.stack([table[kept == row].mean(0) for row in rows])
    total = mean.nan_to_num().sum(1, keepdim=True)
    return Relevance(
        layer=layer,
        method="gradient",
        classes=CATEGORIES,
        outputs=torch.arange(len(CATEGORIES)),
        mean=mean,
        maximum=mean.clone(),
        share=mean.nan_to_num() / total.clamp(min=1e-9),
        n_samples=torch.stack([(kept == row).sum() for row in rows]),
        sample_ids=database.samples.ids[attributed],
        sample_classes=kept,
        predicted=kept.clone(),
        relevance=table.half(),
        scores=(2 * table).half(),
    )


def webp(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=75)
    return file.getvalue()


@functools.cache
def _thumbnail(category: str, number: int) -> bytes:
    return webp(picture(category, number))


def _word(text: str) -> torch.Tensor:
    word = text.strip().lower().removesuffix("s")
    if word in CATEGORIES:
        return torch.nn.functional.one_hot(torch.tensor(CATEGORIES.index(word)), DIM).float()
    generator = torch.Generator().manual_seed(zlib.crc32(word.encode()))
    direction = torch.randn(DIM, generator=generator)
    return direction / direction.norm()


def _examples(layer: str, n_components: int, seed: int, sign: str) -> ConceptExamples:
    generator = torch.Generator().manual_seed(seed)
    rows = torch.stack([_rows(component, n_components, generator) for component in range(n_components)])
    scores = torch.rand(n_components, K, generator=generator).sort(1, descending=True).values * 6
    gone = torch.arange(n_components) == n_components - 1
    return ConceptExamples(
        layer=layer,
        sample_ids=torch.where(gone[:, None], -1, rows * 2),
        scores=torch.where(gone[:, None], -torch.inf, scores),
        positions=torch.where(gone[:, None], -1, torch.randint(0, 49, rows.shape, generator=generator)).int(),
        grid=(7, 7),
        mean=torch.rand(n_components, generator=generator),
        variance=torch.rand(n_components, generator=generator),
        maximum=torch.where(gone, -torch.inf, scores[:, 0]),
        firing_rate=torch.rand(n_components, generator=generator),
        n_samples=len(CATEGORIES) * PER_CATEGORY * 2,
        sign=sign,
    )


def _rows(component: int, n_components: int, generator: torch.Generator) -> torch.Tensor:
    """K rows, mostly of the component's category, the rest of the next one."""
    category = component % len(CATEGORIES)
    pure = K - round(K * 0.7 * component / n_components)
    own = torch.randperm(PER_CATEGORY, generator=generator)[:pure] + category * PER_CATEGORY
    other = torch.randperm(PER_CATEGORY, generator=generator)[: K - pure]
    return torch.cat([own, other + (category + 1) % len(CATEGORIES) * PER_CATEGORY])


def _component_embeddings(samples: Samples, examples: ConceptExamples) -> torch.Tensor:
    rows = samples.rows(examples.sample_ids)
    vectors = samples.embeddings[rows.clamp(min=0)] * (rows >= 0).unsqueeze(-1)
    return torch.nn.functional.normalize(vectors.mean(1), dim=1)


def _provenance(layers: Sequence[str], sign: str) -> Provenance:
    return Provenance(
        model="FakeNet",
        model_fingerprint="0" * 16,
        images_fingerprint="1" * 16,
        n_images=len(CATEGORIES) * PER_CATEGORY * 2,
        preprocessing_fingerprint="2" * 16,
        foundation_model="words",
        foundation_model_fingerprint="words-1",
        foundation_model_recipe=None,
        foundation_model_caveat=WordModel.caveat,
        pooling=dict.fromkeys(layers, "max"),
        sign=sign,
        k=K,
        normalize_examples=True,
        created="2026-01-01T00:00:00Z",
    )
