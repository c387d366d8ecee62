"""Widgets on phones, projectors and full screens, with their help, as files opened from the disk."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from semanticlens_widgets.analysis import Requirement
from semanticlens_widgets.widgets import AuditTable, ConceptMap, Explorer, NeuronGallery
from tests.browser.chromium import has_chromium
from tests.browser.conftest import SCREENSHOTS
from tests.browser.jupyter import PATIENCE
from tests.browser.test_accessibility import AXE, FOUND
from tests.fakes import CATEGORIES, attributed_lens

Open = Callable[..., Page]
WIDGETS = ("gallery", "map", "audit", "explorer")
READY = ".slw-card, .slw-audit-row, .slw-map-stage, .slw-compared"
REFUSED = "() => { Element.prototype.requestFullscreen = () => Promise.reject(new Error('refused')); }"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not has_chromium():
        pytest.skip("there is no Chromium: install it, or run `playwright install chromium`")
    folder, lens = tmp_path_factory.mktemp("presenting"), attributed_lens(60)
    bird = Requirement("bird", valid=["bird"], spurious=["tree"])
    widgets = {
        "gallery": NeuronGallery(lens, query="bird", vocabulary=CATEGORIES),
        "two": NeuronGallery(lens, components=["bn1:1", "bn1:2"]),
        "map": ConceptMap(lens, method="pca", query="bird"),
        "audit": AuditTable(lens, bird),
        "compared": NeuronGallery(
            lens, query="bird", vocabulary=CATEGORIES, pinned=["bn1:0", "bn1:6", "bn1:7"]
        ),
        "explorer": Explorer(lens, method="pca", query="bird"),
    }
    for name, widget in widgets.items():
        widget.to_html(folder / f"{name}.html", layers=["bn1"], words=CATEGORIES, progress=False)
    return folder


@pytest.fixture
def show(files: Path, browser: Any) -> Iterator[Open]:
    contexts = []

    def opened(name: str, width: int = 1280, height: int = 720, **how: Any) -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, offline=True, **how))
        page = contexts[-1].new_page()
        page.set_default_timeout(1000 * PATIENCE)
        page.goto((files / f"{name}.html").as_uri())
        expect(page.locator(READY).first).to_be_visible()
        return page

    yield opened
    for context in contexts:
        context.close()


def box(part: Locator) -> dict[str, float]:
    found = part.bounding_box()
    assert found is not None
    return {name: found[name] for name in ("x", "y", "width", "height")}


def test_on_a_phone_buttons_cover_no_picture_and_open_a_neuron(show: Open) -> None:
    page = show("gallery", 390, 844, has_touch=True, is_mobile=True)
    first = page.locator(".slw-card").first
    picture, buttons = box(first.locator(".slw-card-picture")), box(first.locator(".slw-card-buttons"))
    words = box(first.locator(".slw-measures"))
    assert buttons["y"] >= words["y"] + words["height"] >= picture["y"] + picture["height"]
    assert buttons["y"] + buttons["height"] <= box(first)["y"] + box(first)["height"]
    first.get_by_label("Open ").tap()
    expect(page.locator(".slw-detail .slw-nine")).to_be_visible()
    page.locator(".slw-detail").get_by_label("Next neuron").tap()
    expect(page.locator(".slw-detail-title")).to_contain_text("bn1:6")


@pytest.mark.parametrize("name", WIDGETS)
def test_a_projector_shows_a_whole_widget(show: Open, name: str) -> None:
    page = show(name, 853, 480)
    assert box(page.locator(".slw").first)["height"] <= 480
    footer = box(page.locator(".slw-footer").first)
    assert footer["y"] + footer["height"] <= 480


def test_two_cards_need_no_more_room_than_they_fill(show: Open) -> None:
    page = show("two", 1280, 900)
    cards, whole = box(page.locator(".slw-row").first), box(page.locator(".slw").first)
    assert cards["height"] < whole["height"] < cards["height"] + 140


@pytest.mark.parametrize("name", WIDGETS)
def test_every_widget_has_a_full_screen_with_larger_type(show: Open, name: str) -> None:
    page = show(name)
    status = page.locator(".slw-status").first
    before = box(status)["height"]
    page.get_by_label("Full screen (F)").click()
    expect(page.locator(".slw-full")).to_be_visible()
    page.wait_for_function("() => document.fullscreenElement?.classList.contains('slw-full')")
    assert box(status)["height"] > 1.2 * before
    page.keyboard.press("f")
    expect(page.locator(".slw-full")).to_have_count(0)
    assert page.evaluate("() => document.fullscreenElement") is None


def test_in_full_screen_the_arrow_keys_tell_the_story_of_neurons(show: Open) -> None:
    page = show("gallery")
    page.locator(".slw-card").first.click(position={"x": 20, "y": 20})
    page.keyboard.press("f")
    expect(page.locator(".slw-full")).to_be_visible()
    page.locator(".slw-card").first.dblclick(position={"x": 20, "y": 20})
    detail = page.locator(".slw-detail")
    expect(detail).to_be_focused()
    expect(detail.locator(".slw-nine .slw-example")).to_have_count(9)
    nine = box(detail.locator(".slw-nine"))
    assert nine["y"] + nine["height"] <= 720
    page.screenshot(path=str(SCREENSHOTS / "full_screen.png"))
    body = detail.locator(".slw-detail-body")
    page.keyboard.press("ArrowDown")
    assert body.evaluate("(body) => body.scrollTop") > 0
    page.keyboard.press("ArrowUp")
    assert body.evaluate("(body) => body.scrollTop") == 0
    page.keyboard.press("ArrowRight")
    expect(detail.locator(".slw-detail-title")).to_contain_text("bn1:6")
    expect(detail).to_be_focused()


def test_a_page_without_full_screen_shows_the_widget_above_all_else_and_esc_ends_it(show: Open) -> None:
    page = show("gallery")
    page.evaluate(REFUSED)
    page.locator("#view").evaluate("(view) => { view.style = 'transform: scale(0.5); overflow: hidden'; }")
    page.locator(".slw-grid").focus()
    page.keyboard.press("f")
    expect(page.locator(".slw-full")).to_be_visible()
    whole = box(page.locator(".slw-full"))
    assert [whole["x"], whole["y"], whole["width"], whole["height"]] == [0, 0, 1280, 720]
    page.keyboard.press("Escape")
    expect(page.locator(".slw-full")).to_have_count(0)
    assert box(page.locator(".slw"))["width"] < 700


@pytest.mark.parametrize("name", WIDGETS)
def test_a_question_mark_shows_the_help_but_for_one_that_is_typed(show: Open, name: str) -> None:
    page = show(name)
    page.locator(".slw").first.focus()
    page.keyboard.press("?")
    helped = page.get_by_role("dialog", name="Help")
    expect(helped).to_contain_text("Full screen")
    expect(helped.get_by_text("wheel - car")).to_have_count(0 if name == "audit" else 1)
    page.keyboard.press("Escape")
    expect(helped).to_have_count(0)
    if name != "audit":
        page.locator("input").first.press("?")
        expect(helped).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pinned_neurons_are_compared_on_a_page_too(show: Open, scheme: str) -> None:
    page = show("compared", color_scheme=scheme)
    whole = page.get_by_role("region", name="Comparison of bn1:0, bn1:6, bn1:7")
    expect(whole.get_by_role("region", name="bn1:7").locator(".slw-example").first).to_be_visible()
    expect(whole.get_by_role("region", name="Cosines").locator(".slw-share")).to_have_count(3)
    page.screenshot(path=str(SCREENSHOTS / f"comparison_{scheme}.png"))
    if AXE.is_file():
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.locator("html").evaluate(FOUND)["violations"] == []
    whole.get_by_role("region", name="bn1:7").locator(".slw-example").first.click()
    expect(page.get_by_role("dialog", name="bn1:7").locator("img")).to_be_visible()
    page.keyboard.press("Escape")
    whole.get_by_label("Pin bn1:6").click()
    expect(page.get_by_role("region", name="Comparison of bn1:0, bn1:7")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".slw-comparison")).to_have_count(0)
    expect(page.locator(".slw-grid")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", WIDGETS)
def test_axe_finds_nothing_on_a_page_and_measures_the_contrast_of_its_text(
    show: Open, record_property: Any, name: str, scheme: str
) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm --prefix js ci")
    page = show(name, color_scheme=scheme)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    if name == "audit":
        page.get_by_role("combobox", name="Class").click()
    found = page.locator("html").evaluate(FOUND)
    assert found["violations"] == []
    assert len(found["contrasts"]) > 10
    assert min(found["contrasts"]) >= 4.5
    record_property("least contrast", f"{name}, {scheme}: {min(found['contrasts'])}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_large_picture_and_the_help(show: Open, scheme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm --prefix js ci")
    page = show("gallery", color_scheme=scheme)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.locator(".slw-card").first.dblclick(position={"x": 20, "y": 20})
    page.locator(".slw-nine .slw-example").first.click()
    expect(page.locator("dialog img")).to_be_visible()
    assert page.locator("html").evaluate(FOUND)["violations"] == []
    page.keyboard.press("Escape")
    page.locator(".slw-detail").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Help")).to_be_visible()
    assert page.locator("html").evaluate(FOUND)["violations"] == []
