"""Images that were left out are counted wherever a lens is shown."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import semanticlens_widgets as slw
from semanticlens_widgets.lens import Lens
from tests.fakes import attributed_lens

BROKEN = {"a\u202egpj.jpg": "OSError: image file\n is truncated", "b.jpg": "ValueError: no image"}


@pytest.fixture
def lens(tmp_path: Path) -> Lens:
    whole = attributed_lens(12)
    made = replace(whole.database.provenance, broken=BROKEN)
    return Lens(replace(whole.database, provenance=made), foundation_model=whole.foundation_model)


def test_widgets_say_how_many_and_why_the_first(lens: Lens) -> None:
    n_images = lens.database.provenance.n_images
    for widget in (slw.NeuronGallery(lens), slw.ConceptMap(lens), slw.AuditTable(lens), slw.Explorer(lens)):
        assert widget.left_out == {
            "n": 2,
            "n_images": n_images,
            "first": "a\u202egpj.jpg: OSError: image file is truncated",
        }
    assert slw.NeuronGallery(attributed_lens(12)).left_out is None


def test_reports_say_it_too(lens: Lens) -> None:
    audit = lens.audit({"bird": {"valid": ["bird"]}}, layer="bn1")
    page = audit.to_html()
    n_images = lens.database.provenance.n_images
    assert f"2 of {n_images:,} images were left out" in page
    assert "a\\u202egpj.jpg: OSError: image file is truncated" in page
    assert json.loads(audit.to_json())["evidence"]["left_out"]["n"] == 2
    assert slw.Audit.from_json(audit.to_json()).classes == audit.classes
    whole = attributed_lens(12).audit({"bird": {"valid": ["bird"]}}, layer="bn1")
    assert "were left out" not in whole.to_html()
    assert json.loads(whole.to_json())["evidence"]["left_out"] is None
