"""Folder of a page and its parts: replaced in one step, and only where it is one."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from semanticlens_widgets._arguments import check_path

PAGE = "index.html"
PARTS = "parts"


def check_page_folder(name: str, value: object) -> Path:
    """The path of a folder to write; raises ValueError for one that has other files, or in one that does not exist."""
    folder = check_path(name, value)
    if not folder.absolute().parent.is_dir():
        raise ValueError(
            f"{name} must be in an existing folder, and {str(folder.parent)!r} does not exist; make it first"
        )
    if folder.is_file():
        raise ValueError(
            f"{name} must be a folder or end in .html, and {str(folder)!r} is a file; name another"
        )
    if folder.is_dir() and not {one.name for one in folder.iterdir()} <= {PAGE, PARTS}:
        raise ValueError(
            f"{name} must be a new folder, or one that to_html wrote, and {str(folder)!r} has other files; name "
            "another, or a file in it that ends in .html"
        )
    return folder


def is_folder(path: object) -> bool:
    """True for a path that names a folder: it is there as one, or its name has no ending."""
    given = check_path("path", path)
    return given.is_dir() or not given.suffix


@contextmanager
def draft_of(folder: Path) -> Iterator[Path]:
    """Gives a folder to fill, which replaces `folder` once it is full; an interrupt leaves the one before."""
    draft = folder.absolute().with_name(f".{folder.absolute().name}.unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        yield draft
        if folder.exists():
            shutil.rmtree(folder)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
