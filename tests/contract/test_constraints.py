"""constraints.txt pins everything that README's two commands install, on every platform."""

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


@pytest.mark.parametrize("wanted", WANTED, ids=lambda wanted: wanted.name)
def test_every_direct_dependency_is_pinned_to_a_version_that_it_admits(wanted):
    assert wanted.specifier.contains(version(PINS[canonicalize_name(wanted.name)]), prereleases=True)


def test_every_pin_is_one_public_version_that_any_platform_may_have():
    assert not [pin for pin in PINS.values() if "+" in version(pin) or pin.url is not None]
    assert {str(pin.marker).split('"')[0] for pin in PINS.values() if pin.marker} == {"python_version >= "}


def test_cuda_packages_are_left_to_pytorch():
    assert [name for name in PINS if name.startswith(("nvidia-", "cuda-")) or name == "triton"] == []
