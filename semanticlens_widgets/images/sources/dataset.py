"""Adapter for map-style torch and torchvision datasets."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from PIL import Image

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import _fingerprints
from semanticlens_widgets.images._decode import SOURCE_LOCK
from semanticlens_widgets.images._labels import only, target_labels, written
from semanticlens_widgets.images._protocol import Images
from semanticlens_widgets.images._rules import NO_RULES, PixelRules
from semanticlens_widgets.images.sources.files import FileImages
from semanticlens_widgets.images.sources.pictures import rgb
from semanticlens_widgets.images.sources.repeatable import check_repeatable
from semanticlens_widgets.images.stores.local import LocalFolder

IMAGE_KEYS = ("image", "img", "images", "pixel_values", "jpg", "png", "picture")
LABEL_KEYS = ("label", "labels", "target", "class", "cls")


class DatasetImages:
    """Items of a dataset: an image, (image, target, ...) or a mapping; `classes` names numbered targets.

    Items are read one at a time, in the thread that asks for them: a dataset may keep a cursor, an open file or a
    connection that belongs to one thread.
    """

    def __init__(self, dataset: Any, rules: PixelRules = NO_RULES) -> None:
        self._dataset = dataset
        self._rules = rules
        self.classes = _classes(dataset)
        """The names of the numbered targets, in order; None if the dataset has none."""
        self._labels: dict[int, tuple[str, ...] | None] = {}

    @property
    def fingerprint(self) -> str:
        """A hash of the pixels and the labels."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        hashes = _fingerprints.of_pixels(None, self.image, len(self))
        # An item that cannot be read has no label either.
        labels = [self._labels.get(sample) for sample in range(len(self))]
        return _fingerprints.combined([*hashes, *map(written, labels)])

    def __len__(self) -> int:
        return len(self._dataset)

    def __repr__(self) -> str:
        return f"<{len(self):,} images of {type(self._dataset).__name__}>"

    def image(self, sample: int) -> Image.Image:
        """The item's image in RGB; raises the dataset's errors, and ValueError for pixels of an unsupported kind."""
        with SOURCE_LOCK:  # until the pixels are copied: the dataset may give the same memory again
            picture, target = parts(self._dataset[sample])
            # Cached, so that reading a label does not decode the image again.
            self._labels[sample] = target_labels(target, self.classes)
            return rgb(picture, rules=self._rules)

    def label(self, sample: int) -> str | None:
        """The name of the target's class, or the target as text; None unless it is a single number or text."""
        return only(self.labels(sample))

    def labels(self, sample: int) -> tuple[str, ...] | None:
        """The names of all classes that a target of 0 and 1 marks, else the label; None for other targets."""
        if sample not in self._labels:
            with SOURCE_LOCK:
                self._labels[sample] = target_labels(parts(self._dataset[sample])[1], self.classes)
        return self._labels[sample]

    def name(self, sample: int) -> str:
        """The sample's number, as text."""
        return str(sample)


def dataset_images(dataset: Any, rules: PixelRules = NO_RULES) -> Images:
    """Adapts a map-style dataset; an ImageFolder is read as files.

    Raises TypeError or ValueError if its first item is not an image, or one of several differs between two reads.
    """
    if len(dataset) == 0:
        raise ImagesError(f"the dataset {type(dataset).__name__} has no images: there must be at least one")
    if _is_plain_image_folder(dataset):
        paths, targets = zip(*dataset.samples, strict=True)
        root = Path(dataset.root)
        names = [Path(path).relative_to(root).as_posix() for path in paths]
        return FileImages(LocalFolder(root), names, [dataset.classes[target] for target in targets], rules)
    _check_first_item(dataset, rules)
    images = DatasetImages(dataset, rules)
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


def _check_first_item(dataset: Any, rules: PixelRules) -> None:
    try:
        with SOURCE_LOCK:
            item = dataset[0]
    except NotImplementedError as error:
        raise TypeError(f"a dataset must return item i, which {type(dataset).__name__} does not") from error
    except Exception:  # noqa: BLE001 - a broken first image is recorded later like any other
        return
    first = parts(item)[0]
    if isinstance(item, Mapping) and first is None:
        keys = ", ".join(map(repr, list(item)[:8]))
        raise TypeError(
            "items of a dataset must be images or (image, target), or hold their image as 'image', and these hold "
            f"{keys}; rename the key"
        )
    if not isinstance(first, Image.Image) and not hasattr(first, "shape"):
        raise TypeError(f"items of a dataset must be images or (image, target), not {type(first).__name__}")
    if isinstance(item, tuple | list) and len(item) > 1 and _n_bands(first) == 1 and _n_bands(item[1]) == 3:
        raise ValueError(
            "items hold two pictures, and the first looks like a mask: pass a dataset whose items begin with the image"
        )
    rgb(first, rules=rules)


def _n_bands(picture: object) -> int:
    """The number of a picture's bands, 1 for a palette; 0 for what is no picture."""
    if isinstance(picture, Image.Image):
        return len(picture.getbands())
    shape = tuple(getattr(picture, "shape", ()))
    if len(shape) == 2:
        return 1
    return next((n for n in (1, 3) if len(shape) == 3 and n in (shape[0], shape[2])), 0)


def _classes(dataset: Any) -> list[str] | None:
    parts = getattr(dataset, "datasets", None)  # torch.utils.data.ConcatDataset
    if isinstance(parts, list | tuple) and parts:
        first, *others = map(_classes, parts)
        if any(other != first for other in others):
            raise ValueError(
                "the datasets that were joined name their classes differently, so that one number means several "
                "classes: pass them one by one, or labels=[...]"
            )
        return first
    while not hasattr(dataset, "classes") and hasattr(dataset, "dataset"):
        dataset = dataset.dataset  # torch.utils.data.Subset and the like
    classes = getattr(dataset, "classes", None)
    return [str(name) for name in classes] if isinstance(classes, list | tuple) else None


def _value(item: Mapping[Any, Any], keys: tuple[str, ...]) -> Any:
    return next((item[key] for key in keys if key in item), None)
