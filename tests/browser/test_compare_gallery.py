"""Two galleries under one query, in JupyterLab and in a file, in a browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from semanticlens_widgets.widgets import CompareGallery
from tests.browser.cells import CLEAN
from tests.browser.jupyter import Notebook
from tests.random_lenses import planted_comparison

PLANTED = """\
import semanticlens_widgets as slw
from tests.random_lenses import planted_comparison
gallery = slw.CompareGallery(planted_comparison(), query="thing3")
gallery"""


@pytest.fixture
def opened(page_with_kernel: Notebook) -> Notebook:
    """A notebook with two galleries of a planted comparison, whose matches are known."""
    notebook = page_with_kernel
    notebook.command("apputils:change-theme", {"theme": "JupyterLab Light"})
    notebook.start_over([CLEAN, PLANTED])
    expect_ready(the_view(notebook))
    return notebook


def the_view(notebook: Notebook) -> Locator:
    return notebook.galleries().first


def expect_ready(view: Locator) -> None:
    """Thing 3 is neuron 3 of the first side and 0 of the second."""
    expect(names(view, "before").first).to_have_text("before:3")
    expect(names(view, "after").first).to_have_text("after:0")
    expect(side(view, "before").locator(".slw-match").first).to_contain_text("↔ 0")


def side(view: Locator, name: str) -> Locator:
    return view.get_by_role("region", name=name, exact=True)


def names(view: Locator, name: str) -> Locator:
    return side(view, name).locator(".slw-card .slw-name")


def test_one_query_ranks_both_sides_and_a_neuron_lights_its_match(opened: Notebook, screenshot) -> None:
    view = the_view(opened)
    expect(view.get_by_label("Search neurons")).to_have_count(1)
    view.get_by_label("Search neurons").fill("thing5")
    expect(names(view, "before").first).to_have_text("before:5")
    expect(names(view, "after").first).to_have_text("after:2")
    for name in ("before", "after"):
        expect(side(view, name).locator(".slw-best")).to_contain_text("of words")
    names(view, "before").first.click()
    expect(side(view, "after").locator(".slw-lit .slw-name")).to_have_text("after:2")
    expect(view.locator(".slw-pair-line")).to_contain_text("before:5↔after:2")
    opened.expect_printed("gallery.selection", "[('before', 'layer:5')]")
    screenshot(view, "compare_gallery")
    opened.run("gallery.query = ''")
    expect(side(view, "before")).to_contain_text("by similarity")
    opened.run("gallery.selection = [('before', 0)]")
    expect(view.locator(".slw-pair-line")).to_contain_text("before:0has no match in after: the nearest is")
    expect(side(view, "before").locator(".slw-selected .slw-name")).to_have_text("before:0")
    expect(side(view, "after").locator(".slw-lit")).to_have_count(0)


def test_what_is_lost_is_shown_alone_and_python_sees_what_is_shown(opened: Notebook) -> None:
    view = the_view(opened)
    view.get_by_label("Neurons to show").select_option("lost")
    expect(side(view, "before").locator(".slw-narrowing")).to_contain_text("lost in after")
    opened.expect_printed("gallery.show", "lost")
    shown = opened.run("r = gallery.results; print(*r[r.side == 'before'].component)").split()
    expect(names(view, "before")).to_have_text([name.replace("layer", "before") for name in shown])
    expect(names(view, "after").first).to_have_text("after:0")
    view.get_by_role("button", name="Remove the legend's filter").first.click()
    opened.expect_printed("gallery.show", "all")


def test_all_of_it_works_with_the_keyboard(opened: Notebook, screenshot) -> None:
    view, keyboard = the_view(opened), opened.page.keyboard
    side(view, "before").locator(".slw-grid").focus()
    keyboard.press("ArrowRight")
    expect(side(view, "before").locator(".slw-active .slw-name")).to_have_text("before:3")
    keyboard.press("x")
    expect(side(view, "after").locator(".slw-grid")).to_be_focused()
    expect(side(view, "after").locator(".slw-active .slw-name")).to_have_text("after:0")
    keyboard.press("Enter")
    pair = view.locator(".slw-comparison")
    expect(pair).to_be_focused()
    expect(pair.locator(".slw-compared-head .slw-name")).to_have_text(["before:3", "after:0"])
    expect(pair).to_contain_text("a match")
    expect(pair.get_by_label("Similarity")).to_contain_text("by chance")
    screenshot(view, "compare_pair")
    keyboard.press("ArrowRight")
    expect(pair.locator(".slw-compared-head .slw-name").last).not_to_have_text("after:0")
    keyboard.press("Escape")
    expect(side(view, "after").locator(".slw-grid")).to_be_focused()
    keyboard.press("/")
    expect(view.get_by_label("Search neurons")).to_be_focused()
    keyboard.type("like #3")
    keyboard.press("Enter")
    expect(side(view, "before")).to_contain_text("a number names another neuron on each side")


def test_a_comparison_shows_its_map_beside_both_galleries(opened: Notebook, screenshot) -> None:
    opened.start_over([CLEAN, f"{PLANTED[: PLANTED.index('gallery =')]}planted_comparison()"])
    view = the_view(opened)
    expect(view.get_by_label("Search neurons")).to_have_count(1)
    view.get_by_label("Search neurons").fill("thing3")
    expect_ready(view)
    expect(view.locator(".slw-map-probe text")).to_have_text("thing3")
    names(view, "before").first.click()
    expect(side(view, "after").locator(".slw-lit .slw-name")).to_have_text("after:0")
    expect(view.locator(".slw-map-overlay .slw-compare-marks")).to_have_count(1)
    view.locator(".slw-map-stage").focus()
    opened.page.keyboard.press("ArrowRight")
    expect(view.locator(".slw-pair-line > .slw-strong")).not_to_have_text("before:3")
    screenshot(view, "compare_explorer")
    view.get_by_role("button", name="lost").click()
    expect(side(view, "before").locator(".slw-how-many")).to_contain_text("lost")


def test_a_file_shows_both_sides_without_python(browser: Browser, tmp_path: Path, screenshot) -> None:
    gallery = CompareGallery(planted_comparison(), query="thing3")
    file = gallery.to_html(tmp_path / "compare.html", words=["thing3", "thing4"], progress=False)
    page = browser.new_page(viewport={"width": 400, "height": 900})
    page.goto(file.as_uri())
    view = page.locator(".slw").first
    expect_ready(view)
    view.get_by_label("Search neurons").fill("thing4")
    gallery.query = "thing4"
    for name, found in gallery.results.groupby("side"):
        expected = [component.replace("layer", name) for component in found["component"][:2]]
        for place, component in enumerate(expected):
            expect(names(view, name).nth(place)).to_have_text(component)
    names(view, "after").first.click()
    expect(side(view, "before").locator(".slw-lit .slw-name")).to_have_text("before:4")
    view.get_by_role("button", name="Side by side").click()
    expect(view.locator(".slw-compared-head .slw-name")).to_have_text(["before:4", "after:1"])
    screenshot(page, "compare_page_narrow")
    page.close()
