"""What all tests share: the cache of the demo lens, and how they are divided between two workers."""

import os
from pathlib import Path

import pytest

_HERE = Path(__file__).resolve().parent

# Every test that builds the demo lens finds what another has computed.
os.environ.setdefault("SEMANTICLENS_WIDGETS_CACHE", str(_HERE.parent / "build" / "cache"))


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker begins with the browser, one JupyterLab for all of its tests; the other takes file by file."""
    for item in items:
        where = item.path.relative_to(_HERE)
        item.add_marker(pytest.mark.xdist_group(where.parts[0] if _in_browser(item) else str(where)))
    items.sort(key=lambda item: not _in_browser(item))


def _in_browser(item: pytest.Item) -> bool:
    return _HERE / "browser" in item.path.parents
