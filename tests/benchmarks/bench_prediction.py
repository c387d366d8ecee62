"""One image at 10,000 neurons: explaining and steering it in Python, and clicks on it in JupyterLab.

BENCH_BASE names a built checkout to compare with: its package runs in a kernel of its own, in turns on the same server.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.benchmarks.wide_model import wide_lens
from tests.browser.chromium import running_chromium
from tests.browser.jupyter import REPOSITORY, Lab, Notebook, running_lab

N = 10_000
TURNS = 12
CLICK_MS = 150
CELL = """\
import sys
sys.path.insert(0, {checkout!r})
import semanticlens_widgets as slw
from tests.benchmarks.wide_model import wide_lens
lens = wide_lens({n})
assert slw.__file__.startswith({checkout!r})
slw.PredictionView(lens, 4, vocabulary=None)"""
READY = """() => document.querySelector('.slw-prediction-rows tfoot') !== null
    && ![...document.querySelectorAll('.slw td')].some(({textContent}) => textContent === '…')"""
# From the pointer's event until the frame after the rows of that place are in the page.
CLICK = """([column, row, n]) => {
    const places = document.querySelector('.slw-places');
    const {left, top, width, height} = places.getBoundingClientRect();
    const at = {clientX: left + width * (column + 0.5) / n, clientY: top + height * (row + 0.5) / n};
    const table = document.querySelector('.slw-prediction-rows');
    return new Promise(tell => {
        const watch = new MutationObserver(() => {
            if (table.querySelector('.slw-at-place') === null) return;
            watch.disconnect();
            requestAnimationFrame(() => setTimeout(() => tell(performance.now() - began)));
        });
        watch.observe(table, {childList: true, characterData: true, subtree: true});
        const began = performance.now();
        places.dispatchEvent(new MouseEvent('click', {...at, detail: 1, bubbles: true}));
    });
}"""


def figures() -> Iterator[dict[str, Any]]:
    """Medians of each, with the machine's load; the clicks of the other checkout beside them, if there is one."""
    yield from in_python()
    checkouts = [str(REPOSITORY), *filter(None, [os.environ.get("BENCH_BASE")])]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_lab(Path(folder)) as lab,
        running_chromium() as browser,
    ):
        pages = [opened(browser, lab, checkout) for checkout in checkouts]
        waits: list[list[list[float]]] = [[] for _ in pages]
        for turn in range(TURNS):
            for page, found in zip(pages, waits, strict=True):
                found.append([page.evaluate(CLICK, [turn % 8, row, 8]) for row in (0, 3, 6)])
                page.wait_for_timeout(300)
    for name, place in (("click to painted rows", 0), ("the next click, at once", 1), ("and the next", 2)):
        ours, *theirs = (statistics.median(each[place] for each in found[1:]) for found in waits)
        peer = theirs[0] if theirs else None
        ratio = ours / peer if peer else None
        yield {**figure(name, ours / 1000, CLICK_MS), "peer": peer, "ratio": ratio}


def in_python() -> Iterator[dict[str, Any]]:
    from semanticlens_widgets.widgets import PredictionView
    from semanticlens_widgets.widgets.session import session_of

    lens = wide_lens(N)
    view = PredictionView(lens, 4, vocabulary=None)
    answer = session_of(lens).channel.answer
    asked = {**view._about, "by": "relevance", "query": "", "query_image": "", "n": 20, "also": []}
    names = iter(range(N))
    yield figure(
        "explain without effects",
        seconds(lambda: lens.explain(next(names) % 24, vocabulary=None, top=0)),
        500,
    )
    yield figure(
        "click, Python's part",
        seconds(lambda: answer("explain_rows", {**asked, "place": [next(names) % 32 + 0.5, 16.5]})),
        CLICK_MS,
    )
    factors = lambda: [{"component": f"act:{next(names)}", "factor": 0.5}]  # noqa: E731
    yield figure("steer", seconds(lambda: answer("steer", {**view._about, "factors": factors()})), 500)


def seconds(work: Callable[[], object]) -> float:
    """The median of several runs, after one that loads what is loaded once."""
    times = []
    for _ in range(TURNS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def opened(browser: Browser, lab: Lab, checkout: str) -> Page:
    """A page with a prediction whose kernel runs the package of a checkout."""
    page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
    page.set_default_timeout(240_000)
    notebook = Notebook(page, lab)
    notebook.open([CELL.format(checkout=checkout, n=N)])
    notebook.run_all()
    page.wait_for_function(READY)
    return page


def figure(name: str, took: float, most: float) -> dict[str, Any]:
    """A figure in milliseconds."""
    return {
        "name": f"prediction of {N:,} neurons, {name} (load {os.getloadavg()[0]:.1f})", "unit": "ms",
        "ours": 1000 * took, "target": f"<= {most}", "falls_short": 1000 * took > most,
    }  # fmt: skip
