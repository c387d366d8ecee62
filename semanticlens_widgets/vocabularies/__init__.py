"""Vocabularies, the texts that labels are chosen from: built-in lists, a list of your own, or a text file."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from semanticlens_widgets._arguments import did_you_mean

VOCABULARIES = ("general", "imagenet")
"""The built-in lists."""

_HERE = Path(__file__).parent


def vocabulary(source: str | Path | Iterable[str]) -> tuple[str, ...]:
    """The texts of a vocabulary, each once, in order.

    `source` is "imagenet" (the names of ImageNet-1k's classes), "general" (some 3,700 words for what a photo can
    show: objects, parts, materials, textures, colours, scenes, activities), a text file with one text per line, or
    texts of your own. In a file, empty lines and lines that start with # are skipped.

    Raises ValueError for a name that is neither a built-in list nor a file, and for a list or file without texts;
    TypeError for items that are not text.
    """
    if isinstance(source, str) and source in VOCABULARIES:
        return _built_in(source)
    if isinstance(source, Path) or (isinstance(source, str) and _is_file(source)):
        return _distinct(_read(Path(source)), f"the file {str(source)!r}")
    if isinstance(source, str):
        raise ValueError(f"there is no vocabulary and no file {source!r}{did_you_mean(source, VOCABULARIES)}")
    if not isinstance(source, Iterable) or isinstance(source, bytes):
        raise TypeError(
            f"a vocabulary must be a name, a file or a list of texts, not {source!r}; "
            f"the names are {', '.join(VOCABULARIES)}"
        )
    return _distinct(source, "the vocabulary")


@cache
def headings(name: str) -> dict[str, str]:
    """The heading that each text of a built-in list stands under; no text of a list without headings."""
    found: dict[str, str] = {}
    heading = ""
    for line in (_HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.removeprefix("#").strip()
        elif heading and line.strip():
            found.setdefault(line.strip(), heading)
    return found


@cache
def _built_in(name: str) -> tuple[str, ...]:
    return _distinct(_read(_HERE / f"{name}.txt"), name)


def _is_file(source: str) -> bool:
    # A very long or multi-line text is not a path, and looking it up may raise.
    return len(source) < 1000 and "\0" not in source and "\n" not in source and Path(source).is_file()


def _read(path: Path) -> list[str]:
    if not path.is_file():
        raise ValueError(f"there is no vocabulary file {str(path)!r}; check the path")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(
            f"the vocabulary file {str(path)!r} must be UTF-8 text, but byte {error.start} is not; save it as UTF-8"
        ) from error
    return [line for line in lines if not line.lstrip().startswith("#")]


def _distinct(texts: Iterable[object], what: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"{what} must hold texts, not {type(text).__name__}; got {text!r}")
        if text.strip():
            found[text.strip()] = None
    if not found:
        raise ValueError(f"{what} holds no text; give at least one")
    return tuple(found)
