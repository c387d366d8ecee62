"""Every setting in which two audits differ is named in one sentence."""

import dataclasses

import pytest

from semanticlens_widgets import analysis
from semanticlens_widgets.analysis import Audit, Requirement
from tests.word_space import WordSpace, database_of, examples_like, relevance_of

FROG = [Requirement("amphibian", ["frog"], ["car"])]
END = ": verdicts and shares may change for that alone."


def audit_of(database, requirements=FROG, **options):
    relevance = relevance_of("late", {"amphibian": [[7.0, 2.0, 1.0]], "<b>": [[1.0, 1.0, 1.0]]})
    return analysis.audit(database, WordSpace(), requirements, relevance, **options)


@pytest.fixture(scope="module")
def database():
    found = database_of({"late": examples_like(["frog", "car", "wheel"])}, n_others=300)
    return made_with(found, pooling={"late": "mean"})


def made_with(database, **changes):
    return dataclasses.replace(database, provenance=dataclasses.replace(database.provenance, **changes))


def named(before, after):
    """The names in the change's sentence, which text, HTML and an audit from JSON have too."""
    change = before.compare(after)
    sentence = change.differences
    assert sentence in " ".join(repr(change).split())
    assert before.compare(Audit.from_json(after.to_json())).differences == sentence
    return sentence.removeprefix("The audits differ in ").removesuffix(END)


def test_equal_settings_are_not_mentioned(database):
    assert named(audit_of(database), audit_of(database)) == ""
    reordered = [Requirement("amphibian", ["frog"], ["car"]), Requirement("<b>", ["car"])]
    assert named(audit_of(database), audit_of(database, reordered)) == ""


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"threshold": 3}, "threshold (0.75 before, 3 after)"),
        ({"templates": ["a {}", "{}"]}, "templates (none before, a {} / {} after)"),
        ({"baseline": None}, "baseline (embedding before, none after)"),
        ({"requirements": [Requirement("amphibian", ["frog", "wheel"])]}, "required concepts (amphibian)"),
        (
            {"threshold": 3, "requirements": [Requirement("amphibian", ["car"], ["frog"])]},
            "threshold (0.75 before, 3 after), required concepts (amphibian)",
        ),
    ],
)
def test_settings_of_the_audit_are_named_with_both_values(database, options, sentence):
    assert named(audit_of(database), audit_of(database, **options)) == sentence


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"model_fingerprint": "another"}, "weights of the model"),
        (
            {"model_fingerprint": "another", "model": "Net2"},
            "weights of the model ({model} before, Net2 after)",
        ),
        (
            {"foundation_model_fingerprint": "another", "foundation_model": "<CLIP>"},
            "foundation model ({foundation_model} before, <CLIP> after)",
        ),
        ({"images_fingerprint": "another", "n_images": 7}, "images ({n_images} before, 7 after)"),
        ({"preprocessing_fingerprint": "another"}, "preprocessing"),
        ({"pooling": {"late": "max"}}, "pooling ({pooling} before, max after)"),
        ({"k": 9}, "examples a component ({k} before, 9 after)"),
    ],
)
def test_what_the_lens_was_made_with_is_named(database, changes, sentence):
    made = {**dataclasses.asdict(database.provenance), "pooling": database.provenance.pooling["late"]}
    other = audit_of(made_with(database, **changes))
    assert named(audit_of(database), other) == sentence.format(**made)
    assert "<CLIP>" not in audit_of(database).compare(other)._repr_html_()


def test_samples_of_a_class_and_the_method_of_its_relevance_are_named(database):
    audit = audit_of(database)
    other = dataclasses.replace(audit, method="lrp", n_samples=audit.n_samples + 3)
    method = audit.method.replace("_", " ")
    assert named(audit, other) == (
        f"method of relevance ({method} before, lrp after), numbers of samples (amphibian)"
    )


def test_of_many_classes_three_are_named(database):
    every = {name: [[1.0, 1.0, 1.0]] for name in "abcde"}
    audits = [
        analysis.audit(
            database, WordSpace(), [Requirement(None, ["frog"], spurious)], relevance_of("late", every)
        )
        for spurious in ([], ["car"])
    ]
    assert named(*audits) == "required concepts (a, b, c, and 2 more)"


def test_what_is_known_of_one_audit_alone_is_left_out(database):
    audit = audit_of(database)
    bare = dataclasses.replace(audit, database=None, samples=None)
    assert bare.made_with == {}
    assert named(audit, bare) == ""
