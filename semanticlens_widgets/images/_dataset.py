"""Adapter for map-style torch and torchvision datasets."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from PIL import Image

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import _fingerprints
from semanticlens_widgets.images._decode import SOURCE_LOCK
from semanticlens_widgets.images._files import FileImages
from semanticlens_widgets.images._pictures import rgb
from semanticlens_widgets.images._protocol import Images
from semanticlens_widgets.images._repeatable import check_repeatable

IMAGE_KEYS = ("image", "img", "images", "pixel_values", "jpg", "png", "picture")
LABEL_KEYS = ("label", "labels", "target", "class", "cls")


class DatasetImages:
    """Items of a dataset: an image, (image, target, ...) or a mapping; `classes` names numbered targets.

    Items are read one at a time, in the thread that asks for them: a dataset may keep a cursor, an open file or a
    connection that belongs to one thread.
    """

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset
        self.classes = _classes(dataset)
        """The names of the numbered targets, in order; None if the dataset has none."""
        self._labels: dict[int, str | None] = {}

    @property
    def fingerprint(self) -> str:
        """A hash of the pixels and the labels."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        hashes = _fingerprints.of_pixels(self.image, len(self))
        # An item that cannot be read has no label either.
        labels = [self._labels.get(sample) for sample in range(len(self))]
        return _fingerprints.combined([*hashes, *labels])

    def __len__(self) -> int:
        return len(self._dataset)

    def __repr__(self) -> str:
        return f"<{len(self):,} images of {type(self._dataset).__name__}>"

    def image(self, sample: int) -> Image.Image:
        """The item's image in RGB; raises the dataset's errors, and ValueError for pixels of an unsupported kind."""
        with SOURCE_LOCK:  # until the pixels are copied: the dataset may give the same memory again
            picture, target = parts(self._dataset[sample])
            # Cached, so that reading a label does not decode the image again.
            self._labels[sample] = label_text(target, self.classes)
            return rgb(picture)

    def label(self, sample: int) -> str | None:
        """The name of the target's class, or the target as text; None unless it is a single number or text."""
        if sample not in self._labels:
            with SOURCE_LOCK:
                self._labels[sample] = label_text(parts(self._dataset[sample])[1], self.classes)
        return self._labels[sample]

    def name(self, sample: int) -> str:
        """The sample's number, as text."""
        return str(sample)


def dataset_images(dataset: Any) -> Images:
    """Adapts a map-style dataset; an ImageFolder is read as files.

    Raises TypeError or ValueError if its first item is not an image, or one of several differs between two reads.
    """
    if len(dataset) == 0:
        raise ImagesError(f"the dataset {type(dataset).__name__} has no images: there must be at least one")
    if _is_plain_image_folder(dataset):
        paths, targets = zip(*dataset.samples, strict=True)
        root = Path(dataset.root)
        names = [Path(path).relative_to(root).as_posix() for path in paths]
        return FileImages(root, names, [dataset.classes[target] for target in targets])
    _check_first_item(dataset)
    images = DatasetImages(dataset)
    check_repeatable(images.image, len(images))
    return images


def parts(item: Any) -> tuple[Any, Any]:
    """The picture and the target of one item."""
    if isinstance(item, Mapping):
        return _value(item, IMAGE_KEYS), _value(item, LABEL_KEYS)
    if isinstance(item, tuple | list):
        return (item[0], item[1] if len(item) > 1 else None) if item else (None, None)
    return item, None


# Files are hashed without being decoded, and keep their names and their orientation.
def _is_plain_image_folder(dataset: Any) -> bool:
    kind = type(dataset)
    return (
        kind.__module__.startswith("torchvision.")
        and kind.__name__ == "ImageFolder"
        and dataset.transforms is None
    )


def _check_first_item(dataset: Any) -> None:
    try:
        with SOURCE_LOCK:
            first = parts(dataset[0])[0]
    except NotImplementedError as error:
        raise TypeError(f"a dataset must return item i, which {type(dataset).__name__} does not") from error
    except Exception:  # noqa: BLE001 - a broken first image is recorded later like any other
        return
    if not isinstance(first, Image.Image) and not hasattr(first, "shape"):
        raise TypeError(f"items of a dataset must be images or (image, target), not {type(first).__name__}")
    rgb(first)


def _classes(dataset: Any) -> list[str] | None:
    while not hasattr(dataset, "classes") and hasattr(dataset, "dataset"):
        dataset = dataset.dataset  # torch.utils.data.Subset and the like
    classes = getattr(dataset, "classes", None)
    return [str(name) for name in classes] if isinstance(classes, list | tuple) else None


def label_text(target: Any, classes: list[str] | None = None) -> str | None:
    """The name of the target's class, or the target as text; None unless it is a single number or text."""
    if hasattr(target, "item"):
        target = None if getattr(target, "shape", ()) else target.item()
    if target is None or isinstance(target, Mapping | list | tuple):
        return None
    if classes and isinstance(target, int) and not isinstance(target, bool) and 0 <= target < len(classes):
        return classes[target]
    return str(target)


def _value(item: Mapping[Any, Any], keys: tuple[str, ...]) -> Any:
    return next((item[key] for key in keys if key in item), None)
