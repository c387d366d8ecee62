"""What all tests share: the cache of the demo lens, and how they are divided between two workers."""

import os
from pathlib import Path
from typing import Any

import pytest

# Every test that builds the demo lens finds what another has computed.
os.environ.setdefault(
    "SEMANTICLENS_WIDGETS_CACHE", str(Path(__file__).resolve().parents[1] / "build" / "cache")
)
_BROWSER = "tests/browser"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests, which mostly wait, come first."""
    items.sort(key=lambda item: not item.nodeid.startswith(_BROWSER))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """One worker has the browser, and one JupyterLab for all of its tests; the other takes file by file."""
    from xdist.scheduler import LoadScopeScheduling

    class Divided(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _BROWSER if nodeid.startswith(_BROWSER) else nodeid.split("::")[0]

    return Divided(config, log)
