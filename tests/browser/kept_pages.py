"""Kept pages for `npm --prefix js run dev`: all answers that each widget may need, over the tests' small lens.

`python -m tests.browser.kept_pages FOLDER` writes `explorer.kept` and so on: that part of a page of `to_html` which
holds the answers, without the code of the browser side.
"""

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import semanticlens_widgets as slw
from semanticlens_widgets.analysis import Requirement
from semanticlens_widgets.widgets import (
    AuditTable,
    CardView,
    CompareGallery,
    CompareMap,
    ConceptGraph,
    ConceptMap,
    Explorer,
    KnowledgeView,
    NeuronGallery,
    PredictionView,
)
from tests.architectures import Pooled, lens_of, made
from tests.fakes import CATEGORIES, attributed_lens, living_lens

_REQUIRED = (Requirement("bird", valid=["bird"], spurious=["tree"]), Requirement("tree", valid=["tree"]))


def write_kept_pages(folder: Path, n_components: int = 240) -> None:
    """Writes one file for every widget into the folder, which is made when missing."""
    folder.mkdir(parents=True, exist_ok=True)
    lens = attributed_lens(n_components)
    widgets = {
        "explorer": Explorer(lens, requirements=_REQUIRED, query="bird", vocabulary=CATEGORIES),
        "concept_map": ConceptMap(lens, layer="", query="bird"),
        "neuron_gallery": NeuronGallery(lens, query="bird", vocabulary=CATEGORIES),
        "audit_table": AuditTable(lens, _REQUIRED, vocabulary=CATEGORIES),
        "compare_map": CompareMap(slw.compare((lens, "bn1"), (lens, "bn2")), query="bird"),
        "compare_gallery": CompareGallery(slw.compare((lens, "bn1"), (lens, "bn2")), query="bird"),
    }
    with TemporaryDirectory() as there:
        for name, widget in widgets.items():
            page = widget.to_html(Path(there) / "page.html", words=CATEGORIES, progress=False)
            (folder / f"{name}.kept").write_text(_kept(page.read_text(encoding="utf-8")))
        for name, result in {
            "card_view": CardView(lens.card(CATEGORIES)),
            "concept_graph": ConceptGraph(living_lens().graph("red", progress=False)),
            "knowledge_view": KnowledgeView(lens.knowledge(CATEGORIES)),
            "prediction_view": PredictionView(lens_of(made(Pooled), ["last"]), 4, vocabulary=None),
        }.items():
            page = result.to_html(Path(there) / "page.html")
            (folder / f"{name}.kept").write_text(_kept(page.read_text(encoding="utf-8")))


def _kept(page: str) -> str:
    """The text of the page's element `kept`."""
    found = re.search(r'id="kept">([^<]*)</script>', page)
    assert found, "the page of to_html has no element 'kept'"
    return found[1]


if __name__ == "__main__":
    write_kept_pages(Path(sys.argv[1]))
