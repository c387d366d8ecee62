"""Trait types that the galleries of this package need beyond traitlets' own."""

from typing import Any

import traitlets


class Query(traitlets.Unicode):
    """A query that Python may set as text, as a PIL image or as a list of PIL images.

    The browser sees text alone; images stay in the kernel, and the widget's trait `query_image` holds their
    handle. Setting from Python replaces text and image both; what the browser sends does not pass here.
    """

    def __set__(self, obj: Any, value: Any) -> None:
        """Text, an image or images; raises TypeError for anything else and ValueError for overlong text."""
        text = obj.check_query_text(value) if isinstance(value, str) else ""
        with obj.hold_trait_notifications():
            obj.query_image = "" if isinstance(value, str) else obj.remember_images(value)
            super().__set__(obj, text)

    def __get__(self, obj: Any, cls: Any = None) -> Any:
        """The text; the list of images when they are the query."""
        if obj is None:
            return self
        text = super().__get__(obj, cls)
        return text or (obj.recall_images() if obj.query_image else "")


class VocabularySource(traitlets.Any):
    """What labels are chosen from: None, or whatever `lens.label` takes. It stays in the kernel.

    Setting what is set already counts too: a file may hold other texts by now.
    """

    def __set__(self, obj: Any, value: Any) -> None:
        """Raises what `vocabularies.vocabulary` raises."""
        super().__set__(obj, obj.choose_vocabulary(value))


def text_of(value: object, _widget: object) -> str:
    """What the browser is sent of a query."""
    return value if isinstance(value, str) else ""
