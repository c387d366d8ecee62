"""Setup shared by all tests: shape checks, the demo lens's cache, `--strict-skips`, the split between two workers."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import shape_checks, strict_skips

# The demo lens is built once for all tests.
os.environ.setdefault(
    "SEMANTICLENS_WIDGETS_CACHE", str(Path(__file__).resolve().parents[1] / "build" / "cache")
)
shape_checks.install()
_BROWSER, _LESSONS = "tests/browser", "tests/notebooks"
# No property fails because the machine is busy.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    strict_skips.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    strict_skips.configure(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs the browser tests first: they mostly wait."""
    items.sort(key=lambda item: not item.nodeid.startswith(_BROWSER))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Gives one worker all browser tests, with one JupyterLab; the rest is taken file by file, lessons one by one."""
    from xdist.scheduler import LoadScopeScheduling

    class Divided(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith(_LESSONS):
                return nodeid
            return _BROWSER if nodeid.startswith(_BROWSER) else nodeid.split("::")[0]

    return Divided(config, log)
