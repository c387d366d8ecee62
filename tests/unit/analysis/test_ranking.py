import pytest
import torch

from semanticlens_widgets.analysis import null_calibration, null_calibrations, probe, rank
from semanticlens_widgets.analysis.queries.null_words import NULL_WORDS
from tests.word_space import DIM, WordSpace, database_of, examples_like, picture

KNOWN = ["frog", "car", "wheel", "fur"]


@pytest.fixture
def database():
    empty = torch.full((1, 4, DIM), torch.nan)
    return database_of(
        {"early": torch.cat([examples_like(KNOWN), empty]), "late": examples_like(["toad", "zebra"])}
    )


@pytest.fixture
def space():
    return WordSpace()


@pytest.fixture
def calibration(database, space):
    return null_calibration(database, space, "early")


def alignments_of(database, space, text, layer="early"):
    """The definition, one component at a time."""
    probe = space.embed_texts([text])[0]
    return [float(theta @ probe / probe.norm()) for theta in database.component_embeddings[layer]]


def test_there_are_about_200_different_null_words_and_none_is_a_sign():
    assert 200 <= len(NULL_WORDS) == len(set(NULL_WORDS)) <= 250
    assert all(word.isalpha() and word != "not" for word in NULL_WORDS)


def test_the_best_component_comes_first_and_one_without_examples_last(database, space):
    ranking = rank(database, probe(database, space, "wheel"), "early")
    assert ranking.order.tolist()[0] == 2
    assert ranking.order.tolist()[-1] == 4
    torch.testing.assert_close(
        ranking.alignment[:4], torch.tensor(alignments_of(database, space, "wheel")[:4])
    )
    for column in ("alignment", "z_score", "percentile", "null_z_score", "null_percentile"):
        assert getattr(ranking, column)[4].isnan()


def test_ties_go_to_the_lower_component(space):
    same = examples_like(["frog"]).expand(6, -1, -1)
    database = database_of({"only": same})
    ranking = rank(database, probe(database, space, "frog"))
    assert ranking.order.tolist() == list(range(6))
    assert ranking.percentile.tolist() == [0.0] * 6


def test_z_score_and_percentile_are_among_the_components_that_have_examples(database, space):
    values = alignments_of(database, space, "frog fur")[:4]
    mean = sum(values) / 4
    deviation = (sum((value - mean) ** 2 for value in values) / 4) ** 0.5
    ranking = rank(database, probe(database, space, "frog fur"), "early")
    for component, value in enumerate(values):
        assert ranking.z_score[component] == pytest.approx((value - mean) / deviation, abs=1e-4)
        below = sum(other < value for other in values)
        assert ranking.percentile[component] == pytest.approx(below / 4)


def test_the_null_scores_compare_a_component_with_itself_under_unrelated_words(database, space, calibration):
    ranking = rank(database, probe(database, space, "frog"), "early", calibration)
    null = torch.tensor([alignments_of(database, space, word) for word in NULL_WORDS])
    for component, value in enumerate(alignments_of(database, space, "frog")[:4]):
        column = null[:, component]
        expected = (value - column.mean()) / column.std(correction=0)
        assert ranking.null_z_score[component] == pytest.approx(float(expected), abs=1e-3)
        assert ranking.null_percentile[component] == pytest.approx(float((column < value).float().mean()))


def test_a_query_that_the_layer_knows_is_strong_and_one_that_it_does_not_is_weak(
    database, space, calibration
):
    strong = rank(database, probe(database, space, "frog"), "early", calibration)
    weak = rank(database, probe(database, space, "stripes"), "early", calibration)
    assert (strong.strength, strong.weak) == (1.0, False)
    assert weak.weak
    assert weak.strength < 0.5


def test_the_strength_is_the_share_of_words_whose_best_component_is_worse(database, space, calibration):
    best = max(alignments_of(database, space, "frog dream debt")[:4])
    bests = [max(alignments_of(database, space, word)[:4]) for word in NULL_WORDS]
    ranking = rank(database, probe(database, space, "frog dream debt"), "early", calibration)
    assert ranking.strength == pytest.approx(sum(other < best for other in bests) / len(bests))


def test_without_calibration_there_are_no_null_scores_and_nothing_is_called_weak(database, space):
    ranking = rank(database, probe(database, space, "stripes"), "early")
    assert ranking.null_z_score.isnan().all()
    assert ranking.null_percentile.isnan().all()
    assert (ranking.strength, ranking.weak) == (None, False)


@pytest.mark.parametrize("query", [picture("red"), "#1", "frog - #1"])
def test_words_do_not_calibrate_what_is_not_text(database, space, calibration, query):
    ranking = rank(database, probe(database, space, query, layer="early"), "early", calibration)
    assert ranking.strength is None
    assert ranking.null_z_score.isnan().all()


def test_a_layer_without_any_examples_ranks_nothing(space):
    database = database_of({"full": examples_like(["frog"]), "empty": torch.full((3, 4, DIM), torch.nan)})
    calibration = null_calibration(database, space, "empty")
    ranking = rank(database, probe(database, space, "frog"), "empty", calibration)
    assert ranking.order.tolist() == [0, 1, 2]
    assert ranking.alignment.isnan().all()
    assert ranking.z_score.isnan().all()
    assert ranking.strength is None


def test_calibrating_several_layers_embeds_the_words_once_and_gives_the_same(database, space, calibration):
    space.texts.clear()
    both = null_calibrations(database, space)
    assert len(space.texts) == len(NULL_WORDS)
    assert list(both) == ["early", "late"]
    torch.testing.assert_close(both["early"].ascending, calibration.ascending)


def test_the_calibration_uses_the_templates_and_the_null_of_the_query(database, space):
    null_calibration(database, space, "early", templates=["a {}", "the {}"])
    assert len(space.texts) == 2 * (len(NULL_WORDS) + 1)


def test_a_calibration_of_another_layer_is_refused(database, space, calibration):
    with pytest.raises(
        ValueError, match="the calibration is of layer 'early' and the question of layer 'late'"
    ):
        rank(database, probe(database, space, "frog"), "late", calibration)
