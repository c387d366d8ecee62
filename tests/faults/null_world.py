"""Worlds in which no component has a meaning: what its examples show is chance."""

import zlib
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

import semanticlens_widgets as slw

DIM = 64
N_COMPONENTS = 300
N_CLUSTERS = 12
N_CLASSES = 10
WORDS = tuple(f"word {number}" for number in range(400))
GENERAL = WORDS[::5]
"""Words that fit any picture a little, as "photo" and "outdoors" do."""
KINDS = ("shuffled embeddings", "random vectors", "random weights")


class NullWorld:
    """Pictures of noise, a model of random weights, and a foundation model whose space knows nothing of its scores.

    "shuffled embeddings" lie in clusters around a shared direction, as those of real photos do, in a random order;
    "random vectors" lie anywhere; "random weights" are another random projection of the pixels.
    """

    name = "null world"
    dim = DIM
    recipe = None

    def __init__(self, kind: str, n_images: int, seed: int) -> None:
        self.kind, self.seed = kind, seed
        self.fingerprint = f"{kind} {n_images} {seed}"
        generator = np.random.default_rng(seed)
        self.pictures = generator.integers(0, 256, (n_images, 8, 8, 3), np.uint8)
        self._rows = {picture.tobytes(): row for row, picture in enumerate(self.pictures)}

    @cached_property
    def generator(self) -> torch.Generator:
        """Of directions."""
        return torch.Generator().manual_seed(self.seed)

    @cached_property
    def shared(self) -> Tensor:
        """The direction that all have in part."""
        return self._directions(1)[0]

    @cached_property
    def centres(self) -> Tensor:
        """Of the clusters."""
        return self._directions(N_CLUSTERS)

    @cached_property
    def embeddings(self) -> Tensor:
        """(image, dim)."""
        n = len(self.pictures)
        if self.kind == "random vectors":
            return self._directions(n)
        if self.kind == "random weights":
            pixels = torch.from_numpy(self.pictures.reshape(n, -1)).float() / 255 - 0.5
            return torch.tanh(pixels @ torch.randn(192, DIM, generator=self.generator)) + 0.5 * self.shared
        cluster = torch.randint(N_CLUSTERS, (n,), generator=self.generator)
        return 0.7 * self.shared + self.centres[cluster] + 0.6 * self._directions(n)

    def embed_images(self, images: Sequence[Image.Image]) -> Tensor:
        """By their pixels."""
        return self.embeddings[[self._rows[image.convert("RGB").tobytes()] for image in images]]

    def embed_texts(self, texts: Sequence[str]) -> Tensor:
        """A direction of its own for each; every fourth word leans to a cluster."""
        return torch.stack([self._word(text) for text in texts])

    def _word(self, text: str) -> Tensor:
        own = torch.Generator().manual_seed(zlib.crc32(f"{self.seed} {text}".encode()))
        direction = torch.randn(DIM, generator=own) / DIM**0.5 if text else torch.zeros(DIM)
        number = int(text.split()[-1]) if text in WORDS else 1
        lean = self.centres[number // 4 % N_CLUSTERS] if number % 4 == 0 else torch.zeros(DIM)
        return (1.5 if text in GENERAL else 0.5) * self.shared + direction + 0.7 * lean

    def _directions(self, n: int) -> Tensor:
        return nn.functional.normalize(torch.randn(n, DIM, generator=self.generator), dim=1)


def to_input(image: Image.Image) -> Tensor:
    """The pixels around 0."""
    return torch.from_numpy(np.asarray(image, np.float32) / 255 - 0.5).permute(2, 0, 1).contiguous()


def null_lens(world: NullWorld, k: int) -> slw.Lens:
    """A lens of 300 random projections of noise, attributed to ten classes that are as random."""
    torch.manual_seed(world.seed)
    see = nn.Sequential(nn.Flatten(), nn.Linear(192, N_COMPONENTS))
    model = nn.Sequential(OrderedDict(see=see, head=nn.Linear(N_COMPONENTS, N_CLASSES)))
    names = [f"class {number}" for number in range(N_CLASSES)]
    images = slw.as_images(
        world.pictures, labels=[names[row % N_CLASSES] for row in range(len(world.pictures))]
    )
    return slw.Lens.build(
        model, images, "see", foundation_model=world, transform=to_input, k=k, batch_size=64,
        memory_format=torch.contiguous_format, classes=names, progress=False,
    ).attribute(progress=False)  # fmt: skip
