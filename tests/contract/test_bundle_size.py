"""The browser side stays small: anywidget drops updates of a model whose code takes over two seconds to start."""

import gzip
from pathlib import Path

import pytest

from semanticlens_widgets.widgets.kernel.bundle import PART_OF

STATIC = Path(__file__).resolve().parents[2] / "semanticlens_widgets" / "widgets" / "static"


@pytest.fixture(autouse=True)
def _built() -> None:
    if not (STATIC / "bundle.js").is_file():
        pytest.skip("the browser side is not built: npm --prefix js ci && npm --prefix js run build")


LIMITS = {"bundle": 96_000, "comparisons": 12_500, "results": 24_000}
"""Most gzipped bytes of code and styles: of the bundle, which every page loads, and of parts, loaded on demand."""
MOST = 130_000
"""Most gzipped bytes of all together."""


def packed(name: str) -> int:
    return sum(len(gzip.compress((STATIC / f"{name}.{kind}").read_bytes(), 9)) for kind in ("js", "css"))


def test_every_part_has_a_limit() -> None:
    assert LIMITS.keys() == {"bundle", *PART_OF.values()}


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_loaded_in_one_go_stays_small(name: str) -> None:
    assert packed(name) <= LIMITS[name]


def test_bundle_and_parts_stay_small_together() -> None:
    assert sum(map(packed, LIMITS)) <= MOST


def test_the_loader_of_every_widget_takes_less_than_2_kb() -> None:
    assert len((STATIC / "loader.js").read_bytes()) < 2_000


@pytest.mark.parametrize("name", LIMITS)
def test_nothing_is_fetched_from_the_network(name: str) -> None:
    text = (STATIC / f"{name}.js").read_text() + (STATIC / f"{name}.css").read_text()
    assert "//cdn." not in text
    assert "https://" not in text.replace("http://www.w3.org/", "")


@pytest.mark.parametrize("name", ["loader", *LIMITS])
def test_no_file_takes_nodes_from_a_parent_by_name(name: str) -> None:
    """`node.remove()` cannot fail; tests/browser/conftest.py takes a failing `removeChild` for the host's own."""
    assert "removeChild" not in (STATIC / f"{name}.js").read_text()
