"""Text for `print`: aligned to the left, within 79 columns, and no word broken."""

import pytest

from semanticlens_widgets._plain_text import WIDTH, facts_text, table_text
from tests.fakes import attributed_lens, fake_lens

LONG = "convnext_base.fb_in22k_ft_in1k, stages.0.blocks.0 (128), stages.1.blocks.2 (256), stages.2.blocks.26 (512)"


def test_facts_stand_in_two_columns_and_long_ones_are_wrapped_beside_their_names():
    text = facts_text("Lens of x", {"layers": LONG, "images": "522"})
    title, *lines = text.splitlines()
    assert title == "Lens of x"
    assert [line[:10].strip() for line in lines] == ["layers", "", "images"]
    assert " ".join(line[10:] for line in lines) == f"{LONG} 522"
    assert all(len(line) <= WIDTH for line in lines)


def test_columns_of_a_table_begin_at_the_same_place_and_a_wide_first_one_is_cut():
    text = table_text("Audit", ["class", "outcome"], [["a" * 200, "fails"], ["b", "passes"]], more=3)
    title, head, first, second, rest = text.splitlines()
    places = [head.index("outcome"), first.index("fails"), second.index("passes")]
    assert places == [72, 72, 72]
    assert "…" in first
    assert all(len(line) <= WIDTH for line in text.splitlines())
    assert (title, rest) == ("Audit", "  ... and 3 more")


def test_hidden_characters_of_strangers_are_visible():
    assert "\u202e" not in facts_text("x\u202e", {"y": "z\u202e"}) + table_text("t", ["a"], [["\u202e"]])


@pytest.mark.parametrize("n", [12, 300])
def test_a_lens_says_in_print_what_it_is_made_of(n):
    lens = fake_lens(n)
    said = str(lens)
    assert said.startswith(f"Lens of {lens.database.provenance.model}\n")
    assert all(f"{layer} ({n:,})" in said for layer in lens.layers)
    assert "\n" not in repr(lens)


def test_an_audit_says_in_print_what_each_class_rests_on_the_most_spurious_first():
    requirements = {"bird": {"valid": ["bird"]}, "car": {"valid": ["bird"], "spurious": ["car"]}}
    audit = attributed_lens().audit(requirements, layer="bn1")
    _, head, *rows = str(audit).splitlines()
    assert head.split() == ["class", "outcome", "valid", "spurious", "ambiguous", "unexpected", "samples"]
    order = audit.summary().sort_values("spurious", ascending=False, kind="stable")["class"]
    assert [row.split()[0] for row in rows] == list(order)


def test_an_audit_says_of_which_concepts_the_foundation_model_is_blind():
    import dataclasses

    audit = attributed_lens().audit({"bird": {"valid": ["bird"], "spurious": ["car"]}}, layer="bn1")
    assert audit.caveats == []
    assert audit.database is not None
    made = dataclasses.replace(audit.database.provenance, foundation_model_recipe={"type": "ConSE"})
    named = dataclasses.replace(
        audit,
        database=dataclasses.replace(audit.database, provenance=made),
        answers=dataclasses.replace(audit.answers, names=("bird", "red wood")),
    )
    assert len(named.caveats) == 1
    assert "blind to colour (red) and material (wood)" in " ".join(str(named).split())
    for html in (named.to_html(), named._repr_html_()):
        assert "blind to colour (red) and material (wood)" in html
