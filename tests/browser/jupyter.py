"""A real JupyterLab for tests: started once, driven through its own commands, waited on by states."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as NotInTime

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 180
PATIENCE = 60
"""Seconds that a test waits for what must come: a loaded machine takes its time."""
_SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
    "docmanager-extension/plugin": {"autosave": False},
}


@dataclass(frozen=True)
class Lab:
    """A running server of notebooks."""

    url: str
    token: str
    root: Path
    app: str = "jupyterlab"
    """The module that serves it: JupyterLab, or "notebook"."""

    def address_of(self, name: str) -> str:
        """The page of a notebook; each in a workspace of its own."""
        place = "notebooks" if self.app == "notebook" else f"lab/workspaces/{secrets.token_hex(4)}/tree"
        return f"{self.url}/{place}/{name}?token={self.token}"


@contextmanager
def running_lab(folder: Path, python: str = sys.executable, app: str = "jupyterlab") -> Iterator[Lab]:
    """Starts JupyterLab on a free port, with a root and settings of its own, and stops it in the end."""
    lab = Lab(f"http://127.0.0.1:{free_port()}", secrets.token_hex(16), folder / "root", app)
    lab.root.mkdir()
    _write_settings(folder / "config")
    command = [python, "-m", app, "--expose-app-in-browser", *server_options(lab)]
    with running_server(command, f"{lab.url}/api/status?token={lab.token}", folder):
        yield lab


@contextmanager
def running_server(command: Sequence[str], address: str, folder: Path) -> Iterator[None]:
    """Runs a server in `folder / "root"` from when `address` answers until the end."""
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            command, env=_environment(folder), stdout=log, stderr=log, cwd=folder / "root"
        )
        try:
            _wait_until_up(address, server, folder / "server.log")
            yield
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


class Notebook:
    """An open notebook: run it, run more cells in it, look at it."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self._lab = lab

    def open(self, cells: Sequence[str], name: str | None = None) -> None:
        """Writes a notebook with these cells and opens it; the kernel is ready when this returns.

        Without a name it has one of its own: pages with the same notebook share its kernel, and its end.
        """
        name = name or f"{secrets.token_hex(4)}.ipynb"
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        )
        nbformat.write(notebook, self._lab.root / name)
        self.open_file(name)

    def open_file(self, name: str) -> None:
        """Opens a notebook that is in the server's folder; the kernel is ready when this returns."""
        self.page.goto(self._lab.address_of(name))
        self.wait_until_ready()

    def start_over(self, cells: Sequence[str]) -> None:
        """Replaces all cells and runs them; the kernel stays unless it remains busy."""
        if not self._is_ready_within(seconds=10):
            self.restart_kernel()
        self.page.evaluate(
            """(sources) => {
                const model = window.jupyterapp.shell.currentWidget.content.model.sharedModel;
                model.deleteCellRange(0, model.cells.length);
                model.insertCells(0, sources.map(source => ({cell_type: 'code', source})));
            }""",
            list(cells),
        )
        self.run_all()

    def reload(self) -> None:
        """Reloads the page; kernel and notebook stay."""
        self.page.reload()
        self.wait_until_ready()

    def close_and_open_again(self) -> None:
        """Closes the notebook's tab and opens it again; the kernel stays."""
        self.command("docmanager:save")
        path = self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path")
        self.command("application:close")
        self.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget?.sessionContext")
        self.command("docmanager:open", {"path": path})
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        self.page.wait_for_function(_READY, timeout=1000 * PATIENCE)

    def _is_ready_within(self, seconds: float) -> bool:
        try:
            self.page.wait_for_function(_READY, timeout=1000 * seconds)
        except NotInTime:
            return False
        return True

    def run_all(self) -> None:
        """Runs every cell and waits for the last."""
        self.command("notebook:run-all-cells")

    def run(self, code: str) -> str:
        """Runs a new cell at the end, waits for it, and returns what it printed; fails when it raised."""
        script = f"async (code) => {{ {_APPEND} await done; return cell.model.outputs.toJSON(); }}"
        outputs = self.page.evaluate(script, code)
        for output in outputs:
            assert output["output_type"] != "error", "\n".join(output["traceback"])
        return "".join(_text(output) for output in outputs)

    def expect_printed(self, expression: str, text: str) -> None:
        """Waits until the kernel prints this: a user's action may reach it after the cell that reads it."""
        deadline = time.monotonic() + PATIENCE
        while (printed := self.run(f"print({expression})").strip()) != text:
            assert time.monotonic() < deadline, f"{expression} is {printed}, not {text}"
            self.page.wait_for_timeout(100)

    def start(self, code: str) -> None:
        """Runs a new cell at the end without waiting."""
        self.page.evaluate(f"(code) => {{ {_APPEND} }}", code)

    def command(self, name: str, arguments: dict[str, Any] | None = None) -> None:
        """Runs one of JupyterLab's commands."""
        self.page.evaluate(
            "([name, arguments]) => window.jupyterapp.commands.execute(name, arguments).then(() => null)",
            [name, arguments or {}],
        )

    def restart_kernel(self) -> None:
        """Restarts the kernel without the confirmation."""
        self.page.evaluate(f"() => {_KERNEL}.restart()")
        if not self._is_ready_within(seconds=20):
            # Seen once on a loaded machine: the kernel was there again, and the page never heard of it.
            self.page.evaluate(f"() => {_KERNEL}.reconnect()")
            self.wait_until_ready()

    def shut_down(self) -> None:
        """Ends the kernel of this notebook."""
        self.page.evaluate("() => window.jupyterapp?.shell.currentWidget?.sessionContext?.shutdown?.()")

    def save_with_widgets(self) -> dict[str, Any]:
        """The notebook as it is saved with its widget state."""
        path = self._lab.root / self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path")
        deadline = time.monotonic() + PATIENCE
        while "widgets" not in (saved := self._saved(path))["metadata"]:
            assert time.monotonic() < deadline, "the widget state is not saved"
            self.page.wait_for_timeout(100)
        return saved

    def _saved(self, path: Path) -> dict[str, Any]:
        # The first of the commands may find the document busy, and then does nothing.
        self.command("@jupyter-widgets/jupyterlab-manager:saveWidgetState")
        self.command("docmanager:save")
        return json.loads(path.read_text(encoding="utf-8"))

    def galleries(self) -> Locator:
        """Every gallery on the page, in order."""
        return self.page.locator(".jp-OutputArea-output .slw")


def tutorial(name: str) -> list[str]:
    """The code of one of our notebooks, as cells that may be run from another folder."""
    folder = REPOSITORY / "notebooks"
    cells = nbformat.read(folder / f"{name}.ipynb", as_version=4).cells
    return [
        f"import os\nos.chdir({str(folder)!r})",
        *(cell.source for cell in cells if cell.cell_type == "code"),
    ]


_KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
_READY = """() => {
    const panel = window.jupyterapp?.shell?.currentWidget;
    if (!panel?.context?.isReady || !panel.sessionContext?.isReady) return false;
    return panel.content.widgets.length > 0 && panel.sessionContext.session?.kernel?.status === 'idle';
}"""
_APPEND = """
    const panel = window.jupyterapp.shell.currentWidget;
    const notebook = panel.content;
    notebook.model.sharedModel.insertCell(notebook.model.sharedModel.cells.length, {cell_type: 'code', source: code});
    notebook.activeCellIndex = notebook.widgets.length - 1;
    notebook.deselectAll();
    const cell = notebook.activeCell;
    const done = window.jupyterapp.commands.execute('notebook:run-cell');
"""


def _text(output: dict[str, Any]) -> str:
    text = output.get("text") or output.get("data", {}).get("text/plain", "")
    return text if isinstance(text, str) else "".join(text)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def server_options(lab: Lab) -> list[str]:
    """Options that every Jupyter server takes."""
    port = lab.url.rpartition(":")[2]
    return [
        "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={lab.token}", f"--ServerApp.root_dir={lab.root}",
    ]  # fmt: skip


def _environment(folder: Path) -> dict[str, str]:
    paths = [str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONPATH": os.pathsep.join(paths),
    }


def _write_settings(config: Path) -> None:
    for plugin, settings in _SETTINGS.items():
        file = config / "lab" / "user-settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(settings), encoding="utf-8")


def _wait_until_up(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended before it was up:\n{log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    raise TimeoutError(f"the server was not up after {START_SECONDS} s:\n{log.read_text()[-3000:]}")
