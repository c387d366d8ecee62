"""constraints.txt pins everything that README's two commands install, on every platform."""

import re
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = pytest.importorskip("tomli", reason="reading pyproject.toml needs tomli on Python 3.10")

ROOT = Path(__file__).resolve().parents[2]
LINES = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
PINS = {canonicalize_name(pin.name): pin for pin in map(Requirement, LINES)}
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
WANTED = [
    Requirement(text)
    for text in [*PROJECT["dependencies"], *EXTRAS["offline"], *EXTRAS["attribution"], *EXTRAS["dev"]]
    if not text.startswith(PROJECT["name"])
]


def version(pin: Requirement) -> str:
    (specifier,) = pin.specifier
    assert specifier.operator == "=="
    return specifier.version


def holds(requirement: Requirement, python: str) -> bool:
    marker = requirement.marker
    return marker is None or marker.evaluate({"python_version": python, "extra": ""})


@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_every_direct_dependency_is_pinned_to_a_version_that_it_admits(wanted):
    pin = PINS[canonicalize_name(wanted.name)]
    for python in PYTHONS:
        if holds(wanted, python) and holds(pin, python):
            assert wanted.specifier.contains(version(pin), prereleases=True), python


def test_every_pin_is_one_public_version_that_any_platform_may_have():
    assert not [pin for pin in PINS.values() if "+" in version(pin) or pin.url is not None]
    for pin in PINS.values():
        assert re.fullmatch(r'(python_version (>=|<) "3\.\d+"( and )?)*', str(pin.marker or "")), pin


def test_a_release_that_a_newer_python_may_not_have_is_pinned_for_older_ones_alone():
    pin = PINS[canonicalize_name("matplotlib")]
    assert [python for python in PYTHONS if holds(pin, python)] == ["3.10", "3.11", "3.12"]


def test_cuda_packages_are_left_to_pytorch():
    assert [name for name in PINS if name.startswith(("nvidia-", "cuda-")) or name == "triton"] == []
