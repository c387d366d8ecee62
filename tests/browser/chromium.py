"""The Chromium that the browser tests and benches drive."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-quic", "--disable-background-networking",
    "--enable-unsafe-swiftshader",
)  # fmt: skip


def has_chromium() -> bool:
    """True if the system or Playwright has a Chromium."""
    if _of_the_system() is not None:
        return True
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).is_file()


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """The system's Chromium, or Playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_of_the_system(), args=list(_FLAGS))
        yield browser
        browser.close()


def _of_the_system() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)
