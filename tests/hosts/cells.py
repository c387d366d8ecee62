"""The notebook that is opened in every host."""

SETUP = """\
import semanticlens_widgets as slw
from tests.fakes import attributed_lens
from tests.hosts.telling import tell
lens = attributed_lens(60)
bird = slw.Requirement("bird", valid=["bird"], spurious=["tree"])"""
CODE = "kept = 'code that a reader has typed'"
GALLERY = """\
gallery = slw.NeuronGallery(lens, linked=False, height=420)
tell(gallery, "gallery")
gallery"""
AUDIT = "slw.AuditTable(lens, bird, linked=False, height=420)"
ROW = """\
import ipywidgets
ipywidgets.HBox([slw.NeuronGallery(lens, linked=False), slw.ConceptMap(lens, method="pca", linked=False)])"""
CELLS = (SETUP, CODE, GALLERY, AUDIT, ROW)

MARIMO_GALLERY = GALLERY.replace("\ngallery", "\nwrapped = marimo.ui.anywidget(gallery)\nwrapped")
MARIMO_SELECTED = "marimo.md(f'selected: {wrapped.selection}')"
MARIMO_ROW = """\
marimo.hstack([
    slw.NeuronGallery(lens, linked=False),
    marimo.ui.anywidget(slw.ConceptMap(lens, method="pca", linked=False)),
], widths="equal")"""
MARIMO_CELLS = (f"import marimo\n{SETUP}", CODE, MARIMO_GALLERY, AUDIT, MARIMO_ROW, MARIMO_SELECTED)
