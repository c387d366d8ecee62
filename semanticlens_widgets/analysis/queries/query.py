"""Query: text, images, vectors or a mix, parsed once into signed terms with the source of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from semanticlens_widgets.analysis.queries.language import Term, parse_query
from semanticlens_widgets.images import SUFFIXES, as_images, from_pixels

Source = str | Tensor | list[Image.Image]
"""Origin of a term: a text or the name of a component, a vector, images."""


@dataclass(frozen=True, eq=False)
class Query:
    """A parsed query. `read_query` makes one at the public door; everything behind it passes the object on."""

    source: object
    """The text, image, vector or list as it was given."""
    parts: tuple[tuple[Term, Source], ...]

    @property
    def text(self) -> str | None:
        """The query as it was typed; None when it is not text alone."""
        return self.source if isinstance(self.source, str) else None

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms, in order."""
        return tuple(term for term, _ in self.parts)

    @property
    def names_components(self) -> bool:
        """True when a term names a component, which may depend on the layer."""
        return any(term.kind == "component" for term in self.terms)

    @property
    def is_text(self) -> bool:
        """True when all terms are texts, so that unrelated words can calibrate the alignment."""
        return all(term.kind == "text" for term in self.terms)

    @property
    def needs_model(self) -> bool:
        """True when a term must be embedded: a text or an image. Components and vectors need no foundation model."""
        return any(term.kind in ("text", "image") for term in self.terms)


QuerySource = (
    str
    | Image.Image
    | Path
    | np.ndarray
    | Tensor
    | Sequence[str | Image.Image | Path | np.ndarray | Tensor]
    | Query
)
"""Text in the language of the query box, an image, a vector, or several: images of a list count as their mean.

An image is one of PIL, the path of a file (a `Path`: text is words), or pixels: an array, or a tensor (C, H, W).
"""


def read_query(source: object) -> Query:
    """The query, parsed; a parsed one is returned as it is. Raises TypeError and ValueError for any other object."""
    return source if isinstance(source, Query) else Query(source, tuple(_parts(source)))


def _parts(query: object) -> Iterator[tuple[Term, Source]]:
    query = _plain(query)
    if isinstance(query, str):
        _check_no_file(query)
        yield from ((term, term.text) for term in parse_query(query))
    elif isinstance(query, Tensor):
        yield Term(1.0, "vector", "vector"), query
    elif isinstance(query, Image.Image):
        yield Term(1.0, "image", "image"), [query]
    elif isinstance(query, Sequence) and not isinstance(query, bytes):
        yield from _parts_of_list(query)
    else:
        raise TypeError(
            f"a query is a text, an image, a vector or a list of these, not {type(query).__name__}"
        )


def _parts_of_list(query: Sequence[object]) -> Iterator[tuple[Term, Source]]:
    if not query:
        raise ValueError("the query is an empty list; give a text or an image")
    query = [_plain(part) for part in query]
    images = [part for part in query if isinstance(part, Image.Image)]
    if images:
        yield Term(1.0, "image", "image" if len(images) == 1 else f"{len(images)} images"), images
    for part in query:
        if isinstance(part, str | Tensor):
            yield from _parts(part)
        elif not isinstance(part, Image.Image):
            raise TypeError(f"a list holds texts, images and vectors, not {type(part).__name__}")


def _plain(part: object) -> object:
    """The picture of a path or of pixels; a vector for an array of one dimension; anything else unchanged."""
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
