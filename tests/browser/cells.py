"""Cells that notebooks of tests begin with."""

CLEAN = "import ipywidgets\nipywidgets.Widget.close_all()"
"""Closes the widgets of the test before, so that a kernel can serve many tests."""
LENS = """\
import semanticlens_widgets as slw
from tests.fakes import fake_lens
lens = fake_lens(n_components=120)"""
KEPT_LENS = """\
import semanticlens_widgets as slw
from tests.fakes import fake_lens
kept = globals().get("kept") or fake_lens(n_components=120)
lens = kept"""
"""One lens for many tests, so that only the first waits for its UMAP; a test that changes its lens makes its own."""
