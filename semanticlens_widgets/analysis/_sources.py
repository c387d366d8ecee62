"""What a query may be, and what each of its terms is made of."""

from collections.abc import Iterator, Sequence

from PIL import Image
from torch import Tensor

from semanticlens_widgets.analysis._query import Term, parse_query

Query = str | Image.Image | Tensor | Sequence[str | Image.Image | Tensor]
"""Text in the language of the query box, an image, a vector, or several: images of a list count as their mean."""

Source = str | Tensor | list[Image.Image]
"""What a term is made of: a text or the name of a component, a vector, images."""


def sources(query: object) -> Iterator[tuple[Term, Source]]:
    """The terms of a query, each with its source; raises TypeError and ValueError for what is no query."""
    if isinstance(query, str):
        yield from ((term, term.text) for term in parse_query(query))
    elif isinstance(query, Tensor):
        yield Term(1.0, "vector", "vector"), query
    elif isinstance(query, Image.Image):
        yield Term(1.0, "image", "image"), [query]
    elif isinstance(query, Sequence):
        yield from _sources_of_list(query)
    else:
        raise TypeError(
            f"a query is a text, an image, a vector or a list of these, not {type(query).__name__}"
        )


def _sources_of_list(query: Sequence[object]) -> Iterator[tuple[Term, Source]]:
    if not query:
        raise ValueError("the query is an empty list; give a text or an image")
    images = [part for part in query if isinstance(part, Image.Image)]
    if images:
        yield Term(1.0, "image", "image" if len(images) == 1 else f"{len(images)} images"), images
    for part in query:
        if isinstance(part, str | Tensor):
            yield from sources(part)
        elif not isinstance(part, Image.Image):
            raise TypeError(f"a list holds texts, images and vectors, not {type(part).__name__}")
