"""Replacement of one lens by another: a kill at any moment leaves the old one or the new one.

A lens is written as a draft beside its path. The old one steps aside under a name that ends in ".old", and the draft
takes its place. A process that is killed in between leaves the path empty: whoever comes next puts the old one back.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from safetensors import SafetensorError

from semanticlens_widgets._locks import locked, remove_drafts
from semanticlens_widgets.errors import LensFileError


@contextmanager
def saving(path: Path) -> Iterator[Path]:
    """Gives the path to save at, links resolved, and locks it for other processes.

    Leftovers of processes that were killed are removed. An error of the system becomes a LensFileError.
    """
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with locked(_lock(target), f"saving {str(target)!r}") as is_locked:
            _put_back(target)
            if is_locked:
                remove_drafts(target.parent, re.escape(target.name))
            yield target
    except (OSError, SafetensorError) as error:
        if isinstance(error, FileExistsError) and error.errno is None:
            raise
        reason = " ".join(str(error).split())
        raise LensFileError(
            f"the lens cannot be saved at {str(path)!r} ({reason}): make room or name another folder; a lens that is "
            "there stays as it is"
        ) from error


def draft_of(target: Path) -> Path:
    """A new path beside the target."""
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}")


def put_in_place(draft: Path, target: Path) -> None:
    """Renames a draft to its target, in place of what is there; call it while the target is locked."""
    _flush(draft)
    old = draft.with_name(f"{draft.name}.old")
    try:
        if target.exists():
            target.replace(old)
        draft.replace(target)
    finally:
        _put_back(target)
    shutil.rmtree(old, ignore_errors=True)


def heal(path: Path) -> None:
    """Puts back the lens of a path that a killed process left empty."""
    with suppress(OSError, ValueError):
        target = Path(os.path.realpath(path))
        if not target.exists() and _old(target):
            with locked(_lock(target), f"saving {str(target)!r}"):
                _put_back(target)


def _put_back(target: Path) -> None:
    if not target.exists() and (old := _old(target)):
        with suppress(OSError):
            old.replace(target)


def _old(target: Path) -> Path | None:
    """The lens that stepped aside last."""
    named = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{8}}\.old")
    with suppress(OSError):
        found = [path for path in target.parent.iterdir() if named.fullmatch(path.name)]
        return max(found, key=lambda path: path.stat().st_mtime_ns, default=None)
    return None


def _lock(target: Path) -> Path:
    return target.with_name(f".{target.name}.lock")


def _flush(folder: Path) -> None:
    """Has the files written to the disk, so that a power cut doesn't leave names without content."""
    for file in folder.rglob("*.*"):
        if file.is_file():
            with file.open("r+b") as opened:
                os.fsync(opened.fileno())
