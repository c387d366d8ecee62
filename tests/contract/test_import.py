"""Importing the package is quick, changes nothing and loads nothing heavy."""

import json
import statistics
import subprocess
import sys

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


def test_importing_takes_at_most_300_ms():
    code = "import time; t = time.perf_counter(); import semanticlens_widgets; print(time.perf_counter() - t)"
    assert statistics.median(float(python(code)) for _ in range(5)) <= 0.3


def test_listing_the_names_loads_nothing():
    assert (
        python("import semanticlens_widgets as s, sys; dir(s); print('torch' in sys.modules)").strip()
        == "False"
    )


def test_showing_a_lens_needs_no_further_import():
    code = "from semanticlens_widgets import Lens; print(Lens.display is not None)"
    assert python(code).strip() == "True"
