"""The option `--strict-skips FILE`: a skipped test fails unless FILE lists it with a reason.

Each line of the file reads `pattern | reason`. The pattern is matched against the test's id with `fnmatch`, so `*`
stands for any text. Blank lines and lines that begin with `#` are ignored.
"""

from collections.abc import Generator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest


def allowed_skips(file: Path) -> dict[str, str]:
    """Pattern to reason; raises UsageError for a line without a reason."""
    reasons = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        pattern, _, reason = (part.strip() for part in line.partition(" | "))
        if not reason:
            raise pytest.UsageError(f"{file}:{number} must read 'pattern | reason', not {line!r}")
        reasons[pattern] = reason
    return reasons


class StrictSkips:
    """Plugin that turns a skip into a failure unless its test is listed."""

    def __init__(self, reasons: dict[str, str]) -> None:
        self._reasons = reasons

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        return self._checked((yield))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(self) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        return self._checked((yield))

    def _checked(self, report):
        # An expected failure is reported as a skip too.
        if report.skipped and not hasattr(report, "wasxfail") and not self._allows(report.nodeid):
            report.outcome = "failed"
            report.longrepr = (
                f"{report.nodeid} was skipped, and the list of --strict-skips has no line for it: "
                f"{report.longrepr[-1]}"
            )
        return report

    def _allows(self, nodeid: str) -> bool:
        return any(fnmatchcase(nodeid, pattern) for pattern in self._reasons)


def add_option(parser: pytest.Parser) -> None:
    """Adds `--strict-skips` to pytest's command line."""
    parser.addoption(
        "--strict-skips", type=Path, metavar="FILE", help="fail on skips that FILE does not list"
    )


def configure(config: pytest.Config) -> None:
    """Registers the plugin when the option is given."""
    if file := config.getoption("--strict-skips"):
        config.pluginmanager.register(StrictSkips(allowed_skips(file)), "strict-skips")
