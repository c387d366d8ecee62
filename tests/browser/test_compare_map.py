"""The comparison map as its users meet it: in JupyterLab, in a browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.cells import CLEAN, KEPT_LENS
from tests.browser.jupyter import Notebook
from tests.browser.map_page import expect_final, search, stage, the_map, wait_for_colours

COMPARED = """\
import semanticlens_widgets as slw
comparison = slw.compare((lens, 'bn1'), (lens, 'bn2'))
compare_map = slw.CompareMap(comparison, method='pca')
compare_map"""
SERIES = """\
import semanticlens_widgets as slw
training = slw.CompareMap(slw.compare(lens, lens, lens, names=['epoch 1', 'epoch 2', 'epoch 3']), method='pca')
training"""


@pytest.fixture
def opened(page_with_kernel: Notebook) -> Notebook:
    page_with_kernel.start_over([CLEAN, KEPT_LENS, COMPARED])
    expect_final(the_map(page_with_kernel), "PCA")
    return page_with_kernel


def test_sides_are_on_one_map_and_a_neuron_shows_its_match(opened: Notebook, screenshot) -> None:
    shown, keyboard = the_map(opened), opened.page.keyboard
    expect(shown.locator(".slw-map-legend")).to_contain_text("bn1")
    expect(shown.locator(".slw-compare-counts")).to_contain_text("matched")
    stage(shown).focus()
    keyboard.press("ArrowRight")
    keyboard.press("Enter")
    card = shown.locator(".slw-map-card")
    expect(card.locator(".slw-compare-side")).to_have_count(2)
    expect(card.locator(".slw-compare-verdict")).to_contain_text("match")
    expect(card.locator("canvas")).to_have_count(2)
    expect(shown.locator(".slw-compare-marks line")).not_to_have_count(0)
    screenshot(shown, "compare_map_card")
    keyboard.press("Space")
    opened.expect_printed("[side in ('bn1', 'bn2') for side, _ in compare_map.selection]", "[True]")
    keyboard.press("Escape")
    shown.locator(".slw-compare-counts .slw-link").first.click()
    expect(shown.locator(".slw-map-legend-name")).to_have_text("Match")
    expect(shown.locator(".slw-narrowing")).to_contain_text("matched")
    opened.expect_printed("compare_map.encoding", "match")
    search(shown, "bird")
    expect(shown.locator(".slw-map-legend-name")).to_have_text("Alignment")


def test_a_series_is_gone_through_by_keys_and_by_a_slider(opened: Notebook, screenshot) -> None:
    opened.start_over([CLEAN, KEPT_LENS, SERIES])
    shown = the_map(opened)
    expect_final(shown, "PCA")
    slider = shown.get_by_role("slider", name="Step")
    expect(slider).to_have_attribute("aria-valuetext", "epoch 1, 1 of 3")
    stage(shown).focus()
    opened.page.keyboard.press("]")
    opened.expect_printed("training.step", "1")
    expect(slider).to_have_attribute(
        "aria-valuetext", re.compile("epoch 2, 2 of 3: .* matched with epoch 1, 0 gained, 0 lost")
    )
    slider.focus()
    opened.page.keyboard.press("ArrowRight")
    opened.expect_printed("training.step", "2")
    wait_for_colours(shown, lambda colours: len(colours) > 0)
    screenshot(shown, "compare_map_series")
    opened.run("training.step = 0")
    expect(slider).to_have_value("0")
