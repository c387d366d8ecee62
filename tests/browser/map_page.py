"""Actions and expectations for tests of the map on a page."""

import time
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.jupyter import PATIENCE, Notebook

FIRST_UMAP = 240_000
"""Milliseconds: where nobody has used numba yet it compiles, on cores that other tests use too."""
# So many equal looks at a picture are taken for its rest.
STILL = 4
# The colours of the canvas but for the background's, each with how many pixels have it.
COLOURS = """(canvas) => {
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const counts = {};
    const background = [...data.slice(0, 3)].join();
    for (let i = 0; i < data.length; i += 4) {
        const colour = [data[i], data[i + 1], data[i + 2]].join();
        if (colour !== background) counts[colour] = (counts[colour] ?? 0) + 1;
    }
    return Object.fromEntries(Object.entries(counts).filter(([_, n]) => n > 12));
}"""


def the_map(notebook: Notebook) -> Locator:
    return notebook.page.locator(".jp-OutputArea-output .slw-map").first


def stage(concept_map: Locator) -> Locator:
    return concept_map.locator(".slw-map-stage")


def expect_final(concept_map: Locator, method: str = "UMAP") -> None:
    """Waits for the last positions and their clusters."""
    expect(concept_map.locator(".slw-footer")).to_contain_text(f"{method} ·", timeout=FIRST_UMAP)
    expect(concept_map.locator(".slw-doing")).to_have_count(0)
    wait_for_colours(concept_map, lambda colours: len(colours) > 0)


def colours(concept_map: Locator) -> dict[str, int]:
    return concept_map.locator("canvas.slw-map-canvas").evaluate(COLOURS)


def wait_for_colours(concept_map: Locator, what: Callable[[dict[str, int]], bool]) -> dict[str, int]:
    """Waits until the picture is as it should be, and nothing in it moves any longer."""
    before: list[dict[str, int]] = []
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        now = colours(concept_map)
        if before.count(now) == STILL and what(now):
            return now
        before = [*before[1 - STILL :], now]
        concept_map.page.wait_for_timeout(50)
    raise AssertionError(f"the picture never came to be so: {before[-1]}")


def search(concept_map: Locator, text: str) -> None:
    box = concept_map.locator("input").first
    box.fill(text)
    box.press("Enter")
