"""The audit table as its users meet it: in JupyterLab, in a browser."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.jupyter import Notebook

CLEAN = "import ipywidgets\nipywidgets.Widget.close_all()"
LENS = "import semanticlens_widgets as slw\nfrom tests.fakes import *\nlens = attributed_lens(60)"
TABLE = 'table = slw.AuditTable(lens, slw.Requirement("bird", valid=["bird"], spurious=["tree"]))\ntable'


@pytest.fixture
def opened(page_with_kernel: Notebook) -> Notebook:
    """A notebook with one new audit table, judged, in the light theme."""
    notebook = page_with_kernel
    notebook.command("apputils:change-theme", {"theme": "JupyterLab Light"})
    notebook.start_over([CLEAN, LENS, TABLE])
    expect(verdict(the_table(notebook), "bn1:0")).to_have_text("valid")
    return notebook


def the_table(notebook: Notebook) -> Locator:
    return notebook.page.locator(".jp-OutputArea-output .slw-audit")


def row(table: Locator, name: str) -> Locator:
    return table.locator(f".slw-audit-row[aria-label^='{name},']")


def verdict(table: Locator, name: str) -> Locator:
    return row(table, name).locator(".slw-audit-verdict")


def test_a_list_edited_by_keyboard_changes_verdicts_and_what_python_sees(
    opened: Notebook, screenshot
) -> None:
    table, keyboard = the_table(opened), opened.page.keyboard
    expect(table.locator(".slw-audit-outcome .slw-verdict")).to_have_text("fails")
    screenshot(table, "audit_table_light")
    table.locator(".slw-grid").focus()
    keyboard.press("ArrowDown")
    keyboard.press("s")
    keyboard.press("Backspace")
    expect(verdict(table, "bn1:3")).to_have_text("unexpected")
    expect(table.locator(".slw-audit-outcome .slw-verdict")).to_have_text("passes")
    keyboard.type("bird")
    keyboard.press("Enter")
    expect(table.get_by_role("alert")).to_contain_text("is valid already")
    opened.expect_printed("table.requirements[0]['spurious'], table.audit.passed()", "[] True")
    opened.run("table.require(slw.Requirement('bird', spurious=['bird']))")
    expect(verdict(table, "bn1:0")).to_have_text("spurious")


def test_a_row_opens_the_samples_behind_it_and_escape_goes_back(opened: Notebook) -> None:
    table, keyboard = the_table(opened), opened.page.keyboard
    table.locator(".slw-grid").focus()
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(table.locator(".slw-detail .slw-example")).to_have_count(20)
    expect(table.locator(".slw-detail .slw-large img")).to_be_visible()
    table.get_by_role("button", name="all classes").click()
    expect(table.locator(".slw-detail .slw-example")).to_have_count(24)
    keyboard.press("Escape")
    expect(table.locator(".slw-detail")).to_have_count(0)


def test_the_audit_is_saved_as_a_file(opened: Notebook) -> None:
    table = the_table(opened)
    table.get_by_role("button", name="Save or copy").click()
    with opened.page.expect_download() as download:
        table.get_by_role("button", name="Save as CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("class,component,layer")
    assert len(lines) == 61


def test_a_hostile_concept_stays_text_and_the_dark_theme_is_followed(opened: Notebook, screenshot) -> None:
    table = the_table(opened)
    opened.run("table.require(slw.Requirement('bird', valid=['bird', HOSTILE], spurious=['tree']))")
    expect(table.locator(".slw-audit-chip")).to_have_count(3)
    assert opened.page.evaluate("() => window.hacked") is None
    assert table.locator("img[src=x]").count() == 0
    opened.command("apputils:change-theme", {"theme": "JupyterLab Dark"})
    expect(opened.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    screenshot(table, "audit_table_dark")
