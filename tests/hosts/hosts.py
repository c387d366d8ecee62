"""Hosts of widgets: each opens the notebook, reads back its code, and turns dark."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, cast

import nbformat
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.jupyter import (
    PATIENCE,
    Lab,
    Notebook,
    free_port,
    running_lab,
    running_server,
    server_options,
)
from tests.hosts.cells import CELLS, MARIMO_CELLS
from tests.hosts.environments import python_of

WIDGETS = ".slw:not(.slw .slw)"
_NAME = "hosts.ipynb"


class Host(ABC):
    """A notebook that is open in a host, with its widgets."""

    def __init__(self, page: Page, told: Path) -> None:
        self.page = page
        self._told = told

    @abstractmethod
    def open(self) -> None:
        """Opens the notebook and has it run."""

    def code(self) -> list[str] | None:
        """The code of the cells as a reader sees it; None where the host shows none."""
        return None

    def reload(self) -> None:
        """Reloads the page."""
        self.page.reload()

    def run_again(self, cell: int) -> bool:
        """Runs a cell again; False where the host cannot."""
        return False

    def expect_reaction(self, selected: str) -> None:
        """Waits for what other cells show of a selection, where the host runs them then."""
        return

    @contextmanager
    def second_page(self) -> Iterator[Page | None]:
        """The notebook as another visitor sees it; None where it belongs to one reader."""
        yield None

    def turn_dark(self) -> bool:
        """Switches to the dark theme; False where the host has none."""
        return False

    @property
    def widgets(self) -> Locator:
        """All widgets: gallery, audit table, and the gallery and the map of the row."""
        return self.page.locator(WIDGETS)

    def expect_told(self, name: str, expected: Callable[[dict[str, Any]], bool]) -> None:
        """Waits until Python has what is expected of a widget's state."""
        deadline, file = time.monotonic() + PATIENCE, self._told / f"{name}.json"
        while not (file.is_file() and expected(json.loads(file.read_text(encoding="utf-8")))):
            assert time.monotonic() < deadline, file.read_text(encoding="utf-8")
            self.page.wait_for_timeout(100)

    def told(self, name: str) -> dict[str, Any]:
        """A widget's state as Python has it."""
        return json.loads((self._told / f"{name}.json").read_text(encoding="utf-8"))


class LabHost(Host):
    """JupyterLab or Notebook 7."""

    def __init__(self, page: Page, told: Path, lab: Lab) -> None:
        super().__init__(page, told)
        self._notebook = Notebook(page, lab)

    def open(self) -> None:
        self._notebook.open(CELLS)
        self._notebook.run_all()

    def code(self) -> list[str] | None:
        return self.page.evaluate(
            "() => Array.from(window.jupyterapp.shell.currentWidget.content.model.cells,"
            " (cell) => cell.sharedModel.getSource())"
        )

    def reload(self) -> None:
        self._notebook.command("docmanager:save")
        self._notebook.reload()

    def run_again(self, cell: int) -> bool:
        self.page.evaluate(
            "(cell) => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = cell; }", cell
        )
        self._notebook.command("notebook:run-cell")
        return True

    def turn_dark(self) -> bool:
        self._notebook.command("apputils:change-theme", {"theme": "JupyterLab Dark"})
        return True


class ClassicHost(Host):
    """The classic notebook of nbclassic."""

    def __init__(self, page: Page, told: Path, lab: Lab) -> None:
        super().__init__(page, told)
        self._address = f"{lab.url}/notebooks/{_NAME}?token={lab.token}"

    def open(self) -> None:
        self.page.goto(self._address)
        self._wait()
        self.page.evaluate("() => Jupyter.notebook.execute_all_cells()")

    def code(self) -> list[str] | None:
        return self.page.evaluate("() => Jupyter.notebook.get_cells().map((cell) => cell.get_text())")

    def reload(self) -> None:
        self.page.evaluate("() => Jupyter.notebook.save_notebook()")
        self.page.reload()
        self._wait()

    def run_again(self, cell: int) -> bool:
        self.page.evaluate("(cell) => Jupyter.notebook.execute_cells([cell])", cell)
        return True

    def _wait(self) -> None:
        self.page.wait_for_function("() => window.Jupyter?.notebook?.kernel?.is_connected()")


class VoilaHost(Host):
    """A page that runs the notebook as it opens."""

    def __init__(self, page: Page, told: Path, address: str) -> None:
        super().__init__(page, told)
        self._address = address

    def open(self) -> None:
        self.page.goto(self._address)

    @contextmanager
    def second_page(self) -> Iterator[Page | None]:
        context = cast(Browser, self.page.context.browser).new_context()
        page = context.new_page()
        page.goto(self._address)
        yield page
        context.close()

    def turn_dark(self) -> bool:
        self.page.goto(f"{self._address}?theme=dark")
        return True


class MarimoHost(VoilaHost):
    """An app of marimo, which runs cells again when a widget that they read changes."""

    def expect_reaction(self, selected: str) -> None:
        expect(self.page.get_by_text(f"selected: ['{selected}']")).to_be_visible()

    def turn_dark(self) -> bool:
        self.page.emulate_media(color_scheme="dark")
        return True


class MarimoEditor(MarimoHost):
    """The editor of marimo, which shows code and belongs to one reader."""

    def code(self) -> list[str] | None:
        return self.page.locator(".cm-content").all_inner_texts()

    def run_again(self, cell: int) -> bool:
        self.page.locator(".cm-content").nth(cell).click()
        self.page.keyboard.press("Control+Enter")
        return True

    @contextmanager
    def second_page(self) -> Iterator[Page | None]:
        yield None


Opener = Callable[[Path], AbstractContextManager[Callable[[Page], Host]]]


def _lab(environment: str, app: str = "jupyterlab") -> Opener:
    @contextmanager
    def opener(folder: Path) -> Iterator[Callable[[Page], Host]]:
        with running_lab(folder, python_of(environment), app) as lab:
            yield lambda page: LabHost(page, folder / "told", lab)

    return opener


@contextmanager
def _nbclassic(folder: Path) -> Iterator[Callable[[Page], Host]]:
    lab = Lab(f"http://127.0.0.1:{free_port()}", "classic", folder / "root")
    _write_notebook(lab.root)
    command = [python_of("nbclassic"), "-m", "nbclassic", *server_options(lab)]
    with running_server(command, f"{lab.url}/api/status?token={lab.token}", folder):
        yield lambda page: ClassicHost(page, folder / "told", lab)


@contextmanager
def _voila(folder: Path) -> Iterator[Callable[[Page], Host]]:
    _write_notebook(folder / "root")
    port = free_port()
    address = f"http://127.0.0.1:{port}/voila/render/{_NAME}"
    command = [python_of("voila"), "-m", "voila", "--no-browser", f"--port={port}", str(folder / "root")]
    with running_server(command, f"http://127.0.0.1:{port}/voila/static/voila.js", folder):
        yield lambda page: VoilaHost(page, folder / "told", address)


def _marimo(mode: str) -> Opener:
    @contextmanager
    def opener(folder: Path) -> Iterator[Callable[[Page], Host]]:
        _write_marimo(folder / "root")
        port = free_port()
        options = ["--headless", "--no-token", "--host=127.0.0.1", f"--port={port}"]
        command = [python_of("marimo"), "-m", "marimo", "--yes", mode, "notebook.py", *options]
        address = f"http://127.0.0.1:{port}"
        kind = MarimoEditor if mode == "edit" else MarimoHost
        with running_server(command, f"{address}/health", folder):
            yield lambda page: kind(page, folder / "told", address)

    return opener


def _write_notebook(root: Path) -> None:
    root.mkdir()
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(notebook, root / _NAME)


def _write_marimo(root: Path) -> None:
    root.mkdir()
    cells = "\n\n".join(
        "@app.cell\ndef _():\n" + "\n".join(f"    {line}" for line in cell.split("\n"))
        for cell in MARIMO_CELLS
    )
    (root / "notebook.py").write_text(f"import marimo\n\napp = marimo.App()\n\n{cells}\n", encoding="utf-8")
    (root / ".marimo.toml").write_text(
        '[display]\ntheme = "system"\n[runtime]\nauto_instantiate = true\n', encoding="utf-8"
    )


HOSTS: dict[str, tuple[str, Opener]] = {
    "jupyterlab": ("current", _lab("current")),
    "jupyterlab-4.3": ("jupyterlab-4.3", _lab("jupyterlab-4.3")),
    "oldest": ("oldest", _lab("oldest")),
    "notebook": ("notebook", _lab("notebook", "notebook")),
    "nbclassic": ("nbclassic", _nbclassic),
    "voila": ("voila", _voila),
    "marimo-run": ("marimo", _marimo("run")),
    "marimo-edit": ("marimo", _marimo("edit")),
}
"""Environment and opener by name; "oldest" is JupyterLab with the oldest versions of everything that we allow."""
