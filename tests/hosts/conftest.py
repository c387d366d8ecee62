"""One page for each host, and the table of what was seen in them; run by `python -m tests.hosts`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import running_chromium
from tests.browser.jupyter import PATIENCE, REPOSITORY
from tests.hosts.hosts import HOSTS, Host
from tests.hosts.table import Table

SCREENSHOTS = REPOSITORY / "build" / "screenshots" / "hosts"
_table = Table()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--host", action="append", choices=list(HOSTS), help="a host to try; all by default")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "host" in metafunc.fixturenames:
        names = metafunc.config.getoption("host") or list(HOSTS)
        metafunc.parametrize("host", names, indirect=True, scope="module")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=1000 * PATIENCE)
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def host(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Host]:
    """The notebook, open in a host, after its cells ran."""
    _, opener = HOSTS[request.param]
    folder = tmp_path_factory.mktemp("host")
    told = folder / "told"
    told.mkdir()
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, color_scheme="light")
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENCE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOLD", str(told))
        with opener(folder) as open_in:
            host = open_in(page)
            host.open()
            yield host
            context.close()


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Any:
    """Saves what the page shows under build/screenshots/hosts, to be looked at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = request.node.callspec.params["host"]
    return lambda page, kind: page.screenshot(path=str(Path(SCREENSHOTS, f"{name}_{kind}.png")))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _table.add(report)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    terminalreporter.write_line(f"\n{_table}\n")
