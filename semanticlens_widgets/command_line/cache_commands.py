"""Commands on caches."""

import re
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from semanticlens_widgets._arguments import shown
from semanticlens_widgets._plain_text import table_text
from semanticlens_widgets.command_line.main import DONE

_AGES = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_SIZES = {"KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}
_LOCKS = "locks"
_SUFFIX = ".safetensors"


def cache_list(options: Namespace) -> int:
    """Prints number, size and age of a cache's files by kind."""
    kinds: dict[str, list[Path]] = {}
    for path in _files(options.folder):
        kinds.setdefault(path.parent.name, []).append(path)
    rows = [
        [kind, f"{len(paths):,}", _sized(_total(paths)), _aged(paths)]
        for kind, paths in sorted(kinds.items())
    ]
    every = [path for paths in kinds.values() for path in paths]
    rows.append(["all", f"{len(every):,}", _sized(_total(every)), _aged(every)])
    print(table_text(f"Cache {options.folder}", ["kind", "files", "size", "last used, days ago"], rows, 0))  # noqa: T201
    return DONE


def cache_prune(options: Namespace) -> int:
    """Removes the files that are older, and the oldest until the rest is small enough; says how many."""
    if not (options.older_than or options.larger_than):
        raise ValueError("prune must be told what to remove: --older-than 30d or --larger-than 20GB")
    paths = sorted(_files(options.folder), key=_used)
    age = _amount("--older-than", options.older_than, _AGES) if options.older_than else None
    size = _amount("--larger-than", options.larger_than, _SIZES) if options.larger_than else None
    left, removed, freed = _total(paths), 0, 0
    for path in paths:
        too_old = age is not None and time.time() - _used(path) > age
        if not too_old and (size is None or left <= size):
            continue
        held = path.stat().st_size
        if not options.dry_run:
            path.unlink(missing_ok=True)
        left, removed, freed = left - held, removed + 1, freed + held
    verb = "would remove" if options.dry_run else "removed"
    print(f"{verb} {removed:,} files, {_sized(freed)}; {_sized(left)} left")  # noqa: T201
    return DONE


def _files(folder: Path) -> Iterator[Path]:
    """The results of a cache; raises ValueError for a folder that is none."""
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {str(folder)!r}; give the folder of a cache")
    if not (folder / _LOCKS).is_dir() and any(folder.iterdir()):
        raise ValueError(
            f"{str(folder)!r} is no cache: it has no folder 'locks', so nothing in it is touched"
        )
    for path in sorted(folder.glob(f"*/*{_SUFFIX}")):
        if path.is_file() and not path.is_symlink() and path.parent.name != _LOCKS:
            yield path


def _used(path: Path) -> float:
    about = path.stat()
    return max(about.st_mtime, about.st_atime)


def _total(paths: list[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def _aged(paths: list[Path]) -> str:
    ages = [(time.time() - _used(path)) / _AGES["d"] for path in paths]
    return f"{min(ages):.0f} to {max(ages):.0f}" if ages else "–"


def _sized(n_bytes: float) -> str:
    unit = next((unit for unit in ("TB", "GB", "MB") if n_bytes >= _SIZES[unit]), "KB")
    return f"{n_bytes / _SIZES[unit]:.1f} {unit}"


def _amount(name: str, text: str, units: dict[str, float] | dict[str, int]) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)", text.strip())
    unit = next((unit for unit in units if found and unit.casefold() == found[2].casefold()), None)
    if found is None or unit is None:
        raise ValueError(f"{name} must be a number with a unit ({', '.join(units)}), not {shown(text)}")
    return float(found[1]) * units[unit]
