"""The audit table as its users meet it: in JupyterLab, in a browser."""

import json
import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.cells import CLEAN
from tests.browser.jupyter import Notebook

LENS = "import semanticlens_widgets as slw\nfrom tests.fakes import *\nlens = attributed_lens(60)"
TABLE = 'table = slw.AuditTable(lens, slw.Requirement("bird", valid=["bird"], spurious=["tree"]))\ntable'

LIVING = "import semanticlens_widgets as slw\nfrom tests.fakes import *\nlens = living_lens()"
GREEN = 'table = slw.AuditTable(lens, slw.Requirement("green", valid=["green"], spurious=["red"]))\ntable'

# What sticks out of the table or of its row, sideways.
OVERFLOWING = """(table) => [...table.querySelectorAll('.slw-audit-row > *, .slw-audit-lists > *, .slw-toolbar > *')]
    .filter((part) => part.getBoundingClientRect().right > table.getBoundingClientRect().right
        || part.scrollWidth > part.parentElement.clientWidth)
    .map((part) => part.className)"""


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
    return table.locator(f".slw-audit-row:has(.slw-name[title='{name}'])")


def verdict(table: Locator, name: str) -> Locator:
    return row(table, name).locator(".slw-audit-verdict > .slw-verdict")


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


def test_a_setting_that_python_refuses_goes_back_with_the_reason(opened: Notebook) -> None:
    table = the_table(opened)
    threshold = table.get_by_label("Threshold of the z-score")
    threshold.fill("3.5")
    opened.expect_printed("table.threshold", "3.5")
    threshold.fill("5000")
    expect(table.get_by_role("alert")).to_contain_text("threshold must be between -1000 and 1,000, not 5000")
    expect(threshold).to_have_value("3.5")
    opened.expect_printed("table.threshold", "3.5")


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


def test_an_overview_opens_a_class_and_what_an_edit_changes_stands_beside_it(
    opened: Notebook, screenshot
) -> None:
    table, keyboard = the_table(opened), opened.page.keyboard
    opened.run("table.before = table.audit")
    opened.run("table.require({'bird': {'valid': ['bird', 'tree']}, '*': {'spurious': ['car']}})")
    expect(table.locator(".slw-audit-before")).to_contain_text("before:")
    expect(row(table, "bn1:3")).to_have_accessible_name(
        re.compile(
            r"^bn1 ?:3.* nearest valid concept tree · .* relevance .* % , before spurious , verdict valid$"
        )
    )
    screenshot(table, "audit_table_before")
    table.locator(".slw-audit-before button").click()
    expect(row(table, "bn1:0")).to_have_count(0)
    table.locator(".slw-grid").focus()
    keyboard.press("o")
    rows = table.locator(".slw-audit-class-row")
    expect(rows.first).to_contain_text("fails")
    screenshot(table, "audit_table_overview")
    keyboard.press("End")
    keyboard.press("Enter")
    expect(rows).to_have_count(0)
    expect(table.locator(".slw-audit-outcome .slw-verdict").first).to_have_text("passes")


def test_a_concept_is_edited_in_its_list_and_escape_leaves_it(opened: Notebook) -> None:
    table, keyboard = the_table(opened), opened.page.keyboard
    chip = table.locator(".slw-audit-spurious .slw-audit-chip-text")
    chip.click()
    expect(table.get_by_label("Change tree")).to_be_focused()
    expect(verdict(table, "bn1:3")).to_have_text("spurious")
    keyboard.press("Escape")
    expect(chip).to_have_text("tree")
    chip.click()
    keyboard.press("ControlOrMeta+a")
    keyboard.type("car")
    keyboard.press("Enter")
    expect(chip).to_have_text("car")
    expect(verdict(table, "bn1:3")).to_have_text("unexpected")
    opened.expect_printed("table.requirements[0]['spurious']", "['car']")


def test_a_missing_relevance_is_computed_with_progress_and_can_be_stopped(
    page_with_kernel: Notebook, screenshot
) -> None:
    notebook = page_with_kernel
    # The first eight turns look at the outputs: how many there are, and what they depend on.
    turns = "import threading\nturns = lens._session.studied.model.turns = threading.Semaphore(8)"
    notebook.start_over([CLEAN, LIVING, turns, GREEN])
    table, compute = the_table(notebook), the_table(notebook).get_by_role("button", name="Compute relevance")
    compute.focus()
    notebook.page.keyboard.press("Enter")
    bar = table.get_by_role("progressbar", name="Computing relevance")
    expect(bar).to_be_visible()
    notebook.run("turns.release()")
    expect(table.locator(".slw-audit-waiting")).to_contain_text("computing relevance, 33 %")
    screenshot(table, "audit_table_computing")
    table.get_by_role("button", name="Stop").click()
    expect(compute).to_be_visible()
    notebook.run("turns.release(20)")
    assert notebook.run("print(list(lens.database.relevance))").strip() == "[]"
    compute.click()
    expect(verdict(table, "eye:1")).to_have_text("valid")
    notebook.expect_printed("list(lens.database.relevance)", "['eye']")


def test_with_the_model_samples_have_heat_maps_and_neurons_are_taken_out_by_key_against_random_ones(
    page_with_kernel: Notebook, screenshot
) -> None:
    notebook = page_with_kernel
    notebook.start_over([CLEAN, LIVING, "lens.attribute(progress=False)", GREEN])
    table, keyboard = the_table(notebook), notebook.page.keyboard
    expect(verdict(table, "eye:1")).to_have_text("valid")
    table.locator(".slw-grid").focus()
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    plain = table.locator(".slw-large img").get_attribute("src")
    table.get_by_role("button", name="heat map").click()
    expect(table.locator(".slw-large img")).not_to_have_attribute("src", plain)
    table.locator(".slw-detail .slw-example").nth(1).click()
    expect(table.get_by_role("button", name="hide heat map")).to_be_visible()
    screenshot(table, "audit_table_heat")
    table.locator(".slw-grid").focus()
    keyboard.press("Escape")
    keyboard.press("a")
    expect(table.locator(".slw-audit-changes").first).to_contain_text(
        re.compile(r"^green100 %→0 %.*\(random")
    )
    notebook.expect_printed("table.ablated", "['eye:1']")
    table.locator("summary").focus()
    keyboard.press("Enter")
    expect(table.locator(".slw-audit-by-class tbody tr")).to_have_count(3)
    screenshot(table, "audit_table_ablation")
    table.locator(".slw-grid").focus()
    keyboard.press("a")
    expect(table.locator(".slw-audit-ablation")).to_have_count(0)


def test_class_order_verdicts_and_file_are_chosen_by_keyboard(opened: Notebook) -> None:
    table, page = the_table(opened), opened.page
    keyboard = page.keyboard
    table.locator(".slw-grid").focus()
    keyboard.press("/")
    keyboard.press("ArrowDown")
    keyboard.type("tree")
    keyboard.press("Enter")
    expect(row(table, "bn1:3").locator(".slw-audit-relevance")).to_contain_text("%")
    expect(table.locator(".slw-audit-hint")).to_contain_text("tree")
    keyboard.press("Escape")
    keyboard.press("v")
    keyboard.type("tree")
    keyboard.press("Enter")
    expect(verdict(table, "bn1:3")).to_have_text("valid")
    table.locator(".slw-audit-by-component").focus()
    keyboard.press("Enter")
    expect(table.locator(".slw-audit-row .slw-name").first).to_have_text("bn1:0")
    table.get_by_role("button", name=re.compile("^unexpected")).focus()
    keyboard.press("Space")
    expect(table.locator(".slw-audit-row .slw-name").first).to_have_text("bn1:3")
    table.get_by_role("button", name="Save or copy").focus()
    for key in ("Enter", "Tab", "Tab", "Tab"):
        keyboard.press(key)
    with page.expect_download() as download:
        keyboard.press("Enter")
    assert json.loads(download.value.path().read_text())["classes"] == ["bird", "tree"]
    opened.expect_printed("table.class_name", "tree")


@pytest.mark.parametrize("n", [10, 10_000])
def test_few_and_many_neurons_are_all_reached_also_where_the_cell_is_narrow(
    page_with_kernel: Notebook, screenshot, n: int
) -> None:
    notebook = page_with_kernel
    notebook.start_over([CLEAN, LENS.replace("60", str(n)), TABLE])
    table = the_table(notebook)
    expect(verdict(table, "bn1:0")).to_have_text("valid")
    table.locator(".slw-grid").focus()
    notebook.page.keyboard.press("ArrowDown")
    notebook.page.keyboard.press("End")
    expect(table.locator(f".slw-audit-row.slw-active[id$='row{n - 1}'] .slw-name")).to_be_in_viewport()
    expect(table.locator(".slw-skeleton")).to_have_count(0)
    screenshot(table, f"audit_table_{n}")
    notebook.page.keyboard.press("Home")
    table.evaluate("element => { element.style.width = '400px'; }")
    expect(verdict(table, "bn1:0")).to_be_in_viewport()
    screenshot(table, f"audit_table_{n}_narrow")
    assert table.evaluate(OVERFLOWING) == []
    for width in (640, 700, 780):
        table.evaluate("(element, width) => { element.style.width = `${width}px`; }", width)
        expect(table.locator(".slw-audit-row").first).to_have_css("height", "56px")
        assert table.evaluate(OVERFLOWING) == []
    table.evaluate("element => { element.style.width = '400px'; }")
    table.evaluate("element => { element.style.height = '300px'; }")
    table.locator(".slw-audit-row").nth(1).scroll_into_view_if_needed()
    expect(table.locator(".slw-audit-row").nth(1)).to_be_in_viewport(ratio=0.9)
