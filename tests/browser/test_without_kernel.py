"""Widgets without a kernel: the snapshots that remain."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.cells import CLEAN, KEPT_LENS
from tests.browser.jupyter import REPOSITORY, Lab, Notebook

SHOWN = "slw.NeuronGallery(lens, layer='bn2', sort='component', descending=False)"
SNAPSHOT = "A picture of the widget as it was when it was shown"


@pytest.fixture
def run(page_with_kernel: Notebook) -> Notebook:
    """A notebook with one gallery."""
    page_with_kernel.start_over([CLEAN, KEPT_LENS, SHOWN])
    expect(page_with_kernel.galleries().locator(".slw-card .slw-name").first).to_be_visible()
    return page_with_kernel


def test_with_a_kernel_the_widget_is_shown_once_and_no_picture_of_it(run: Notebook) -> None:
    expect(run.galleries()).to_have_count(1)
    expect(run.page.get_by_text(SNAPSHOT)).to_have_count(0)


def test_a_notebook_that_is_not_trusted_shows_the_picture(
    run: Notebook, own_notebook: Notebook, lab: Lab, screenshot
) -> None:
    saved = nbformat.from_dict(run.save_with_widgets())
    # As from somebody else: the server has never signed it.
    saved.cells[-1].source += "  # from somebody else"
    nbformat.write(saved, lab.root / "sent.ipynb")
    own_notebook.open_file("sent.ipynb")
    output = own_notebook.page.locator(".jp-OutputArea-output").last
    expect(output.get_by_text(SNAPSHOT)).to_be_visible()
    expect(output.get_by_text("bn2:0", exact=True)).to_be_visible()
    expect(own_notebook.galleries()).to_have_count(0)
    assert (
        output.locator("img").first.evaluate("image => image.decode().then(() => image.naturalWidth)") == 128
    )
    screenshot(output, "snapshot_untrusted")


def test_a_widget_restored_without_its_kernel_shows_the_picture(own_notebook: Notebook, screenshot) -> None:
    own_notebook.open([KEPT_LENS, SHOWN], "restored.ipynb")
    own_notebook.run_all()
    expect(own_notebook.galleries().locator(".slw-card .slw-name").first).to_be_visible()
    own_notebook.save_with_widgets()
    own_notebook.shut_down()
    own_notebook.open_file("restored.ipynb")
    output = own_notebook.page.locator(".jp-OutputArea-output").last
    picture = output.frame_locator("iframe")
    expect(picture.get_by_text(SNAPSHOT)).to_be_visible()
    expect(picture.get_by_text("bn2:0", exact=True)).to_be_visible()
    expect(own_notebook.galleries()).to_have_count(0)
    own_notebook.command("apputils:change-theme", {"theme": "JupyterLab Dark"})
    expect(output.locator("iframe")).to_have_css("color-scheme", "dark")
    expect(picture.get_by_text(SNAPSHOT)).to_be_visible()
    screenshot(output, "snapshot_restored")
    own_notebook.command("apputils:change-theme", {"theme": "JupyterLab Light"})


SETUP = """\
import semanticlens_widgets as slw
from tests.fakes import attributed_lens
lens = attributed_lens(60)
bird = slw.Requirement("bird", valid=["bird"], spurious=["tree"])"""
SHOWN_IN_A_REPORT = (
    "slw.NeuronGallery(lens, query='car')",
    "slw.ConceptMap(lens, query='car', method='pca')",
    "slw.AuditTable(lens, bird)",
    "slw.Explorer(lens, requirements=bird, method='pca')",
)
RUN, SAVED = re.findall(
    r"```sh\n(.+)\n```", (REPOSITORY / "docs" / "offline_pages.md").read_text(encoding="utf-8")
)
"""The commands of docs/offline_pages.md, as they are written there."""


def convert(command: str, folder: Path) -> Path:
    """Runs a command on `report.ipynb` in a folder; returns the page."""
    scripts = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": scripts, "PYTHONPATH": str(REPOSITORY)}
    subprocess.run(command.split(), cwd=folder, env=environment, check=True, capture_output=True)
    return folder / "report.html"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a notebook that was run by a program."""
    folder = tmp_path_factory.mktemp("report")
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    cells = [nbformat.v4.new_code_cell(cell) for cell in (SETUP, *SHOWN_IN_A_REPORT)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / "report.ipynb")
    return convert(RUN, folder)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_report_has_a_full_picture_of_every_widget_without_a_network(
    report: Path, browser: Browser, theme: Any, screenshot
) -> None:
    context = browser.new_context(offline=True, color_scheme=theme)
    page = context.new_page()
    page.goto(report.as_uri())
    outputs = page.locator(".jp-OutputArea-output")
    expect(outputs).to_have_count(len(SHOWN_IN_A_REPORT))
    for place in range(len(SHOWN_IN_A_REPORT)):
        expect(outputs.nth(place).get_by_text(SNAPSHOT)).to_be_visible()
        widths = (
            outputs.nth(place)
            .locator("img")
            .evaluate_all(
                "images => Promise.all(images.map(image => image.decode().then(() => image.naturalWidth)))"
            )
        )
        assert widths
        assert min(widths) > 0
    expect(outputs.nth(0)).to_contain_text("by alignment with “car”")
    expect(outputs.nth(1)).to_contain_text("coloured by alignment with “car”")
    for place in (2, 3):
        expect(outputs.nth(place)).to_contain_text("spurious")
        components = outputs.nth(place).locator(".slw-audit table").last
        expect(components.locator("td").nth(2)).to_have_css("text-align", "left")
        # The text has the room that the names leave it, and no picture is cut.
        wide = "({rows: [, {cells}]}) => cells[3].offsetWidth / cells[0].offsetWidth"
        assert components.evaluate(wide) > 2
        last = "(table) => table.querySelector('td:last-child img:last-child').getBoundingClientRect().right"
        assert components.evaluate(last) <= components.evaluate(
            "(table) => table.getBoundingClientRect().right"
        )
    for unfinished in ("not yet", "not judged", "not found"):
        expect(outputs.get_by_text(unfinished)).to_have_count(0)
    screenshot(page, f"report_{theme}")
    context.close()


def test_a_notebook_saved_with_its_widgets_becomes_a_page_with_their_pictures(
    run: Notebook, browser: Browser, tmp_path: Path
) -> None:
    nbformat.write(nbformat.from_dict(run.save_with_widgets()), tmp_path / "report.ipynb")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(convert(SAVED, tmp_path).as_uri())
    expect(page.get_by_text(SNAPSHOT)).to_be_visible()
    context.close()
