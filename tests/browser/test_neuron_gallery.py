"""The gallery as its users meet it: in JupyterLab, in a browser."""

import base64

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.cells import CLEAN
from tests.browser.jupyter import Notebook
from tests.fakes import COLOURS, HOSTILE, picture, webp

LENS = "from tests.fakes import fake_lens\nlens = fake_lens(n_components=60)"
GALLERY = """\
from semanticlens_widgets.widgets import NeuronGallery
gallery = NeuronGallery(lens, layer='bn1')
gallery"""


@pytest.fixture
def opened(page_with_kernel: Notebook) -> Notebook:
    """A notebook with one new gallery, drawn, in the light theme."""
    notebook = page_with_kernel
    notebook.command("apputils:change-theme", {"theme": "JupyterLab Light"})
    notebook.start_over([CLEAN, LENS, GALLERY])
    expect(card(notebook.galleries(), "bn1:7")).to_be_visible()
    expect_picture(notebook.galleries(), 7, "car")
    return notebook


def card(gallery: Locator, name: str) -> Locator:
    """The card of a component, wherever it is."""
    return gallery.locator(f".slw-card:has([aria-label='Open {name}'])").first


def expect_order(gallery: Locator, names: list[str]) -> None:
    """Waits until the first cards are these."""
    for place, name in enumerate(names):
        expect(gallery.locator(".slw-card").nth(place).locator(f"[aria-label='Open {name}']")).to_have_count(
            1
        )


def expect_picture(gallery: Locator, place: int, category: str) -> None:
    """Waits until the first picture of a card has the category's colour."""
    gallery.page.wait_for_function(
        """([gallery, place, colour]) => {
            const canvas = gallery.querySelectorAll('.slw-card')[place]?.querySelector('canvas');
            const pixel = canvas?.getContext('2d').getImageData(3, 3, 1, 1).data;
            return pixel && pixel[3] === 255 && colour.every((value, i) => Math.abs(value - pixel[i]) < 24);
        }""",
        arg=[gallery.first.element_handle(), place, COLOURS[category]],
    )


def search(gallery: Locator, text: str) -> None:
    gallery.locator("input").first.fill(text)


def bird_cards_first(gallery: Locator) -> None:
    """Component c answers to category c % 6, the lower the more purely; birds are category 0."""
    expect_order(gallery, ["bn1:0", "bn1:6", "bn1:12"])
    expect_picture(gallery, 1, "bird")


def test_typing_bird_changes_the_order_and_shows_bird_pictures_on_top(opened: Notebook, screenshot) -> None:
    gallery = opened.galleries()
    expect_order(gallery, [f"bn1:{component}" for component in range(6)])
    search(gallery, "bird")
    bird_cards_first(gallery)
    opened.expect_printed("gallery.query, gallery.results.component[0]", "bird bn1:0")
    screenshot(gallery, "gallery_light")


def expect_in_the_middle(gallery: Locator, place: int, test: str) -> None:
    """Waits until the middle of a card's first picture passes a test of its red, green and blue."""
    gallery.page.wait_for_function(
        f"""(card) => {{
            const canvas = card.querySelector('canvas');
            const middle = canvas && Math.round(canvas.width / 6);
            const [red, green, blue, alpha] = canvas?.getContext('2d').getImageData(middle, middle, 1, 1).data ?? [];
            return alpha === 255 && {test};
        }}""",
        arg=gallery.locator(".slw-card").nth(place).element_handle(),
    )


def test_examples_are_shown_as_crops_as_images_and_under_heat_maps(page_with_kernel: Notebook) -> None:
    notebook = page_with_kernel
    lens = "from tests.fakes import cropped_lens\nlens = cropped_lens()"
    notebook.start_over([CLEAN, lens, GALLERY.replace("bn1", "eye")])
    gallery = notebook.galleries()
    expect(card(gallery, "eye:0")).to_be_visible()
    # The patch fills the crop, and lies at the left of its picture.
    expect_in_the_middle(gallery, 0, "red > 180 && green < 60")
    gallery.get_by_label("Examples as").select_option("frame")
    expect_in_the_middle(gallery, 0, "Math.abs(red - blue) < 12 && red < 60")
    gallery.get_by_label("Examples as").select_option("heatmap")
    expect_in_the_middle(gallery, 0, "blue > red + 20")
    notebook.expect_printed("gallery.examples_as", "heatmap")
    notebook.run("gallery.examples_as = 'crop'")
    expect_in_the_middle(gallery, 0, "red > 180 && green < 60")
    card(gallery, "eye:0").dblclick()
    gallery.locator(".slw-nine .slw-example").first.click()
    expect(gallery.locator(".slw-large img")).to_be_visible()
    expect(gallery.locator(".slw-outline")).to_have_count(0)
    notebook.page.keyboard.press("Escape")
    gallery.get_by_label("Examples as").select_option("frame")
    gallery.locator(".slw-nine .slw-example").first.click()
    expect(gallery.locator(".slw-large .slw-outline")).to_be_visible()
    notebook.page.keyboard.press("Escape")


def test_an_opened_neuron_shows_its_evidence_first_and_an_example_in_full_size(
    page_with_kernel: Notebook, screenshot
) -> None:
    notebook, page = page_with_kernel, page_with_kernel.page
    lens = "from tests.fakes import attributed_lens\nlens = attributed_lens(60)"
    notebook.start_over([CLEAN, lens, GALLERY.replace("lens,", "lens, query='bird',")])
    gallery = notebook.galleries()
    card(gallery, "bn1:6").dblclick(position={"x": 20, "y": 20})
    detail = gallery.locator(".slw-detail")
    expect(detail).to_contain_text("alignment with “bird”")
    expect(detail.locator(".slw-nine .slw-example")).to_have_count(9)
    expect(detail.get_by_role("img", name="Scores on")).to_be_visible()
    below = [detail.locator(part).bounding_box() for part in (".slw-nine", ".slw-scores", ".slw-statistics")]
    assert [part["y"] for part in below] == sorted(part["y"] for part in below)
    detail.locator(".slw-nine .slw-example").nth(1).click()
    dialog = gallery.get_by_role("dialog", name="Example 2 of ")
    expect(dialog.locator("img")).to_be_visible()
    for part in ("bird", "sample", "score"):
        expect(dialog.locator(".slw-large-caption")).to_contain_text(part)
    screenshot(page, "gallery_zoom")
    page.keyboard.press("ArrowRight")
    expect(gallery.get_by_role("dialog", name="Example 3 of ")).to_be_visible()
    page.keyboard.press("Escape")
    expect(gallery.get_by_role("dialog")).to_have_count(0)
    expect(detail.locator(".slw-nine .slw-example").nth(1)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(detail.locator(".slw-detail-title")).to_contain_text("bn1:12")
    page.keyboard.press("ArrowLeft")
    expect(detail.locator(".slw-detail-title")).to_contain_text("bn1:6")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    detail.get_by_label("Copy the name bn1:6").click()
    expect(detail.locator(".slw-detail-title")).to_contain_text("bn1:6 copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == "bn1:6"


def test_switching_the_layer_shows_the_other_layer(opened: Notebook) -> None:
    gallery = opened.galleries()
    gallery.get_by_label("Layer").select_option("bn2")
    expect(card(gallery, "bn2:0")).to_be_visible()
    opened.expect_printed("gallery.layer, gallery.results.component[3]", "bn2 bn2:3")


def test_what_is_selected_is_read_back_in_a_cell(opened: Notebook) -> None:
    gallery = opened.galleries()
    card(gallery, "bn1:2").click(position={"x": 20, "y": 20})
    card(gallery, "bn1:4").click(position={"x": 20, "y": 20}, modifiers=["Control"])
    expect(gallery.locator("[aria-selected=true]")).to_have_count(2)
    opened.expect_printed("gallery.selection", "['bn1:2', 'bn1:4']")


def test_what_a_cell_sets_is_seen(opened: Notebook) -> None:
    gallery = opened.galleries()
    opened.run("gallery.query = 'bird'; gallery.selection = ['bn1:0']")
    bird_cards_first(gallery)
    expect(gallery.locator("[aria-selected=true]")).to_have_count(1)
    expect(gallery.locator("input").first).to_have_value("bird")


def test_a_reload_of_the_page_brings_the_gallery_back_as_it_was(opened: Notebook) -> None:
    search(opened.galleries(), "bird")
    bird_cards_first(opened.galleries())
    opened.command("docmanager:save")
    opened.reload()
    bird_cards_first(opened.galleries())
    search(opened.galleries(), "car")
    expect(opened.galleries().locator(".slw-card").first).to_contain_text("car")


# anywidget's limit for a model to be ready, passed at once: as on a page that is busy while it opens.
TOO_LATE = """() => {
    const timeout = AbortSignal.timeout;
    AbortSignal.timeout = function (limit) {
        if (limit !== 2000) return timeout.call(AbortSignal, limit);
        const controller = new AbortController();
        queueMicrotask(() => controller.abort());
        return controller.signal;
    };
    window.inTime = () => { AbortSignal.timeout = timeout; };
}"""


def test_a_gallery_whose_models_came_too_late_hears_its_kernel(opened: Notebook) -> None:
    failures: list[str] = []
    opened.page.on("pageerror", lambda error: failures.append(str(error)))
    opened.page.evaluate(TOO_LATE)
    opened.start_over([CLEAN, LENS, GALLERY])
    expect_picture(opened.galleries(), 7, "car")
    opened.page.evaluate("() => window.inTime()")
    assert any("Failed to initialize model" in failure for failure in failures), "it was in time"
    opened.run("gallery.query = 'bird'")
    bird_cards_first(opened.galleries())
    expect(opened.galleries().locator("input").first).to_have_value("bird")


def test_a_notebook_that_is_closed_and_opened_again_still_works(opened: Notebook) -> None:
    search(opened.galleries(), "bird")
    bird_cards_first(opened.galleries())
    opened.close_and_open_again()
    bird_cards_first(opened.galleries())
    search(opened.galleries(), "car")
    expect(opened.galleries().locator(".slw-card").first).to_contain_text("car")
    opened.expect_printed("gallery.query", "car")


def test_what_a_cell_sets_while_it_runs_leaves_the_gallery_listening(opened: Notebook) -> None:
    opened.start("gallery.query = 'car'\nimport time\nwhile gallery.query != 'bird': time.sleep(0.05)")
    expect(opened.galleries().locator("input").first).to_have_value("car")
    search(opened.galleries(), "bird")
    bird_cards_first(opened.galleries())
    expect(opened.page.locator(".jp-InputPrompt", has_text="[*]")).to_have_count(0)


def test_a_query_is_answered_while_a_cell_runs(opened: Notebook) -> None:
    opened.start("import time\nwhile not gallery.query: time.sleep(0.05)\nprint('saw', gallery.query)")
    expect(opened.page.locator(".jp-InputPrompt", has_text="[*]")).to_be_visible()
    search(opened.galleries(), "bird")
    bird_cards_first(opened.galleries())


def test_a_gallery_works_while_the_very_cell_that_shows_it_still_runs(opened: Notebook) -> None:
    opened.start_over([LENS])
    made = GALLERY.removesuffix("gallery")
    opened.start(f"{made}display(gallery)\nimport time\nwhile gallery.query != 'bird': time.sleep(0.05)")
    expect(card(opened.galleries(), "bn1:0")).to_be_visible()
    search(opened.galleries(), "bird")
    bird_cards_first(opened.galleries())


def test_after_a_restart_of_the_kernel_the_picture_stays_and_says_what_to_do(
    opened: Notebook, screenshot
) -> None:
    gallery = opened.galleries()
    opened.restart_kernel()
    expect(gallery).to_contain_text("The kernel is gone: run the cell again")
    expect_picture(gallery, 7, "car")
    screenshot(gallery, "gallery_kernel_gone")
    opened.run_all()
    expect(opened.galleries()).not_to_contain_text("The kernel is gone")
    search(opened.galleries(), "bird")
    bird_cards_first(opened.galleries())


def test_a_kernel_that_dies_is_noticed_when_something_is_asked(own_notebook: Notebook) -> None:
    own_notebook.open([LENS, GALLERY], "dies.ipynb")
    own_notebook.run_all()
    gallery = own_notebook.galleries()
    expect(card(gallery, "bn1:0")).to_be_visible()
    own_notebook.start("import os; os._exit(1)")
    own_notebook.page.get_by_role("button", name="Ok").click()
    search(gallery, "bird")
    expect(gallery).to_contain_text("The kernel is gone: run the cell again")


def test_a_hostile_label_stays_text(opened: Notebook) -> None:
    gallery = opened.galleries()
    expect(gallery.get_by_text(HOSTILE).first).to_be_attached()
    card(gallery, "bn1:0").dblclick(position={"x": 20, "y": 20})
    expect(gallery.locator(".slw-detail")).to_be_visible()
    assert opened.page.evaluate("() => window.hacked") is None
    assert gallery.locator("img[src=x]").count() == 0


CONTRASTED_LENS = """
from dataclasses import replace
from semanticlens_widgets.analysis import look_alikes
from tests.fakes import attributed_lens
lens = attributed_lens(60)
samples = lens.database.samples
lens.database = replace(lens.database, look_alikes={"bn1": samples.ids[look_alikes(lens.database, "bn1")]})
"""


def test_the_details_show_look_alikes_and_the_classes_a_neuron_serves(
    page_with_kernel: Notebook, screenshot
) -> None:
    page_with_kernel.start_over([CLEAN, CONTRASTED_LENS, GALLERY.replace("lens,", "lens, height=1100,")])
    gallery = page_with_kernel.galleries()
    card(gallery, "bn1:7").dblclick(position={"x": 20, "y": 20})
    detail = gallery.locator(".slw-detail")
    expect(detail.get_by_text("Serves the classes")).to_be_visible()
    expect(detail.locator(".slw-share .slw-cut")).to_have_text(["car", "fruit"])
    alike = detail.locator(".slw-other-samples .slw-example")
    expect(alike.first).to_be_visible()
    detail.get_by_text("Similar neurons").scroll_into_view_if_needed()
    screenshot(gallery, "gallery_look_alikes")
    alike.first.click()
    expect(gallery.locator(".slw-large-caption")).to_contain_text("does not fire")
    page_with_kernel.page.keyboard.press("Escape")
    expect(detail.get_by_text("Around its median")).to_be_visible()
    others = detail.locator(".slw-other-samples", has_text="Random images").locator(".slw-example")
    expect(others).to_have_count(4)
    others.last.click()
    expect(gallery.locator(".slw-large-caption")).not_to_contain_text("does not fire")
    page_with_kernel.page.keyboard.press("Escape")
    page_with_kernel.command("apputils:change-theme", {"theme": "JupyterLab Dark"})
    expect(page_with_kernel.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    screenshot(gallery, "gallery_look_alikes_dark")


def test_light_and_dark_are_followed_live(opened: Notebook, screenshot) -> None:
    gallery = opened.galleries()
    search(gallery, "bird")
    bird_cards_first(gallery)
    expect(opened.page.locator("body")).to_have_attribute("data-jp-theme-light", "true")
    light = background(gallery)
    opened.command("apputils:change-theme", {"theme": "JupyterLab Dark"})
    expect(opened.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    assert background(gallery) != light
    card(gallery, "bn1:0").dblclick(position={"x": 20, "y": 20})
    expect(gallery.locator(".slw-detail")).to_be_visible()
    expect(gallery.locator(".slw-detail .slw-skeleton")).to_have_count(0)
    screenshot(gallery, "gallery_dark_detail")
    opened.page.keyboard.press("Escape")
    screenshot(gallery, "gallery_dark")
    screenshot(opened.page, "page_dark")
    opened.command("apputils:change-theme", {"theme": "JupyterLab Light"})
    expect(opened.page.locator("body")).to_have_attribute("data-jp-theme-light", "true")
    assert background(gallery) == light


def background(gallery: Locator) -> str:
    return gallery.evaluate("(element) => getComputedStyle(element).backgroundColor")


NAMED_LENS = f"""
import time
words, go = lens.foundation_model, False
embed = words.embed_texts
def slow(texts):
    while not go: time.sleep(0.02)
    return embed(["car" if text == {HOSTILE!r} else text for text in texts])
words.embed_texts = slow
vocabulary = ["bird", "boat", "flower", {HOSTILE!r}, *(f"word {{i}}" for i in range(200))]
"""


def test_labels_come_after_the_cards_and_hostile_words_stay_text(opened: Notebook, screenshot) -> None:
    opened.start_over([CLEAN, LENS, NAMED_LENS, GALLERY.replace("lens,", "lens, vocabulary=vocabulary,")])
    gallery = opened.galleries()
    expect(card(gallery, "bn1:7")).to_be_visible()
    expect_picture(gallery, 7, "car")
    expect(gallery.locator(".slw-doing")).to_contain_text("labelling neurons, 0 %")
    opened.run("go = True")
    expect(card(gallery, "bn1:0").locator(".slw-neuron-label")).to_have_text("bird")
    expect(card(gallery, "bn1:1").locator(".slw-neuron-label")).to_have_text(HOSTILE)
    expect(gallery.locator(".slw-footer")).to_contain_text("clear label")
    opened.expect_printed("gallery.results.label[0], gallery.results.label_clear[0]", "bird True")
    card(gallery, "bn1:1").dblclick(position={"x": 20, "y": 20})
    expect(gallery.locator(".slw-detail")).to_contain_text("Runner-up")
    assert opened.page.evaluate("() => window.hacked") is None
    assert gallery.locator("img[src=x]").count() == 0
    screenshot(gallery, "gallery_labels_light")


def test_another_vocabulary_names_anew_and_what_it_cannot_name_is_said_to_have_no_clear_label(
    opened: Notebook,
) -> None:
    gallery = opened.galleries()
    expect(gallery.locator(".slw-neuron-label")).to_have_count(0)
    opened.run("gallery.vocabulary = ['car', 'gravity']")
    expect(card(gallery, "bn1:1").locator(".slw-neuron-label")).to_have_text("car")
    expect(card(gallery, "bn1:0").locator(".slw-neuron-label")).to_have_text("no clear label")
    gallery.get_by_label("Layer").select_option("bn2")
    expect(card(gallery, "bn2:1").locator(".slw-neuron-label")).to_have_text("car")
    opened.run("gallery.vocabulary = None")
    expect(gallery.locator(".slw-neuron-label")).to_have_count(0)


def test_a_lens_that_cannot_name_its_neurons_says_why_once(opened: Notebook) -> None:
    opened.run(
        "from semanticlens_widgets.lens import Lens\n"
        "from IPython.display import display\n"
        "display(NeuronGallery(Lens(lens.database), layer='bn1', vocabulary=['bird']))"
    )
    gallery = opened.galleries().nth(1)
    expect(gallery.get_by_role("alert")).to_contain_text(
        "The labels could not be computed: the foundation model"
    )
    expect(card(gallery, "bn1:0")).to_be_visible()
    gallery.get_by_label("Dismiss").click()
    gallery.get_by_label("Layer").select_option("bn2")
    expect(card(gallery, "bn2:0")).to_be_visible()
    expect(gallery.get_by_role("alert")).to_have_count(0)


def test_the_answer_to_an_older_query_never_shows(opened: Notebook) -> None:
    opened.run(
        "import time\n"
        "answer = lens.rank\n"
        "def slow(query, layer, **options):\n"
        "    time.sleep(1.5 if query == 'bird' else 0)\n"
        "    return answer(query, layer, **options)\n"
        "lens.rank = slow"
    )
    gallery = opened.galleries()
    box = gallery.locator("input").first
    box.fill("bird")
    box.press("Enter")
    expect(gallery.locator(".slw-doing")).to_contain_text("kernel busy")
    box.fill("car")
    box.press("Enter")
    expect(gallery.locator(".slw-card").first).to_contain_text("car")
    opened.expect_printed("gallery.results.component[0]", "bn1:1")
    expect_order(gallery, ["bn1:1"])


def test_two_views_of_one_widget_show_the_same(opened: Notebook) -> None:
    opened.run("from IPython.display import display\ndisplay(gallery)")
    expect(opened.galleries()).to_have_count(2)
    search(opened.galleries().nth(0), "bird")
    for view in range(2):
        bird_cards_first(opened.galleries().nth(view))
    card(opened.galleries().nth(1), "bn1:0").click(position={"x": 20, "y": 20})
    expect(opened.galleries().nth(0).locator("[aria-selected=true]")).to_have_count(1)


def test_neurons_are_pinned_and_compared_by_keys_and_from_a_cell(opened: Notebook) -> None:
    gallery, page = opened.galleries(), opened.page
    gallery.locator(".slw-grid").focus()
    for key in ("ArrowRight", "p", "ArrowRight", "p"):
        page.keyboard.press(key)
    expect(gallery.locator(".slw-footer")).to_contain_text("2 pinned")
    opened.expect_printed("gallery.pinned", "['bn1:0', 'bn1:1']")
    gallery.locator(".slw-grid").focus()
    page.keyboard.press("c")
    compared = gallery.get_by_role("region", name="Comparison of ")
    expect(compared.locator(".slw-compared-neuron")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(compared).to_have_count(0)
    opened.run("gallery.pinned = ['bn1:3', 'bn2:3', '#9']")
    expect(compared.locator(".slw-compared-neuron")).to_have_count(3)
    expect(compared.get_by_role("region", name="bn2:3").locator(".slw-example").first).to_be_visible()
    opened.run("gallery.pinned = []")
    expect(compared).to_have_count(0)


def test_an_image_is_a_query(opened: Notebook) -> None:
    gallery = opened.galleries()
    opened.run("from tests.fakes import picture\ngallery.query = picture('car', 3)")
    expect_picture(gallery, 0, "car")
    expect(gallery.locator(".slw-chip img")).to_be_visible()
    opened.run("gallery.query = [picture('car', 3), picture('boat', 1)]")
    expect(gallery.locator(".slw-chip")).to_have_text("2 images")
    opened.run("gallery.query = picture('car', 3)")
    expect(gallery.locator(".slw-chip")).to_have_text("image")
    assert opened.run("print(gallery.query[0].size, repr(gallery))").startswith("(128, 128)")


def test_an_image_that_is_dropped_is_a_query(opened: Notebook) -> None:
    gallery = opened.galleries()
    file = base64.b64encode(webp(picture("boat", 3))).decode()
    dropped = opened.page.evaluate_handle(
        """(file) => {
            const bytes = Uint8Array.from(atob(file), letter => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], 'boat.webp', {type: 'image/webp'}));
            return transfer;
        }""",
        file,
    )
    for event in ("dragenter", "dragover", "drop"):
        gallery.dispatch_event(event, {"dataTransfer": dropped})
    expect_picture(gallery, 0, "boat")
    opened.expect_printed("gallery.results.component[0]", "bn1:5")
    expect(gallery.locator(".slw-chip")).to_have_text("boat.webp")
    expect(gallery.locator(".slw-chip img")).to_be_visible()


def test_words_complete_the_query_and_past_ones_come_back(opened: Notebook, screenshot) -> None:
    gallery, page = opened.galleries(), opened.page
    box = gallery.get_by_role("combobox", name="Search neurons")
    options = gallery.get_by_role("listbox").get_by_role("option")
    box.fill("bird - fis")
    expect(options.first).to_have_text("fish")
    expect(box).to_have_attribute("aria-expanded", "true")
    screenshot(gallery, "query_words")
    box.press("ArrowDown")
    expect(gallery.get_by_role("listbox").get_by_role("option", selected=True)).to_have_text("fish")
    active = box.get_attribute("aria-activedescendant")
    assert gallery.get_by_role("listbox").get_by_role("option", selected=True).get_attribute("id") == active
    box.press("Enter")
    expect(box).to_have_value("bird - fish")
    expect(options).to_have_count(0)
    box.fill("ca")
    expect(options.first).to_be_visible()
    box.press("Enter")
    expect(box).to_have_value("ca")
    expect(options).to_have_count(0)
    opened.expect_printed("gallery.query", "ca")
    box.fill("bi")
    expect(options.first).to_be_visible()
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("bi")
    box.press("ArrowUp")
    expect(box).to_have_value("ca")
    expect(options).to_have_text(["bird - fish", "ca"])
    screenshot(gallery, "query_past")
    box.press("ArrowUp")
    expect(box).to_have_value("bird - fish")
    gallery.get_by_label("Past queries").first.click()
    expect(options).to_have_count(0)
    gallery.get_by_role("button", name="Past queries").click()
    options.filter(has_text="ca").click()
    opened.expect_printed("gallery.query", "ca")
    expect(page.locator(".jp-Notebook.jp-mod-editMode")).to_have_count(0)


def test_an_error_in_the_kernel_is_shown_and_not_swallowed(opened: Notebook) -> None:
    gallery = opened.galleries()
    search(gallery, "like #99999")
    expect(gallery).to_contain_text("99999")


def test_the_bundle_is_saved_once_and_widgets_stay_small(opened: Notebook) -> None:
    opened.run("from IPython.display import display\nfor _ in range(4): display(NeuronGallery(lens))")
    expect(opened.galleries()).to_have_count(5)
    saved = opened.save_with_widgets()
    models = saved["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    assert sum("code" in model["state"] for model in models) == 1
    galleries = [len(str(model)) for model in models if model["state"].get("_view") == "neuron_gallery"]
    assert len(galleries) == 5
    assert max(galleries) < 20_000
