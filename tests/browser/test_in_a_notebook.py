"""Widgets among what surrounds them in a notebook: its keys, its boxes, its themes."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from semanticlens_widgets.widgets import NeuronGallery
from tests.browser.cells import CLEAN
from tests.browser.jupyter import Notebook
from tests.fakes import fake_lens

IMPORTS = """\
import ipywidgets, semanticlens_widgets as slw
from tests.fakes import attributed_lens
lens = attributed_lens(60)"""
GALLERY = "slw.NeuronGallery(lens)"
WIDGETS = ("NeuronGallery", "ConceptMap", "Explorer", "AuditTable")
# A gallery whose every request waits: its cards stay grey.
LOADING = """\
gallery = slw.NeuronGallery(lens)
gallery._session.channel.on_msg(lambda *_: None, remove=True)
gallery._session.channel._receive = lambda *_: None
gallery"""
CODE = "print('kept')  # code that a reader has typed"
NOTATIONS = (
    "#141414", "rgb(20 20 30)", "rgba(20, 20, 30, 1)", "hsl(240 20% 10%)", "hwb(240 5% 90%)", "oklch(20% 0.02 260)",
    "oklab(0.2 0 0)", "lab(10 0 0)", "lch(10 5 260)", "color(srgb 0.1 0.1 0.12)", "color(display-p3 0.1 0.1 0.12)",
    "color-mix(in srgb, black 90%, white)", "light-dark(#141414, #101010)", "midnightblue",
)  # fmt: skip


def boxes(notebook: Notebook) -> Locator:
    return notebook.page.locator(".jp-OutputArea-output .slw")


def cells(notebook: Notebook) -> list[str]:
    return notebook.page.evaluate(
        "() => Array.from(window.jupyterapp.shell.currentWidget.content.model.cells, (cell) =>"
        " cell.sharedModel.getSource())"
    )


@pytest.mark.parametrize(
    "chord", ["Control+z", "Control+Shift+z", "Control+y", "Control+a", "Control+Backspace"]
)
def test_chords_that_edit_stay_in_the_search_box(page_with_kernel: Notebook, chord: str) -> None:
    notebook = page_with_kernel
    notebook.start_over([CLEAN, IMPORTS, CODE, GALLERY])
    box = boxes(notebook).locator(".slw-query-input")
    box.press_sequentially("two words")
    before = cells(notebook)
    box.press(chord)
    box.press(chord)
    assert cells(notebook) == before
    expect(box).to_be_focused()


def test_undo_in_the_search_box_takes_back_what_was_typed(page_with_kernel: Notebook) -> None:
    page_with_kernel.start_over([CLEAN, IMPORTS, CODE, GALLERY])
    box = boxes(page_with_kernel).locator(".slw-query-input")
    box.press_sequentially("wheel")
    box.press("Control+z")
    expect(box).not_to_have_value("wheel")
    assert CODE in cells(page_with_kernel)


def test_keys_over_cards_that_are_loading_do_nothing_to_the_notebook(own_notebook: Notebook) -> None:
    notebook = own_notebook
    notebook.open([""])
    notebook.start_over([IMPORTS, CODE, LOADING])
    before = cells(notebook)
    boxes(notebook).locator(".slw-body").click(position={"x": 60, "y": 60})
    for key in ("x", "d", "d", "a", "b", "m"):
        notebook.page.keyboard.press(key)
    assert cells(notebook) == before
    notebook.page.keyboard.press("/")
    expect(boxes(notebook).locator(".slw-query-input")).to_be_focused()


@pytest.mark.parametrize("around", ["HBox", "VBox", "Stack", "centred"])
def test_a_widget_in_a_box_is_as_wide_as_the_box_has_room_for(
    page_with_kernel: Notebook, around: str
) -> None:
    made = {
        "HBox": "ipywidgets.HBox(shown)",
        "VBox": "ipywidgets.VBox(shown)",
        "Stack": "ipywidgets.Stack(shown, selected_index=0)",
        "centred": "ipywidgets.VBox(shown, layout={'align_items': 'center'})",
    }[around]
    for name in WIDGETS:
        page_with_kernel.start_over([CLEAN, IMPORTS, f"shown = [slw.{name}(lens)]\n{made}"])
        box = boxes(page_with_kernel).first.bounding_box()
        assert box is not None
        assert box["width"] >= 600, (name, box)


def test_two_widgets_share_a_row(page_with_kernel: Notebook) -> None:
    page_with_kernel.start_over(
        [CLEAN, IMPORTS, "ipywidgets.HBox([slw.NeuronGallery(lens), slw.ConceptMap(lens)])"]
    )
    row = page_with_kernel.page.locator(".jp-OutputArea-output .widget-hbox").bounding_box()
    first, second = (boxes(page_with_kernel).nth(place).bounding_box() for place in (0, 1))
    assert row is not None
    assert first is not None
    assert second is not None
    assert min(first["width"], second["width"]) > 0.4 * row["width"]
    assert second["x"] + second["width"] <= row["x"] + row["width"] + 1


@pytest.mark.parametrize("height", ["300px", "900px"])
def test_the_height_of_the_layout_is_that_of_the_widget(page_with_kernel: Notebook, height: str) -> None:
    for name in WIDGETS:
        cell = f"slw.{name}(lens, layout={{'height': '{height}'}})"
        page_with_kernel.start_over([CLEAN, IMPORTS, cell])
        box = boxes(page_with_kernel).first.bounding_box()
        footer = boxes(page_with_kernel).first.locator(".slw-footer").last.bounding_box()
        assert box is not None
        assert footer is not None
        assert abs(box["height"] - int(height[:-2])) <= 2, (name, box)
        assert footer["y"] + footer["height"] <= box["y"] + box["height"] + 1, name


def test_a_dark_page_is_dark_in_any_notation(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page(color_scheme="light")
    file = NeuronGallery(fake_lens(n_components=12)).to_html(tmp_path / "page.html", progress=False)
    page.goto(file.as_uri())
    host = page.locator("[data-theme]")
    for colour in NOTATIONS:
        page.evaluate("(colour) => { document.body.style.background = colour; }", colour)
        expect(host).to_have_attribute("data-theme", "dark")
        page.evaluate("() => { document.body.style.background = 'oklch(98% 0 0)'; }")
        expect(host).to_have_attribute("data-theme", "light")
    page.close()
