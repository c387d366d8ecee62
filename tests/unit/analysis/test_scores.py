import itertools
import math
import sys

import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from semanticlens_widgets.analysis import clarity, polysemanticity, redundancy, scores, similarity
from semanticlens_widgets.errors import LayerNotFoundError
from tests.word_space import database_of, examples_like


def cos(a, b):
    return float(a.double() @ b.double() / (a.double().norm() * b.double().norm()))


def slow_clarity(examples):
    """The mean cosine over all pairs, as it is defined."""
    pairs = list(itertools.combinations(examples, 2))
    return sum(cos(a, b) for a, b in pairs) / len(pairs)


def slow_polysemanticity(examples):
    """The best of all partitions in two, by trying each."""
    best, separation = None, -1.0
    mean = examples.mean(0)
    for bits in range(1, 2 ** (len(examples) - 1)):
        second = torch.tensor([bool(bits >> i & 1) for i in range(len(examples))])
        a, b = examples[~second].mean(0), examples[second].mean(0)
        gain = float((~second).sum() * (a - mean).norm() ** 2 + second.sum() * (b - mean).norm() ** 2)
        if gain > separation:
            best, separation = second, gain
    if min(int(best.sum()), int((~best).sum())) < 2:
        return 1 - sum(cos(mean, example) for example in examples[:10]) / min(10, len(examples))
    return 1 - cos(examples[~best].mean(0), examples[best].mean(0))


def missing(examples, m):
    """Only the first m examples of every component."""
    return examples.masked_fill((torch.arange(examples.shape[1]) >= m)[:, None], torch.nan)


def test_clarity_is_the_mean_cosine_over_all_pairs():
    examples = torch.randn(5, 6, 4)
    expected = torch.tensor([slow_clarity(one) for one in examples])
    torch.testing.assert_close(clarity(examples), expected, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("m", [2, 3, 5])
def test_clarity_counts_only_the_examples_there_are(m):
    examples = torch.randn(4, 6, 5)
    torch.testing.assert_close(clarity(missing(examples, m)), clarity(examples[:, :m]))


@pytest.mark.parametrize("m", [0, 1])
def test_the_clarity_of_fewer_than_two_examples_is_nan_never_infinite(m):
    assert clarity(missing(torch.randn(3, 4, 5), m)).isnan().all()
    assert clarity(torch.randn(3, 1, 5)).isnan().all()


@settings(deadline=None)
@given(st.integers(2, 8), st.integers(1, 5), st.integers(0, 1000))
def test_clarity_stays_in_its_range(m, dim, seed):
    values = clarity(torch.randn(4, m, dim, generator=torch.Generator().manual_seed(seed)))
    assert (values >= -1 / (m - 1) - 1e-5).all()
    assert (values <= 1 + 1e-5).all()


def test_polysemanticity_is_the_angle_between_two_meanings():
    two = torch.cat([examples_like(["frog"], k=6), examples_like(["car"], k=6)], dim=1)
    one = examples_like(["frog"], k=12)
    mixed, pure = polysemanticity(torch.cat([two, one])).tolist()
    assert mixed == pytest.approx(1.0, abs=0.1)
    assert pure < 0.1


def test_polysemanticity_agrees_with_trying_every_partition():
    generator = torch.Generator().manual_seed(1)
    centres = 6 * torch.randn(20, 2, 1, 5, generator=generator)
    examples = (centres + torch.randn(20, 2, 4, 5, generator=generator)).flatten(1, 2)
    expected = torch.tensor([slow_polysemanticity(one) for one in examples])
    torch.testing.assert_close(polysemanticity(examples, normalize=False), expected, atol=1e-5, rtol=0)


def test_a_lone_outlier_is_no_second_meaning():
    examples = torch.cat([examples_like(["frog"], k=12), examples_like(["car"], k=1)], dim=1)
    mean = examples[0].mean(0)
    expected = 1 - sum(cos(mean, example) for example in examples[0, :10]) / 10
    assert float(polysemanticity(examples, normalize=False)) == pytest.approx(expected, abs=1e-5)


def test_polysemanticity_sees_directions_unless_told_otherwise():
    examples = examples_like(["frog", "car"], k=6) * torch.linspace(1, 40, 6)[:, None]
    unit = torch.nn.functional.normalize(examples, dim=-1)
    torch.testing.assert_close(polysemanticity(examples), polysemanticity(unit, normalize=False))


@pytest.mark.parametrize("m", [2, 3, 7])
def test_polysemanticity_counts_only_the_examples_there_are(m):
    examples = torch.randn(6, 9, 5)
    torch.testing.assert_close(polysemanticity(missing(examples, m)), polysemanticity(examples[:, :m]))


def test_the_polysemanticity_of_one_example_is_zero_and_of_none_nan():
    examples = torch.randn(3, 4, 5)
    torch.testing.assert_close(polysemanticity(missing(examples, 1)), torch.zeros(3), atol=1e-6, rtol=0)
    assert polysemanticity(missing(examples, 0)).isnan().all()


def test_equal_examples_have_one_meaning():
    torch.testing.assert_close(polysemanticity(torch.ones(2, 5, 3)), torch.zeros(2), atol=1e-6, rtol=0)


def test_redundancy_is_the_cosine_with_the_most_similar_other_component():
    embeddings = torch.randn(6, 4)
    rows = list(embeddings)
    expected = [max(cos(a, b) for b in rows if b is not a) for a in rows]
    torch.testing.assert_close(redundancy(embeddings), torch.tensor(expected))


def test_similarity_is_component_by_other_also_when_it_is_square():
    a, b = torch.randn(4, 4), torch.randn(4, 4)
    torch.testing.assert_close(similarity(a, b), torch.tensor([[cos(x, y) for y in b] for x in a]))


def test_chunks_change_nothing(monkeypatch):
    examples = torch.randn(10, 4, 6)
    whole = clarity(examples), polysemanticity(examples)
    monkeypatch.setattr(sys.modules["semanticlens_widgets.analysis.scores.scores"], "_CHUNK", 50)
    torch.testing.assert_close((clarity(examples), polysemanticity(examples)), whole)


def test_no_components_have_no_scores():
    assert clarity(torch.zeros(0, 3, 4)).shape == (0,)
    assert polysemanticity(torch.zeros(0, 3, 4)).shape == (0,)


@pytest.fixture
def database():
    half = missing(examples_like(["zebra"]), 1)
    none = missing(examples_like(["zebra"]), 0)
    early = torch.cat([examples_like(["frog", "frog", "car"]), half, none])
    return database_of({"early": early, "late": examples_like(["wheel"])})


def test_the_table_has_one_row_a_component_of_every_layer(database):
    table = scores(database)
    assert list(table["component"]) == ["early:0", "early:1", "early:2", "early:3", "early:4", "late:0"]
    assert list(table["n_examples"]) == [4, 4, 4, 1, 0, 4]
    assert (table["firing_rate"] == 0.25).all()
    assert (table["mean"] == 0.5).all()
    assert list(table["maximum"]) == [2.0, 2.0, 2.0, 2.0, -math.inf, 2.0]


def test_the_table_holds_what_the_functions_give(database):
    table = scores(database, "early")
    examples = database.example_embeddings("early")
    torch.testing.assert_close(torch.tensor(table["clarity"].values), clarity(examples), equal_nan=True)
    mixed = torch.tensor(table["polysemanticity"].values)
    torch.testing.assert_close(mixed, polysemanticity(examples), equal_nan=True)
    single = redundancy(database.component_embeddings["early"])
    torch.testing.assert_close(torch.tensor(table["redundancy"].values), single, equal_nan=True)


def test_the_table_names_the_component_that_makes_another_redundant(database):
    assert list(scores(database)["nearest"][:2]) == ["early:1", "early:0"]
    assert list(scores(database)["nearest"][4:]) == ["", ""]


@pytest.mark.parametrize("components", [[], [2], [4, 0, 3, 1]])
def test_the_rows_of_some_components_are_those_of_the_whole_table(database, components):
    whole = scores(database, "early").iloc[components].reset_index(drop=True)
    found = scores(database, "early", components=components)
    pd.testing.assert_frame_equal(found, whole, check_dtype=bool(components))


def test_an_unknown_layer_is_refused(database):
    with pytest.raises(LayerNotFoundError, match="did you mean 'late'"):
        scores(database, "latte")
