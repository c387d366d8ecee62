"""Check that a dataset returns the same image each time an item is read."""

import random
from collections.abc import Callable

from PIL import Image

N_ITEMS = 8
N_LOOKS = 24
"""At all of them together: a flip of every second look is missed once in 65,000 datasets of 8 items or more."""


def check_repeatable(image: Callable[[int], Image.Image], n_images: int) -> None:
    """Reads up to 8 items three times or more, the first and the last among them; raises ValueError if one differs.

    Items that cannot be read are skipped.
    """
    samples = _spread(n_images)
    for sample in samples:
        if _differs(image, sample, N_LOOKS // len(samples)):
            raise ValueError(
                f"the dataset returns a different image each time item {sample} is read: "
                "pass it without its random transform"
            )


def _spread(n_images: int) -> list[int]:
    # Chosen at random, so that items that change at regular distances are met.
    inner = random.Random(0).sample(range(n_images), min(n_images, N_ITEMS - 2))  # noqa: S311
    return sorted({0, *inner, n_images - 1})


def _differs(image: Callable[[int], Image.Image], sample: int, n_looks: int) -> bool:
    try:
        first = image(sample)
        others = [image(sample) for _ in range(n_looks - 1)]
    except Exception:  # noqa: BLE001 - a broken image is recorded later
        return False
    return any(first.size != other.size or first.tobytes() != other.tobytes() for other in others)
