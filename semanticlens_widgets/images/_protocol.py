"""The protocol that every source of samples satisfies."""

from typing import Protocol, runtime_checkable

from PIL import Image


@runtime_checkable
class Images(Protocol):
    """A fixed, ordered collection of images; an object with these members needs no adapter.

    Images are read one at a time, in the thread that asks for them, unless the object has the attribute
    `parallel = True`: then several threads read at once.
    """

    @property
    def fingerprint(self) -> str:
        """A hash of the content: equal for equal images in the same order, in any folder."""
        ...

    def __len__(self) -> int:
        """The number of samples."""
        ...

    def image(self, sample: int) -> Image.Image:
        """The RGB image of a sample; raises if it cannot be decoded."""
        ...

    def label(self, sample: int) -> str | None:
        """The dataset's label of the sample, or None."""
        ...

    def name(self, sample: int) -> str:
        """A readable name of the sample: its relative path, or its number."""
        ...
