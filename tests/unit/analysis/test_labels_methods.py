"""The two published label methods against their formulas, written out slowly."""

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from semanticlens_widgets.analysis.labels import two_best
from semanticlens_widgets.analysis.labels.contrastive import contrastive_embeddings, look_alikes
from semanticlens_widgets.analysis.labels.soft_wpmi import soft_wpmi
from tests.word_space import database_of


def slow_soft_wpmi(samples, rows, texts, a=10.0, lam=1.0):
    """The formula of the paper, one number at a time, in double precision."""

    def share(x, t):
        weights = [math.exp(a * float(torch.cosine_similarity(samples[x], other, dim=0))) for other in texts]
        return weights[t] / sum(weights)

    def log_evidence(component, t):
        k = len(rows[component])
        total = 0.0
        for rank, x in enumerate(rows[component].tolist()):
            if x >= 0:
                total += math.log(1 + (0.998 - rank / k * 0.028) * (share(x, t) - 1))
        return total

    table = [[log_evidence(c, t) for t in range(len(texts))] for c in range(len(rows))]
    known = [c for c in range(len(rows)) if (rows[c] >= 0).any()]
    prior = [math.log(sum(math.exp(table[c][t]) for c in known) / len(known)) for t in range(len(texts))]
    return torch.tensor([[row[t] - lam * prior[t] for t in range(len(texts))] for row in table])


@pytest.mark.parametrize("block", [2, 512])
def test_soft_wpmi_is_the_formula_of_the_paper(monkeypatch, block):
    monkeypatch.setattr(two_best, "BLOCK", block)
    generator = torch.Generator().manual_seed(3)
    samples = torch.randn(9, 5, generator=generator)
    texts = torch.nn.functional.normalize(torch.randn(5, 5, generator=generator), dim=1)
    rows = torch.tensor([[0, 1, 2], [3, 4, -1], [8, 7, 6], [-1, -1, -1]])
    ours = torch.cat(list(soft_wpmi(samples, rows, texts)), 1)
    known = (rows >= 0).any(1)
    expected = slow_soft_wpmi(samples, rows, texts)
    torch.testing.assert_close(ours[known], expected[known], atol=1e-4, rtol=1e-4)


def random_database(seed, n=4, k=3, missing=True):
    """Components that share samples; scores of all signs."""
    generator = torch.Generator().manual_seed(seed)
    database = database_of({"layer": torch.randn(n, k, 6, generator=generator)})
    ids = database.samples.ids
    chosen = torch.stack([torch.randperm(len(ids), generator=generator)[:k] for _ in range(n)])
    sample_ids = ids[chosen]
    scores = torch.randn(n, k, generator=generator).sort(1, descending=True).values
    if missing:
        sample_ids[0, -1], scores[0, -1] = -1, -torch.inf
    found = replace(database.examples["layer"], sample_ids=sample_ids, scores=scores)
    return replace(database, examples={"layer": found})


def slow_look_alike(database, component, rank, scores=None):
    examples, samples = database.examples["layer"], database.samples
    rows = samples.rows(examples.sample_ids[component]).tolist()
    if rows[rank] < 0:
        return -1
    best, best_cosine = -1, -math.inf
    for other in range(len(samples)):
        if other in rows or (scores is not None and scores[other, component] >= examples.mean[component]):
            continue
        cosine = float(
            torch.cosine_similarity(samples.embeddings[rows[rank]], samples.embeddings[other], dim=0)
        )
        if cosine > best_cosine:
            best, best_cosine = other, cosine
    return best


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_look_alikes_are_the_most_similar_samples_that_are_no_examples(seed):
    database = random_database(seed)
    expected = [[slow_look_alike(database, c, rank) for rank in range(3)] for c in range(4)]
    assert look_alikes(database, "layer").tolist() == expected


def test_with_all_scores_look_alikes_are_below_the_components_mean():
    database = random_database(5)
    scores = torch.randn(len(database.samples), 4, generator=torch.Generator().manual_seed(1))
    expected = [[slow_look_alike(database, c, rank, scores) for rank in range(3)] for c in range(4)]
    assert look_alikes(database, "layer", scores).tolist() == expected


def test_where_every_sample_is_an_example_there_is_no_look_alike():
    database = database_of({"layer": torch.eye(3, 6)[None]})
    assert look_alikes(database, "layer").tolist() == [[-1, -1, -1]]
    weighted = torch.nn.functional.normalize(torch.tensor([[2.0, 1.5, 1.0, 0, 0, 0]]))
    torch.testing.assert_close(contrastive_embeddings(database, "layer"), weighted)


def slow_contrastive(database, component, gamma):
    """theta = normalize(sum_i w_i (p_i - gamma cos(p_i, n_i) n_i)), one example at a time."""
    examples, samples = database.examples["layer"], database.samples
    rows = samples.rows(examples.sample_ids[component]).tolist()
    positive = [max(0.0, float(score)) for score in examples.scores[component]]
    if not any(positive):
        positive = [float(row >= 0) for row in rows]
    total = torch.zeros(6)
    for rank, row in enumerate(rows):
        if row < 0:
            continue
        p = samples.embeddings[row] / samples.embeddings[row].norm()
        other = slow_look_alike(database, component, rank)
        n = samples.embeddings[other] / samples.embeddings[other].norm()
        total += positive[rank] / sum(positive) * (p - gamma * float(p @ n) * n)
    return total / total.norm()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.5, 1.0]))
def test_contrastive_embeddings_are_the_formula(seed, gamma):
    database = random_database(seed)
    ours = contrastive_embeddings(database, "layer", gamma=gamma)
    expected = torch.stack([slow_contrastive(database, component, gamma) for component in range(4)])
    torch.testing.assert_close(ours, expected, atol=1e-4, rtol=1e-4)


def test_the_look_alike_takes_away_what_is_shared():
    """Two components on grass: what is left of the one with the frog is the frog."""
    frog, car, grass = torch.eye(6)[:3]
    examples = torch.stack([(frog + 2 * grass).expand(2, -1), (car + 2 * grass).expand(2, -1)])
    database = database_of({"layer": examples})
    plain = database.component_embeddings["layer"][0]
    contrasted = contrastive_embeddings(database, "layer", gamma=1.0)[0]
    assert plain @ grass > plain @ frog
    assert contrasted @ frog > contrasted @ grass


def test_a_component_without_examples_stays_zero():
    database = random_database(0)
    examples = database.examples["layer"]
    emptied = replace(
        examples,
        sample_ids=torch.full_like(examples.sample_ids, -1),
        scores=torch.full_like(examples.scores, -torch.inf),
    )
    database = replace(database, examples={"layer": emptied})
    assert not contrastive_embeddings(database, "layer").any()
