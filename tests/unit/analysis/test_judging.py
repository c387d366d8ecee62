import dataclasses
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from semanticlens_widgets import analysis
from semanticlens_widgets.analysis import (
    ANSWERS_ABOVE,
    VERDICTS,
    Auditor,
    Requirement,
    null_calibration,
    probes,
)
from semanticlens_widgets.analysis.audits import concept_answers
from semanticlens_widgets.analysis.queries.unrelated import random_groups
from semanticlens_widgets.tensors._equal_rows import distinct_size
from tests.word_space import DIM, WordSpace, database_of, examples_like, picture, relevance_of

COLUMNS = [
    "class",
    "component",
    "layer",
    "index",
    "relevance",
    "share",
    "valid_concept",
    "valid_alignment",
    "valid_z",
    "valid_percentile",
    "spurious_concept",
    "spurious_alignment",
    "spurious_z",
    "spurious_percentile",
    "verdict",
    "dead",
]
LAYER = "late"
WORDS_OF = ["frog", "car", "wheel", "nonsense", "frog"]
"""The concepts of the components; there is a sixth, without examples, and the fifth is for a frog and a car."""
RELEVANCE = {
    "amphibian": [[4.0, 1.0, 0.0, 1.0, 2.0, 0.0], [2.0, 1.0, -4.0, 1.0, 0.0, 0.0]],
    "vehicle": [[-1.0, 3.0, 1.0, 0.0, 0.0, 0.0]],
    "nobody": [],
}
REQUIREMENTS = [
    Requirement("amphibian", valid=["frog", "toad"], spurious=["car", "wheel"]),
    Requirement("vehicle", valid=["car"]),
]


@pytest.fixture(scope="module")
def space():
    return WordSpace()


@pytest.fixture(scope="module")
def database():
    examples = examples_like(WORDS_OF)
    examples[4, 2:] = examples[1, 2:]
    late = torch.cat([examples, torch.full((1, 4, DIM), torch.nan)])
    return database_of({"early": examples, LAYER: late}, n_others=300)


@pytest.fixture(scope="module")
def relevance():
    return relevance_of(LAYER, RELEVANCE)


@pytest.fixture(scope="module")
def audit(database, space, relevance):
    return analysis.audit(database, space, REQUIREMENTS, relevance)


def z_of(embedding, direction, unrelated, groups):
    """The definition of a z-score, one direction at a time, each less what random groups have of it."""
    beyond = lambda which: float(embedding @ which - (groups @ which).mean())  # noqa: E731
    others = torch.tensor([beyond(each) for each in unrelated])
    return (beyond(direction) - float(others.mean())) / float(others.std())


def percentiles_of(embedding, direction, unrelated, groups):
    """The share of random groups that answer less than the component, and the same of every group."""

    def answer(vector):
        others = unrelated @ vector
        return float((vector @ direction - others.mean()) / others.std())

    by_chance = torch.tensor([answer(group) for group in groups])
    ranks = torch.tensor([float((by_chance < one - 1e-4).double().mean()) for one in by_chance])
    return float((by_chance < answer(embedding) - 1e-4).double().mean()), ranks


def scores_of(database, space, requirement, component):
    """The z-scores and percentiles of a component for all concepts of a requirement, and the bar of its class."""
    words, groups = (
        null_calibration(database, space, LAYER).words,
        random_groups(database.samples.embeddings, 4),
    )
    embedding = database.component_embeddings[LAYER][component]
    concepts = requirement.valid + requirement.spurious
    directions = [probes(database, space, [concept.query])[0].vector for concept in concepts]
    z_scores = torch.tensor([z_of(embedding, one, words, groups) for one in directions])
    found = [percentiles_of(embedding, one, words, groups) for one in directions]
    best = torch.stack([ranks for _, ranks in found]).amax(0).sort().values
    return z_scores, torch.tensor([percentile for percentile, _ in found]), best[int(0.95 * len(best))]


def slow_verdict(database, space, component, requirement):
    """The definition, one component and one concept at a time."""
    z_scores, percentiles, bar = scores_of(database, space, requirement, component)
    answers = ((z_scores >= ANSWERS_ABOVE) & (percentiles >= bar)).tolist()
    n = len(requirement.valid)
    return {(True, False): "valid", (False, True): "spurious", (True, True): "ambiguous"}.get(
        (any(answers[:n]), any(answers[n:])), "unexpected"
    )


def test_verdicts_are_those_of_the_definition(audit, database, space):
    for requirement in REQUIREMENTS:
        rows = audit.table[audit.table["class"] == requirement.class_name]
        for row in rows[rows["index"].isin([1, 4])].itertuples():
            assert row.verdict == slow_verdict(database, space, row[4], requirement)
    of_amphibian = audit.table[audit.table["class"] == "amphibian"].set_index("index")["verdict"]
    assert list(of_amphibian.sort_index()) == [
        "valid",
        "spurious",
        "spurious",
        "unexpected",
        "ambiguous",
        "unexpected",
    ]


def test_the_table_has_every_component_of_every_class(audit):
    assert list(audit.table.columns) == COLUMNS
    assert list(audit.table["class"]) == ["amphibian"] * 6 + ["vehicle"] * 6
    assert list(audit.table["index"]) == [0, 1, 3, 4, 5, 2, 1, 2, 3, 4, 5, 0]
    first = audit.table.iloc[0]
    assert (first["component"], first["layer"], first["relevance"]) == ("late:0", LAYER, 3.0)
    assert first["valid_concept"] == "frog"


def test_the_table_is_in_the_order_of_shares_then_of_mean_relevance_then_of_numbers(database, space):
    # The first component adds 5 and takes 4 away: more positive relevance than the second, and a lower mean.
    mixed = relevance_of(
        LAYER, {"amphibian": [[5.0, 1.0, -1.0, 0.0, 0.0, 1.0], [-4.0, 1.0, -1.0, 0.0, 0.0, 1.0]]}
    )
    table = analysis.audit(database, space, REQUIREMENTS[:1], mixed).table
    assert list(table["index"]) == [0, 1, 5, 3, 4, 2]
    keys = list(zip(-table["share"], -table["relevance"], table["index"], strict=True))
    assert keys == sorted(keys)


def test_shares_per_verdict_are_sums_of_positive_relevance(audit):
    summary = audit.summary().set_index("class")
    total = 6 + 2 + 2 + 2
    assert summary.loc["amphibian", "valid"] == pytest.approx(6 / total)
    assert summary.loc["amphibian", "spurious"] == pytest.approx(2 / total)
    assert summary.loc["amphibian", "ambiguous"] == pytest.approx(2 / total)
    assert summary.loc["amphibian", "unexpected"] == pytest.approx(2 / total)
    assert summary.loc["amphibian", "n_samples"] == 2
    assert summary.loc["amphibian", "most_spurious"] == "late:1"
    assert summary.loc["vehicle", ["spurious", "most_spurious"]].tolist() == [0.0, ""]


def test_what_dead_components_add_is_told_apart_from_what_is_unexpected(database, space):
    shares = relevance_of(LAYER, {"amphibian": [[4.0, 0.0, 0.0, 1.0, 0.0, 5.0]]})
    found = analysis.audit(database, space, REQUIREMENTS[:1], shares)
    again = analysis.Audit.from_json(found.to_json())
    for audit in (found, again):
        summary = audit.summary().iloc[0]
        assert summary["dead"] == pytest.approx(0.5)
        assert summary["unexpected"] == pytest.approx(0.6)
        assert audit.table.set_index("index")["dead"].sort_index().tolist() == [False] * 5 + [True]


def test_an_audit_passes_when_the_interval_of_every_class_is_within_the_limit(database, space):
    generator = torch.Generator().manual_seed(1)
    rows = torch.rand(40, 6, generator=generator).double()
    many = relevance_of(LAYER, {"amphibian": rows.tolist(), "vehicle": rows[:9].tolist()})
    audit = analysis.audit(database, space, REQUIREMENTS[:1], many)
    share, (low, high) = float(audit.verdict_shares[0, 1]), audit.intervals[0, 1].tolist()
    assert low < share < high
    assert [audit.passed(limit) for limit in (high + 0.01, share, low - 0.01)] == [True, False, False]
    outcomes = [audit.summary(limit)["outcome"].item() for limit in (high + 0.01, share, low - 0.01)]
    assert outcomes == ["passes", "undecided", "fails"]
    few = analysis.audit(database, space, REQUIREMENTS, many)
    assert list(few.summary(1.0)["outcome"]) == ["passes", "too few samples"]
    assert not few.passed(1.0)


def test_the_interval_of_a_share_is_that_of_other_draws_of_the_class_s_samples(database, space):
    rows = torch.rand(30, 6, generator=torch.Generator().manual_seed(1))
    found = analysis.audit(
        database, space, REQUIREMENTS[:1], relevance_of(LAYER, {"amphibian": rows.tolist()})
    )
    parts = torch.stack([rows[:, found.verdicts[0] == code].sum(1) for code in range(4)], 1)
    drawn = torch.Generator().manual_seed(5)
    shares = []
    for _ in range(4000):
        some = parts[torch.randint(30, (30,), generator=drawn)].sum(0)
        shares.append(some / some.sum())
    expected = torch.stack(shares).quantile(torch.tensor([0.025, 0.975]), dim=0).T
    assert torch.allclose(found.intervals[0], expected, atol=0.01)


def test_limits_that_are_no_share_are_refused(audit):
    for wrong in (10.0, -0.1, math.nan):
        with pytest.raises(
            ValueError, match="max_spurious is a share from 0 to 1, not .*; write 0.1 for 10 %"
        ):
            audit.passed(wrong)


def test_a_list_that_is_empty_has_no_answer(audit):
    rows = audit.table[audit.table["class"] == "vehicle"]
    assert set(rows["spurious_concept"]) == {""}
    assert rows[["spurious_alignment", "spurious_z", "spurious_percentile"]].isna().all(axis=None)
    assert set(rows["verdict"]) == {"valid", "unexpected"}


def test_a_component_without_examples_answers_to_nothing(audit):
    row = audit.table[audit.table["index"] == 5].iloc[0]
    assert row["verdict"] == "unexpected"
    assert row[["valid_alignment", "valid_z", "spurious_z", "spurious_percentile"]].isna().all()


def test_the_threshold_moves_the_verdicts_and_nothing_else(database, space, relevance, audit):
    strict = analysis.audit(database, space, REQUIREMENTS, relevance, threshold=1000.0)
    assert set(strict.table["verdict"]) == {"unexpected"}
    assert strict.table.drop(columns="verdict").equals(audit.table.drop(columns="verdict"))
    assert dataclasses.replace(strict, threshold=ANSWERS_ABOVE).table.equals(audit.table)


def different(database):
    """The embeddings of the database's images, each once."""
    return database.samples.embeddings[database.samples.first_copies.unique()]


def test_copies_of_an_image_count_once_among_examples_and_in_random_groups(space):
    examples = examples_like(["car", "frog", "fur", "wheel"])
    shares = relevance_of(LAYER, {"vehicle": [[1.0] * 4]})
    required = {"vehicle": {"spurious": ["car", picture("lime")]}}
    once = analysis.audit(database_of({LAYER: examples}, n_others=40), space, required, shares)
    twice = analysis.audit(
        database_of({LAYER: examples.repeat_interleave(2, 1)}, n_others=40), space, required, shares
    )
    torch.testing.assert_close(twice.answers.percentile, once.answers.percentile)
    torch.testing.assert_close(twice.answers.z_score, once.answers.z_score)
    assert torch.equal(twice.verdicts, once.verdicts)


@pytest.mark.parametrize(
    ("concept", "n_pictures"), [(picture("lime"), 1), ([picture("lime"), picture("red")], 2), ("#1", 4)]
)
def test_pictures_are_measured_against_as_many_random_ones(database, space, relevance, concept, n_pictures):
    found = analysis.audit(database, space, {"amphibian": {"spurious": {"a car": concept}}}, relevance)
    assert found.answers.calibrations == ("pictures",)
    images = different(database)
    unrelated, sizes = random_groups(images, n_pictures), distinct_size(database.distinct_rows(LAYER))
    direction = probes(database, space, [concept], layer=LAYER)[0].vector
    for row in range(5):
        groups = random_groups(images, int(sizes[row]))
        expected = z_of(database.component_embeddings[LAYER][row], direction, unrelated, groups)
        assert found.answers.z_score[0, row] == pytest.approx(expected, rel=1e-3)
    assert found.answers.z_score[0, 5].isnan()
    assert set(found.table["spurious_concept"]) == {"a car"}


def test_that_many_components_answer_to_a_picture_does_not_hide_them(space):
    words = ["car"] * 12 + ["frog"] * 8 + ["nonsense", "fur", "wheel", "zebra"]
    examples = examples_like(words)
    crowd = database_of({LAYER: examples}, n_others=400)
    shares = relevance_of(LAYER, {"vehicle": [[1.0] * len(words)]})
    found = analysis.audit(crowd, space, {"vehicle": {"spurious": [picture("lime")]}}, shares)
    assert (found.table.set_index("index").sort_index()["verdict"] == "spurious").tolist() == [
        word == "car" for word in words
    ]


@pytest.mark.parametrize("mixed", ["#1 - #0", "car #1"])
def test_what_mixes_kinds_is_measured_against_single_images(database, space, relevance, mixed):
    found = analysis.audit(database, space, {"amphibian": {"spurious": [mixed]}}, relevance)
    assert found.answers.calibrations == ("pictures",)
    images = different(database)
    groups = random_groups(images, int(distinct_size(database.distinct_rows(LAYER))[1]))
    unrelated = random_groups(images, 1)
    direction = probes(database, space, [mixed], layer=LAYER)[0].vector
    expected = z_of(database.component_embeddings[LAYER][1], direction, unrelated, groups)
    assert found.answers.z_score[0, 1] == pytest.approx(expected, rel=1e-3)


def test_between_a_text_and_a_picture_the_higher_percentile_counts_and_not_the_higher_cosine(
    database, space, relevance
):
    both = analysis.audit(database, space, {"vehicle": {"valid": ["car", picture("lime")]}}, relevance)
    for index in range(5):
        answers = zip(
            both.answers.percentile[:, index].tolist(), both.answers.z_score[:, index].tolist(), strict=True
        )
        best = max(enumerate(answers), key=lambda item: item[1])
        row = both.table[both.table["index"] == index].iloc[0]
        assert row["valid_concept"] == both.answers.names[best[0]]
        assert row["valid_z"] == pytest.approx(best[1][1])
    assert both.answers.calibrations == ("words", "pictures")


def test_a_component_can_be_the_concept_and_needs_no_foundation_model(database, relevance):
    found = analysis.audit(database, None, {"vehicle": {"valid": ["#1"], "spurious": ["early:0"]}}, relevance)
    assert found.table.iloc[0]["valid_alignment"] == pytest.approx(1.0)
    with pytest.raises(ValueError, match="texts and images need a foundation model"):
        analysis.audit(database, None, {"vehicle": {"valid": ["car"]}}, relevance)


def test_what_holds_for_every_class_leaves_classes_without_samples_out(database, space, relevance):
    found = analysis.audit(database, space, {"*": {"spurious": ["wheel"]}}, relevance)
    assert found.classes == ("amphibian", "vehicle")


@pytest.mark.parametrize(
    ("requirements", "threshold", "message"),
    [
        ({"nobody": {"valid": ["frog"]}}, None, "class 'nobody' has no samples, so nothing is known"),
        ({"vehicel": {"valid": ["frog"]}}, None, "there is no class 'vehicel'; did you mean 'vehicle'"),
        ({"vehicle": {"valid": ["frog"]}}, math.nan, "threshold is a number of standard deviations, not nan"),
        ({"vehicle": {"valid": ["#77"]}}, None, "has components 0 to 5, not '77'"),
    ],
)
def test_what_cannot_be_judged_is_refused(database, space, relevance, requirements, threshold, message):
    with pytest.raises(ValueError, match=message):
        analysis.audit(database, space, requirements, relevance, threshold=threshold)


def test_relevance_of_another_model_is_refused(database, space):
    other = relevance_of(LAYER, {"amphibian": [[1.0, 2.0]]})
    with pytest.raises(ValueError, match="relevance is of 2 components and layer 'late' has 6"):
        analysis.audit(database, space, REQUIREMENTS, other)


def test_no_class_with_samples_is_refused(database, space):
    nobody = relevance_of(LAYER, {"amphibian": [], "vehicle": []} | {"other": [[1.0] * 6]})
    nobody = dataclasses.replace(nobody, n_samples=torch.zeros(3, dtype=torch.int64))
    with pytest.raises(ValueError, match="no class has samples"):
        analysis.audit(database, space, {"*": {"valid": ["frog"]}}, nobody)


@pytest.fixture(scope="module")
def calibration(database, space):
    return null_calibration(database, space, LAYER)


def auditor_of(database, space, relevance, calibration):
    return Auditor(
        database,
        relevance,
        lambda queries: probes(database, space, queries, layer=LAYER),
        lambda: calibration,
    )


def test_an_edited_list_asks_only_for_what_is_new(database, relevance, calibration):
    space = WordSpace()
    auditor = auditor_of(database, space, relevance, calibration)
    auditor.audit(REQUIREMENTS)
    space.texts.clear()
    requirements = [Requirement("amphibian", ["frog"], ["car", "fur"]), REQUIREMENTS[1]]
    edited = auditor.audit(requirements)
    assert space.texts == ["fur"]
    fresh = analysis.audit(database, WordSpace(), requirements, relevance)
    assert edited.table.equals(fresh.table)


def test_more_concepts_than_are_remembered_are_judged_all_the_same(
    database, space, relevance, monkeypatch, audit, calibration
):

    monkeypatch.setattr(concept_answers, "_MOST", 2)
    auditor = auditor_of(database, space, relevance, calibration)
    assert auditor.audit(REQUIREMENTS).table.equals(audit.table)
    assert auditor.audit(REQUIREMENTS).table.equals(audit.table)


concept_lists = st.lists(st.sampled_from(["frog", "car", "fur", "zebra", "nonsense"]), unique=True)


@settings(max_examples=25, deadline=None)
@given(words=concept_lists, cut=st.integers(0, 5), threshold=st.floats(-3, 6), seed=st.integers(0, 1000))
def test_verdicts_part_the_relevance_of_a_class(database, space, calibration, words, cut, threshold, seed):
    words = words or ["frog"]
    rows = torch.randn(3, 6, generator=torch.Generator().manual_seed(seed)).tolist()
    auditor = auditor_of(database, space, relevance_of(LAYER, {"a": rows}), calibration)
    found = auditor.audit([Requirement("a", valid=words[:cut], spurious=words[cut:])], threshold)
    shares = found.summary(1.0)[[verdict.word for verdict in VERDICTS]]
    assert shares.to_numpy().sum() == pytest.approx(1.0, abs=1e-5)
    by_verdict = found.table.groupby("verdict")["share"].sum()
    for word, share in by_verdict.items():
        assert shares[word][0] == pytest.approx(share, abs=1e-6)
