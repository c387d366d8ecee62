"""The graph of a class in JupyterLab and on a page: keys, the other widgets, what falls without a node."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.cells import CLEAN
from tests.browser.jupyter import Notebook

LENS = """\
import semanticlens_widgets as slw
from tests.architectures import MODELS, lens_of, made
maker, layers, options = MODELS['cnn']
pooled = lens_of(made(maker), layers, **options).attribute(progress=False)
found = pooled.graph('red', top=3, vocabulary=['red', 'green', 'blue'], progress=False)"""
CELLS = [
    CLEAN,
    LENS,
    "gallery = slw.NeuronGallery(pooled, layer='last')\ngallery",
    "graph = slw.ConceptGraph(found)\ngraph",
]


@pytest.fixture
def shown(page_with_kernel: Notebook) -> Notebook:
    page_with_kernel.start_over(CELLS)
    expect(the_graph(page_with_kernel).locator(".slw-graph-node")).to_have_count(10)
    return page_with_kernel


def the_graph(notebook: Notebook) -> Locator:
    return notebook.galleries().nth(1)


def test_keys_walk_the_graph_and_open_nodes_in_the_other_widgets(shown: Notebook) -> None:
    view, keyboard = the_graph(shown), shown.page.keyboard
    view.locator("[aria-label=class] button").focus()
    expect(view.locator(".slw-graph-canvas text").first).to_be_visible()  # the shares of its inputs
    keyboard.press("ArrowLeft")
    node = view.locator(".slw-graph-node:focus")
    name = (node.get_attribute("title") or "").split(",")[0]
    assert name.startswith("last:")
    keyboard.press("Enter")
    expect(view.locator(".slw-detail")).to_contain_text("Inputs")
    expect(view.locator(".slw-nine canvas")).to_have_count(4)
    shown.expect_printed("graph.opened == gallery.selection[0], gallery.layer", "True last")
    shown.expect_printed(f"graph.opened == {name!r}", "True")


def test_taking_a_node_out_shows_what_falls_until_escape(shown: Notebook) -> None:
    view, keyboard = the_graph(shown), shown.page.keyboard
    first = view.locator("[aria-label='layer low'] button").first
    first.focus()
    keyboard.press("x")
    expect(view.locator(".slw-status")).to_contain_text("Without low:")
    expect(view.locator(".slw-graph-out")).to_have_count(1)
    expect(view.locator("[aria-label=class] button")).to_contain_text("%")
    shown.expect_printed("len(graph.without), len(found.without(graph.without))", "1 7")
    first.focus()
    keyboard.press("Escape")
    expect(view.locator(".slw-graph-out")).to_have_count(0)
    expect(view.locator(".slw-graph-falls, .slw-graph-rises")).to_have_count(0)


def test_the_slider_hides_weak_edges(shown: Notebook) -> None:
    view = the_graph(shown)
    edges = view.locator(".slw-graph-canvas > svg path")
    before = edges.count()
    view.locator("input[type=range]").focus()
    for _ in range(6):
        shown.page.keyboard.press("ArrowRight")
    expect(edges).not_to_have_count(before)
    shown.expect_printed("(found.edges.share.abs() >= graph.weak_below).sum()", str(edges.count()))


def test_the_wheel_zooms_around_the_pointer_while_ctrl_is_held(shown: Notebook) -> None:
    view, page = the_graph(shown), shown.page
    node = view.locator(".slw-graph-node").first
    node.scroll_into_view_if_needed()
    before = node.bounding_box() or {}
    page.mouse.move(before["x"] + 10, before["y"] + 10)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    expect(view.locator(".slw-graph-canvas")).to_have_css("zoom", "1.55271")
    after = node.bounding_box() or {}
    assert after["width"] == pytest.approx(1.55271 * before["width"], rel=0.01)
    assert after["x"] <= before["x"] + 10 <= after["x"] + after["width"]
    view.get_by_role("button", name="Show all (0)").click()
    expect(view.locator(".slw-graph-canvas")).to_have_css("zoom", re.compile(r"^(1|0\.\d+)$"))


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import semanticlens_widgets as slw
    from tests.architectures import MODELS, lens_of, made

    maker, layers, options = MODELS["cnn"]
    lens = lens_of(made(maker), layers, **options).attribute(progress=False)
    found = lens.graph("red", top=3, vocabulary=None, progress=False)
    out = found.nodes["component"][0]
    return slw.ConceptGraph(found, without=[out]).to_html(tmp_path_factory.mktemp("graph") / "graph.html")


def test_a_page_shows_the_graph_and_what_was_taken_out_without_python(
    page_file: Path, browser: Browser
) -> None:
    page = browser.new_context(offline=True).new_page()
    page.goto(page_file.as_uri())
    view = page.locator(".slw")
    expect(view.locator(".slw-graph-node")).to_have_count(10)
    expect(view.locator(".slw-graph-out")).to_have_count(1)
    expect(view.locator("[aria-label=class] button")).to_contain_text("%")
    view.locator("[aria-label='layer last'] button").first.click()
    expect(view.get_by_role("button", name="Take out")).to_be_disabled()
    expect(view.locator(".slw-banner")).to_have_count(0)
    page.context.close()
