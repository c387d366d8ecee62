"""Which preprocessing this is, told by what it does."""

import hashlib
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image
from torch import Tensor

SIZE = 20
# A flip that happens half of the time escapes eight looks at each of two images once in 16,384 times.
LOOKS = 8


def preprocessing_fingerprint(transform: Callable[[Image.Image], object]) -> str:
    """A hash of what the transform makes of two fixed images, so that equal transforms have equal hashes.

    Raises ValueError for a random transform, TypeError for one that gives no float tensor (C, H, W).
    """
    total = hashlib.blake2b(digest_size=SIZE)
    for image in (_test_image(320, 240), _test_image(97, 180)):
        tensor = _same_every_time(transform, image)
        total.update(f"{tensor.dtype} {tuple(tensor.shape)}\n".encode())
        total.update(tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return total.hexdigest()


def check_input(value: object) -> Tensor:
    """What a transform gave, on the CPU; raises TypeError unless it is a float tensor (C, H, W)."""
    if isinstance(value, Tensor) and value.is_floating_point() and value.dim() == 3:
        return value.detach().cpu()
    found = (
        f"a {value.dtype} tensor {tuple(value.shape)}"
        if isinstance(value, Tensor)
        else f"a {type(value).__name__}"
    )
    raise TypeError(
        f"transform must give a float tensor (C, H, W) for one image, not {found}{_way_out(value)}"
    )


def check_transform(transform: Callable[[Image.Image], object]) -> None:
    """Raises TypeError and ValueError for what makes no float tensor (C, H, W) of a picture."""
    _made(transform, _test_image(320, 240))


def _made(transform: Callable[[Image.Image], object], image: Image.Image) -> Tensor:
    if not callable(transform):
        raise TypeError(f"transform must be a function of a picture (PIL), not {transform!r}")
    try:
        made = transform(image)
    except Exception as error:
        raise ValueError(
            "transform must make a float tensor (C, H, W) of a picture (PIL, RGB), and fails: "
            f"{type(error).__name__}: {error}"
        ) from error
    return check_input(made)


def _same_every_time(transform: Callable[[Image.Image], object], image: Image.Image) -> Tensor:
    first = _made(transform, image.copy())
    for _ in range(LOOKS - 1):
        if not torch.equal(first, _made(transform, image.copy())):
            raise ValueError(
                "the preprocessing is random: it gives another tensor each time for the same image; "
                "pass the transform that is used for evaluation"
            )
    return first


def _way_out(value: object) -> str:
    if isinstance(value, Tensor) and value.dim() == 4:
        return ": take the first row, transform(image)[0]"
    if hasattr(value, "keys"):
        return ": take the tensor out of it, processor(image, return_tensors='pt')['pixel_values'][0]"
    return ": end it with torchvision.transforms.ToTensor()" if isinstance(value, Image.Image) else ""


# Every pixel differs from its neighbours and its mirror image, in every channel.
def _test_image(width: int, height: int) -> Image.Image:
    y, x, channel = np.ogrid[:height, :width, :3]
    return Image.fromarray(((x * 5 + y * 3 + x * y // 64 + channel * 67) % 256).astype(np.uint8))
