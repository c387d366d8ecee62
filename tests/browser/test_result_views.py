"""Cards and the treemap of words in JupyterLab: by mouse and keyboard they change what the other widgets show."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.cells import CLEAN, KEPT_LENS
from tests.browser.jupyter import Notebook

CELLS = [
    CLEAN,
    KEPT_LENS,
    "from tests.fakes import CATEGORIES",
    "gallery = slw.NeuronGallery(lens, layer='bn1')\ngallery",
    "card = slw.CardView(lens.card(CATEGORIES))\ncard",
    "known = lens.knowledge([*CATEGORIES, 'dog', 'owl'], layer='bn2')\nwords = slw.KnowledgeView(known)\nwords",
]


@pytest.fixture
def shown(page_with_kernel: Notebook) -> Notebook:
    page_with_kernel.start_over(CELLS)
    expect(page_with_kernel.page.locator(".slw-tile").first).to_be_visible()
    return page_with_kernel


def widgets(notebook: Notebook) -> list[Locator]:
    return [notebook.galleries().nth(number) for number in range(3)]


def test_a_bar_shows_its_neurons_alone_in_the_gallery_of_its_layer_and_gives_them_up(shown: Notebook) -> None:
    gallery, card, _ = widgets(shown)
    second = card.locator("tbody tr").nth(1).locator(".slw-card-bar:enabled")
    second.first.click()
    expect(gallery.locator(".slw-how-many")).to_contain_text("only these")
    shown.expect_printed("gallery.components == card.components != [], gallery.layer", "True bn2")
    before = second.first.get_attribute("aria-label")
    second.first.focus()  # the cell that printed has it
    shown.page.keyboard.press("ArrowRight")
    focused = card.locator(".slw-card-bar:focus")
    expect(focused).to_have_count(1)
    assert focused.get_attribute("aria-label") != before
    shown.page.keyboard.press("Enter")
    expect(focused).to_have_attribute("aria-pressed", "true")
    expect(card.locator(".slw-card-bar[aria-pressed=true]")).to_have_count(1)
    shown.page.keyboard.press("Escape")
    expect(gallery.locator(".slw-how-many")).to_have_count(0)
    shown.expect_printed("gallery.components, card.components, gallery.selection", "[] [] []")


def test_categories_open_by_keyboard_and_words_are_searched_for(shown: Notebook) -> None:
    gallery, _, words = widgets(shown)
    words.locator(".slw-tile").first.focus()
    category = words.locator(".slw-tile:focus").get_attribute("title")
    assert category is not None
    shown.page.keyboard.press("Enter")
    expect(words.locator("nav")).to_contain_text(category.split(":")[0])
    expect(words.locator(".slw-tile:focus")).to_have_count(1)
    shown.page.keyboard.press("Backspace")
    expect(words.locator(".slw-trail-step")).to_have_count(0)
    words.locator(".slw-tile[title^='bird']:not(.slw-tile-frame)").first.click()
    expect(gallery.locator("input[type=search], .slw-query input").first).to_have_value("bird")
    shown.expect_printed("gallery.query, gallery.layer, words.within", "bird bn2")
