"""A widget as one file, opened from the disk by a browser without a network."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from semanticlens_widgets.analysis import Requirement
from semanticlens_widgets.widgets import AuditTable, ConceptMap, Explorer, NeuronGallery
from tests.browser.chromium import has_chromium
from tests.browser.conftest import SCREENSHOTS
from tests.browser.jupyter import PATIENCE
from tests.browser.map_page import colours, search, stage, wait_for_colours
from tests.browser.test_concept_map import POINT
from tests.fakes import CATEGORIES, attributed_lens

REQUIRED = [Requirement("bird", valid=["bird"], spurious=["tree"]), Requirement("tree", valid=["tree"])]


@dataclass
class Opened:
    """A file in a browser, and the widget that wrote it."""

    page: Page
    widget: Explorer
    path: Path
    asked: list[str]
    """Addresses that the page asked for."""

    @property
    def view(self) -> Locator:
        return self.page.locator(".slw").first

    @property
    def cards(self) -> Locator:
        return self.view.locator(".slw-card .slw-name")

    def expect_first(self, **asked: Any) -> None:
        """Waits until the first cards are those that Python would show for the query and order."""
        for name, value in asked.items():
            setattr(self.widget, name, value)
        for place, name in enumerate(self.widget.results["component"][:3]):
            expect(self.cards.nth(place)).to_have_text(name)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Explorer, Path]:
    if not has_chromium():
        pytest.skip("there is no Chromium: install it, or run `playwright install chromium`")
    explorer = Explorer(
        attributed_lens(120), requirements=REQUIRED, method="pca", query="bird", vocabulary=CATEGORIES
    )
    explorer.tab = "neurons"
    file = tmp_path_factory.mktemp("page") / "explorer.html"
    return explorer, explorer.to_html(file, words=CATEGORIES, progress=False)


@pytest.fixture(params=["light"])
def opened(written: tuple[Explorer, Path], browser: Any, request: pytest.FixtureRequest) -> Iterator[Opened]:
    explorer, path = written
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, offline=True, color_scheme=request.param
    )
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENCE)
    asked: list[str] = []
    failures: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda said: failures.append(said.text) if said.type == "error" else None)
    page.goto(path.as_uri())
    opened = Opened(page, explorer, path, asked)
    expect(opened.cards.first).to_be_visible()
    yield opened
    context.close()
    assert not failures, failures


@pytest.mark.parametrize("opened", ["light", "dark"], indirect=True)
def test_the_file_shows_the_widget_in_the_colours_of_the_reader_and_asks_nobody(opened: Opened) -> None:
    opened.expect_first(query="bird")
    expect(opened.view.locator(".slw-map-probe text")).to_have_text("bird")
    wait_for_colours(opened.view, lambda seen: len(seen) > 1)
    assert [url for url in opened.asked if not url.startswith(("file:", "blob:"))] == []
    dark = opened.page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches")
    theme = opened.page.locator("#view").get_attribute("data-theme")
    assert theme == ("dark" if dark else "light")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    opened.page.screenshot(path=str(SCREENSHOTS / f"page_{theme}.png"))


def test_on_paper_the_widget_is_on_one_page_with_its_colours(opened: Opened) -> None:
    opened.page.set_viewport_size({"width": 1047, "height": 1400})  # A4 landscape less its margins
    opened.page.emulate_media(media="print")
    frame = opened.page.locator("#view > .slw")
    box = frame.bounding_box()
    assert box is not None
    assert 240 <= box["height"] <= 190 / 25.4 * 96
    assert frame.evaluate("element => getComputedStyle(element).printColorAdjust") == "exact"
    opened.page.emulate_media(media="screen")


def test_words_are_asked_for_together_and_neurons_too_as_in_the_notebook(opened: Opened) -> None:
    for query in ("car", "tree - bird", "Flower fruit", "like #3", "boat + car"):
        search(opened.view, query)
        if query == "Flower fruit":
            expect(opened.view.locator(".slw-query-error")).to_contain_text(
                "“Flower fruit” is not among the 6 words kept in this file"
            )
        else:
            opened.expect_first(query=query)
    search(opened.view, "Flower")
    opened.expect_first(query="flower")


def test_cards_are_sorted_labelled_and_opened(opened: Opened) -> None:
    search(opened.view, "")
    opened.view.get_by_label("Sort by").select_option("redundancy")
    opened.expect_first(query="", sort="redundancy")
    opened.widget.sort = "alignment"
    expect(opened.view.locator(".slw-card").first).to_contain_text(re.compile("|".join(CATEGORIES)))
    opened.cards.first.click()
    opened.page.keyboard.press("Enter")
    expect(opened.view.locator(".slw-detail .slw-example").first).to_be_visible()


def test_the_map_is_hovered_filtered_lassoed_and_coloured(opened: Opened) -> None:
    view, mouse = opened.view, opened.page.mouse
    search(view, "")
    wait_for_colours(view, lambda seen: len(seen) > 1)
    mouse.move(*view.locator("canvas.slw-map-canvas").evaluate(POINT))
    expect(view.locator(".slw-map-card canvas").first).to_be_visible()
    mouse.move(2, 2)
    before = colours(view)
    view.get_by_label("Colour by").select_option("clarity")
    expect(view.locator(".slw-map-legend")).to_contain_text("Clarity")
    wait_for_colours(view, lambda seen: seen != before)
    view.get_by_label("Colour by").select_option("verdict")
    kind = view.locator(".slw-map-kind").first
    n = kind.locator(".slw-number").inner_text()
    kind.dblclick()
    lasso(view, stage(view))
    expect(view.locator(".slw-footer")).to_contain_text(f"{n} selected")
    view.get_by_role("button", name="Show only these").click()
    expect(view.locator(".slw-how-many")).to_contain_text(f"{n} of 120")


def lasso(view: Locator, around: Locator) -> None:
    """Draws a lasso around the whole map."""
    around.focus()
    view.page.keyboard.press("l")
    box = around.bounding_box()
    assert box is not None
    at = [
        (box["x"] + x * box["width"], box["y"] + y * box["height"])
        for x, y in [(0.01, 0.01), (0.9, 0.01), (0.9, 0.99), (0.01, 0.99)]
    ]
    mouse = view.page.mouse
    mouse.move(*at[0])
    mouse.down()
    for corner in at[1:]:
        mouse.move(*corner, steps=5)
    mouse.up()


def test_classes_are_looked_through_and_lists_say_why_they_stay(opened: Opened) -> None:
    view = opened.view
    view.get_by_role("button", name="Audit").click()
    rows = view.locator(".slw-audit-row")
    audit = opened.widget.lens.audit(REQUIRED, layer="bn1")
    most = audit.table[audit.table["class"] == "bird"].iloc[0]
    expect(rows.first).to_contain_text(most["component"])
    expect(rows.first.locator(".slw-audit-verdict")).to_have_text(f", verdict {most['verdict']}")
    expect(view.locator(".slw-audit-lists")).to_contain_text("edited in the notebook")
    expect(view.locator(".slw-audit-box")).to_have_count(0)
    expect(view.get_by_label("Threshold of the z-score")).to_be_disabled()
    view.get_by_label("Class", exact=True).click()
    view.get_by_role("option", name="tree").click()
    second = audit.table[audit.table["class"] == "tree"].iloc[0]
    expect(rows.first).to_contain_text(second["component"])
    opened.page.screenshot(path=str(SCREENSHOTS / "page_audit.png"))
    rows.first.focus()
    for key in ("v", "s"):
        opened.page.keyboard.press(key)
    rows.first.dblclick()
    expect(view.locator(".slw-detail .slw-example").first).to_be_visible()


# What MyST's directive `{anywidget}` does with a module: the view is in a shadow root, the model has almost nothing.
SHOW_MODULE = """async (code) => {
    const at = URL.createObjectURL(new Blob([code], {type: 'text/javascript'}));
    const {default: widget} = await import(at);
    const refuse = () => { throw new Error('not implemented yet'); };
    const model = {get: () => undefined, on: () => {}, off: refuse, save_changes: refuse, send: refuse};
    const root = document.body.appendChild(document.createElement('div')).attachShadow({mode: 'open'});
    const el = root.appendChild(document.createElement('div'));
    window.leave = await widget.render({model, el});
}"""


def test_modules_are_shown_side_by_side_in_a_page_of_any_kind(browser: Any, tmp_path: Path) -> None:
    lens = attributed_lens(24)
    widgets = [NeuronGallery(lens, query="car"), AuditTable(lens, REQUIRED)]
    page = browser.new_page(color_scheme="light")
    page.set_default_timeout(1000 * PATIENCE)
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.set_content("<html class='dark'><style>body { background: #1c1917 }</style><p>before</p>")
    for widget in widgets:
        file = widget.to_module(tmp_path / "widget.mjs", words=CATEGORIES, progress=False)
        page.evaluate(SHOW_MODULE, file.read_text(encoding="utf-8"))
    gallery = page.locator(".slw").first
    search(gallery, "bird")
    widgets[0].query = "bird"
    expect(gallery.locator(".slw-card .slw-name").first).to_have_text(widgets[0].results["component"][0])
    expect(page.locator(".slw-audit-row .slw-audit-verdict").first).to_contain_text("valid")
    background = gallery.evaluate("(view) => getComputedStyle(view).backgroundColor")
    assert sum(map(int, re.findall(r"\d+", background)[:3])) < 3 * 60  # dark on a dark page, and styled
    assert page.evaluate("() => document.head.querySelectorAll('style').length") == 1  # the page's own
    page.evaluate("() => leave()")
    expect(page.locator(".slw")).to_have_count(1)
    page.close()
    assert not failures


ALONE = {
    "gallery": (lambda lens: NeuronGallery(lens, query="car"), ".slw-card .slw-name", "bn1:"),
    "map": (
        lambda lens: ConceptMap(lens, layer="", method="pca", encoding="layer"),
        ".slw-map-legend",
        "bn2",
    ),
    "audit": (lambda lens: AuditTable(lens, REQUIRED), ".slw-audit-row .slw-audit-verdict", "valid"),
}


@pytest.mark.parametrize("kind", ALONE)
def test_every_widget_is_a_file(kind: str, browser: Any, tmp_path: Path) -> None:
    make, part, text = ALONE[kind]
    path = make(attributed_lens(24)).to_html(tmp_path / "page.html", words=CATEGORIES, progress=False)
    page = browser.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(path.as_uri())
    expect(page.locator(part).first).to_contain_text(text)
    expect(page.locator(".slw-banner")).to_have_count(0)
    page.close()
    assert not failures
