"""What a query may be, and what each of its terms is made of."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from semanticlens_widgets.analysis.queries.language import Term, parse_query
from semanticlens_widgets.images import SUFFIXES, as_images, from_pixels

Query = (
    str | Image.Image | Path | np.ndarray | Tensor | Sequence[str | Image.Image | Path | np.ndarray | Tensor]
)
"""Text in the language of the query box, an image, a vector, or several: images of a list count as their mean.

An image is one of PIL, the path of a file (a `Path`: text is words), or pixels: an array, or a tensor (C, H, W).
"""

Source = str | Tensor | list[Image.Image]
"""What a term is made of: a text or the name of a component, a vector, images."""


def sources(query: object) -> Iterator[tuple[Term, Source]]:
    """The terms of a query, each with its source; raises TypeError and ValueError for what is no query."""
    query = _plain(query)
    if isinstance(query, str):
        _check_no_file(query)
        yield from ((term, term.text) for term in parse_query(query))
    elif isinstance(query, Tensor):
        yield Term(1.0, "vector", "vector"), query
    elif isinstance(query, Image.Image):
        yield Term(1.0, "image", "image"), [query]
    elif isinstance(query, Sequence) and not isinstance(query, bytes):
        yield from _sources_of_list(query)
    else:
        raise TypeError(
            f"a query is a text, an image, a vector or a list of these, not {type(query).__name__}"
        )


def _sources_of_list(query: Sequence[object]) -> Iterator[tuple[Term, Source]]:
    if not query:
        raise ValueError("the query is an empty list; give a text or an image")
    query = [_plain(part) for part in query]
    images = [part for part in query if isinstance(part, Image.Image)]
    if images:
        yield Term(1.0, "image", "image" if len(images) == 1 else f"{len(images)} images"), images
    for part in query:
        if isinstance(part, str | Tensor):
            yield from sources(part)
        elif not isinstance(part, Image.Image):
            raise TypeError(f"a list holds texts, images and vectors, not {type(part).__name__}")


def _plain(part: object) -> object:
    """A path and pixels as the picture they are, an array of one dimension as a vector, the rest as it is."""
    if isinstance(part, Path):
        return as_images([part]).image(0)
    if isinstance(part, np.ndarray | Tensor) and part.ndim == 3:
        return from_pixels(part)
    return torch.as_tensor(part) if isinstance(part, np.ndarray) else part


def _check_no_file(query: str) -> None:
    if Path(query).suffix.lower() in SUFFIXES:
        raise ValueError(
            f"{query!r} names a picture: drop it on the search box, or give Path({query!r}); text is for words"
        )
