"""Judging by two groups of examples: of all images, and of a class's own samples."""

import pytest
import torch

from semanticlens_widgets.analysis import Audit, Auditor, Requirement, null_calibration, probes
from semanticlens_widgets.analysis.audits.chance import JUDGED_WITHIN, Scored, bar, either
from semanticlens_widgets.analysis.queries.unrelated import random_groups
from semanticlens_widgets.concepts import EmbeddedExamples
from semanticlens_widgets.tensors._cosine import normalized
from tests.unit.analysis.test_judging import percentiles_of
from tests.word_space import WordSpace, database_of, examples_like, relevance_of, word

LAYER = "late"
RELEVANCE = {"amphibian": [[4.0, 3.0, 1.0]] * 12, "vehicle": [[1.0, 3.0, 2.0]] * 12}
REQUIREMENTS = [
    Requirement("amphibian", valid=["frog"], spurious=["car", "wheel"]),
    Requirement("vehicle", valid=["frog"], spurious=["car", "wheel"]),
]


@pytest.fixture(scope="module")
def database():
    return database_of({LAYER: examples_like(["frog", "nonsense", "nonsense"])}, n_others=300)


@pytest.fixture(scope="module")
def own():
    """Within its class the second component is about a car, the first about nothing; the third has no examples."""
    generator = torch.Generator().manual_seed(1)
    means = torch.stack([word("nonsense"), word("car"), torch.zeros(len(word("car")))])
    samples = normalized(torch.randn(30, means.shape[1], generator=generator)) + 0.3 * word("frog")
    return EmbeddedExamples(normalized(means), torch.tensor([5, 5, 0]), samples)


@pytest.fixture(scope="module")
def audits(database, own):
    """Without and with examples of the class that has enough samples."""
    return [
        auditor_of(database, class_examples).audit(REQUIREMENTS)
        for class_examples in (None, lambda name: own if name == "amphibian" else None)
    ]


def auditor_of(database, class_examples=None):
    space = WordSpace()
    return Auditor(
        database,
        relevance_of(LAYER, RELEVANCE),
        lambda queries: probes(database, space, queries, layer=LAYER),
        lambda: null_calibration(database, space, LAYER),
        class_examples,
    )


def scored(percentiles, of_groups):
    percentile = torch.tensor(percentiles)
    return Scored(percentile * 4, percentile, torch.tensor(of_groups))


def test_the_better_of_two_groups_counts_at_nine_tenths_and_one_tenth_of_the_chance():
    of_groups = [0.0, 0.55, 0.82, 0.1]
    found = either(scored([0.91, 0.19, 0.4], of_groups), scored([0.98, 0.97, torch.nan], [0.94, 0.0]))
    # 0.09 / 0.9 is less than 0.02 / 0.1; 0.81 / 0.9 more than 0.03 / 0.1; without a second group nothing is divided.
    torch.testing.assert_close(found.percentile, torch.tensor([0.9, 0.7, 0.4]))
    torch.testing.assert_close(found.z_score, torch.tensor([3.64, 3.88, 1.6]))
    # The second's groups in reverse, over and over: 0, 0.94, 0, 0.94.
    torch.testing.assert_close(found.of_groups, torch.tensor([0.0, 0.5, 0.8, 0.4]))


def test_within_a_class_examples_count_from_a_z_score_of_two_on():
    first, percentile = scored([0.37, 0.37, 0.37], [0.0]), torch.tensor([0.98, 0.98, 0.98])
    within = Scored(torch.tensor([1.9, 2.0, torch.nan]), percentile, torch.tensor([0.0]))
    found = either(first, within)
    torch.testing.assert_close(found.percentile, torch.tensor([0.3, 0.8, 0.3]))
    torch.testing.assert_close(found.z_score, torch.tensor([1.48, 2.0, 1.48]))


def test_without_a_second_group_nothing_changes():
    first = scored([0.9, 0.2], [0.0, 0.5])
    assert either(first, scored([torch.nan, torch.nan], [])) is first


@pytest.mark.parametrize("n_concepts", [1, 3])
def test_of_two_groups_without_a_meaning_five_in_a_hundred_pass_still(n_concepts):
    generator = torch.Generator().manual_seed(0)

    def uniform(n):
        return torch.rand(n, generator=generator)

    found = [
        either(Scored(one, one, uniform(5000)), Scored(4 * other, other, uniform(3000)))
        for one, other in ((uniform(20_000), uniform(20_000)) for _ in range(n_concepts))
    ]
    limit = bar(torch.stack([answer.of_groups for answer in found]))
    passed = torch.stack([answer.percentile for answer in found]).amax(0) >= limit
    assert 0.045 < float(passed.float().mean()) < 0.055


def test_what_a_component_is_about_in_a_class_is_found_there_and_nowhere_else(audits):
    words = [audit.table.set_index(["class", "index"])["verdict"] for audit in audits]
    assert words[0].to_dict() == {
        (name, index): "valid" if index == 0 else "unexpected" for name in RELEVANCE for index in range(3)
    }
    assert words[1].to_dict() == {**words[0].to_dict(), ("amphibian", 1): "spurious"}
    assert audits[1].components_of("amphibian") == [f"{LAYER}:1"]
    assert audits[1].components_of("vehicle") == []


def test_numbers_are_those_of_the_better_group(audits, database, own):
    plain, within = (audit.table.set_index(["class", "index"]) for audit in audits)
    row, before = within.loc["amphibian", 1], plain.loc["amphibian", 1]
    space = WordSpace()
    words, [car] = null_calibration(database, space, LAYER).words, probes(database, space, ["car"])
    groups = random_groups(own.samples, 5)
    share, _ = percentiles_of(own.embeddings[1], car.vector, words, groups)
    assert share > 0.95
    assert row["spurious_percentile"] == pytest.approx(1 - (1 - share) / 0.1)
    assert row["spurious_alignment"] == pytest.approx(float(own.embeddings[1] @ car.vector), abs=1e-6)
    assert row["spurious_z"] > before["spurious_z"]
    # Its first group answers more to "frog", and the third component has one group alone.
    first, first_before = within.loc["amphibian", 0], plain.loc["amphibian", 0]
    assert first["valid_percentile"] == pytest.approx(1 - (1 - first_before["valid_percentile"]) / 0.9)
    assert first["valid_z"] == pytest.approx(first_before["valid_z"])
    numbers = ["valid_percentile", "valid_z", "spurious_alignment"]
    assert within.loc[[("amphibian", 2)], numbers].equals(plain.loc[[("amphibian", 2)], numbers])


def test_an_audit_within_classes_says_so_wherever_it_is_read(audits):
    plain, within = audits
    again = Audit.from_json(within.to_json())
    for audit in (within, again):
        assert audit.within_class
        assert "; judged within each class too>" in repr(audit)
        for text in (" ".join(str(audit).split()), audit._repr_html_(), audit.to_html()):
            assert text.count(JUDGED_WITHIN) == 1
    for audit in (plain, Audit.from_json(plain.to_json())):
        assert not audit.within_class
        for text in (repr(audit), str(audit), audit._repr_html_(), audit.to_html()):
            assert "within" not in text.replace("within the limit", "")


def test_a_change_of_the_way_of_judging_is_told_from_one_of_the_model(audits):
    plain, within = audits
    for change, which in ((plain.compare(within), "after"), (within.compare(plain), "before")):
        for text in (repr(change), change._repr_html_()):
            flags = ("no", "yes") if which == "after" else ("yes", "no")
            named = "differ in within_class ({} before, {} after): verdicts".format(*flags)
            assert named in " ".join(text.split())
    assert "differ" not in repr(within.compare(within)) + within.compare(within)._repr_html_()
