"""Constraints file: the versions in this environment of everything that `make demo` and `make test` install.

`python .ci/constraints.py FILE`, or `make constraints`, writes it. The pins hold on every platform: local versions
such as `+cpu` are cut off, and CUDA packages are left to PyTorch, which pins its own. A release that needs a newer
Python than the oldest supported one is pinned only from that Python on.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOTS = ("semanticlens-widgets[attribution,dev]", "pip")
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
PINNED_BY_TORCH = re.compile(r"nvidia-|cuda-|triton$")
HEAD = "# Written by `make constraints`. To renew the pins: make clean && make constraints CONSTRAINTS=\n"


def installed(roots: tuple[str, ...]) -> set[str]:
    """Names of the installed packages that the roots need, directly or not, the roots included."""
    names, seen, waiting = set(), set(), [Requirement(root) for root in roots]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        key = (name, frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        try:
            waiting += _needs(name, requirement.extras)
            names.add(name)
        except PackageNotFoundError:  # of another platform
            continue
    return names


def _needs(name: str, extras: set[str]) -> Iterator[Requirement]:
    for text in distribution(name).requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or any(
            requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras)
        ):
            yield requirement


def pin(name: str) -> str:
    """The line of one package; its marker leaves out the Pythons that this release does not support."""
    found = distribution(name)
    supported = SpecifierSet(found.metadata["Requires-Python"] or "")
    oldest = next(python for python in PYTHONS if supported.contains(f"{python}.99"))
    marker = "" if oldest == PYTHONS[0] else f' ; python_version >= "{oldest}"'
    return f"{name}=={Version(found.version).public}{marker}"


def constraints() -> str:
    """The whole file."""
    ours = canonicalize_name(Requirement(ROOTS[0]).name)
    names = sorted(name for name in installed(ROOTS) if name != ours and not PINNED_BY_TORCH.match(name))
    return HEAD + "".join(f"{pin(name)}\n" for name in names)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(constraints(), encoding="utf-8")
