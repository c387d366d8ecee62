"""One image in JupyterLab: places, neurons and steering by mouse and keyboard, a page of its own, and no kernel."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.cells import CLEAN
from tests.browser.jupyter import Notebook

CELLS = [
    CLEAN,
    """\
import semanticlens_widgets as slw
from tests.architectures import Pooled, lens_of, made
lens = globals().get("pooled") or lens_of(made(Pooled), ["low", "last"]).attribute(progress=False)
pooled = lens""",
    "gallery = slw.NeuronGallery(lens, layer='last', height=400)\ngallery",
    "view = slw.PredictionView(lens, 4, layer='last', vocabulary=['red', 'green', 'blue'])\nview",
]


@pytest.fixture
def shown(page_with_kernel: Notebook) -> Notebook:
    page_with_kernel.start_over(CELLS)
    expect(prediction(page_with_kernel).locator("tfoot")).to_be_visible()
    return page_with_kernel


def prediction(notebook: Notebook) -> Locator:
    return notebook.galleries().nth(1)


def test_places_by_mouse_and_keyboard_and_a_neuron_with_its_examples(shown: Notebook, screenshot) -> None:
    view, page = prediction(shown), shown.page
    places = view.locator(".slw-places")
    box = places.bounding_box()
    assert box is not None
    places.click(position={"x": box["width"] * 0.26, "y": box["height"] * 0.51})
    expect(view.locator(".slw-at-place")).to_contain_text("at this place")
    shown.expect_printed("view.place", "[8.5, 16.5]")
    places.focus()
    page.keyboard.press("ArrowRight")
    shown.expect_printed("view.place", "[9.5, 16.5]")
    places.focus()
    page.keyboard.press("Escape")
    expect(view.locator(".slw-at-place")).to_have_count(0)
    view.locator(".slw-row-name").first.focus()
    page.keyboard.press("Enter")
    expect(view.locator(".slw-heat")).to_be_visible()
    expect(view.locator(".slw-detail .slw-example")).to_have_count(4)
    screenshot(view, "prediction_view")
    shown.expect_printed("gallery.selection == [view.component] != ['']", "True")
    view.locator(".slw-detail .slw-example").last.click()
    shown.expect_printed("view.sample != 4", "True")


def test_in_a_narrow_view_the_open_neuron_leaves_its_row_in_sight(shown: Notebook) -> None:
    view = prediction(shown)
    view.evaluate("view => { view.style.width = '440px' }")
    row = view.locator(".slw-row-name").nth(4)
    row.click()
    details = view.locator(".slw-detail")
    expect(details).to_be_focused()
    body, name, opened = (one.bounding_box() or {} for one in (view.locator(".slw-body"), row, details))
    assert body["y"] <= name["y"] < name["y"] + name["height"] <= opened["y"]
    shown.page.keyboard.press("Escape")
    expect(row).to_be_focused()


def test_a_slider_moves_the_outputs_and_reset_gives_them_back(shown: Notebook) -> None:
    view = prediction(shown)
    slider = view.locator(".slw-explained-table .slw-factor input").first
    slider.focus()
    shown.page.keyboard.press("Home")
    expect(view.locator(".slw-bar-fill.slw-after").first).to_be_visible()
    expect(view.locator(".slw-steered")).to_contain_text("what it has learned")
    shown.expect_printed("list(view.factors.values())", "[0]")
    shown.expect_printed(
        "'%.0f' % (100 * float(lens.steer(view.factors).predict(4).after.probabilities.max()))",
        view.locator(".slw-output b").first.inner_text().split("→ ")[1].split(" %")[0],
    )
    view.get_by_role("button", name="Measure").click()
    expect(view.locator(".slw-accuracy")).to_contain_text("change")
    view.get_by_role("button", name="Reset").click()
    expect(view.locator(".slw-after")).to_have_count(0)
    shown.expect_printed("view.factors", "{}")


def test_files_are_explained_and_a_bad_one_loses_nothing(shown: Notebook, tmp_path: Path) -> None:
    view = prediction(shown)
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no image")
    view.get_by_label("Image file", exact=True).set_input_files(bad)
    expect(view.locator(".slw-banner")).to_contain_text("no image that can be read")
    shown.expect_printed("view.sample", "4")
    expect(view.locator("tfoot")).to_be_visible()
    view.get_by_label("Image file to contrast with").set_input_files(bad)
    expect(view.locator(".slw-banner")).to_contain_text("could not be contrasted with")
    good = tmp_path / "good.png"
    Image.new("RGB", (40, 40), "green").save(good)
    view.get_by_label("Image file to contrast with").set_input_files(good)
    expect(view.locator("figcaption").nth(1)).to_have_text("good.png")
    expect(view.locator(".slw-contrasts")).to_be_visible()
    shown.expect_printed("view.contrast.size", "(40, 40)")


def test_an_image_of_the_gallery_and_of_the_audit_is_explained(shown: Notebook, screenshot) -> None:
    shown.run("table = slw.AuditTable(lens, class_name='red', layer='last', height=400)\ntable")
    view, gallery, table = prediction(shown), shown.galleries().nth(0), shown.galleries().nth(2)
    gallery.locator(".slw-card .slw-name").first.dblclick()
    tile = gallery.locator(".slw-detail .slw-example").first
    expect(tile).to_be_enabled()  # its details have come
    tile.press("Enter")
    explain = gallery.get_by_role("button", name="explain this image")
    expect(explain).to_be_visible()
    screenshot(gallery, "explain_this_image")
    sample = gallery.locator("dialog figcaption").inner_text().split("sample ")[1].split()[0]
    explain.press("Enter")
    expect(gallery.locator("dialog")).to_have_count(0)
    expect(view.locator("figcaption").first).to_contain_text(f"image {sample} ")
    expect(view).to_be_in_viewport()
    shown.expect_printed("view.sample", sample)
    table.locator(".slw-audit-row").first.dblclick()
    table.locator(".slw-audit-samples .slw-example:not([aria-pressed=true])").first.click()
    table.get_by_role("button", name="explain this image").click()
    shown.expect_printed(f"view.sample != {sample}", "True")


def test_a_page_shows_the_image_and_the_rows_without_python(
    shown: Notebook, tmp_path: Path, screenshot
) -> None:
    path = tmp_path / "page.html"
    shown.run(f"view.to_html({str(path)!r})")
    page = shown.page.context.new_page()
    page.goto(path.as_uri())
    expect(page.locator("tfoot")).to_be_visible()
    page.locator(".slw-row-name").first.click()
    expect(page.locator(".slw-heat")).to_be_visible()
    expect(page.locator(".slw-detail .slw-example")).to_have_count(4)
    expect(page.locator(".slw-factor")).to_have_count(0)
    expect(page.get_by_text("open the notebook for it")).to_be_visible()
    page.locator(".slw-places").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".slw-at-place")).to_contain_text("at this place")
    expect(page.locator("tbody .slw-row-name").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("tfoot")).to_be_visible()
    screenshot(page, "prediction_page")
    page.close()
