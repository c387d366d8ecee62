"""A data source of known content, and what a model sees of it through a lens."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

import semanticlens_widgets as slw
from tests.colour_world import ColourSpace

N = 12
SIDE = 8
"""Of the signature of a picture: its mean colours on a grid."""


def _blots(n: int, height: int, width: int, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    coarse = generator.integers(0, 256, (n, 3, 4, 3), np.uint8)
    return np.stack([np.asarray(Image.fromarray(blot).resize((width, height))) for blot in coarse])


TRUE = _blots(N, 18, 24, 0)
"""(image, height, width, 3): the pictures that most sources hold in some way."""
MANY = _blots(80, 18, 24, 1)
GREY = TRUE.mean(3).round().astype(np.uint8)[..., None].repeat(3, 3)
"""The same in grey, as far as 8 bits go."""


@dataclass(frozen=True)
class Source:
    """A source that somebody passes as images, and its contents."""

    name: str
    make: Callable[[Path], Any]
    """The object, from an empty folder."""
    pixels: np.ndarray | None = None
    """(image, height, width, 3); None where no answer is right, so that it must be refused or warned of."""
    labels: Sequence[str | None] | None = None
    """Compared where given."""
    tolerance: float = 3
    """In levels of 255."""
    left_out: Sequence[int] = ()
    """Samples that cannot be read: a warning must say so."""
    transform: Callable[[Image.Image], Tensor] | None = None
    warning: str = ""
    """The subject that a warning must name."""
    forbidden: str = ""
    """Words that a refusal must not contain; "." where none is right."""


def signature(image: Image.Image) -> Tensor:
    """(3, side, side): the picture's mean colours on a grid."""
    small = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)
    return torch.from_numpy(np.asarray(small, np.float32)).permute(2, 0, 1).contiguous()


def eye() -> nn.Module:
    """A model whose layer `see` gives the signature itself."""
    torch.manual_seed(0)
    return nn.Sequential(OrderedDict(see=nn.Flatten(), head=nn.Linear(3 * SIDE * SIDE, 2)))


def lens_of(source: Source, images: Any) -> slw.Lens:
    """A lens with the signature of every image."""
    return slw.Lens.build(
        eye(), images, "see", foundation_model=ColourSpace(), transform=source.transform or signature,
        k=len(images), batch_size=4, memory_format=torch.contiguous_format, progress=False,
    )  # fmt: skip


def seen(lens: slw.Lens, n: int) -> Tensor:
    """(image, signature); NaN for images that were not seen. A score of exactly 0 makes no example."""
    examples = lens.database.examples["see"]
    found = torch.full((n, examples.n_components), torch.nan)
    ids, scores = examples.sample_ids, examples.scores
    for component in range(examples.n_components):
        known = ids[component] >= 0
        found[ids[component][known], component] = scores[component][known]
    found[~found.isnan().all(1)] = found[~found.isnan().all(1)].nan_to_num()
    return found


def problem(source: Source, folder: Path) -> str | None:
    """The difference of what a lens saw of the source from its contents."""
    images = slw.as_images(source.make(folder))
    lens = lens_of(source, images)
    if source.pixels is None:
        return "taken, though there is no right answer"
    if len(images) != len(source.pixels):
        return f"{len(images)} images instead of {len(source.pixels)}"
    return _pixels_problem(source, lens) or _labels_problem(source, images) or _left_out_problem(source, lens)


def _pixels_problem(source: Source, lens: slw.Lens) -> str | None:
    assert source.pixels is not None
    expected = torch.stack([signature(Image.fromarray(picture)).flatten() for picture in source.pixels])
    found = seen(lens, len(expected))
    missing = found.isnan().any(1).nonzero().flatten().tolist()
    if unexpected := sorted(set(missing) ^ set(source.left_out)):
        broken = list(lens.database.provenance.broken.values())[:1]
        return f"samples {unexpected[:4]} ({len(unexpected)}) left out, or not, unexpectedly: {broken}"
    off = (found - expected).nan_to_num().abs().amax(1)
    wrong = int((off > source.tolerance).sum())
    return f"{wrong} of {len(off)} images wrong, by up to {off.max():.0f} levels" if wrong else None


def _labels_problem(source: Source, images: Any) -> str | None:
    if source.labels is None:
        return None
    found = [images.label(sample) for sample in range(len(images))]
    return (
        None if found == list(source.labels) else f"labels {found[:4]} instead of {list(source.labels)[:4]}"
    )


def _left_out_problem(source: Source, lens: slw.Lens) -> str | None:
    if not source.left_out:
        return None
    return f"{len(source.left_out)} of {lens.database.provenance.n_images} images left out; shown as {lens!r}"
