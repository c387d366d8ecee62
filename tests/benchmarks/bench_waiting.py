"""Waits of a reader of a gallery of 10,000 neurons in JupyterLab, by the browser's clock.

BENCH_BASE names a built checkout to compare with: its package runs in a kernel of its own, in turns on the same server.
"""

import os
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.chromium import running_chromium
from tests.browser.jupyter import REPOSITORY, Lab, Notebook, running_lab

TURNS = 5
WORDS = ("wheel", "bird", "a red car", "water", "striped")
LENS = """\
import sys
sys.path.insert(0, {checkout!r})
import semanticlens_widgets as slw
from tests.benchmarks.large_lens import large_lens
lens = large_lens(10_000)
assert slw.__file__.startswith({checkout!r})"""
GALLERY = "slw.NeuronGallery(lens, linked=False)"
# `after(event, holds)` is the milliseconds from the next event of that kind until a condition holds, looked at once a
# frame.
WATCH = """() => {
    window.until = (holds) => {
        const began = performance.now();
        return new Promise(resolve => {
            const look = () => holds() ? resolve(performance.now() - began) : requestAnimationFrame(look);
            look();
        });
    };
    window.after = (event, holds) => new Promise(resolve => {
        const begin = () => window.until(holds).then(resolve);
        document.addEventListener(event, begin, {capture: true, once: true});
    });
    window.view = () => [...document.querySelectorAll('.jp-OutputArea-output .slw')].at(-1);
    window.drawn = (canvas) => canvas?.width > 0 && canvas.getContext('2d').getImageData(9, 9, 1, 1).data[3] === 255;
}"""
SHOW = """async (code) => {
    const panel = window.jupyterapp.shell.currentWidget;
    const cells = panel.content.model.sharedModel;
    cells.deleteCellRange(1, cells.cells.length);
    cells.insertCell(1, {cell_type: 'code', source: code});
    panel.content.activeCellIndex = 1;
    const first = window.until(() => window.drawn(window.view()?.querySelector('.slw-card canvas')));
    window.jupyterapp.commands.execute('notebook:run-cell');
    return await first;
}"""
RANKED = """() => {
    const seen = () => [...window.view().querySelectorAll('.slw-card')].map(card => card.textContent).join();
    const before = seen();
    const asked = () => window.view().querySelector('.slw-best') && seen() !== before;
    window.waited = window.after('input', asked);
}"""
OPENED = """() => {
    const opened = () => window.drawn(window.view().querySelector('.slw-detail canvas'));
    window.waited = window.after('keydown', opened);
}"""


def show(page: Page, _word: str = "") -> float:
    """Milliseconds from running the cell until a card has its picture."""
    return page.evaluate(SHOW, GALLERY)


def ask(page: Page, word: str) -> float:
    """Milliseconds from the key until the cards are in another order, with the best of them named."""
    page.evaluate(RANKED)
    page.locator(".slw-query-input").fill(word)
    return page.evaluate("() => window.waited")


def open_neuron(page: Page, _word: str) -> float:
    """Milliseconds from Enter until the first of a neuron's examples has its picture."""
    page.locator(".slw-card").first.click()
    page.evaluate(OPENED)
    page.keyboard.press("Enter")
    waited = page.evaluate("() => window.waited")
    page.keyboard.press("Escape")
    return waited


FIGURES = {
    "from the cell to the first picture": show,
    "from the key to the ranked gallery": ask,
    "from Enter to a neuron's examples": open_neuron,
}


def figures() -> Iterator[dict[str, Any]]:
    """Medians of each wait, with the machine's load; beside them those of the other checkout, if there is one."""
    checkouts = [str(REPOSITORY), *filter(None, [os.environ.get("BENCH_BASE")])]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_lab(Path(folder)) as lab,
        running_chromium() as browser,
    ):
        pages = [opened(browser, lab, checkout) for checkout in checkouts]
        waits = [{name: [] for name in FIGURES} for _ in pages]
        for turn in range(TURNS):
            for page, found in zip(pages, waits, strict=True):
                for name, wait in FIGURES.items():
                    found[name].append(wait(page, WORDS[turn]))
    yield from (compared(name, [found[name] for found in waits]) for name in FIGURES)


def opened(browser: Browser, lab: Lab, checkout: str) -> Page:
    """A page with a notebook whose kernel runs the package of a checkout."""
    page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
    page.set_default_timeout(120_000)
    notebook = Notebook(page, lab)
    notebook.open([LENS.format(checkout=checkout)])
    notebook.run_all()
    page.evaluate(WATCH)
    show(page)  # what a kernel loads once
    return page


def compared(name: str, waits: list[list[float]]) -> dict[str, Any]:
    ours, *theirs = map(statistics.median, waits)
    load = os.getloadavg()[0]
    return {
        "name": f"{name} (load {load:.1f})", "unit": "ms", "ours": ours, "target": "no more than before",
        "peer": theirs[0] if theirs else None, "ratio": ours / theirs[0] if theirs else None,
        "falls_short": bool(theirs) and ours > 1.25 * theirs[0],
    }  # fmt: skip
