"""A lens judges its components by what a class may rest on."""

import dataclasses

import pytest
import torch

from semanticlens_widgets.analysis import Requirement, assert_audit
from semanticlens_widgets.errors import LayerNotFoundError
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.relevances import auditor
from tests.word_space import WordSpace, database_of, examples_like, picture, relevance_of, word

RELEVANCE = {"amphibian": [[6.0, 3.0, 1.0]] * 10, "vehicle": [[0.0, 1.0, 0.0]] * 10}
REQUIREMENTS = [Requirement("amphibian", ["frog"], ["car"]), Requirement("vehicle", ["car"])]


def lens_of(relevance=RELEVANCE, grids=((), ()), layers=("early", "late")) -> Lens:
    database = database_of(
        {"early": examples_like(["frog"] * 3), "late": examples_like(["frog", "car", "wheel"])},
        n_others=300,
    )
    examples = {
        name: dataclasses.replace(found, grid=grid)
        for (name, found), grid in zip(database.examples.items(), grids, strict=True)
    }
    found = {layer: relevance_of(layer, relevance) for layer in layers}
    return Lens(
        dataclasses.replace(database, examples=examples, relevance=found), foundation_model=WordSpace()
    )


@pytest.fixture(scope="module")
def lens():
    return lens_of()


def test_a_lens_judges_the_components_that_a_class_rests_on(lens):
    summary = lens.audit(REQUIREMENTS).summary().set_index("class")
    assert summary.loc["amphibian", ["valid", "spurious", "unexpected"]].tolist() == pytest.approx(
        [0.6, 0.3, 0.1]
    )
    assert summary.loc["vehicle", "valid"] == pytest.approx(1.0)


def test_without_a_layer_it_is_the_last_with_places_or_the_last(lens):
    assert lens.audit(REQUIREMENTS).layer == "late"
    assert lens_of(grids=((7, 7), ())).audit(REQUIREMENTS).layer == "early"
    assert lens_of(grids=((7, 7), (7, 7))).audit(REQUIREMENTS).layer == "late"
    assert lens.audit(REQUIREMENTS, layer="early").layer == "early"


def test_an_assertion_asks_the_lens(lens):
    assert assert_audit(lens, REQUIREMENTS, max_spurious=0.5).passed(0.5)
    with pytest.raises(AssertionError, match="30.0% by late:1, which answers to 'car'"):
        assert_audit(lens, REQUIREMENTS, layer="late", threshold=2.0)


def test_concepts_are_remembered_until_the_relevance_is_another():
    lens = lens_of()
    lens.audit(REQUIREMENTS)
    held = auditor(lens._session, lens.deepest_layer)
    space = lens.foundation_model
    assert isinstance(space, WordSpace)
    space.texts.clear()
    lens.audit([Requirement("amphibian", ["frog", "fur"], ["car"])])
    assert space.texts == ["fur"]
    other = {"late": relevance_of("late", {"amphibian": [[0.0, 1.0, 0.0]], "vehicle": []})}
    lens.database = dataclasses.replace(lens.database, relevance=other)
    assert auditor(lens._session, lens.deepest_layer) is not held
    assert lens.audit(REQUIREMENTS[:1]).summary()["spurious"].item() == pytest.approx(1.0)


def test_the_components_that_a_class_rests_on_are_listed_by_verdict(lens):
    audit = lens.audit(REQUIREMENTS)
    assert audit.components_of("amphibian") == ["late:1"]
    assert audit.components_of("amphibian", ["valid", "unexpected"]) == ["late:0", "late:2"]
    assert audit.components_of() == ["late:1"]
    with pytest.raises(ValueError, match="there is no class 'amphibia'; did you mean 'amphibian'"):
        audit.components_of("amphibia")
    with pytest.raises(ValueError, match="verdict"):
        audit.components_of("amphibian", "wrong")


def test_what_has_no_name_is_a_concept_as_the_difference_of_images_with_and_without_it(lens):
    direction = lens.difference([picture("lime"), picture("lime")], [picture("red")])
    assert torch.allclose(direction, (word("car") - word("frog")) / 2**0.5, atol=1e-6)
    audit = lens.audit(Requirement("amphibian", spurious={"what cars have": direction}))
    assert audit.components_of("amphibian", "spurious") == ["late:1"]
    assert audit.table.iloc[0]["spurious_concept"] == "what cars have"
    with pytest.raises(ValueError, match="opened without its images"):
        lens.difference([0], [1])
    with pytest.raises(ValueError, match="empty list"):
        lens.difference([], [picture("red")])


def test_what_a_lens_cannot_audit_is_refused(lens):
    with pytest.raises(ValueError, match="there is no class 'amphibia'; did you mean 'amphibian'"):
        lens.audit({"amphibia": {"valid": ["frog"]}})
    with pytest.raises(LayerNotFoundError, match="middle"):
        lens.audit(REQUIREMENTS, layer="middle")
    with pytest.raises(ValueError, match="template"):
        lens.audit(REQUIREMENTS, templates=["a photo"])
    with pytest.raises(ValueError, match="relevance|model"):
        lens_of(layers=()).audit(REQUIREMENTS)
