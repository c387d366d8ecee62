from types import SimpleNamespace
from typing import Any

import pytest

from semanticlens_widgets import analysis
from semanticlens_widgets.analysis import Requirement, assert_audit
from tests.word_space import WordSpace, database_of, examples_like, relevance_of

REQUIREMENTS = [Requirement("amphibian", ["frog"], ["car", "wheel"]), Requirement("<b>", ["car"], ["frog"])]
RELEVANCE = {"amphibian": [[7.0, 2.0, 1.0]] * 12, "<b>": [[3.0, 1.0, 0.0]] * 12}


@pytest.fixture(scope="module")
def audit():
    database = database_of({"late": examples_like(["frog", "car", "wheel"])}, n_others=300)
    return analysis.audit(database, WordSpace(), REQUIREMENTS, relevance_of("late", RELEVANCE))


def lens_of(audit) -> Any:
    return SimpleNamespace(audit=lambda requirements, **_: audit)


def test_an_audit_that_passes_is_given_back(audit):
    assert assert_audit(lens_of(audit), REQUIREMENTS, 0.75) is audit


def test_an_audit_that_fails_names_class_share_components_and_concepts(audit):
    with pytest.raises(AssertionError) as raised:
        assert_audit(lens_of(audit), REQUIREMENTS, max_spurious=0.2)
    lines = str(raised.value).splitlines()
    assert lines[0] == (
        "2 of 2 classes rest on spurious components of late for more than 20.0% of their relevance"
    )
    assert lines[1] == "  class '<b>': 75.0% (75.0% to 75.0%, 12 samples), of these"
    assert lines[2].startswith("    75.0% by late:0, which answers to 'frog' (z = ")
    assert lines[3] == "  class 'amphibian': 30.0% (30.0% to 30.0%, 12 samples), of these"
    assert lines[4].startswith("    20.0% by late:1, which answers to 'car' (z = ")
    assert lines[5].startswith("    10.0% by late:2, which answers to 'wheel' (z = ")


def test_only_classes_that_fail_are_named(audit):
    with pytest.raises(AssertionError, match="1 of 2 classes") as raised:
        assert_audit(lens_of(audit), REQUIREMENTS, 0.5)
    assert "amphibian" not in str(raised.value)


def test_a_class_with_few_samples_or_an_interval_across_the_limit_does_not_pass():
    database = database_of({"late": examples_like(["frog", "car", "wheel"])}, n_others=300)
    rows = [[8.0, 0.0, 0.0]] * 10 + [[0.0, 8.0, 0.0]] * 2
    relevance = relevance_of("late", {"amphibian": rows, "<b>": [[3.0, 1.0, 0.0]] * 9})
    audit = analysis.audit(database, WordSpace(), REQUIREMENTS, relevance)
    with pytest.raises(AssertionError) as raised:
        assert_audit(lens_of(audit), REQUIREMENTS, 0.2)
    lines = str(raised.value).splitlines()
    assert lines[0].startswith("1 of 2 classes may or may not rest on spurious components of late for more")
    assert lines[1].startswith("  class 'amphibian': 16.7% (0.0% to ")
    assert "1 of 2 classes have fewer than 10 samples, which are too few to say" in str(raised.value)


def test_of_many_components_the_first_five_are_named_and_the_rest_is_summed():
    database = database_of({"late": examples_like(["frog"] * 8)}, n_others=600)
    rows = relevance_of("late", {"a": [[8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]] * 12})
    audit = analysis.audit(database, WordSpace(), Requirement("a", spurious=["frog"]), rows)
    with pytest.raises(AssertionError) as raised:
        assert_audit(lens_of(audit), REQUIREMENTS)
    assert [line.split()[2] for line in str(raised.value).splitlines()[2:7]] == [
        f"late:{index}," for index in range(5)
    ]
    assert str(raised.value).splitlines()[7] == f"    {6 / 36:.1%} by 3 more"


def test_a_share_that_is_none_is_refused_before_the_audit():
    with pytest.raises(ValueError, match="max_spurious is a share from 0 to 1, not 10.0; write 0.1 for 10 %"):
        assert_audit(lens_of(None), REQUIREMENTS, max_spurious=10.0)
