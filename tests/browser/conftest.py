"""One JupyterLab and one Chromium for all browser tests; skipped with the reason where they are missing."""

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import has_chromium, running_chromium
from tests.browser.jupyter import PATIENCE, REPOSITORY, Lab, Notebook, running_lab

SCREENSHOTS = REPOSITORY / "build" / "screenshots"
_STATIC = REPOSITORY / "semanticlens_widgets" / "widgets" / "static"
# What JupyterLab throws when a kernel dies under it, and anywidget when a page is busy for two seconds while it
# opens; test_neuron_gallery.py holds that widgets outlive that. The last is JupyterLab's, too, when cells are replaced
# that it has scrolled away: test_bundle_size.py holds that no file of ours calls removeChild.
_NOT_OURS = (
    "Canceled future for ",
    "[anywidget] Failed to initialize model",
    "Failed to execute 'removeChild' on 'Node'",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Prints the contrasts that the tests recorded, whatever process ran them."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == "least contrast":
                terminalreporter.write_line(f"least contrast of text in {value}")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    if importlib.util.find_spec("jupyterlab") is None:
        pytest.skip("jupyterlab is not installed")
    if not (_STATIC / "bundle.js").is_file():
        pytest.skip("the browser side is not built: npm --prefix js ci && npm --prefix js run build")
    with running_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=1000 * PATIENCE)
    if not has_chromium():
        pytest.skip("there is no Chromium: install it, or run `playwright install chromium`")
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def notebook(lab: Lab, browser: Browser) -> Iterator[Notebook]:
    """A page for the tests of one file; its kernels are shut down afterwards."""
    with _page(lab, browser) as notebook:
        yield notebook


@pytest.fixture(scope="session")
def page_with_kernel(lab: Lab, browser: Browser) -> Iterator[Notebook]:
    """A page with an empty notebook and its kernel, for all tests that begin with `start_over`."""
    with _page(lab, browser) as notebook:
        notebook.open([""])
        yield notebook


@pytest.fixture
def own_notebook(lab: Lab, browser: Browser) -> Iterator[Notebook]:
    """A page for one test that leaves nothing usable behind."""
    with _page(lab, browser) as notebook:
        yield notebook


@contextmanager
def _page(lab: Lab, browser: Browser) -> Iterator[Notebook]:
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENCE)
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(f"{os.environ.get('PYTEST_CURRENT_TEST')}: {error}"))
    notebook = Notebook(page, lab)
    yield notebook
    notebook.shut_down()
    context.close()
    ours = [failure for failure in failures if not any(known in failure for known in _NOT_OURS)]
    assert not ours, ours


@pytest.fixture
def screenshot() -> object:
    """Saves what a locator or page shows under build/screenshots, to be looked at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return lambda target, name: target.screenshot(path=str(SCREENSHOTS / f"{name}.png"))
