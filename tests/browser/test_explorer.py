"""Map and gallery in one, and the widgets of a lens that follow one another, in JupyterLab, in a browser."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.cells import CLEAN, KEPT_LENS
from tests.browser.jupyter import Notebook
from tests.browser.map_page import FIRST_UMAP

EXPLORER = "explorer = slw.Explorer(lens)\nexplorer"

AUDITED = """\
import semanticlens_widgets as slw
from tests.fakes import attributed_lens
lens = attributed_lens(120)
explorer = slw.Explorer(lens, requirements=slw.Requirement("bird", valid=["bird"]), encoding="verdict")
explorer"""


@pytest.fixture
def opened(page_with_kernel: Notebook) -> Notebook:
    """A notebook with one new explorer, its UMAP and its cards there, in the light theme."""
    notebook = page_with_kernel
    notebook.command("apputils:change-theme", {"theme": "JupyterLab Light"})
    notebook.start_over([CLEAN, KEPT_LENS, EXPLORER])
    expect_ready(the_view(notebook))
    return notebook


def the_view(notebook: Notebook, place: int = 0) -> Locator:
    return notebook.page.locator(".jp-OutputArea-output .slw").nth(place)


def expect_ready(explorer: Locator) -> None:
    expect(explorer.locator(".slw-footer")).to_contain_text("UMAP ·", timeout=FIRST_UMAP)
    expect(explorer.locator(".slw-card .slw-name").first).to_be_visible()


def test_a_lens_shows_map_and_gallery_and_one_query_answers_in_both(opened: Notebook, screenshot) -> None:
    opened.start_over([CLEAN, KEPT_LENS, "lens"])
    explorer = the_view(opened)
    expect_ready(explorer)
    box = explorer.get_by_label("Search neurons")
    expect(box).to_have_count(1)
    box.fill("bird")
    expect(explorer.locator(".slw-best")).to_be_visible()
    expect(explorer.locator(".slw-map-probe text")).to_have_text("bird")
    best = explorer.locator(".slw-best .slw-link").text_content() or ""
    expect(explorer.locator(".slw-card .slw-name").first).to_have_text(best)
    screenshot(explorer, "explorer")


def test_a_neuron_reached_on_the_map_is_the_active_card_and_its_details_follow(opened: Notebook) -> None:
    explorer = the_view(opened)
    explorer.locator(".slw-map-stage").focus()
    opened.page.keyboard.press("ArrowRight")
    active = explorer.locator(".slw-card.slw-active .slw-name")
    expect(active).to_be_visible()
    explorer.locator(".slw-card.slw-active").dblclick()
    title = explorer.locator(".slw-detail-title")
    expect(title).to_have_text(active.text_content() or "")
    before = title.text_content() or ""
    explorer.locator(".slw-map-stage").focus()
    opened.page.keyboard.press("ArrowLeft")
    expect(title).not_to_have_text(before)


def test_a_card_under_the_pointer_is_ringed_on_the_map(opened: Notebook) -> None:
    explorer = the_view(opened)
    explorer.locator(".slw-card").first.hover()
    expect(explorer.locator(".slw-map-overlay .slw-map-over")).to_have_count(1)
    explorer.locator(".slw-footer").hover()
    expect(explorer.locator(".slw-map-overlay .slw-map-over")).to_have_count(0)


def test_the_selected_neurons_can_be_shown_alone(opened: Notebook) -> None:
    explorer = the_view(opened)
    opened.run("explorer.selection = ['3', '5', '8']")
    explorer.get_by_role("button", name="Show only these").click()
    expect(explorer.locator(".slw-card")).to_have_count(3)
    expect(explorer.locator(".slw-status")).to_contain_text("3 of 120 neurons")
    opened.expect_printed("len(explorer.results)", "3")
    explorer.get_by_role("button", name="Show all", exact=True).click()
    expect(explorer.locator(".slw-status")).to_contain_text("120 neurons")


def test_what_is_done_in_one_cell_is_followed_in_another_unless_it_stands_alone(opened: Notebook) -> None:
    opened.start_over(
        [
            CLEAN,
            KEPT_LENS,
            EXPLORER,
            "g = slw.NeuronGallery(lens, layer=explorer.layer)\ng",
            "a = slw.NeuronGallery(lens, linked=False)\na",
        ]
    )
    explorer, gallery, alone = (the_view(opened, place) for place in range(3))
    expect_ready(explorer)
    explorer.get_by_label("Search neurons").fill("bird")
    expect(gallery.get_by_label("Search neurons")).to_have_value("bird")
    expect(gallery.locator(".slw-best")).to_be_visible()
    expect(alone.get_by_label("Search neurons")).to_have_value("")
    gallery.locator(".slw-card").nth(1).click()
    expect(explorer.locator(".slw-card.slw-selected")).to_have_count(1)
    opened.run("g.query = 'fish'")
    expect(explorer.get_by_label("Search neurons")).to_have_value("fish")


def test_narrow_cells_stack_map_and_gallery_and_the_dark_theme_is_followed(
    opened: Notebook, screenshot
) -> None:
    explorer = the_view(opened)
    screenshot(explorer, "explorer-light")
    opened.command("apputils:change-theme", {"theme": "JupyterLab Dark"})
    screenshot(explorer, "explorer-dark")
    explorer.evaluate("element => { element.style.width = '480px'; }")
    boxes = [explorer.locator(f".slw-pane-{kind}").bounding_box() for kind in ("map", "side")]
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"] + 1
    assert abs(boxes[0]["width"] - boxes[1]["width"]) <= 2
    screenshot(explorer, "explorer-narrow-dark")


def test_a_list_that_is_edited_beside_the_map_recolours_it_and_a_map_in_another_cell(
    opened: Notebook, screenshot
) -> None:
    opened.start_over([CLEAN, AUDITED, "slw.ConceptMap(lens)"])
    explorer, concept_map = the_view(opened, 0), the_view(opened, 1)
    spurious = explorer.locator(".slw-map-kind", has_text="spurious").locator(".slw-number")
    expect(spurious).to_have_text("0")
    expect(explorer.locator(".slw-audit-row").first).to_be_visible()
    box = explorer.get_by_label("Add a spurious concept")
    box.fill("tree")
    box.press("Enter")
    expect(spurious).not_to_have_text("0")
    expect(explorer.locator(".slw-status")).to_contain_text("120 neurons")
    concept_map.get_by_label("Colour by").select_option("verdict")
    expect(concept_map.locator(".slw-status")).to_contain_text("by verdict for bird")
    expect(concept_map.locator(".slw-map-kind", has_text="spurious")).to_have_text(re.compile("[1-9]"))
    explorer.locator(".slw-audit-row").nth(1).hover()
    expect(explorer.locator(".slw-map-overlay .slw-map-over")).to_have_count(1)
    explorer.locator(".slw-map-stage").focus()
    opened.page.keyboard.press("ArrowRight")
    expect(explorer.locator(".slw-audit-row.slw-active")).to_be_visible()
    screenshot(explorer, "explorer_audit_light")
    explorer.get_by_role("button", name="Neurons", exact=True).click()
    expect(explorer.locator(".slw-card").first).to_be_visible()
    explorer.get_by_role("button", name="Audit", exact=True).click()
    opened.expect_printed("explorer.tab, round(explorer.audit.summary()['spurious'][0], 2) > 0", "audit True")
    explorer.evaluate("element => { element.style.width = '480px'; }")
    boxes = [explorer.locator(f".slw-pane-{kind}").bounding_box() for kind in ("map", "side")]
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"] + 1
    screenshot(explorer, "explorer_audit_narrow")


LIVING = """\
import semanticlens_widgets as slw
from tests.fakes import living_lens
lens = living_lens()
green = slw.Requirement("green", valid=["green"], spurious=["red"])
explorer = slw.Explorer(lens, requirements=green, encoding="verdict")
explorer"""


def test_a_relevance_that_a_cell_computes_is_seen_at_once_in_the_audit_on_the_map_and_in_open_details(
    opened: Notebook,
) -> None:
    opened.start_over([CLEAN, LIVING])
    explorer = the_view(opened)
    verdicts = explorer.get_by_label("Colour by").locator("option", has_text="Verdict")
    expect(verdicts).to_have_text("Verdict (no relevance yet)")
    expect(explorer.locator(".slw-status")).to_contain_text("not by verdict: no relevance yet")
    opened.run("slw.NeuronGallery(lens, layer=lens.deepest_layer)")
    gallery = the_view(opened, 1)
    gallery.locator(".slw-card .slw-name").first.dblclick()
    expect(gallery.locator(".slw-detail .slw-example").first).to_be_visible()
    expect(gallery.get_by_text("Serves the classes")).to_have_count(0)
    opened.run("lens.attribute(layer=lens.deepest_layer, progress=False);")
    expect(explorer.locator(".slw-audit-row").first).to_be_visible()
    expect(verdicts).to_have_text("Verdict")
    expect(explorer.get_by_label("Colour by")).to_have_value("verdict")
    expect(explorer.locator(".slw-status")).to_contain_text("relevance by gradient over 16 samples")
    expect(gallery.get_by_text("Serves the classes")).to_be_visible()
