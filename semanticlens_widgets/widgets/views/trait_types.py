"""Trait types beyond traitlets' own, and checks of trait values."""

from collections.abc import Sequence
from typing import Any

import traitlets
from PIL import Image

from semanticlens_widgets._arguments import check_choice, shown
from semanticlens_widgets.analysis.queries.language import MAX_CHARACTERS


class Choice(traitlets.Unicode):
    """One of a fixed set of texts, which TypeScript gets as a union type."""

    def __init__(self, options: Sequence[str], default: str | None = None) -> None:
        super().__init__(options[0] if default is None else default)
        self.options = tuple(options)

    def validate(self, obj: Any, value: Any) -> str:
        """Returns the value; raises ValueError for any other, with near ones."""
        check_choice(str(self.name), value, self.options)
        return value


class Query(traitlets.Unicode):
    """A query that Python may set as text, as a PIL image or as a list of PIL images.

    The browser sees the text alone; images stay in the kernel, and the widget's trait `query_image` holds their
    handle. Setting the query from Python replaces text and image; values from the browser do not pass through here.
    """

    def validate(self, obj: Any, value: Any) -> str:
        """Returns the text; raises TraitError for anything else and ValueError for overlong text."""
        return checked_text(super().validate(obj, value))

    def __set__(self, obj: Any, value: Any) -> None:
        """Sets text or images; raises TypeError for anything else and ValueError for overlong text."""
        text = checked_text(value) if isinstance(value, str) else ""
        with obj.hold_trait_notifications():
            obj.query_image = "" if isinstance(value, str) else obj._session.images.add(checked_images(value))
            super().__set__(obj, text)

    def __get__(self, obj: Any, cls: Any = None) -> Any:
        """Returns the text, or the list of images of an image query."""
        if obj is None:
            return self
        text = super().__get__(obj, cls)
        return text or (list(obj._session.images.get(obj.query_image)) if obj.query_image else "")

    def _cross_validate(self, obj: Any, value: Any) -> str:
        # traitlets reads the query, sets it again and may meet images, which are not its text.
        return text_of(value, obj)


class VocabularyTrait(traitlets.Any):
    """The texts that labels are chosen from: None, or any `vocabulary` of `lens.label`. It stays in the kernel.

    Setting an equal value counts as a change: the file it names may have changed.
    """

    def __set__(self, obj: Any, value: Any) -> None:
        """Reads the vocabulary; raises what `vocabularies.vocabulary` raises."""
        super().__set__(obj, obj._use_vocabulary(value))


def text_of(value: object, _widget: object) -> str:
    """Serializes a query for the browser: its text, or "" for images."""
    return value if isinstance(value, str) else ""


def checked_text(text: str) -> str:
    """Returns the text of a query; raises ValueError if it is too long to be one."""
    if len(text) > MAX_CHARACTERS:
        raise ValueError(
            f"query must have at most {MAX_CHARACTERS:,} characters, not {len(text):,}; a query is a few words"
        )
    return text


def checked_images(images: Any) -> list[Image.Image]:
    """Returns one or several images as a list; raises TypeError for anything but PIL images."""
    given = [images] if isinstance(images, Image.Image) else images
    if not isinstance(given, list | tuple) or not all(isinstance(image, Image.Image) for image in given):
        raise TypeError(f"query must be text, a PIL image or a list of PIL images, not {shown(given)}")
    return list(given)


def within(name: str, value: int | float, lowest: int, highest: int) -> Any:
    """Returns the value of the trait `name`; raises ValueError if it is out of range or a truth value."""
    if isinstance(value, bool) or not lowest <= value <= highest:
        raise ValueError(f"{name} must be between {lowest} and {highest:,}, not {value}")
    return value
