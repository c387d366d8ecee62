"""Adapter for streams, which can only be read forward: streamed Hugging Face datasets, and iterable datasets."""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import chain, islice
from types import SimpleNamespace
from typing import Any

from PIL import Image

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import _fingerprints
from semanticlens_widgets.images._decode import SOURCE_LOCK
from semanticlens_widgets.images._labels import only, target_labels, written
from semanticlens_widgets.images._open import decoded
from semanticlens_widgets.images._rules import NO_RULES, PixelRules
from semanticlens_widgets.images.sources.dataset import parts
from semanticlens_widgets.images.sources.huggingface import (
    file_content,
    image_column,
    label_column_of,
    label_of,
)
from semanticlens_widgets.images.sources.pictures import rgb

Labels = tuple[str, ...] | None
N_LOOKS = 8
"""First items that are read twice before work starts."""


class StreamImages:
    """Items of a stream that starts anew at each iteration, in its order.

    A first pass records number, names, labels and a hash of each image; after that an image is reached by reading
    forward, from the start again for one that lies behind. An image that is another one by then is refused.
    """

    parallel = False

    def __init__(
        self,
        stream: Any,
        picture_and_labels: Callable[[Any], tuple[Any, Labels]],
        rules: PixelRules = NO_RULES,
        *,
        count: int | None = None,
        classes: list[str] | None = None,
    ) -> None:
        self._stream, self._parts, self._rules = stream, picture_and_labels, rules
        self.classes = classes
        """The names of the numbered labels, in order; None if the stream states none."""
        self._restart()
        rows = list(islice(self._recorded(), count))
        if count is not None and len(rows) < count:
            raise ImagesError(
                f"the stream holds {len(rows):,} images, fewer than count={count:,}; pass a lower count"
            )
        self._names = [name for name, _, _ in rows]
        self._labels = [labels for _, labels, _ in rows]
        self._hashes = [content for _, _, content in rows]
        for sample in range(min(N_LOOKS, len(rows))):
            self._picture(sample)

    @property
    def fingerprint(self) -> str:
        """A hash of names, labels and the content of the images."""
        rows = zip(self._names, map(written, self._labels), self._hashes, strict=True)
        return _fingerprints.combined(chain(chain.from_iterable(rows), self._rules.parts()))

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<{len(self):,} images of a stream, {type(self._stream).__name__}>"

    def image(self, sample: int) -> Image.Image:
        """The image in RGB; raises OSError if it cannot be decoded, ImagesError if it is not that of the first pass."""
        with SOURCE_LOCK:
            return _decoded(self._picture(sample), self._rules)

    def label(self, sample: int) -> str | None:
        """The name of the class, or None."""
        return only(self._labels[sample])

    def labels(self, sample: int) -> Labels:
        """All labels that the item states; None where they are not known."""
        return self._labels[sample]

    def name(self, sample: int) -> str:
        """The item's key, where it has one (`__key__`), else the sample's number."""
        return self._names[sample]

    def _recorded(self) -> Iterator[tuple[str, Labels, str]]:
        number = 0
        try:
            for number, item in enumerate(self._stream, 1):
                picture, labels = self._parts(item)
                key = item.get("__key__") if isinstance(item, Mapping) else None
                yield str(number - 1 if key is None else key), labels, _hash(picture, self._rules)
        except Exception as error:
            raise ImagesError(
                f"the stream fails after {number:,} images ({type(error).__name__}: {error}); mend it, or pass those "
                f"before with count={number}"
            ) from error

    def _picture(self, sample: int) -> Any:
        picture = self._parts(self._item(sample))[0]
        if _hash(picture, self._rules) != self._hashes[sample]:
            raise ImagesError(
                f"the stream gives another image each time item {sample} is read: pass it without shuffling and "
                "random transforms"
            )
        return picture

    def _item(self, sample: int) -> Any:
        if sample != self._last[0]:
            if self._reader is None or sample < self._last[0]:
                self._restart()
                self._reader = iter(self._stream)
            skipped = sample - self._last[0] - 1
            self._last = (sample, next(islice(self._reader, skipped, None)))
        return self._last[1]

    def _restart(self) -> None:
        self._reader: Iterator[Any] | None = None
        self._last: tuple[int, Any] = (-1, None)
        """The item that was read last, and its number."""

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_reader": None, "_last": (-1, None)}


def streamed_dataset(
    dataset: Any, label_column: str = "label", rules: PixelRules = NO_RULES, count: int | None = None
) -> StreamImages:
    """Adapts a Hugging Face dataset that was loaded with `streaming=True`."""
    features = dataset.features or {}  # unknown after `map`, so that the first item tells the columns
    columns = SimpleNamespace(column_names=list(features or next(iter(dataset), {})), features=features)
    if not columns.column_names:
        raise ImagesError("the stream has no images: there must be at least one")
    image, label = image_column(columns), label_column_of(columns, label_column)
    names = getattr(features.get(label), "names", None)
    names = names or getattr(getattr(features.get(label), "feature", None), "names", None)
    if type(features.get(image)).__name__ == "Image":  # the bytes of the files, without decoding
        dataset = dataset.cast_column(image, type(features[image])(decode=False))
    of_row = partial(_row_parts, image=image, label=label, names=names)
    return StreamImages(dataset, of_row, rules, count=count, classes=names)


def iterable_images(dataset: Any, rules: PixelRules, count: int) -> StreamImages:
    """Adapts any other iterable of items like those of a dataset: bytes, pictures, pairs or mappings."""
    return StreamImages(dataset, _item_parts, rules, count=count)


def _row_parts(
    row: Mapping[str, Any], image: str, label: str | None, names: list[str] | None
) -> tuple[Any, Labels]:
    return row[image], None if label is None else label_of(row[label], names)


def _item_parts(item: Any) -> tuple[Any, Labels]:
    picture, target = parts(item)
    return picture, target_labels(target)


def _content(picture: Any) -> bytes | None:
    """The bytes of a file, which a stream may give instead of a picture."""
    return (
        file_content(picture)
        if isinstance(picture, Mapping)
        else picture
        if isinstance(picture, bytes)
        else None
    )


def _hash(picture: Any, rules: PixelRules) -> str:
    """A hash of the file or the pixels, or the type of the error for what cannot be read."""
    try:
        content = _content(picture)
        if content is not None:
            return hashlib.blake2b(content, digest_size=_fingerprints.SIZE).hexdigest()
        return _fingerprints.of_image(rgb(picture, rules=rules))
    except Exception as error:  # noqa: BLE001 - one broken image is recorded when it is needed
        return f"broken: {type(error).__name__}"


def _decoded(picture: Any, rules: PixelRules) -> Image.Image:
    content = _content(picture)
    return rgb(picture, rules=rules) if content is None else decoded(io.BytesIO(content), rules)
