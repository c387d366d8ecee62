import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from semanticlens_widgets.analysis.labels import two_best as two_best_module
from semanticlens_widgets.analysis.labels.chance import N_DIVIDED, Chance
from semanticlens_widgets.analysis.labels.example_groups import divided
from semanticlens_widgets.analysis.labels.labels import CLEAR_ABOVE, label, top_labels
from semanticlens_widgets.analysis.labels.two_best import best_of, two_best, two_nearest
from semanticlens_widgets.analysis.labels.vocabulary import embed_vocabulary
from semanticlens_widgets.analysis.queries.probes import probes
from semanticlens_widgets.analysis.queries.unrelated import random_rows
from semanticlens_widgets.errors import LayerNotFoundError
from tests.word_space import DIM, WORDS, WordSpace, database_of, examples_like, word

COLUMNS = [
    "component",
    "layer",
    "index",
    "label",
    "clear",
    "best",
    "runner_up",
    "margin",
    "alignment",
    "null_z_score",
    "null_percentile",
    "chance_percentile",
    "labels",
]


@pytest.fixture(scope="module")
def space():
    return WordSpace()


@pytest.fixture(scope="module")
def database():
    early = examples_like(["frog", "toad", "car"])
    late = torch.cat([examples_like(["wheel", "nonsense"]), torch.full((1, 4, DIM), torch.nan)])
    return database_of({"early": early, "late": late}, n_others=60)


def mixed_database(words, each=4):
    """One component whose examples are of several words, `each` of every word."""
    return database_of({"layer": examples_like(words, k=each).reshape(1, -1, DIM)}, n_others=60)


def test_every_component_has_a_row_with_the_nearest_text(database, space):
    table = label(database, space, WORDS)
    assert list(table.columns) == COLUMNS
    assert list(table["component"]) == ["early:0", "early:1", "early:2", "late:0", "late:1", "late:2"]
    assert list(table["label"]) == ["frog", "toad", "car", "wheel", "", ""]
    assert list(table["clear"]) == [True, True, True, True, False, False]


@pytest.mark.parametrize("method", ["nearest", "soft-wpmi", "csp"])
def test_every_method_names_what_is_plain(database, space, method):
    assert list(label(database, space, WORDS, layer="early", method=method)["label"]) == [
        "frog",
        "toad",
        "car",
    ]


def test_numbers_are_those_of_the_definition(database, space):
    from semanticlens_widgets.analysis.queries.null_words import NULL_WORDS

    row = label(database, space, WORDS).iloc[1]
    theta = database.component_embeddings["early"][1]
    aligned = {
        text: float(theta @ one.vector)
        for text, one in zip(WORDS, probes(database, space, WORDS), strict=True)
    }
    first, second = sorted(aligned, key=lambda text: aligned[text], reverse=True)[:2]
    unrelated = torch.stack([theta @ one.vector for one in probes(database, space, NULL_WORDS)])
    assert (row["best"], row["runner_up"]) == (first, second)
    assert row["alignment"] == pytest.approx(aligned[first], abs=1e-6)
    assert row["margin"] == pytest.approx(aligned[first] - aligned[second], abs=1e-6)
    expected = (aligned[first] - unrelated.mean()) / unrelated.std(correction=0)
    assert row["null_z_score"] == pytest.approx(float(expected), rel=1e-4)
    assert row["null_percentile"] == pytest.approx(1.0)


def test_the_best_text_is_shown_also_when_it_is_not_clear(database, space):
    row = label(database, space, WORDS, threshold=1000.0).iloc[0]
    assert (row["label"], row["best"], row["clear"], row["labels"]) == ("", "frog", False, [])


def test_a_component_without_examples_has_no_label_by_any_method(database, space):
    for method in ("nearest", "soft-wpmi", "csp"):
        row = label(database, space, WORDS, layer="late", method=method, threshold=-100.0).iloc[2]
        assert (row["label"], row["best"], row["runner_up"], row["clear"]) == ("", "", "", False)
        assert (
            row[["margin", "alignment", "null_z_score", "null_percentile", "chance_percentile"]].isna().all()
        )
        assert row["labels"] == []


def test_one_text_has_no_runner_up(database, space):
    row = label(database, space, ["frog"]).iloc[0]
    assert (row["best"], row["runner_up"]) == ("frog", "")
    assert math.isnan(row["margin"])


def test_templates_and_null_are_those_of_search(database, space):
    templates = ["a photo of {}", "{} outdoors"]
    for baseline in ("embedding", "cosine", None):
        row = label(database, space, WORDS, layer="early", templates=templates, baseline=baseline).iloc[0]
        one = probes(database, space, ["frog"], templates=templates, baseline=baseline)[0]
        aligned = float(database.component_embeddings["early"][0] @ one.vector)
        assert row["best"] == "frog"
        assert row["alignment"] == pytest.approx(aligned, abs=1e-6)


def test_an_embedded_vocabulary_needs_no_foundation_model(database, space):
    embedded = embed_vocabulary(database, space, WORDS)
    assert label(database, None, embedded).equals(label(database, space, WORDS))
    assert embed_vocabulary(database, None, embedded) is embedded
    assert embedded.rows(["toad", "frog"]) == [1, 0]


def test_texts_of_a_vocabulary_are_not_read_as_queries(database, space):
    table = label(database, space, ['fur - "x"', "#1", "frog"], layer="early")
    assert table["best"][0] == "frog"


def test_top_labels_are_the_best_texts_best_first(database, space):
    embedded = embed_vocabulary(database, space, WORDS)
    top = top_labels(database, embedded, "early", 3)
    assert top.shape == (3, 3)
    assert [WORDS[row] for row in top[:, 0].tolist()] == ["frog", "toad", "car"]
    assert top_labels(database, embedded, "early", 100).shape == (3, len(WORDS))


def test_a_mixed_component_has_the_label_of_every_group_with_its_share(space):
    table = label(mixed_database(["frog", "car"]), space, WORDS)
    assert table["labels"][0] == [("frog", 0.5), ("car", 0.5)]


def test_three_and_four_groups_are_found(space):
    for words in (["frog", "car", "fur"], ["frog", "car", "fur", "zebra"]):
        labels = label(mixed_database(words), space, WORDS)["labels"][0]
        assert {text for text, _ in labels} == set(words)
        assert all(share == pytest.approx(1 / len(words)) for _, share in labels)


def test_a_group_without_a_clear_label_is_what_is_missing_to_one(space):
    assert label(mixed_database(["frog", "gibberish"]), space, WORDS)["labels"][0] == [("frog", 0.5)]


def test_groups_with_one_label_are_one(space):
    towards = torch.stack([word("frog") + 0.6 * word(other) for other in ("xa", "xb")])
    examples = towards.repeat_interleave(4, 0) + 0.01 * torch.randn(
        8, DIM, generator=torch.Generator().manual_seed(1)
    )
    assert label(database_of({"layer": examples[None]}, n_others=60), space, WORDS)["labels"][0] == [
        ("frog", 1.0)
    ]


def test_missing_examples_belong_to_no_group(space):
    examples = torch.cat([examples_like(["frog"], k=6), torch.full((1, 2, DIM), torch.nan)], 1)
    assert label(database_of({"layer": examples}, n_others=60), space, WORDS)["labels"][0] == [("frog", 1.0)]


def test_one_stray_example_makes_no_group(space):
    examples = torch.cat([examples_like(["frog"], k=7), examples_like(["car"], k=1)], 1)
    assert label(database_of({"layer": examples}, n_others=60), space, WORDS)["labels"][0] == [("frog", 1.0)]


def test_an_unknown_layer_is_refused_before_texts_are_embedded(database):
    fresh = WordSpace()
    with pytest.raises(LayerNotFoundError, match="no layer 'erly'; did you mean 'early'"):
        label(database, fresh, WORDS, layer="erly")
    assert fresh.texts == []


def test_a_foundation_model_of_another_space_is_refused(database):
    class Narrow(WordSpace):
        dim = 3

    with pytest.raises(ValueError, match="has 3 dimensions and the lens 32"):
        label(database, Narrow(), WORDS)


def test_a_vocabulary_needs_a_foundation_model(database):
    with pytest.raises(ValueError, match="need a foundation model"):
        label(database, None, WORDS)


def test_a_label_is_clear_far_above_unrelated_words_and_beyond_chance(database, space):
    table = label(database, space, WORDS)
    far, beyond = table["null_z_score"] >= CLEAR_ABOVE, table["chance_percentile"] >= 0.95
    assert table["clear"].tolist() == (far & beyond).tolist()
    assert table["clear"].any()
    assert not label(database, space, WORDS, threshold=1000.0)["clear"].any()


def test_random_groups_fit_the_best_of_many_texts_less_than_a_component_does(database, space):
    percentiles = label(database, space, WORDS)["chance_percentile"]
    assert (percentiles[:4] > 0.95).all()
    assert percentiles[4] < 0.5


@pytest.mark.parametrize("size", [3, 7])
def test_chance_is_what_random_groups_of_as_many_samples_reach(database, space, size):
    embedded = embed_vocabulary(database, space, WORDS)
    unit = torch.nn.functional.normalize(database.samples.embeddings, dim=1)
    reached = sorted(z_of_best(embedded, unit[rows].mean(0)) for rows in random_rows(len(unit), size))
    expected = sum(score < 2.0 for score in reached) / (len(reached) + 1)
    sizes = torch.tensor([size, 5, size])
    found = chance_of(database, embedded).percentile(torch.tensor([2.0, 2.0, torch.nan]), sizes)
    assert 0 < expected < 1
    assert float(found[0]) == pytest.approx(expected, abs=1e-3)
    assert found[2].isnan()


def chance_of(database, embedded):
    samples = database.samples.embeddings
    return Chance(samples, torch.arange(len(samples)), embedded)


def z_of_best(embedded, direction):
    """Of the vocabulary's best text for one direction."""
    direction = torch.nn.functional.normalize(direction, dim=0)
    unrelated = embedded.unrelated @ direction
    best = (embedded.directions @ direction).max()
    return float((best - unrelated.mean()) / unrelated.std(correction=0))


def test_a_part_is_as_rare_as_random_groups_with_a_part_that_is_as_large_and_as_clear(space):
    """And chance is the rarest part of a random group, counted one by one."""
    database = mixed_database(["frog", "car", "fur"], each=12)
    samples = database.samples.embeddings
    embedded = embed_vocabulary(database, space, WORDS)
    chance = chance_of(database, embedded)
    rows = random_rows(len(samples), 6, N_DIVIDED)
    groups = divided(samples, rows)
    several = (groups.amax(1) > 0).nonzero().squeeze(1).tolist()
    parts = [parts_of(embedded, samples, rows[one], groups[one]) for one in several]

    def rarity(size, z):
        return sum(any(s >= size and r >= z for s, r in each) for each in parts) / len(parts)

    rarest = [min(rarity(*part) for part in each) for each in parts]
    asked = [(2, 3.0), (3, 3.0), (3, 6.0), (4, 4.0)]
    expected = [sum(other > rarity(size, z) for other in rarest) / (len(parts) + 1) for size, z in asked]
    sizes, z_score = (torch.tensor(one) for one in zip(*asked, strict=True))
    found = chance.percentile_of_parts(z_score, sizes, torch.full_like(sizes, 6))
    assert len(parts) > 100
    assert found.tolist() == pytest.approx(expected, abs=0.01)
    assert 0 < min(expected) < max(expected)


def parts_of(embedded, samples, rows, groups):
    """(size, null z-score of its best text) of every part of one group of images."""
    unit = torch.nn.functional.normalize(samples, dim=1)
    members = [rows[groups == group] for group in range(4)]
    return [(len(some), z_of_best(embedded, unit[some].mean(0))) for some in members if len(some)]


def test_copies_of_an_image_count_once(space):
    """Ten copies of two chance images are as two images, not as twenty that agree."""
    others = examples_like(["gibberish", "nonsense"], k=1)
    copies = others.repeat_interleave(10, 0).reshape(1, 20, DIM)
    table = label(database_of({"layer": copies}, n_others=60), space, WORDS)
    database = database_of({"layer": others.reshape(1, 2, DIM)}, n_others=60)
    alone = label(database, space, WORDS)
    assert table["chance_percentile"][0] == pytest.approx(alone["chance_percentile"][0], abs=1e-6)
    assert table["labels"][0] == alone["labels"][0]


def test_labels_are_clear_for_no_component_where_there_are_too_few_groups_to_tell(space):
    with pytest.warns(UserWarning, match="only 5 different images are the examples"):
        table = label(database_of({"layer": examples_like(["frog"], k=5)}), space, WORDS)
    assert not table["clear"].any()
    assert table["best"][0] == "frog"


def test_chance_is_drawn_once_for_all_layers_and_calls(database, space):
    embedded = embed_vocabulary(database, space, WORDS)
    label(database, None, embedded)
    known = embedded.chances[database.samples.embeddings]
    drawn = dict(known)
    label(database, None, embedded)
    assert drawn
    assert all(known[size] is scores for size, scores in drawn.items())
    other = database_of({"layer": examples_like(["frog", "car"])})
    label(other, None, embedded)
    assert len(embedded.chances) == 2
    assert not any(
        scores is drawn.get(size) for size, scores in embedded.chances[other.samples.embeddings].items()
    )


def test_groups_of_one_kind_are_what_chance_finds_too(space):
    """A component of frogs is nothing special among samples that all show a frog."""
    table = label(database_of({"layer": examples_like(["frog"] * 20)}), space, WORDS)
    assert table["chance_percentile"].between(0.05, 0.95).mean() > 0.5
    assert (table["null_z_score"] >= CLEAR_ABOVE).all()
    assert not table["clear"].all()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 4), st.integers(1, 9), st.integers(1, 4), st.integers(0, 10_000))
def test_two_best_are_those_of_a_sort_whatever_the_blocks(n, texts, size, seed):
    scores = torch.randint(0, 4, (n, texts), generator=torch.Generator().manual_seed(seed)).float()
    best = two_best(scores.split(size, dim=1), n)
    for component in range(n):
        ranked = sorted(range(texts), key=lambda text: (-float(scores[component, text]), text))
        assert best.index[0, component] == ranked[0]
        assert best.index[1, component] == (ranked[1] if texts > 1 else -1)
    alone, index = best_of(scores.split(size, dim=1))
    assert torch.equal(alone, best.score[0])
    assert torch.equal(index, best.index[0])


@pytest.mark.parametrize("n", [1, 7, 50])
def test_the_two_nearest_texts_are_those_of_all_products_however_many_are_made_at_a_time(n, monkeypatch):
    monkeypatch.setattr(two_best_module, "AT_ONCE", 7)
    monkeypatch.setattr(two_best_module, "BLOCK", 3)
    generator = torch.Generator().manual_seed(n)
    embeddings = torch.randint(-2, 3, (n, 6), generator=generator).float()
    texts = torch.randint(-2, 3, (11, 6), generator=generator).float()
    found, expected = two_nearest(embeddings, texts), two_best([embeddings @ texts.T], n)
    assert torch.equal(found.index, expected.index)
    assert torch.equal(found.score, expected.score)
