"""The browser side stays small: anywidget drops updates of a model whose code takes over two seconds to start."""

import gzip
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "semanticlens_widgets" / "widgets" / "static"


@pytest.fixture(autouse=True)
def _built() -> None:
    if not (STATIC / "bundle.js").is_file():
        pytest.skip("the browser side is not built: npm --prefix js ci && npm --prefix js run build")


def test_the_bundle_takes_at_most_110_kb_gzipped() -> None:
    packed = sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in ("bundle.js", "bundle.css"))
    assert packed <= 110_000


def test_a_part_that_is_loaded_on_demand_takes_at_most_10_kb_gzipped() -> None:
    assert len(gzip.compress((STATIC / "results.js").read_bytes(), 9)) <= 10_000


def test_the_loader_of_every_widget_takes_less_than_2_kb() -> None:
    assert len((STATIC / "loader.js").read_bytes()) < 2_000


def test_the_bundle_fetches_nothing_from_the_network() -> None:
    text = (STATIC / "bundle.js").read_text() + (STATIC / "bundle.css").read_text()
    assert "//cdn." not in text
    assert "https://" not in text.replace("http://www.w3.org/", "")


@pytest.mark.parametrize("name", ["bundle.js", "loader.js", "results.js"])
def test_no_file_takes_nodes_from_a_parent_by_name(name: str) -> None:
    """`node.remove()` cannot fail; tests/browser/conftest.py takes a failing `removeChild` for the host's own."""
    assert "removeChild" not in (STATIC / name).read_text()
