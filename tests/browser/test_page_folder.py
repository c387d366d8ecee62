"""A widget as a folder, opened from the disk and from a server: it answers as the notebook, and loads what it shows."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from semanticlens_widgets.analysis import Requirement
from semanticlens_widgets.widgets import Explorer
from semanticlens_widgets.widgets.page import file, parts
from tests.browser.chromium import has_chromium
from tests.browser.conftest import SCREENSHOTS
from tests.browser.jupyter import PATIENCE
from tests.browser.map_page import search, wait_for_colours
from tests.fakes import CATEGORIES, attributed_lens

N = 1200
REQUIRED = [Requirement("bird", valid=["bird"], spurious=["tree"]), Requirement("tree", valid=["tree"])]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        pass


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Explorer, Path]:
    if not has_chromium():
        pytest.skip("there is no Chromium: install it, or run `playwright install chromium`")
    explorer = Explorer(attributed_lens(N), requirements=REQUIRED, method="pca", vocabulary=CATEGORIES)
    explorer.tab = "neurons"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(file, "_NEURONS", N - 1)  # a file would be refused
        patch.setattr(parts, "_PART", 1 << 14)
        page = explorer.to_html(
            tmp_path_factory.mktemp("folder") / "page", words=CATEGORIES, layers=["bn1"], progress=False
        )
    return explorer, page


@pytest.fixture
def address(written: tuple[Explorer, Path], request: pytest.FixtureRequest) -> Iterator[str]:
    page = written[1]
    if request.param == "disk":
        yield page.as_uri()
        return
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(page.parent))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def page(browser: Any) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENCE)
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda said: failures.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert not failures, failures


@pytest.mark.parametrize("address", ["disk", "server"], indirect=True)
def test_the_folder_is_searched_opened_and_audited_and_loads_what_is_looked_at(
    written: tuple[Explorer, Path], address: str, page: Page
) -> None:
    explorer, path = written
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(address)
    view = page.locator(".slw").first
    names = view.locator(".slw-card .slw-name")
    expect(names.first).to_have_text("bn1:0")
    wait_for_colours(view, lambda seen: len(seen) > 1)
    there = len(list(path.parent.rglob("*.js")))
    assert 0 < len(set(asked)) - 1 < there / 4
    explorer.sort = "alignment"
    for query in ("bird", "tree - car", "like #3"):
        search(view, query)
        explorer.query = query
        for place, name in enumerate(explorer.results["component"][:3]):
            expect(names.nth(place)).to_have_text(name)
    first = view.locator(".slw-card").first
    expect(first.locator("canvas").first).to_be_visible()
    names.first.click()
    page.keyboard.press("Enter")
    expect(view.locator(".slw-detail .slw-example").first).to_be_visible()
    page.screenshot(path=str(SCREENSHOTS / "page_folder.png"))
    page.keyboard.press("Escape")
    view.get_by_role("button", name="Audit").click()
    audit = explorer.lens.audit(REQUIRED, layer="bn1")
    most = audit.table[audit.table["class"] == "bird"].iloc[0]
    expect(view.locator(".slw-audit-row").first).to_contain_text(most["component"])
    # Nothing is loaded twice, and nothing from elsewhere.
    loaded = [url for url in asked if "/parts/" in url]
    assert len(loaded) == len(set(loaded))
    assert all(url.startswith(("blob:", address.removesuffix("index.html"))) for url in asked)


def test_a_folder_that_is_not_whole_says_which_part_is_missing(
    written: tuple[Explorer, Path], browser: Any, tmp_path: Path
) -> None:
    alone = tmp_path / "index.html"
    alone.write_bytes(written[1].read_bytes())
    page = browser.new_page()
    page.goto(alone.as_uri())
    expect(page.locator(".slw-banner").first).to_contain_text(
        "is missing: keep the folder of this page whole"
    )
    page.close()
