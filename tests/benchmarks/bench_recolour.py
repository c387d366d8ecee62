"""From a keystroke in the query box to a map in other colours, in JupyterLab and Chromium, less the debounce."""

import statistics
from collections.abc import Iterator
from typing import Any

from tests.benchmarks.bench_map import figure, page
from tests.browser.jupyter import Notebook

MOST = {10_000: 150, 100_000: 300}
"""Numbers of components, and milliseconds allowed."""
KEYSTROKES = 20
DEBOUNCE = 120
"""As in js/src/concept_map/state/state.ts."""
CELL = """\
import semanticlens_widgets as slw
from tests.benchmarks.large_lens import large_lens
slw.ConceptMap(large_lens({n}), method="pca")"""
FINAL = """() => document.querySelector('.slw-map .slw-footer')?.textContent.includes('PCA ·')
    && document.querySelector('.slw-map .slw-doing') === null"""
# Every word is new, so that every component gets another colour; looks at the map in small once a frame.
KEYSTROKE = """(word) => {
    const small = document.createElement('canvas');
    small.width = small.height = 64;
    const context = small.getContext('2d', {willReadFrequently: true});
    const look = () => {
        context.clearRect(0, 0, 64, 64);
        context.drawImage(document.querySelector('canvas.slw-map-canvas'), 0, 0, 64, 64);
        return context.getImageData(0, 0, 64, 64).data.join();
    };
    const before = look();
    const box = document.querySelector('.slw-map input');
    box.value = word;
    box.dispatchEvent(new Event('input', {bubbles: true}));
    const began = performance.now();
    return new Promise(tell => {
        const frame = () =>
            look() === before ? requestAnimationFrame(frame) : tell(performance.now() - began);
        requestAnimationFrame(frame);
    });
}"""


def figures() -> Iterator[dict[str, Any]]:
    with page() as notebook:
        for n, most in MOST.items():
            p95 = statistics.quantiles(keystrokes(notebook, n), n=20, method="inclusive")[-1] - DEBOUNCE
            name = f"map of {n:,} components, keystroke to colours beyond the debounce, p95"
            yield figure(name, "ms", p95, f"<= {most}", p95 > most)


def keystrokes(notebook: Notebook, n: int) -> list[float]:
    """Milliseconds of each, but for the first, which also prepares the lens for queries."""
    notebook.start_over([CELL.format(n=n)])
    notebook.page.wait_for_function(FINAL, timeout=300_000)
    times = []
    for number in range(KEYSTROKES + 1):
        times.append(notebook.page.evaluate(KEYSTROKE, f"word {number}"))
        notebook.page.wait_for_timeout(300)  # the picture has come to rest
    return times[1:]
