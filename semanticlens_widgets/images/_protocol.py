"""Where samples come from: the one thing that every adapter offers."""

from typing import Protocol, runtime_checkable

from PIL import Image


@runtime_checkable
class Images(Protocol):
    """A fixed, ordered collection of images; whoever has such an object needs no adapter of ours."""

    @property
    def fingerprint(self) -> str:
        """A hash of the content: equal for equal images in equal order, whatever folder they lie in."""
        ...

    def __len__(self) -> int:
        """How many samples there are."""
        ...

    def image(self, sample: int) -> Image.Image:
        """The RGB image of one sample; raises when it cannot be decoded."""
        ...

    def label(self, sample: int) -> str | None:
        """What the dataset says the sample shows, or None."""
        ...

    def name(self, sample: int) -> str:
        """What a person would call the sample: its relative path, or its number."""
        ...
