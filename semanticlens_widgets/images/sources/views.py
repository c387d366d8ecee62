"""Views of other images: a subset, or with other labels."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from operator import index
from typing import Any

from PIL import Image

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import _fingerprints
from semanticlens_widgets.images._labels import labels_of, only, single, target_labels, written
from semanticlens_widgets.images._protocol import Images


class SubsetImages:
    """A subset of other images, renumbered from 0."""

    def __init__(self, images: Images, samples: Sequence[int]) -> None:
        self._images = images
        self._samples = list(samples)
        self.parallel: bool = getattr(images, "parallel", False)
        self.num_workers: int = getattr(images, "num_workers", 0)
        self.classes: Sequence[str] | None = getattr(images, "classes", None)

    @property
    def fingerprint(self) -> str:
        """A hash of the fingerprint of all images and the chosen samples."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        return _fingerprints.combined([self._images.fingerprint, *self._samples])

    def __len__(self) -> int:
        return len(self._samples)

    def __repr__(self) -> str:
        return f"<{len(self):,} of {self._images!r}>"

    def image(self, sample: int) -> Image.Image:
        """The image of the chosen sample."""
        return self._images.image(self._samples[sample])

    def label(self, sample: int) -> str | None:
        """The label of the chosen sample."""
        return self._images.label(self._samples[sample])

    def labels(self, sample: int) -> tuple[str, ...] | None:
        """All labels of the chosen sample."""
        return labels_of(self._images, self._samples[sample])

    def name(self, sample: int) -> str:
        """The name of the chosen sample among all images."""
        return self._images.name(self._samples[sample])


class WorkedImages:
    """Other images, which worker processes decode and transform."""

    def __init__(self, images: Images, num_workers: int) -> None:
        self._images = images
        self.num_workers = num_workers

    @property
    def fingerprint(self) -> str:
        """That of the images."""
        return self._images.fingerprint

    def __len__(self) -> int:
        return len(self._images)

    def __repr__(self) -> str:
        return repr(self._images)

    def __getattr__(self, name: str) -> Any:
        if name == "_images":  # not there yet while it is unpickled
            raise AttributeError(name)
        return getattr(self._images, name)

    def image(self, sample: int) -> Image.Image:
        """The image, unchanged."""
        return self._images.image(sample)

    def label(self, sample: int) -> str | None:
        """The label, unchanged."""
        return self._images.label(sample)

    def labels(self, sample: int) -> tuple[str, ...] | None:
        """All labels, unchanged."""
        return labels_of(self._images, sample)

    def name(self, sample: int) -> str:
        """The name, unchanged."""
        return self._images.name(sample)


class RelabelledImages:
    """Other images with labels given by the user."""

    def __init__(self, images: Images, labels: Iterable[object]) -> None:
        if isinstance(labels, str | Mapping) or not isinstance(labels, Iterable):
            raise TypeError(f"labels must be a list, one per image, not a {type(labels).__name__}")
        labels = list(labels)
        if len(labels) != len(images):
            raise ValueError(
                f"labels must be one for each of the {len(images):,} images, not {len(labels):,}"
            )
        self._images = images
        self.parallel: bool = getattr(images, "parallel", False)
        self.num_workers: int = getattr(images, "num_workers", 0)
        self._labels = [_texts(label) for label in labels]

    @property
    def fingerprint(self) -> str:
        """A hash of the fingerprint of the images and the labels."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        return _fingerprints.combined([self._images.fingerprint, *map(written, self._labels)])

    def __len__(self) -> int:
        return len(self._images)

    def __repr__(self) -> str:
        return repr(self._images)

    def image(self, sample: int) -> Image.Image:
        """The image, unchanged."""
        return self._images.image(sample)

    def label(self, sample: int) -> str | None:
        """The new label."""
        return only(self._labels[sample])

    def labels(self, sample: int) -> tuple[str, ...] | None:
        """The new labels, of which an array of 0 and 1 marks several."""
        return self._labels[sample]

    def name(self, sample: int) -> str:
        """The name, unchanged."""
        return self._images.name(sample)


def _texts(label: object) -> tuple[str, ...] | None:
    if isinstance(label, list | tuple) and all(isinstance(each, str) for each in label):
        return tuple(label)
    value = single(label)
    if label is None or value != value:  # an empty cell of a table is NaN, which differs from itself
        return None
    found = target_labels(label)
    if found is None:
        raise TypeError(f"labels must be texts or numbers, one per image, not a {type(label).__name__}")
    return found


def subset(images: Images, indices: Iterable[int]) -> SubsetImages:
    """The images at `indices`, in that order; repetitions are allowed.

    Raises ImagesError for no indices, IndexError for one outside 0 to n - 1 (negative ones do not count from the end),
    TypeError for one that is not a whole number.
    """
    samples = [index(sample) for sample in indices]
    if not samples:
        raise ImagesError("the subset is empty: indices must name at least one sample")
    outside = [sample for sample in samples if not 0 <= sample < len(images)]
    if outside:
        raise IndexError(f"indices must lie in 0 to {len(images) - 1}, not {outside[0]}")
    return SubsetImages(images, samples)
