import dataclasses
import json

import pytest
import torch

from semanticlens_widgets.analysis import Audit, Requirement, judge
from tests.word_space import DIM, WordSpace, database_of, examples_like, relevance_of

REQUIREMENTS = [Requirement("amphibian", ["frog"], ["car"]), Requirement("<b>", ["car"])]
RELEVANCE = {"amphibian": [[7.0, 2.0, 1.0, -1.0]], "<b>": [[3.0, 1.0, 0.0, 0.0]]}


@pytest.fixture(scope="module")
def database():
    examples = examples_like(["frog", "car", "wheel"])
    return database_of({"late": torch.cat([examples, torch.full((1, 4, DIM), torch.nan)])})


def audit_of(database, requirements=REQUIREMENTS, relevance=RELEVANCE, threshold=None):
    return judge(database, WordSpace(), requirements, relevance_of("late", relevance), threshold=threshold)


@pytest.fixture(scope="module")
def audit(database):
    return audit_of(database)


def test_an_audit_survives_json(audit, tmp_path):
    text = audit.to_json(tmp_path / "audit.json")
    for source in (text, tmp_path / "audit.json", str(tmp_path / "audit.json")):
        again = Audit.from_json(source)
        assert again.table.equals(audit.table)
        assert again.summary().equals(audit.summary())
        assert again.answers.calibrations == audit.answers.calibrations
    assert again.to_json() == text
    assert "NaN" not in text


def damaged(audit, **changes):
    return json.dumps(json.loads(audit.to_json()) | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "lens"}, "the JSON is no audit; write one with Audit.to_json"),
        ({"version": 2}, "the audit has version 2 and this package reads 1; upgrade it"),
        ({"share": [[1.0]]}, "the audit is damaged: .*share has shape"),
        ({"valid": [[0], [9]]}, "the audit is damaged: .*valid names concepts that are not there"),
        ({"relevance": "much"}, "the audit is damaged"),
        ({"concepts": {}}, "the audit is damaged: KeyError"),
    ],
)
def test_what_is_no_audit_is_refused(audit, changes, message):
    with pytest.raises(ValueError, match=message):
        Audit.from_json(damaged(audit, **changes))


def test_a_text_that_is_cut_off_and_a_file_that_is_missing_are_refused(audit, tmp_path):
    with pytest.raises(ValueError, match="the text is no audit"):
        Audit.from_json(audit.to_json()[:100])
    with pytest.raises(FileNotFoundError):
        Audit.from_json(tmp_path / "none.json")


def test_before_and_after_are_the_shares_of_both_and_their_difference(database, audit):
    after = audit_of(database, relevance={"amphibian": [[7.0, 0.0, 3.0, 0.0]], "<b>": RELEVANCE["<b>"]})
    classes = audit.compare(after).classes.set_index("class")
    row = classes.loc["amphibian"]
    assert (row["spurious_before"], row["spurious_after"]) == pytest.approx((0.2, 0.0))
    assert row["spurious_change"] == pytest.approx(-0.2)
    assert row["valid_change"] == pytest.approx(0.0)
    assert classes.loc["<b>", "valid_change"] == 0.0
    assert len(audit.compare(after).components) == 0


def test_components_with_another_verdict_are_listed_with_both(database, audit):
    after = audit_of(database, [Requirement("amphibian", ["frog", "car"], ["wheel"]), REQUIREMENTS[1]])
    rows = audit.compare(after).components
    assert list(rows["component"]) == ["late:1", "late:2"]
    assert list(rows["verdict_before"]) == ["spurious", "unexpected"]
    assert list(rows["verdict_after"]) == ["valid", "spurious"]
    assert rows["share_before"].tolist() == pytest.approx([0.2, 0.1])


def test_only_classes_that_both_have_are_compared(database, audit):
    after = audit_of(database, REQUIREMENTS[:1])
    assert list(audit.compare(after).classes["class"]) == ["amphibian"]
    with pytest.raises(ValueError, match="the audits have no class in common"):
        audit_of(database, REQUIREMENTS[1:]).compare(after)


def test_audits_of_different_layers_are_not_compared(audit):
    other = dataclasses.replace(audit, layer="early", components=("early:0",))
    with pytest.raises(ValueError, match="different components .late with 4, early with 1.; audit the same"):
        audit.compare(other)
