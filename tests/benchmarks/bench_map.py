"""The map in JupyterLab and Chromium, against jupyter-scatter with the same points, in turns on one page.

First paint is the time from running the cell until pixels of the plot differ; ours computes the PCA in it, the peer
is given its positions. A frame is the time of a drag divided by the pictures drawn meanwhile, the last one finished.
While it moves ours draws as many points as keep up (a fair sample), the peer all of them.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser.chromium import running_chromium
from tests.browser.jupyter import Notebook, running_lab
from tests.peer import FOLDER

SIZES = {10_000: 3, 100_000: 3, 1_000_000: 1}
"""Numbers of points, and of turns with them."""
PREPARE = """\
import numpy as np
import semanticlens_widgets as slw
from semanticlens_widgets.projection import project
from tests.benchmarks.large_lens import large_lens
made = large_lens({n})
x, y = project(made.database.component_embeddings, method="pca").positions.numpy().T.copy()"""
OURS = """\
from semanticlens_widgets.lens import Lens
slw.ConceptMap(Lens(made.database, foundation_model=made.foundation_model), method="pca", height=520)"""
FIRST = """\
import semanticlens_widgets as slw
from tests.benchmarks.large_lens import large_lens
lens = large_lens(10_000, dim=512)"""
PEER = "import jscatter\njscatter.Scatter(x=x, y=y, height=520).show()"
# Looks at the largest canvas of the outputs once a frame, in small, until it is not of one colour; the answer is when.
# From then on every picture that is put on a canvas is counted.
WATCH = """() => {
    window.drawn = 0;
    if (!window.hooked) for (const name of ['drawImage', 'putImageData']) {
        const put = CanvasRenderingContext2D.prototype[name];
        CanvasRenderingContext2D.prototype[name] = function (...how) {
            if (this.canvas.isConnected && this.canvas.width > 300) window.drawn += 1;
            return put.apply(this, how);
        };
    }
    window.hooked = true;
    const small = document.createElement('canvas');
    small.width = small.height = 64;
    const context = small.getContext('2d', {willReadFrequently: true});
    window.look = () => {
        const seen = [...document.querySelectorAll('.jp-OutputArea-output canvas')].filter(c => c.width > 300);
        return seen.map(canvas => {
            context.clearRect(0, 0, 64, 64);
            context.drawImage(canvas, 0, 0, 64, 64);
            return new Uint32Array(context.getImageData(0, 0, 64, 64).data.buffer);
        }).some(pixels => new Set(pixels).size > 8);
    };
    window.began = performance.now();
    window.painted = new Promise(tell => {
        const frame = () => (window.look() ? tell(performance.now() - window.began) : requestAnimationFrame(frame));
        requestAnimationFrame(frame);
    });
}"""


def figures() -> Iterator[dict[str, Any]]:
    peer = (FOLDER / "jscatter").is_dir()
    if not peer:
        print("bench_map: no comparison, jupyter-scatter is not installed: make bench", file=sys.stderr)
    with page() as notebook:
        for n, turns in SIZES.items():
            yield from of_size(notebook, n, turns, peer)
        first = statistics.median(seconds_to_first_layout(notebook) for _ in range(3))
        yield figure("map of 10,000 components, first layout on screen", "s", first, "<= 1.5", first > 1.5)


def of_size(notebook: Notebook, n: int, turns: int, peer: bool) -> Iterator[dict[str, Any]]:
    notebook.start_over(["", PREPARE.format(n=n)])
    ours, theirs = [], []
    for _ in range(turns):
        ours.append(measured(notebook, OURS, ".slw-map-stage"))
        if peer:
            theirs.append(measured(notebook, PEER, ".jp-OutputArea-output canvas"))
    least = 1.5 if n < 1_000_000 else 1.0
    for place, name in enumerate(("first paint", "frame while panning")):
        yield versus(
            f"map of {n:,} points, {name}",
            [own[place] for own in ours],
            [own[place] for own in theirs],
            least,
        )
    if n == 1_000_000:
        first, heap = ours[0][0] / 1000, ours[0][2]
        yield figure(f"map of {n:,} points, open", "s", first, "<= 6", first > 6)
        yield figure(f"map of {n:,} points, heap of the page", "MB", heap, "< 400", heap >= 400)


def seconds_to_first_layout(notebook: Notebook) -> float:
    """Of a map as a person makes it, in a kernel that has done nothing else: its UMAP is begun at the same time."""
    notebook.restart_kernel()
    notebook.start_over(["", FIRST])
    notebook.page.evaluate(WATCH)
    notebook.run("slw.ConceptMap(lens)")
    return notebook.page.evaluate("() => window.painted") / 1000


def measured(notebook: Notebook, cell: str, target: str) -> tuple[float, float, float]:
    """Milliseconds to the first picture and a frame of a drag, and megabytes of the page with it."""
    page = notebook.page
    page.evaluate(WATCH)
    notebook.run(cell)
    first = page.evaluate("() => window.painted")
    plot = page.locator(target).last
    plot.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    box = plot.bounding_box()
    assert box is not None
    result = first, frame_of_a_drag(notebook, box), heap(page)
    page.evaluate(CLEAR)
    return result


CLEAR = """() => {
    const model = window.jupyterapp.shell.currentWidget.content.model.sharedModel;
    model.deleteCellRange(2, model.cells.length);
}"""


def frame_of_a_drag(notebook: Notebook, box: Mapping[str, Any]) -> float:
    page, mouse = notebook.page, notebook.page.mouse
    x, y = box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 10, y)
    page.evaluate("() => { window.look(); window.drawn = 0; window.began = performance.now(); }")
    for there in range(3):
        mouse.move(x + (60 if there % 2 else -60), y + 40, steps=20)
    milliseconds, drawn = page.evaluate(
        "() => { window.look(); return [performance.now() - window.began, window.drawn]; }"
    )
    mouse.up()
    return milliseconds / max(1, drawn)


def heap(page: Any) -> float:
    session = page.context.new_cdp_session(page)
    used = session.send("Runtime.getHeapUsage")
    session.detach()
    return (used["usedSize"] + used.get("backingStorageSize", 0)) / 1e6


@contextmanager
def page() -> Iterator[Notebook]:
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(FOLDER)]))
    with (
        tempfile.TemporaryDirectory() as folder,
        running_lab(Path(folder)) as lab,
        running_chromium() as browser,
    ):
        shown = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
        shown.set_default_timeout(120_000)
        notebook = Notebook(shown, lab)
        notebook.open([""])
        yield notebook
        notebook.shut_down()


def versus(name: str, ours: list[float], theirs: list[float], least: float) -> dict[str, Any]:
    mine = statistics.median(ours)
    if not theirs:
        return figure(name, "ms", mine, f">= {least} x faster than jupyter-scatter", False)
    peer = statistics.median(theirs)
    ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    target = f">= {least} x faster than jupyter-scatter"
    return {**figure(name, "ms", mine, target, ratio < least), "peer": peer, "ratio": ratio}


def figure(name: str, unit: str, ours: float, target: str, falls_short: bool) -> dict[str, Any]:
    return {
        "name": name, "ours": ours, "peer": None, "ratio": None, "target": target, "unit": unit,
        "falls_short": falls_short,
    }  # fmt: skip
