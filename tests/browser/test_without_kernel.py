"""Widgets without a kernel: the snapshots that remain."""

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.cells import CLEAN, KEPT_LENS
from tests.browser.jupyter import Lab, Notebook

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
