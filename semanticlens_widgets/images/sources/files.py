"""Adapter for image files, wherever they lie."""

import os
from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path

from PIL import Image

from semanticlens_widgets._arguments import did_you_mean
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import _fingerprints
from semanticlens_widgets.images._labels import readable
from semanticlens_widgets.images._open import decoded
from semanticlens_widgets.images._rules import NO_RULES, PixelRules
from semanticlens_widgets.images.stores.local import LocalFolder
from semanticlens_widgets.images.stores.protocol import Store

SUFFIXES = frozenset(
    ".jpg .jpeg .jpe .jfif .png .webp .bmp .gif .tif .tiff .ppm .pgm .pbm .pnm .avif .heic .jp2".split()  # noqa: SIM905
)


class FileImages:
    """Files of a store, decoded on access; a sample's name is its path in the store."""

    def __init__(
        self,
        store: Store,
        names: Sequence[str],
        labels: Sequence[str | None],
        rules: PixelRules = NO_RULES,
    ) -> None:
        self._store = store
        self._rules = rules
        self._names = list(names)
        self._labels = [label and readable(label) for label in labels]
        self.parallel = store.parallel

    @property
    def fingerprint(self) -> str:
        """A hash of names, labels and the bytes of the files; far away, of their sizes and versions."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        hashes = (
            _fingerprints.of_files(self._store.mark, self._names)
            if self.parallel
            else map(self._store.mark, self._names)
        )
        rows = zip(self._names, self._labels, hashes, strict=True)
        return _fingerprints.combined(chain(chain.from_iterable(rows), self._rules.parts()))

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<{len(self):,} images in {self._store.title}>"

    def image(self, sample: int) -> Image.Image:
        """Decodes the file; raises OSError if it is missing, truncated or not an image."""
        with self._store.open(self._names[sample]) as file:
            return decoded(file, self._rules)

    def label(self, sample: int) -> str | None:
        """The label given with the path, or None."""
        return self._labels[sample]

    def name(self, sample: int) -> str:
        """The path relative to the root, with forward slashes; bytes that are no UTF-8 as the replacement character."""
        return readable(self._names[sample])


def is_image(name: str) -> bool:
    """True if the name ends as those of images do."""
    return os.path.splitext(name)[1].lower() in SUFFIXES  # noqa: PTH122 (a path in a store)


def listed_images(paths: Sequence[str | Path], rules: PixelRules = NO_RULES) -> FileImages:
    """Adapts a list of paths, without labels; raises FileNotFoundError if one does not exist."""
    absolute = [Path(path).expanduser().absolute() for path in paths]
    if not absolute:
        raise ImagesError("the list of paths is empty: there must be at least one image")
    for path in absolute:
        check_exists(path, "file")
    root = Path(os.path.commonpath([path.parent for path in absolute]))
    names = [path.relative_to(root).as_posix() for path in absolute]
    return FileImages(LocalFolder(root), names, [None] * len(absolute), rules)


def check_exists(path: Path, kind: str) -> None:
    """Raises FileNotFoundError, with near names from the same folder, if `path` does not exist."""
    if path.exists():
        return
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"there is no {kind} {str(path)!r}: its folder {str(path.parent)!r} does not exist"
        )
    neighbours = sorted(
        neighbour.name for neighbour in path.parent.iterdir() if not neighbour.name.startswith(".")
    )
    raise FileNotFoundError(f"there is no {kind} {str(path)!r}{did_you_mean(path.name, neighbours)}")
