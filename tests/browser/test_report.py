"""The page of an audit in a real browser: on a screen, on a phone, in the dark and on paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.jupyter import REPOSITORY
from tests.fakes import attributed_lens

AXE = REPOSITORY / "js" / "node_modules" / "axe-core" / "axe.min.js"
REQUIREMENTS = {
    "bird": {"valid": ["bird"], "spurious": ["tree", "an image of something with a very long name"]},
    "*": {"spurious": ["car"]},
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "audit.html"
    return attributed_lens(60).audit(REQUIREMENTS, layer="bn1").to_html(path)


def opened(browser: Browser, report: Path, width: int, scheme: str) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)  # pyright: ignore[reportArgumentType]
    page.goto(report.as_uri())
    return page


@pytest.mark.parametrize(
    ("width", "scheme"), [(1100, "light"), (1100, "dark"), (390, "light"), (390, "dark")]
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browser: Browser, report: Path, screenshot, width: int, scheme: str
) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm --prefix js ci")
    page = opened(browser, report, width, scheme)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = "async () => (await axe.run()).violations.map(({id, nodes}) => `${id}: ${nodes[0].html}`)"
    screenshot(page.locator("main"), f"report_{width}_{scheme}")
    assert page.evaluate(found) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_on_paper_bars_keep_their_colours_and_no_row_is_torn(browser: Browser, report: Path) -> None:
    page = opened(browser, report, 718, "dark")  # A4 less its margins
    page.emulate_media(media="print")
    style = "(selector, name) => getComputedStyle(document.querySelector(selector))[name]"
    assert page.evaluate(f"({style})('.slw-bar > span', 'printColorAdjust')") == "exact"
    assert page.evaluate(f"({style})('tbody tr', 'breakInside')") == "avoid"
    assert page.evaluate(f"({style})('thead', 'display')") == "table-header-group"
    assert page.evaluate(f"({style})('body', 'backgroundColor')") == "rgb(255, 255, 255)"
    assert page.evaluate(f"({style})('main', 'color')") == "rgb(0, 0, 0)"
    page.close()
