"""The pictures of README, taken of the notebooks in JupyterLab: `make screenshots`, or some of them by their names.

python -m tests.browser.screenshots [name ...]
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.chromium import running_chromium
from tests.browser.jupyter import REPOSITORY, Notebook, running_lab, tutorial

FOLDER = REPOSITORY / "notebooks" / "screenshots"
MOST_BYTES = 250_000
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
_PATIENCE = 600_000
# Nothing is being computed or asked for, every picture and every name has come, and no theme fades in.
_STILL = """(root) => root.querySelector('.slw-doing, .slw-skeleton') === null
    && document.getAnimations().every(animation => animation.playState !== 'running')"""


@dataclass(frozen=True)
class Shot:
    """A picture: of what this cell shows, after those of the notebook."""

    name: str
    notebook: str
    cell: str
    width: int = 1100


AUDIT_TABLE = """\
lens.attribute(layer="bn2", progress=False)
hammer = slw.Requirement("hammer", valid=["hammer", "tool"], spurious=["nail"])
slw.AuditTable(lens, hammer, layer="bn2")"""
SHOTS = [
    Shot(
        "neuron_gallery",
        "1_quickstart",
        "slw.NeuronGallery(lens, layer='bn2', query='fish', vocabulary='general')",
    ),
    Shot(
        "explorer",
        "1_quickstart",
        "slw.Explorer(lens, layer='bn2', query='fish', vocabulary='general')",
        1180,
    ),
    Shot("audit_table", "1_quickstart", AUDIT_TABLE),
    Shot("concept_map", "2_concept_map", "slw.ConceptMap(lens, layer='bn2', encoding='cluster', height=640)"),
]


def main(names: list[str]) -> None:
    unknown = set(names) - {shot.name for shot in SHOTS}
    if unknown:
        raise SystemExit(
            f"no such picture: {', '.join(unknown)}; there are {', '.join(s.name for s in SHOTS)}"
        )
    wanted = [shot for shot in SHOTS if not names or shot.name in names]
    with pages() as notebook:
        for name in dict.fromkeys(shot.notebook for shot in wanted):
            notebook.open(tutorial(name), f"{name}.ipynb")
            notebook.run_all()
            for shot in wanted:
                if shot.notebook == name:
                    take(notebook, shot)
            notebook.shut_down()


@contextmanager
def pages() -> Iterator[Notebook]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_lab(Path(folder)) as lab,
        running_chromium() as browser,
    ):
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.set_default_timeout(_PATIENCE)
        expect.set_options(timeout=_PATIENCE)
        yield Notebook(page, lab)


def take(notebook: Notebook, shot: Shot) -> None:
    notebook.page.set_viewport_size({"width": shot.width, "height": 900})
    if notebook.page.locator("#jp-left-stack").is_visible():
        notebook.command("application:toggle-left-area")
    notebook.run(shot.cell)
    shown = notebook.galleries().last
    for theme, name in THEMES.items():
        notebook.command("apputils:change-theme", {"theme": name})
        expect(notebook.page.locator("body")).to_have_attribute(
            "data-jp-theme-light", str(theme == "light").lower()
        )
        path = FOLDER / f"{shot.name}_{theme}.png"
        path.write_bytes(small(picture(shown)))
        print(f"{path.relative_to(REPOSITORY)}: {path.stat().st_size // 1000} kB", flush=True)


def picture(shown: Locator) -> bytes:
    """Takes the picture once nothing changes any more."""
    shown.scroll_into_view_if_needed()
    page = shown.page
    page.mouse.move(1, 1)
    before, still = b"", False
    while not still or before != shown.screenshot():
        # Asked before the picture is taken: what ends in between must not be on it.
        still, before = shown.evaluate(_STILL), shown.screenshot()
        page.wait_for_timeout(500)
    return before


def small(png: bytes) -> bytes:
    """Reduces colours until the file is below the limit: photos need all 256."""
    image = Image.open(BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64):
        stream = BytesIO()
        image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            stream, "PNG", optimize=True
        )
        if stream.tell() <= MOST_BYTES:
            break
    return stream.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
