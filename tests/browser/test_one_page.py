"""Many views on one page: they show the same, share one WebGL context, and survive its loss."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.cells import CLEAN, KEPT_LENS
from tests.browser.jupyter import Notebook
from tests.browser.map_page import colours, expect_final, search, stage, the_map, wait_for_colours

MAP = "concept_map = slw.ConceptMap(lens, layer='bn1')\nconcept_map"
THIRTY = """\
from IPython.display import display
for _ in range(10):
    display(slw.ConceptMap(lens), slw.Explorer(lens), slw.NeuronGallery(lens))"""
# Draws maps by WebGL although the processor computes it here, and keeps the contexts that the page has made,
# how many of them were lost, and how often points were drawn.
WATCH_WEBGL = """() => {
    globalThis[Symbol.for('semanticlens_widgets.renderer')] = 'webgl2';
    window.webgl = {contexts: [], lost: 0, drawn: 0};
    const make = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...options) {
        const context = make.call(this, kind, ...options);
        if (!kind.startsWith('webgl') || context === null || webgl.contexts.includes(context)) return context;
        webgl.contexts.push(context);
        this.addEventListener('webglcontextlost', () => { webgl.lost += 1; });
        const draw = context.drawArrays;
        context.drawArrays = (...how) => { webgl.drawn += 1; draw.apply(context, how); };
        return context;
    };
}"""


@pytest.fixture(scope="module")
def watched(page_with_kernel: Notebook) -> Iterator[Notebook]:
    """A page that draws maps by WebGL and records what happens to its contexts."""
    page_with_kernel.reload()
    page_with_kernel.page.evaluate(WATCH_WEBGL)
    yield page_with_kernel
    page_with_kernel.reload()


@pytest.fixture
def opened(watched: Notebook) -> Notebook:
    """A notebook with one new map, its UMAP and its clusters there."""
    watched.start_over([CLEAN, KEPT_LENS, MAP])
    expect_final(the_map(watched))
    return watched


def maps(notebook: Notebook) -> Locator:
    return notebook.page.locator(".jp-OutputArea-output .slw-map")


def test_two_views_of_one_map_show_the_same(opened: Notebook) -> None:
    opened.run("from IPython.display import display\ndisplay(concept_map)")
    expect(maps(opened)).to_have_count(2)
    first, second = maps(opened).nth(0), maps(opened).nth(1)
    expect_final(second)
    assert colours(first) == colours(second)
    search(first, "bird")
    for view in (first, second):
        expect(view.locator(".slw-best")).to_contain_text("bn1:0")
        expect(view.locator(".slw-map-probe")).to_contain_text("bird")
    stage(second).focus()
    opened.page.keyboard.press("ArrowRight")
    opened.page.keyboard.press("Space")
    for view in (first, second):
        expect(view.locator(".slw-footer")).to_contain_text("1 selected")


def test_thirty_widgets_share_one_webgl_context_and_none_is_lost(opened: Notebook) -> None:
    opened.start_over([CLEAN, KEPT_LENS, THIRTY])
    expect(opened.galleries()).to_have_count(30)
    canvases = opened.page.locator(".jp-OutputArea-output canvas.slw-map-canvas")
    expect(canvases).to_have_count(20)
    for place in (0, 10, 19):
        view = maps(opened).nth(place)
        view.scroll_into_view_if_needed()
        expect_final(view)
        assert len(colours(view)) > 3
    assert opened.page.evaluate("() => [webgl.contexts.length, webgl.lost]") == [1, 0]


def test_a_lost_context_leaves_a_picture_and_is_used_again_when_it_is_back(opened: Notebook) -> None:
    concept_map = the_map(opened)
    before = colours(concept_map)
    opened.page.evaluate(
        "() => { webgl.loss = webgl.contexts[0].getExtension('WEBGL_lose_context'); webgl.loss.loseContext(); }"
    )
    opened.page.wait_for_function("() => webgl.lost === 1")
    search(concept_map, "bird")
    wait_for_colours(concept_map, lambda now: set(now) != set(before))
    drawn = opened.page.evaluate("() => webgl.drawn")
    opened.page.evaluate("() => webgl.loss.restoreContext()")
    opened.page.wait_for_function("before => webgl.drawn > before", arg=drawn)
    concept_map.get_by_label("Colour by").select_option("cluster")
    assert set(wait_for_colours(concept_map, lambda now: len(now) > 3)) == set(before)
