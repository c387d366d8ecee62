"""Constraints file: the versions in this environment of everything that `make demo` and `make test` install.

`python .ci/constraints.py FILE`, or `make constraints`, writes it. The pins hold on every platform: local versions
such as `+cpu` are cut off, and CUDA packages are left to PyTorch, which pins its own. A release is pinned only for the
Pythons that it supports and for which `pyproject.toml` admits it.
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

OURS = "semanticlens-widgets"
ROOTS = (f"{OURS}[attribution,dev]", "pip")
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
    """The line of one package; its marker leaves out the Pythons that this release is not for."""
    found = distribution(name)
    supported = SpecifierSet(found.metadata["Requires-Python"] or "")
    version = Version(found.version).public
    fit = [supported.contains(f"{python}.99") and _admitted(name, version, python) for python in PYTHONS]
    first, after = fit.index(True), PYTHONS[len(fit) - fit[::-1].index(True) :]
    limits = [f'python_version >= "{PYTHONS[first]}"'] * (first > 0)
    limits += [f'python_version < "{later}"' for later in after[:1]]
    return f"{name}=={version}" + (f" ; {' and '.join(limits)}" if limits else "")


def _admitted(name: str, version: str, python: str) -> bool:
    """True unless a requirement of ours for that Python excludes the version."""
    wanted = [Requirement(text) for text in distribution(OURS).requires or ()]
    return all(
        each.specifier.contains(version)
        for each in wanted
        if canonicalize_name(each.name) == name
        and (each.marker is None or each.marker.evaluate({"extra": "dev", "python_version": python}))
    )


def constraints() -> str:
    """The whole file."""
    names = sorted(name for name in installed(ROOTS) if name != OURS and not PINNED_BY_TORCH.match(name))
    return HEAD + "".join(f"{pin(name)}\n" for name in names)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(constraints(), encoding="utf-8")
