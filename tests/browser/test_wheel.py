"""Widgets installed from the wheel, without Node, are drawn."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.jupyter import REPOSITORY, Notebook


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("build", reason="building a wheel needs the extra `dev`")
    wheels, target = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("installed")
    python = [sys.executable, "-m"]
    build = [*python, "build", "--wheel", "--no-isolation", "--outdir", str(wheels), str(REPOSITORY)]
    subprocess.run(build, check=True, capture_output=True)
    install = [*python, "pip", "install", "--quiet", "--no-deps", "--target", str(target)]
    subprocess.run([*install, str(next(wheels.glob("*.whl")))], check=True)
    return target


def test_the_gallery_of_the_installed_wheel_is_drawn(notebook: Notebook, installed: Path) -> None:
    first = f"import sys\nsys.path.insert(0, {str(installed)!r})\nimport semanticlens_widgets as slw"
    show = "from tests.fakes import fake_lens\nslw.NeuronGallery(fake_lens(n_components=20))"
    notebook.open([first, show])
    notebook.run_all()
    assert str(installed) in notebook.run("print(slw.__file__)")
    expect(notebook.galleries().locator(".slw-card").first).to_be_visible()
