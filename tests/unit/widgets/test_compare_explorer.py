"""The explorer of a comparison, and how a comparison is displayed."""

import pytest

import semanticlens_widgets as slw
from semanticlens_widgets.analysis import Comparison
from semanticlens_widgets.widgets import CompareGallery, CompareMap
from semanticlens_widgets.widgets.comparisons.compare_explorer import CompareExplorer
from semanticlens_widgets.widgets.snapshot import unattended
from tests.fakes import fake_lens


@pytest.fixture
def comparison() -> Comparison:
    lens = fake_lens()
    return slw.compare((lens, "bn1"), (lens, "bn2"), names=["one", "two"])


def test_the_explorer_of_a_comparison_has_the_traits_of_map_and_gallery(comparison: Comparison) -> None:
    explorer = slw.Explorer(comparison, query="bird", show="matched", sort="clarity", method="pca")
    assert isinstance(explorer, CompareExplorer)
    own = set(explorer.trait_names(sync=True))
    for widget in (CompareGallery, CompareMap):
        assert set(widget.class_trait_names(sync=True)) <= own
    assert (explorer.query, explorer.show, explorer.sort, explorer.method) == (
        "bird",
        "matched",
        "clarity",
        "pca",
    )
    assert (explorer.encoding, explorer.pair) == ("alignment", ["one", "two"])
    gallery = CompareGallery(comparison, query="bird", show="matched", sort="clarity")
    assert explorer.results.equals(gallery.results)
    assert repr(explorer).startswith("<CompareExplorer of one (40) and two (40), query 'bird'")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"show": "some"}, "show must be"),
        ({"pair": ["one", "oen"]}, "did you mean 'one'"),
        ({"sort": "x"}, "sort"),
    ],
)
def test_an_invalid_argument_is_refused(comparison: Comparison, arguments: dict, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        slw.Explorer(comparison, **arguments)


def test_a_comparison_is_displayed_as_its_explorer_with_a_picture_and_as_text(comparison: Comparison) -> None:
    data, _ = comparison._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "Explorer of one and two" in data["text/html"]
    assert data["text/plain"]


def test_the_tables_are_displayed_too_once_they_cost_nothing(comparison: Comparison) -> None:
    assert not comparison.is_drawn
    assert "slw-comparison" not in comparison._repr_mimebundle_()[0]["text/html"]
    _ = comparison.table
    assert comparison.is_drawn
    html = comparison._repr_mimebundle_()[0]["text/html"]
    assert html.endswith(comparison._repr_html_())


def test_where_nobody_waits_tables_and_picture_are_computed(
    comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unattended, "is_unattended", lambda: True)
    data, _ = comparison._repr_mimebundle_()
    assert set(data) == {"text/html", "text/plain"}
    assert "slw-comparison" in data["text/html"]
    assert "Explorer of one and two" in data["text/html"]


def test_a_lens_still_has_its_own_explorer() -> None:
    explorer = slw.Explorer(fake_lens())
    assert isinstance(explorer, slw.Explorer)
    with pytest.raises(TypeError, match="lens must be a lens"):
        slw.Explorer("lens")  # type: ignore[arg-type]
