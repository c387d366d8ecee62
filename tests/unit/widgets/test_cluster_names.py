"""Names of clusters, against the definition written out slowly."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import normalize

from semanticlens_widgets.analysis import EmbeddedVocabulary
from semanticlens_widgets.widgets.answers.map.cluster_names import (
    N_GROUPS,
    ClusterName,
    by_direction,
    by_labels,
    cluster_names,
)

DIM, N = 24, 120


def drawn(n: int, seed: int) -> torch.Tensor:
    return normalize(torch.randn(n, DIM, generator=torch.Generator().manual_seed(seed)), dim=1)


TEXTS = ("fish", "trout", "building", "of anything", "noise")


def world(second: int = 1) -> tuple[torch.Tensor, EmbeddedVocabulary, list[torch.Tensor]]:
    """Components that all have something in common; 20 of fish, 12 of the `second` text, 30 of buildings."""
    directions = drawn(len(TEXTS), 1)
    if second == 0:
        directions[1] = normalize(directions[0] + 0.3 * directions[4], dim=0)
    vectors = drawn(N, 2) + 2 * directions[3]
    groups = [torch.arange(20), torch.arange(20, 32), torch.arange(40, 70), torch.arange(80, 95)]
    for rows, text in zip(groups, (0, second, 2), strict=False):
        vectors[rows] += 1.5 * directions[text]
    return normalize(vectors, dim=1), EmbeddedVocabulary(TEXTS, 0.7 * directions, drawn(50, 3)), groups


def contrast(vectors: torch.Tensor, rows: list[int], word: torch.Tensor) -> float:
    alignments = [float(vector @ word / word.norm()) for vector in vectors]
    return sum(alignments[row] for row in rows) / len(rows) - sum(alignments) / len(alignments)


def agrees(vectors: torch.Tensor, vocabulary: EmbeddedVocabulary, row: int, text: int) -> bool:
    own = float(vectors[row] @ vocabulary.directions[text])
    below = [float(vectors[row] @ word) < own for word in vocabulary.unrelated]
    return sum(below) / len(below) >= 0.95


def share_of_agreeing(vectors, vocabulary, rows: list[int], text: int) -> float:
    return sum(agrees(vectors, vocabulary, row, text) for row in rows) / len(rows)


def slow_percentile(vectors, vocabulary, rows: list[int], text: int) -> float:
    """The share of random groups whose best text has a lower contrast than this text in the cluster."""
    generator, lower = torch.Generator().manual_seed(0), 0
    own = contrast(vectors, rows, vocabulary.directions[text])
    for _ in range(N_GROUPS):
        group = torch.randperm(len(vectors), generator=generator)[: len(rows)].tolist()
        best = max(contrast(vectors, group, word) for word in vocabulary.directions)
        lower += best < own
    return lower / (N_GROUPS + 1)


def test_a_cluster_is_named_by_what_sets_it_apart_as_the_definition_says() -> None:
    vectors, vocabulary, groups = world()
    names = cluster_names(by_direction(vectors, vocabulary), groups)
    assert [name.text for name in names] == ["fish", "trout", "building", ""]
    for place, text in ((0, 0), (2, 2)):
        inside = groups[place].tolist()
        outside = [row for row in range(N) if row not in inside]
        assert names[place].agreement == pytest.approx(share_of_agreeing(vectors, vocabulary, inside, text))
        assert names[place].elsewhere == pytest.approx(share_of_agreeing(vectors, vocabulary, outside, text))
        assert names[place].chance_percentile == pytest.approx(
            slow_percentile(vectors, vocabulary, inside, text)
        )


def test_the_text_that_fits_every_component_names_none() -> None:
    vectors, vocabulary, groups = world()
    common = [float(vectors[rows].mean(0) @ normalize(vocabulary.directions, dim=1)[3]) for rows in groups]
    assert min(common) > 0.7
    assert "of anything" not in {
        name.text for name in cluster_names(by_direction(vectors, vocabulary), groups)
    }


def test_the_better_fit_has_the_name_and_the_other_cluster_its_next_best() -> None:
    vectors, vocabulary, groups = world(second=0)
    rows = [group.tolist() for group in groups[:2]]
    fits = [[contrast(vectors, own, word) for word in vocabulary.directions[:2]] for own in rows]
    names = [name.text for name in cluster_names(by_direction(vectors, vocabulary), groups[:2])]
    first = max((0, 1), key=lambda cluster: max(fits[cluster]))
    best = fits[first].index(max(fits[first]))
    assert (names[first], names[1 - first]) == (TEXTS[best], TEXTS[1 - best])


def test_names_that_differ_in_case_are_alike() -> None:
    vectors, known, groups = world(second=0)
    vocabulary = EmbeddedVocabulary(("fish", "FISH", *TEXTS[2:]), known.directions, known.unrelated)
    names = [name.text for name in cluster_names(by_direction(vectors, vocabulary), groups[:2])]
    assert sorted(names, key=bool) == ["", "fish"]


def test_few_clusters_of_random_components_have_a_name() -> None:
    vectors = drawn(400, 5)
    groups = list(torch.randperm(400, generator=torch.Generator().manual_seed(6)).split(10))
    vocabulary = EmbeddedVocabulary(tuple(map(str, range(300))), drawn(300, 7), drawn(200, 8))
    named = sum(name.text != "" for name in cluster_names(by_direction(vectors, vocabulary), groups))
    assert named <= 0.1 * len(groups)


def test_few_clusters_of_what_no_word_says_have_a_name() -> None:
    vectors, n_groups = 0.5 * drawn(400, 5), 40
    groups = [torch.arange(start, start + 10) for start in range(0, 400, 10)]
    for rows, unsaid in zip(groups, drawn(n_groups, 9), strict=True):
        vectors[rows] += unsaid
    vocabulary = EmbeddedVocabulary(tuple(map(str, range(300))), drawn(300, 7), drawn(200, 8))
    names = cluster_names(by_direction(normalize(vectors, dim=1), vocabulary), groups)
    assert sum(name.text != "" for name in names) <= 0.15 * n_groups


def test_pure_clusters_of_a_few_categories_are_named_by_them() -> None:
    categories = drawn(6, 10)
    vectors = normalize(categories.repeat_interleave(20, dim=0) + 0.3 * drawn(N, 11), dim=1)
    texts = (*(f"category {number}" for number in range(6)), *map(str, range(300)))
    vocabulary = EmbeddedVocabulary(texts, torch.cat([categories, drawn(300, 7)]), drawn(200, 8))
    names = cluster_names(by_direction(vectors, vocabulary), list(torch.arange(N).split(20)))
    assert [name.text for name in names] == list(texts[:6])
    assert all(name.agreement == 1 for name in names)


def test_a_name_that_most_members_do_not_agree_with_is_none() -> None:
    vectors, vocabulary, groups = world()
    naming = by_direction(vectors, vocabulary)
    few = replace(naming, agree=lambda text: torch.arange(N) % 3 == 0)
    assert {name.text for name in cluster_names(few, groups)} == {""}


def test_labels_of_images_name_by_the_excess_of_their_share() -> None:
    counts = torch.zeros(60, 3)
    counts[:, 0] = 5  # of all components
    counts[:10, 1] = torch.tensor([4.0] * 7 + [1.0] * 3)
    counts[30:, 2] = 1
    names = cluster_names(by_labels(counts, ["photo", "fish", "sky"]), [torch.arange(10)])
    assert names[0].text == "fish"
    assert names[0].agreement == pytest.approx(0.7)
    assert names[0].elsewhere == 0
    shares = [[float(count / sum(row)) for count in row] for row in counts]
    excess = [sum(shares[row][1] for row in range(10)) / 10 - sum(shares[row][1] for row in range(60)) / 60]
    assert by_labels(counts, ["photo", "fish", "sky"]).contrast(
        torch.tensor(shares)[:10].mean(0, keepdim=True)
    )[0, 1] == pytest.approx(excess[0])


def test_one_example_is_enough_for_a_component_that_has_no_other() -> None:
    counts = torch.tensor([[1.0, 0.0], [1.0, 4.0], [2.0, 0.0], [0.0, 0.0]])
    assert by_labels(counts, ["fish", "bird"]).agree(0).tolist() == [True, False, True, False]


@pytest.mark.parametrize("n_texts", [0, 1])
def test_a_cluster_of_all_components_and_a_vocabulary_of_nothing_have_no_name(n_texts: int) -> None:
    vocabulary = EmbeddedVocabulary(TEXTS[:n_texts], drawn(5, 1)[:n_texts], drawn(50, 3))
    (name,) = cluster_names(by_direction(drawn(30, 2), vocabulary), [torch.arange(30)])
    assert name.text == ""
    assert math.isnan(name.agreement)
    assert cluster_names(by_direction(drawn(30, 2), vocabulary), []) == []
    assert isinstance(name, ClusterName)


def test_the_next_best_text_is_close_where_members_do_not_prefer_the_name_beyond_chance() -> None:
    vectors, vocabulary, groups = world()
    naming = by_direction(vectors, vocabulary)
    name = cluster_names(naming, groups)[0]
    contrasts = [contrast(vectors, groups[0].tolist(), word) for word in naming.directions]
    order = sorted(range(len(contrasts)), key=lambda text: -contrasts[text])
    own = naming.texts.index(name.text)
    runner_up = order[order.index(own) + 1]
    assert name.runner_up == naming.texts[runner_up]
    pairs = [float(row @ naming.directions[own] - row @ naming.directions[runner_up]) for row in vectors]
    inside = [pairs[row] - sum(pairs) / len(pairs) for row in groups[0].tolist()]
    z_score = np.mean(inside) / (np.std(inside, ddof=1) / np.sqrt(len(inside)))
    assert name.is_close == (z_score <= 1.6448536)
    # A second text that differs from the first by nothing that the members share is as good a name.
    twin = replace(
        naming,
        texts=[*naming.texts, "twin"],
        directions=torch.cat([naming.directions, naming.directions[own : own + 1]]),
        agree=lambda text: naming.agree(own if text == len(naming.texts) else text),
        is_related=lambda direction, text: True,
    )
    found = cluster_names(twin, groups)[0]
    assert ({found.text, found.runner_up}, found.is_close) == ({name.text, "twin"}, True)
