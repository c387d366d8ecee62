"""Locks between processes, and the drafts that killed ones left behind."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from semanticlens_widgets._warn import warn_user


@contextmanager
def locked(file: Path, work: str) -> Iterator[bool]:
    """Holds a lock file, and removes it at the end; gives False where there can be no lock.

    While another process holds it, it is waited for, with a warning that names the `work`. The lock of a process that
    was killed is free.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            warn_user(f"another process is {work}; waiting for it")
            lock.acquire()
    except (OSError, NotImplementedError):  # read-only, full, or without locks, as some network drives
        yield False
        return
    try:
        yield True
    finally:
        with suppress(OSError):
            file.unlink()
        lock.release()


def remove_unlocked(folder: Path) -> None:
    """Removes the lock files in a folder that no process holds."""
    with suppress(OSError):
        for file in folder.glob("*.lock"):
            _remove_if_free(file)


def _remove_if_free(file: Path) -> None:
    from filelock import FileLock, Timeout

    lock = FileLock(file)
    with suppress(Timeout, OSError, NotImplementedError):
        lock.acquire(timeout=0)
        file.unlink()
        lock.release()


def remove_drafts(folder: Path, names: str) -> None:
    """Removes what processes that were killed were writing there, for files whose name is such a regular expression.

    Call it while these are locked: then no living process writes them.
    """
    named = re.compile(rf"\.(?:{names})\.[0-9a-f]{{8}}(?:\.old)?")
    with suppress(OSError):
        for draft in list(folder.iterdir()):
            if named.fullmatch(draft.name):
                shutil.rmtree(draft, ignore_errors=True) if draft.is_dir() else draft.unlink(missing_ok=True)
