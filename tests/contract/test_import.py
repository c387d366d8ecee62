"""Importing the package changes nothing and loads nothing heavy."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "torch",
    "numpy",
    "pandas",
    "anywidget",
    "ipywidgets",
    "open_clip",
    "timm",
    "umap",
    "plotly",
    "sklearn",
    "PIL",
}


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_importing_loads_nothing_heavy():
    loaded = json.loads(
        python("import semanticlens_widgets, sys, json; print(json.dumps(list(sys.modules)))")
    )
    assert not HEAVY & set(loaded)


def test_listing_the_names_loads_nothing():
    assert (
        python("import semanticlens_widgets as s, sys; dir(s); print('torch' in sys.modules)").strip()
        == "False"
    )


@pytest.mark.slow
@pytest.mark.parametrize("home", ["semanticlens_widgets", "semanticlens_widgets.lens"])
def test_a_lens_shows_itself_wherever_it_was_imported_from(home):
    show = "lens._repr_mimebundle_()[0]"
    code = f"from {home} import Lens; from tests.fakes import fake_lens; lens = fake_lens(4); print(*{show})"
    assert "application/vnd.jupyter.widget-view+json" in python(code)
