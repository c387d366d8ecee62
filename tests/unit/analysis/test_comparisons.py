"""Comparisons: every number against its definition written out slowly, and the level that chance holds."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
import torch

import semanticlens_widgets as slw
from semanticlens_widgets.analysis import Side
from semanticlens_widgets.analysis.cards.clarity import clarity_of
from semanticlens_widgets.analysis.comparisons import directions
from semanticlens_widgets.analysis.comparisons import one_to_one as assignment
from semanticlens_widgets.analysis.comparisons.concepts import known_concepts
from semanticlens_widgets.analysis.comparisons.directions import ByEmbedding, ByVocabulary
from semanticlens_widgets.analysis.comparisons.matching import Matching
from semanticlens_widgets.analysis.sides import n_sets_for
from semanticlens_widgets.errors import LayerNotFoundError
from tests.random_lenses import (
    NAMES,
    cluster_members,
    database_with,
    images_in_clusters,
    lens_with,
    random_members,
)

MEASURES = ("embedding", "vocabulary", "examples")
WORDS = [f"word{number}" for number in range(60)]
N, K = 240, 6


def lens_of(clusters, seed=0, *, model="model", **names):
    return lens_with(cluster_members(clusters, K, N, seed), images_in_clusters(N), model=model, **names)


def cosine(a, b):
    return float(a @ b / (a.norm() * b.norm()))


@pytest.mark.parametrize("by", MEASURES)
def test_a_lens_with_itself_is_one_and_every_component_its_own_match(by):
    lens = lens_with(random_members(40, K, N, 0), images_in_clusters(N))
    found = slw.compare(lens, lens, by=by)
    torch.testing.assert_close(torch.tensor(found.table["similarity"].to_numpy()), torch.ones(2).double())
    assert (found.matches["component"] == found.matches["nearest"]).all()
    assert (found.matches["component"] == found.matches["one_to_one"]).all()
    assert found.matches["mutual"].all()
    assert found.matrix().to_numpy() == pytest.approx(1)


def cosines_of_vectors(found):
    one, other = (torch.nn.functional.normalize(vectors, dim=1) for vectors in found._measure.vectors())
    return one @ other.T


@pytest.mark.parametrize("by", MEASURES)
def test_similarities_are_the_cosines_of_vectors_in_one_space(by):
    lenses = [lens_with(random_members(n, K, N, n), images_in_clusters(N)) for n in (40, 30)]
    found = slw.compare(*lenses, by=by, names=["a", "b"])
    expected = torch.cat(list(found._measure.similarities(0, 1)))
    torch.testing.assert_close(cosines_of_vectors(found), expected, atol=1e-5, rtol=0)


def test_lists_of_examples_of_many_images_are_projected_to_nearly_the_same_cosines(monkeypatch):
    monkeypatch.setattr(directions, "_MOST_DIMENSIONS", 128)
    lenses = [lens_with(random_members(n, K, N, n), images_in_clusters(N)) for n in (80, 60)]
    found = slw.compare(*lenses, by="examples", names=["a", "b"])
    error = cosines_of_vectors(found) - torch.cat(list(found._measure.similarities(0, 1)))
    assert float(error.std()) < 1.5 / 128**0.5
    assert abs(float(error.mean())) < 0.01


@pytest.mark.parametrize("by", MEASURES)
def test_permuted_components_are_found_again(by):
    members, order = (
        random_members(50, K, N, 1),
        torch.randperm(50, generator=torch.Generator().manual_seed(0)),
    )
    images = images_in_clusters(N)
    found = slw.compare(lens_with(members, images), lens_with(members[order], images), by=by)
    back = found.matches[found.matches["from"] == found.sides[1]]
    expected = [f"layer:{index}" for index in order.tolist()]
    assert list(back["nearest"]) == expected
    assert list(back["one_to_one"]) == expected
    assert back["matched"].all()


def test_components_of_another_foundation_model_are_found_by_their_answers_to_a_vocabulary():
    members, order = (
        random_members(50, K, N, 1),
        torch.randperm(50, generator=torch.Generator().manual_seed(0)),
    )
    images = images_in_clusters(N)
    one = lens_with(members, images)
    other = lens_with(members[order], images, foundation_model="turned")
    with pytest.raises(ValueError, match='different foundation models .* compare by="vocabulary"'):
        slw.compare(one, other)
    found = slw.compare(one, other, by="vocabulary", vocabulary=WORDS)
    back = found.matches[found.matches["from"] == found.sides[1]]
    assert list(back["nearest"]) == [f"layer:{index}" for index in order.tolist()]
    assert float(back["similarity"].min()) > 0.99


def test_similarity_by_embedding_is_the_mean_of_the_highest_cosines():
    one, other = lens_of([0, 1, 2, 3, 0]), lens_of([3, 2, 1], seed=5, model="other")
    table = slw.compare(one, other, names=["a", "b"]).table.set_index("from")
    for name, left, right in (("a", one, other), ("b", other, one)):
        rows, columns = (lens.database.component_embeddings["layer"] for lens in (left, right))
        best = [max(cosine(row, column) for column in columns) for row in rows]
        assert table.loc[name, "similarity"] == pytest.approx(sum(best) / len(best), abs=1e-6)
        assert table.loc[name, "low"] <= table.loc[name, "similarity"] <= table.loc[name, "high"]


def test_similarity_by_vocabulary_is_the_cosine_of_answers_in_standard_deviations_less_those_of_random_groups():
    one, other = lens_of([0, 1, 2]), lens_of([2, 5], seed=5, foundation_model="turned")
    found = slw.compare(one, other, by="vocabulary", vocabulary=WORDS, names=["a", "b"]).matches
    answers = {}
    for name, lens in (("a", one), ("b", other)):
        words, side = vocabulary_of(lens, WORDS), Side(name, lens.database, "layer")

        def answer(embedding, words=words):
            unrelated = words.unrelated @ embedding
            return (words.directions @ embedding - unrelated.mean()) / unrelated.std(correction=0)

        groups = [side.embedded(rows) for rows in side.random_sets(10)]
        mean = torch.stack([answer(group) for group in torch.cat(groups)]).mean(0)
        answers[name] = [answer(row) - mean for row in side.embeddings]
    for row in found.to_dict("records"):
        own = answers[row["from"]][int(row["component"].split(":")[1])]
        best = max(cosine(own, theirs) for theirs in answers[row["to"]])
        assert row["similarity"] == pytest.approx(best, abs=1e-4)


def vocabulary_of(lens, words):
    from semanticlens_widgets.analysis import embed_vocabulary

    return embed_vocabulary(lens.database, lens.foundation_model, words)


def test_similarity_by_examples_is_the_overlap_weighed_by_rank():
    images = images_in_clusters(N)
    one, other = (
        lens_with(torch.tensor(members), images, model=model)
        for members, model in (
            ([[0, 1, 2], [3, 4, 5], [7, 8, -1]], "one"),
            ([[5, 9, 10], [2, 1, 0], [8, 7, -1]], "other"),
        )
    )
    found = slw.compare(one, other, by="examples", names=["a", "b"]).matches
    weights = [1 / math.log2(rank + 2) for rank in range(3)]
    length = math.sqrt(sum(weight**2 for weight in weights))
    reverse = sum(weight * back for weight, back in zip(weights, weights[::-1], strict=True))
    ours = found[found["from"] == "a"]
    assert list(ours["nearest"]) == ["layer:1", "layer:0", "layer:2"]
    two = sum(weight**2 for weight in weights[:2])
    expected = [reverse / length**2, weights[2] * weights[0] / length**2, 2 * weights[0] * weights[1] / two]
    assert list(ours["similarity"]) == pytest.approx(expected, abs=1e-6)


def test_chance_is_the_share_of_random_sets_whose_nearest_is_less_similar():
    one, other = lens_of([0, 1, 2, 3]), lens_of([3, 2, 7], seed=5, model="other")
    found = slw.compare(one, other, names=["a", "b"])
    side = Side("b", other.database, "layer")
    n_sets = n_sets_for(4 * 32 * 3)
    for row in found.matches[found.matches["from"] == "a"].to_dict("records"):
        own = one.database.component_embeddings["layer"][int(row["component"].split(":")[1])]
        below, bests = 0, []
        for rows in side.random_sets(n_sets):
            groups = [other.database.samples.embeddings[group] for group in rows]
            means = [torch.nn.functional.normalize(group, dim=1).mean(0) for group in groups]
            bests.append(max(cosine(own, mean) for mean in means))
            below += bests[-1] < row["similarity"] - 1e-6
        assert row["chance_percentile"] == pytest.approx(below / (n_sets + 1))
    chance = found.table.set_index("from").loc["a", "chance"]
    all_bests = [
        max(cosine(own, group) for group in side.embedded(rows))
        for rows in side.random_sets(n_sets)
        for own in one.database.component_embeddings["layer"]
    ]
    assert chance == pytest.approx(np.mean(all_bests), abs=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("by", MEASURES)
@pytest.mark.parametrize(("n_images", "k"), [(50, 5), (200, 5), (500, 20)])
def test_between_lenses_without_meaning_five_percent_match_and_are_lost_and_gained(by, n_images, k):
    shares = []
    for seed in range(4):
        images = images_in_clusters(n_images, seed)
        lenses = [
            lens_with(random_members(300, k, n_images, 2 * seed + side), images, model=f"{side}")
            for side in range(2)
        ]
        found = slw.compare(*lenses, by=by, vocabulary=WORDS)
        shares.append([*found.table["matched"], len(found.lost) / 300, len(found.gained) / 300])
    assert (np.mean(shares, axis=0) >= 0.03).all(), shares
    assert (np.mean(shares, axis=0) <= 0.07).all(), shares


def test_of_texts_without_meaning_at_most_five_percent_are_known_however_many_components_there_are():
    images = images_in_clusters(200)
    texts = tuple(f"other{number}" for number in range(600))
    for n in (20, 300):
        shares = []
        for seed in range(3):
            lens = lens_with(random_members(n, 5, 200, seed), images)
            found = known_concepts(Side("a", lens.database, "layer"), vocabulary_of(lens, texts))
            shares.append(float((found.percentile >= 0.95).float().mean()))
        assert 0.03 <= np.mean(shares) <= 0.07


def test_a_random_set_has_as_many_groups_as_large_of_different_images():
    members = random_members(30, K, N, 0)
    members[3] = -1
    members[5, 2:] = -1
    side = Side("a", database_with(members, images_in_clusters(N)), "layer")
    sets = list(side.random_sets(25))
    assert len(sets) == 25
    for rows in sets:
        sizes = [len(set(group[group >= 0].tolist())) for group in rows]
        assert sizes == [0 if index == 3 else 2 if index == 5 else K for index in range(30)]
    assert not torch.equal(sets[0], sets[1])


def test_dead_components_are_compared_with_nothing():
    members = random_members(20, K, N, 0)
    members[4] = -1
    images = images_in_clusters(N)
    for by in MEASURES:
        found = slw.compare(lens_with(members, images), lens_with(members, images), by=by, vocabulary=WORDS)
        assert list(found.table["n_components"]) == [19, 19]
        dead = found.matches[found.matches["component"] == "layer:4"]
        assert list(dead["nearest"]) == ["", ""]
        assert dead["similarity"].isna().all()
        assert not dead["matched"].any()
        assert list(dead["one_to_one"]) == ["", ""]
        assert float(found.table["similarity"].min()) == pytest.approx(1)


def test_what_only_one_side_shows_is_lost_and_what_only_the_other_shows_is_gained():
    before, after = lens_of([*range(10)] * 2), lens_of([*range(1, 11)] * 2, seed=3)
    found = slw.compare(before, after, names=["before", "after"])
    assert set(found.lost["component"]) == {"layer:0", "layer:10"}
    assert set(found.lost["examples"]) == {f"{NAMES[0]} (6)"}
    assert set(found.gained["component"]) == {"layer:9", "layer:19"}
    assert (found.gained["from"] == "after").all()
    assert (found.lost["clarity_percentile"] >= 0.95).all()
    assert (found.lost["chance_percentile"] < 0.95).all()


def test_concepts_say_what_each_side_knows_with_the_best_component():
    before, after = lens_of([*range(10)] * 2), lens_of([*range(1, 11)] * 2, seed=3)
    changes = slw.compare(before, after).concepts(list(NAMES)).set_index("concept")["change"]
    expected = {NAMES[0]: "lost", NAMES[10]: "gained", NAMES[11]: "unknown"}
    assert changes.to_dict() == {name: expected.get(name, "kept") for name in NAMES}
    table = slw.compare(before, after).concepts(list(NAMES)).set_index("concept")
    assert table.loc[NAMES[0], "component_from"] in ("layer:0", "layer:10")
    assert table.loc[NAMES[10], "examples_to"] == f"{NAMES[10]} (6)"


def test_a_known_concept_is_one_whose_best_component_is_above_the_best_of_as_many_random_groups():
    lens = lens_of([0, 1, 2, 3, 4])
    side, words = Side("a", lens.database, "layer"), vocabulary_of(lens, NAMES)
    found, n_sets = known_concepts(side, words), n_sets_for(5 * 32 * 12)
    sets = [side.embedded(rows) for rows in side.random_sets(n_sets)]

    def answer(embedding, row):
        unrelated = words.unrelated @ embedding
        return float((words.directions[row] @ embedding - unrelated.mean()) / unrelated.std(correction=0))

    for row in range(0, 12, 3):
        answers = [answer(component, row) for component in side.embeddings]
        assert float(found.z_score[row]) == pytest.approx(max(answers), abs=1e-3)
        assert int(found.component[row]) == int(np.argmax(answers))
        below = sum(max(answer(group, row) for group in groups) < max(answers) - 1e-6 for groups in sets)
        assert float(found.percentile[row]) == pytest.approx(below / (n_sets + 1))


def test_nothing_lost_is_asserted_with_the_evidence_of_what_is():
    before, after = lens_of([*range(10)] * 2), lens_of([*range(1, 11)] * 2, seed=3)
    assert list(slw.assert_no_lost(before, after, list(NAMES[1:10]))["change"]) == ["kept"] * 9
    with pytest.raises(
        AssertionError, match=r"1 of the 10 concepts that before knows are lost in after\n  'thing0'"
    ):
        slw.assert_no_lost(before, after, list(NAMES))
    with pytest.raises(ValueError, match="knows none of the 2 concepts"):
        slw.assert_no_lost(before, after, ["nothing", "nowhere"])


def test_clarity_above_chance_counts_each_image_once():
    members = random_members(10, K, N, 0)
    members[0] = cluster_members([3], K, N)[0]
    members[1, :] = 17
    images = images_in_clusters(N)
    own, percentile = clarity_of(Side("a", database_with(members, images), "layer"))
    unit = torch.nn.functional.normalize(images, dim=1)
    pairs = [float(unit[a] @ unit[b]) for a, b in itertools.combinations(members[0].tolist(), 2)]
    assert float(own[0]) == pytest.approx(np.mean(pairs), abs=1e-5)
    assert float(percentile[0]) > 0.99
    assert math.isnan(float(own[1]))
    assert math.isnan(float(percentile[1]))


@pytest.mark.parametrize(("n_rows", "n_columns"), [(4, 4), (3, 5), (5, 3)])
def test_one_to_one_matches_have_the_highest_sum_of_all(n_rows, n_columns):
    similarity = torch.randn(n_rows, n_columns, generator=torch.Generator().manual_seed(0))
    columns, found = assignment.one_to_one(lambda: iter(similarity.split(2)), n_rows, n_columns)
    wide = similarity if n_rows <= n_columns else similarity.T
    best = max(
        sum(float(wide[row, column]) for row, column in enumerate(chosen))
        for chosen in itertools.permutations(range(wide.shape[1]), len(wide))
    )
    assert float(found.nansum()) == pytest.approx(best, abs=1e-5)
    taken = columns[columns >= 0].tolist()
    assert len(taken) == len(set(taken)) == min(n_rows, n_columns)


@pytest.mark.parametrize(("n_rows", "n_columns"), [(150, 150), (120, 180), (180, 120)])
def test_among_candidates_alone_one_to_one_matches_are_nearly_as_good(n_rows, n_columns, monkeypatch):
    generator = torch.Generator().manual_seed(0)
    similarity = torch.nn.functional.normalize(torch.randn(n_rows, 16, generator=generator), dim=1) @ (
        torch.nn.functional.normalize(torch.randn(n_columns, 16, generator=generator), dim=1).T
    )
    similarity[3], similarity[:, 5] = -torch.inf, -torch.inf
    exact = assignment.one_to_one(lambda: iter(similarity.split(64)), n_rows, n_columns)
    monkeypatch.setattr(assignment, "_DENSE", 0)
    near = assignment.one_to_one(lambda: iter(similarity.split(64)), n_rows, n_columns)
    taken = near[0][near[0] >= 0].tolist()
    assert len(taken) == len(set(taken)) == int((exact[0] >= 0).sum())
    assert int(near[0][3]) == -1
    assert 5 not in taken
    assert float(near[1].nansum()) >= 0.99 * float(exact[1].nansum())


@pytest.mark.parametrize("by", MEASURES)
def test_more_components_than_are_compared_at_a_time_are_the_same_components(by):
    images, large = images_in_clusters(N), random_members(1100, K, N, 0)
    lenses = [lens_with(large, images), lens_with(large[1090:], images)]
    found = slw.compare(*lenses, by=by, vocabulary=WORDS, names=["a", "b"])
    back = found.matches[found.matches["from"] == "b"]
    assert list(back["nearest"]) == [f"layer:{index}" for index in range(1090, 1100)]
    assert list(back["one_to_one"]) == list(back["nearest"])
    assert found.table["n_components"].tolist() == [1100, 10]


def test_mutual_matches_are_each_others_nearest():
    one, other = lens_of([0, 0, 1, 2, 5]), lens_of([1, 0, 3], seed=4)
    matching = Matching(ByEmbedding([Side("a", one.database, "layer"), Side("b", other.database, "layer")]))
    there, back = matching.nearest(0, 1), matching.nearest(1, 0)
    for index in range(5):
        assert bool(matching.mutual(0, 1)[index]) == (
            int(back.component[int(there.component[index])]) == index
        )


def test_three_sides_have_all_ordered_pairs_and_two_layers_are_sides_too():
    lens = lens_of([0, 1, 2])
    found = slw.compare(lens, (lens, "layer"), lens_of([5, 6]), names=["a", "b", "c"])
    assert list(zip(found.table["from"], found.table["to"], strict=True)) == list(
        itertools.permutations("abc", 2)
    )
    assert found.matrix().shape == (3, 3)
    assert len(found.matches) == 2 * (3 + 3 + 2)
    assert found.sides == ["a", "b", "c"]


def test_one_query_is_answered_by_every_side():
    found = slw.compare(lens_of([0, 1, 2]), lens_of([2, 1, 0], seed=3), names=["a", "b"]).search(
        NAMES[0], top=1
    )
    assert list(found["side"]) == ["a", "b"]
    assert list(found["component"]) == ["layer:0", "layer:2"]


def test_a_comparison_shows_itself_as_text_html_and_figures():
    found = slw.compare(lens_of([0, 1, 2]), lens_of([2, 5], seed=3), names=["<b>a</b>", "b"])
    assert repr(found).startswith("<Comparison by embedding: <b>a</b> to b 0.")
    page = found._repr_html_()
    assert "<b>a</b>" not in page
    assert "&lt;b&gt;a&lt;/b&gt;" in page
    assert "without a match in b" in page
    assert "1 clear component of b without a match in" in page
    matrix: Any = found.heatmap()
    histogram: Any = found.histogram()
    assert matrix.data[0]["z"].shape == (2, 2)
    assert "&lt;b&gt;" in histogram.layout["title"]["text"]
    assert sum(histogram.data[0]["y"]) == pytest.approx(1)
    with pytest.raises(ValueError, match="there is no side 'c'; there are"):
        found.histogram("c")


def test_a_long_series_shows_neighbours_and_its_ends():
    names = ["one", "two", "three", "four", "five"]
    found = slw.compare(*[lens_of([0, 1, place + 2] * 3) for place in range(5)], names=names)
    page = found._repr_html_()
    assert page.count("<tr><td>") - page.count("slw-pictures'>") // 2 == 2 * 4
    assert "without a match in five" in page
    assert "without a match in one" in page
    assert "without a match in two" not in page
    assert "Each of the 5 sides with the next" in page


def test_what_cannot_be_compared_is_refused_with_the_way_out():
    lens = lens_of([0, 1, 2])
    with pytest.raises(ValueError, match="at least two sides, not 1"):
        slw.compare(lens)
    with pytest.raises(TypeError, match="a side must be a lens, or a pair"):
        slw.compare(lens, "layer")  # pyright: ignore[reportArgumentType]
    with pytest.raises(LayerNotFoundError, match="no layer 'lay'"):
        slw.compare(lens, (lens, "lay"))
    with pytest.raises(ValueError, match="by must be 'embedding', 'vocabulary', 'examples' or 'activations'"):
        slw.compare(lens, lens, by="embeddings")  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match="names must be 2 different texts"):
        slw.compare(lens, lens, names=["a", "a"])
    dead = lens_with(torch.full((4, 3), -1), images_in_clusters(N))
    with pytest.raises(ValueError, match="layer 'layer' of 'b' has no component with examples"):
        slw.compare(lens, dead, names=["a", "b"])
    with pytest.raises(ValueError, match="opened without its model"):
        slw.compare(lens, lens, by="activations")


def test_an_answer_needs_only_as_many_numbers_as_the_space_has_dimensions():
    lens = lens_of([0, 1, 2])
    side, words = Side("a", lens.database, "layer"), vocabulary_of(lens, WORDS)
    answers = ByVocabulary([side, side], [words, words])._answers[0]
    assert answers.of_components.shape == (3, 32)
