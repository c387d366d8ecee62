"""Widgets in every host: drawn, asked, selected in, audited, undone in, side by side, dark, and after a reload."""

import pytest
from playwright.sync_api import Locator, expect

from tests.hosts.cells import CELLS, GALLERY
from tests.hosts.hosts import WIDGETS, Host

GALLERY_CELL = CELLS.index(GALLERY)


def gallery(host: Host) -> Locator:
    return host.widgets.nth(0)


def names(view: Locator) -> list[str]:
    return view.locator(".slw-card .slw-name").all_inner_texts()


def test_cards_are_drawn_with_their_pictures(host: Host, screenshot) -> None:
    expect(gallery(host).locator(".slw-card .slw-name").first).to_be_visible()
    canvas = gallery(host).locator(".slw-card canvas").first
    expect(canvas).to_be_visible()
    host.page.wait_for_function(
        "canvas => canvas.getContext('2d').getImageData(9, 9, 1, 1).data[3] === 255",
        arg=canvas.element_handle(),
    )
    expect(host.widgets).to_have_count(4)
    screenshot(host.page, "light")


def test_a_typed_query_ranks_the_gallery(host: Host) -> None:
    gallery(host).locator(".slw-query-input").press_sequentially("car")
    host.expect_told("gallery", lambda told: told["query"] == "car")
    first = host.told("gallery")["first"]
    for place, name in enumerate(first[:3]):
        expect(gallery(host).locator(".slw-card .slw-name").nth(place)).to_have_text(name)
    assert int(first[0].partition(":")[2]) % 6 == 1


def test_a_selection_is_read_back_in_python(host: Host) -> None:
    second = host.told("gallery")["first"][1]
    gallery(host).locator(".slw-query-input").blur()  # closes the list of suggestions
    gallery(host).locator(".slw-card").nth(1).click()
    host.expect_told("gallery", lambda told: told["selection"] == [second])
    host.expect_reaction(second)


def test_the_audit_is_filled(host: Host) -> None:
    rows = host.widgets.nth(1).locator(".slw-audit-row")
    expect(rows.first.locator(".slw-audit-verdict")).to_have_text(", verdict valid")
    assert rows.count() > 3


def test_keys_take_back_what_was_typed_and_no_code(host: Host) -> None:
    before = host.code()
    box = gallery(host).locator(".slw-query-input")
    box.fill("")
    box.press_sequentially("wheel")
    box.press("Control+z")
    expect(box).not_to_have_value("wheel")
    box.press("Control+z")
    box.press("Control+z")
    expect(box).to_be_focused()
    box.blur()
    gallery(host).locator(".slw-card").first.click()
    for key in ("x", "d", "d", "a"):
        host.page.keyboard.press(key)
    if before is None:
        pytest.skip("the host shows no code")
    assert host.code() == before


def test_two_widgets_share_a_row(host: Host) -> None:
    host.widgets.nth(3).scroll_into_view_if_needed()
    boxes = [host.widgets.nth(place).bounding_box() for place in (2, 3)]
    first, second = boxes
    assert first is not None
    assert second is not None
    assert min(first["width"], second["width"]) > 240, boxes
    assert second["x"] >= first["x"] + first["width"] - 1
    assert second["x"] + second["width"] <= host.page.viewport_size["width"], boxes


def test_the_widgets_are_dark_where_the_page_is(host: Host, screenshot) -> None:
    if not host.turn_dark():
        pytest.skip("the host has no dark theme")
    expect(host.page.locator(".slw-host").first).to_have_attribute("data-theme", "dark")
    colour = gallery(host).evaluate("element => getComputedStyle(element).backgroundColor")
    assert sum(map(int, colour.strip("rgba()").split(",")[:3])) < 3 * 128
    screenshot(host.page, "dark")


def test_widgets_are_there_again_after_a_reload(host: Host) -> None:
    host.reload()
    expect(host.widgets).to_have_count(4)
    box = gallery(host).locator(".slw-query-input")
    box.fill("tree")
    host.expect_told("gallery", lambda told: told["query"] == "tree")
    expect(gallery(host).locator(".slw-card .slw-name").first).to_have_text(host.told("gallery")["first"][0])


def test_widgets_work_after_their_cell_ran_again(host: Host) -> None:
    if not host.run_again(GALLERY_CELL):
        pytest.skip("the host runs no cell again")
    host.expect_told("gallery", lambda told: told["query"] == "")
    expect(gallery(host).locator(".slw-query-input")).to_have_value("")
    for place in range(3):
        expect_to_answer(host.widgets.nth(place))
    expect(host.widgets).to_have_count(4)


def test_a_second_page_has_widgets_of_its_own(host: Host) -> None:
    with host.second_page() as page:
        if page is None:
            pytest.skip("the page belongs to its reader")
        widgets = page.locator(WIDGETS)
        expect(widgets).to_have_count(4)
        expect_to_answer(widgets.nth(0))
    expect_to_answer(gallery(host))


def expect_to_answer(view: Locator) -> None:
    """Expects another order after another query; of a table, another class after another concept."""
    if view.locator(".slw-card").count() == 0:
        expect(view.locator(".slw-audit-verdict").first).to_be_visible()
        return
    for query, first in (("boat", 5), ("tree", 3)):
        view.locator(".slw-query-input").fill(query)
        expect(view.locator(".slw-best")).to_contain_text("bn1:")
        expect(view.locator(".slw-card .slw-name").first).to_have_text(f"bn1:{first}")
