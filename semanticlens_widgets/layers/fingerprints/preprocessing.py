"""A transform's identity: a hash of its output for test images, which must not be random."""

import hashlib
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image
from torch import Tensor

SIZE = 20
# A random flip gives eight equal results for each of two images once in 16,384 times.
RUNS = 8


def preprocessing_fingerprint(transform: Callable[[Image.Image], object]) -> str:
    """A hash of the transform's output for two fixed images, so that equal transforms have equal hashes.

    Raises ValueError for a random transform, TypeError unless it returns a float tensor (C, H, W).
    """
    total = hashlib.blake2b(digest_size=SIZE)
    for image in (_test_image(320, 240), _test_image(97, 180)):
        tensor = _repeatable(transform, image)
        total.update(f"{tensor.dtype} {tuple(tensor.shape)}\n".encode())
        total.update(tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return total.hexdigest()


def check_input(value: object) -> Tensor:
    """A transform's output, on the CPU; raises TypeError unless it is a float tensor (C, H, W)."""
    if isinstance(value, Tensor) and value.is_floating_point() and value.dim() == 3:
        return value.detach().cpu()
    found = (
        f"a {value.dtype} tensor {tuple(value.shape)}"
        if isinstance(value, Tensor)
        else f"a {type(value).__name__}"
    )
    raise TypeError(f"transform must return a float tensor (C, H, W) for an image, not {found}{_hint(value)}")


def check_transform(transform: Callable[[Image.Image], object]) -> None:
    """Raises TypeError unless the transform returns a float tensor (C, H, W), ValueError if it fails."""
    _output(transform, _test_image(320, 240))


def _output(transform: Callable[[Image.Image], object], image: Image.Image) -> Tensor:
    if not callable(transform):
        raise TypeError(f"transform must be a function of a PIL image, not {transform!r}")
    try:
        output = transform(image)
    except Exception as error:
        raise ValueError(
            "transform must turn a PIL image (RGB) into a float tensor (C, H, W), but fails: "
            f"{type(error).__name__}: {error}"
        ) from error
    return check_input(output)


def _repeatable(transform: Callable[[Image.Image], object], image: Image.Image) -> Tensor:
    first = _output(transform, image.copy())
    for _ in range(RUNS - 1):
        if not torch.equal(first, _output(transform, image.copy())):
            raise ValueError(
                "the transform is random: it returns a different tensor each time for the same image; "
                "pass the transform that is used for evaluation"
            )
    return first


def _hint(value: object) -> str:
    if isinstance(value, Tensor) and value.dim() == 4:
        return ": return the first row, transform(image)[0]"
    if hasattr(value, "keys"):
        return ": return its tensor, processor(image, return_tensors='pt')['pixel_values'][0]"
    return ": end it with torchvision.transforms.ToTensor()" if isinstance(value, Image.Image) else ""


# Every pixel differs from its neighbours and its mirror image, in every channel.
def _test_image(width: int, height: int) -> Image.Image:
    y, x, channel = np.ogrid[:height, :width, :3]
    return Image.fromarray(((x * 5 + y * 3 + x * y // 64 + channel * 67) % 256).astype(np.uint8))
