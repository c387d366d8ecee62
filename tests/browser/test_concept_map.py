"""The map as its users meet it: in JupyterLab, in a browser."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.cells import CLEAN, KEPT_LENS, LENS
from tests.browser.jupyter import Notebook
from tests.browser.map_page import colours, expect_final, search, stage, the_map, wait_for_colours

MAP = """\
from semanticlens_widgets.widgets import ConceptMap, NeuronGallery
concept_map = ConceptMap(lens, layer='bn1')
concept_map"""
MAP_BY_PCA = MAP.replace("(lens,", "(lens, method='pca',")
# Keeps the better positions back until a test has seen the first ones.
HOLD_BACK = """\
import threading
from semanticlens_widgets.projection import _background
go, lay_out = threading.Event(), _background.lay_out_in_child
_background.lay_out_in_child = lambda *given: go.wait(60) and lay_out(*given)"""
# Keeps the answer to who asks for bn2 alone back.
HOLD_BN2 = """\
import threading
from semanticlens_widgets.widgets.answers.map import handlers
go, answered, answer = threading.Event(), threading.Event(), handlers._map
def held_back(layouts, request):
    if request.get("layers", list) != ["bn2"]:
        return answer(layouts, request)
    go.wait(60)
    answered.set()
    return answer(layouts, request)
handlers._map = held_back"""
# What the map says it shows, from now on.
NOTE_TITLES = """() => {
    const stage = document.querySelector('.slw-map-stage');
    window.titles = [stage.getAttribute('aria-label')];
    new MutationObserver(() => titles.push(stage.getAttribute('aria-label')))
        .observe(stage, {attributes: true, attributeFilter: ['aria-label']});
}"""
# Where on the page a point lies that the map shows, as near to the middle as there is one.
POINT = """(canvas) => {
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const box = canvas.getBoundingClientRect();
    let best = [0, 0], least = Infinity;
    for (let y = 0; y < canvas.height; y++) for (let x = 0; x < canvas.width; x++) {
        const i = 4 * (y * canvas.width + x);
        const away = (x - canvas.width / 2) ** 2 + (y - canvas.height / 2) ** 2;
        if ([0, 1, 2].some(k => data[i + k] !== data[k]) && away < least) [best, least] = [[x, y], away];
    }
    return [box.x + best[0] / canvas.width * box.width, box.y + best[1] / canvas.height * box.height];
}"""


def places_of_names(concept_map: Locator) -> list[str]:
    return concept_map.locator(".slw-map-name").evaluate_all(
        "(names) => names.map(name => `${name.textContent} ${name.style.transform}`)"
    )


@pytest.fixture
def opened(page_with_kernel: Notebook) -> Notebook:
    """A notebook with one new map, its UMAP and its clusters there, in the light theme."""
    notebook = page_with_kernel
    notebook.command("apputils:change-theme", {"theme": "JupyterLab Light"})
    notebook.start_over([CLEAN, KEPT_LENS, MAP])
    expect_final(the_map(notebook))
    return notebook


def test_the_map_is_drawn_and_named(opened: Notebook, screenshot) -> None:
    concept_map = the_map(opened)
    expect(concept_map.locator(".slw-status")).to_contain_text("120 neurons")
    expect(concept_map.locator(".slw-map-legend")).to_contain_text("bird")
    assert len(colours(concept_map)) > 1
    legend, points = (
        concept_map.locator(part).bounding_box() for part in (".slw-map-legend", "canvas.slw-map-canvas")
    )
    assert legend["x"] + legend["width"] <= points["x"], "the legend covers no points"
    screenshot(concept_map, "concept_map_light")


def test_the_pca_is_there_at_once_and_the_umap_takes_its_place(opened: Notebook) -> None:
    opened.start_over([CLEAN, LENS, HOLD_BACK, MAP])
    concept_map = the_map(opened)
    expect(concept_map.locator(".slw-footer")).to_contain_text("PCA ·")
    expect(concept_map.locator(".slw-doing")).to_contain_text("computing UMAP")
    first = wait_for_colours(concept_map, lambda colours: len(colours) > 0)
    opened.run("go.set(); _background.lay_out_in_child = lay_out")
    expect_final(concept_map)
    wait_for_colours(concept_map, lambda colours: colours != first and len(colours) > 3)


def test_typing_a_query_recolours_the_map_and_puts_the_query_on_it(opened: Notebook) -> None:
    concept_map = the_map(opened)
    before, names = colours(concept_map), places_of_names(concept_map)
    search(concept_map, "bird")
    expect(concept_map.locator(".slw-best")).to_contain_text("bn1:0")
    expect(concept_map.get_by_label("Colour by")).to_have_value("alignment")
    expect(concept_map.locator(".slw-map-probe")).to_contain_text("bird")
    wait_for_colours(concept_map, lambda colours: set(colours) != set(before))
    assert names
    assert places_of_names(concept_map) == names, "names do not jump while one types"
    opened.expect_printed("concept_map.query, concept_map.encoding", "bird alignment")


def test_what_a_cell_sets_is_seen(opened: Notebook) -> None:
    concept_map = the_map(opened)
    opened.run("concept_map.encoding = 'clarity'; concept_map.selection = ['#0', '#6']")
    expect(concept_map.get_by_label("Colour by")).to_have_value("clarity")
    expect(concept_map.locator(".slw-footer")).to_contain_text("2 selected")
    opened.run("concept_map.query = 'car'; concept_map.encoding = 'alignment'")
    expect(concept_map.locator("input").first).to_have_value("car")
    expect(concept_map.locator(".slw-best")).to_contain_text("bn1:1")


def test_a_box_around_everything_gives_python_every_component_with_a_place(opened: Notebook) -> None:
    concept_map = the_map(opened)
    drag(concept_map, "b", [(0.01, 0.01), (0.99, 0.99)])
    expect(concept_map.locator(".slw-footer")).to_contain_text("119 selected")
    opened.expect_printed("len(concept_map.selection), concept_map.selection[:2]", "119 ['bn1:0', 'bn1:1']")
    concept_map.get_by_role("button", name="Clear").click()
    expect(concept_map.locator(".slw-footer")).not_to_contain_text("selected")
    opened.expect_printed("concept_map.selection", "[]")


def test_a_lasso_gives_python_what_the_legend_lets_through(opened: Notebook) -> None:
    concept_map = the_map(opened)
    kind = concept_map.locator(".slw-map-kind").first
    n = kind.locator(".slw-number").inner_text().rpartition(" ")[2]  # "92 % of 20"
    kind.dblclick()
    expect(concept_map.locator(".slw-map-kind[aria-pressed=true]")).to_have_count(1)
    drag(concept_map, "l", [(0.01, 0.01), (0.99, 0.01), (0.99, 0.99), (0.01, 0.99)])
    expect(concept_map.locator(".slw-footer")).to_contain_text(f"{n} selected")
    opened.expect_printed("len(concept_map.selection)", n)


def test_resting_on_a_point_shows_its_card_and_leaving_takes_it_away(opened: Notebook, screenshot) -> None:
    concept_map = the_map(opened)
    opened.page.mouse.move(*concept_map.locator("canvas.slw-map-canvas").evaluate(POINT))
    card = concept_map.locator(".slw-map-card")
    expect(card).to_be_visible()
    expect(card.locator("canvas")).to_be_visible()
    expect(card.locator(".slw-skeleton")).to_have_count(0)
    screenshot(concept_map, "concept_map_card")
    opened.page.mouse.move(2, 2)
    expect(card).to_have_count(0)


def test_the_keyboard_walks_from_point_to_point_opens_cards_and_selects(opened: Notebook) -> None:
    concept_map = the_map(opened)
    stage(concept_map).focus()
    page, card = opened.page, concept_map.locator(".slw-map-card")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(card).to_be_visible()
    first = card.get_attribute("aria-label")
    page.keyboard.press("ArrowUp")
    expect(card).not_to_have_attribute("aria-label", first)
    page.keyboard.press("Space")
    expect(concept_map.locator(".slw-footer")).to_contain_text("1 selected")
    opened.expect_printed("len(concept_map.selection)", "1")
    assert f"Neuron {opened.run('print(concept_map.selection[0])').strip()}" == card.get_attribute(
        "aria-label"
    )
    stage(concept_map).focus()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_the_layer_is_switched_and_all_layers_fit_on_one_map(opened: Notebook, screenshot) -> None:
    opened.start_over([CLEAN, KEPT_LENS, MAP_BY_PCA])
    concept_map = the_map(opened)
    layer = concept_map.get_by_label("Layer", exact=True)
    layer.select_option("bn2")
    expect(stage(concept_map)).to_have_attribute("aria-label", "Concept map of bn2: 120 neurons")
    opened.expect_printed("concept_map.layer", "bn2")
    layer.select_option(label="all layers")
    expect(concept_map.locator(".slw-status")).to_contain_text("240 neurons")
    expect_final(concept_map, "PCA")
    concept_map.get_by_label("Colour by").select_option("layer")
    expect(concept_map.locator(".slw-map-legend")).to_contain_text("bn2")
    screenshot(concept_map, "concept_map_layers")
    opened.expect_printed("repr(concept_map.layer), concept_map.encoding", "'' layer")


def test_the_answer_to_an_older_query_never_shows(opened: Notebook) -> None:
    opened.start_over([CLEAN, LENS, MAP_BY_PCA])
    opened.run(
        "import time\n"
        "answer = lens.rank\n"
        "def slow(query, layer, **options):\n"
        "    time.sleep(1.5 if query.source == 'bird' else 0)\n"
        "    return answer(query, layer, **options)\n"
        "lens.rank = slow"
    )
    concept_map = the_map(opened)
    expect_final(concept_map, "PCA")
    search(concept_map, "bird")
    expect(concept_map.locator(".slw-doing")).to_contain_text("kernel busy")
    search(concept_map, "car")
    expect(concept_map.locator(".slw-best")).to_contain_text("bn1:1")
    opened.page.wait_for_function("() => !document.querySelector('.slw-doing')")
    expect(concept_map.locator(".slw-best")).to_contain_text("bn1:1")


def test_a_map_that_is_left_before_it_came_never_shows(opened: Notebook) -> None:
    concept_map = the_map(opened)
    opened.run(HOLD_BN2)
    layer = concept_map.get_by_label("Layer", exact=True)
    layer.select_option("bn2")
    expect(concept_map.locator(".slw-doing")).to_contain_text("kernel busy")
    layer.select_option(label="all layers")
    expect(concept_map.locator(".slw-status")).to_contain_text("240 neurons")
    opened.page.evaluate(NOTE_TITLES)
    opened.run("go.set(); answered.wait(20); handlers._map = answer")
    # Answers come in their order: after this one, the one for bn2 has been there.
    concept_map.get_by_label("Colour by").select_option("clarity")
    expect(concept_map.locator(".slw-map-legend")).to_contain_text("Clarity")
    assert opened.page.evaluate("() => titles") == ["Concept map of bn1, bn2: 240 neurons"]


def test_an_error_in_the_kernel_is_shown_and_not_swallowed(opened: Notebook) -> None:
    concept_map = the_map(opened)
    search(concept_map, "like #99999")
    expect(concept_map).to_contain_text("99999")


def test_light_and_dark_are_followed_live(opened: Notebook, screenshot) -> None:
    concept_map = the_map(opened)
    search(concept_map, "bird")
    expect(concept_map.locator(".slw-best")).to_contain_text("bn1:0")
    light = wait_for_colours(concept_map, lambda colours: len(colours) > 1)
    screenshot(concept_map, "concept_map_light_query")
    opened.command("apputils:change-theme", {"theme": "JupyterLab Dark"})
    expect(opened.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    wait_for_colours(concept_map, lambda colours: colours != light)
    screenshot(concept_map, "concept_map_dark_query")
    concept_map.get_by_label("Colour by").select_option("cluster")
    wait_for_colours(concept_map, lambda colours: len(colours) > 3)
    screenshot(concept_map, "concept_map_dark")


def test_two_maps_and_a_gallery_share_a_page_and_a_lens(opened: Notebook, screenshot) -> None:
    opened.run(
        "from IPython.display import display\n"
        "display(ConceptMap(lens, layer='bn1', query='car', linked=False), NeuronGallery(lens))"
    )
    maps = opened.page.locator(".jp-OutputArea-output .slw-map")
    expect(maps).to_have_count(2)
    expect(maps.nth(1).locator(".slw-best")).to_contain_text("bn1:1")
    expect_final(maps.nth(1))
    search(maps.nth(0), "bird")
    expect(maps.nth(0).locator(".slw-best")).to_contain_text("bn1:0")
    expect(maps.nth(1).locator(".slw-best")).to_contain_text("bn1:1")
    assert len(colours(maps.nth(0))) > 1
    assert len(colours(maps.nth(1))) > 1
    expect(opened.page.locator(".slw-card").first).to_be_visible()
    screenshot(opened.page, "maps_and_gallery")


def test_a_reload_of_the_page_brings_the_map_back_as_it_was(opened: Notebook) -> None:
    search(the_map(opened), "bird")
    expect(the_map(opened).locator(".slw-best")).to_contain_text("bn1:0")
    opened.command("docmanager:save")
    opened.reload()
    expect_final(the_map(opened))
    expect(the_map(opened).locator(".slw-best")).to_contain_text("bn1:0")


def drag(concept_map: Locator, tool: str, corners: list[tuple[float, float]]) -> None:
    """Draws through the corners, given as shares of the stage, with a tool chosen by its key."""
    area = stage(concept_map).bounding_box()
    points = [(area["x"] + x * area["width"], area["y"] + y * area["height"]) for x, y in corners]
    mouse = concept_map.page.mouse
    stage(concept_map).focus()
    concept_map.page.keyboard.press(tool)
    mouse.move(*points[0])
    mouse.down()
    for point in points[1:]:
        mouse.move(*point, steps=6)
    mouse.up()
