"""The wheel holds the bundle, is installed without Node, and makes a widget."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from semanticlens_widgets.widgets.kernel.bundle import PART_OF

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    pytest.importorskip("build", reason="building a wheel needs the extra `dev`")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_it_holds_the_bundle_the_data_and_the_licence(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "semanticlens_widgets/widgets/static/bundle.js" in names
    assert "semanticlens_widgets/widgets/static/page.js" in names
    assert all(f"semanticlens_widgets/widgets/static/{part}.js" in names for part in PART_OF.values())
    assert "semanticlens_widgets/foundation_models/offline/imagenet1k_texts.json" in names
    assert "semanticlens_widgets/py.typed" in names, "type checkers read the annotations"
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/THIRD_PARTY.md") for name in names)
    assert "semanticlens_widgets/foundation_models/offline/imagenet1k_NOTICE.md" in names


def test_it_holds_neither_photos_nor_tests_nor_sources_of_the_bundle(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert not [
        name for name in names if name.endswith((".webp", ".ts", ".tsx")) or "tests" in name.split("/")
    ]


def test_it_is_installed_without_node_and_makes_a_widget(wheel, tmp_path):
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(tmp_path),
        str(wheel),
    ]
    without_node = {**os.environ, "PATH": str(Path(sys.executable).parent)}
    subprocess.run(command, check=True, env=without_node)
    code = (
        "import semanticlens_widgets as slw; from tests.fakes import fake_lens; "
        "gallery = slw.NeuronGallery(fake_lens()); print(slw.__file__, gallery.layer)"
    )
    paths = {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT / "tests" / "..")])}
    options = {
        "check": True,
        "capture_output": True,
        "text": True,
        "env": {**without_node, **paths},
        "cwd": tmp_path,
    }
    found = subprocess.run([sys.executable, "-c", code], **options)
    assert str(tmp_path) in found.stdout
