"""Controls beside a component's best examples: images around lower quantiles, and random ones."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.widgets.answers.neurons.control_images import controls
from semanticlens_widgets.widgets.answers.neurons.protocol import ScoredSample
from tests.fakes import attributed_lens, fake_lens


def scored(scores: torch.Tensor) -> ConceptDatabase:
    """Component 0 of the first layer with these scores over the attributed samples."""
    database = attributed_lens().database
    relevance = database.relevance["bn1"]
    table = relevance.scores.clone()
    table[:, 0] = scores[: len(table)].half()
    best = relevance.sample_ids[table[:, 0].float().argsort(descending=True, stable=True)]
    examples = database.examples["bn1"]
    ids = examples.sample_ids.clone()
    ids[0] = best[: examples.k]
    return replace(
        database,
        relevance={"bn1": replace(relevance, scores=table)},
        examples={**database.examples, "bn1": replace(examples, sample_ids=ids)},
    )


@pytest.fixture(scope="module")
def database() -> ConceptDatabase:
    return scored(torch.randperm(1000, generator=torch.Generator().manual_seed(3)))


def rows_of(database: ConceptDatabase) -> dict[Any, list[ScoredSample]]:
    return {row["quantile"]: row["samples"] for row in controls(database, "bn1", 0)}


def test_images_of_a_quantile_have_the_scores_next_to_it(database):
    scores = sorted(database.relevance["bn1"].scores[:, 0].tolist())
    found = rows_of(database)
    assert list(found) == [0.5, None]
    for quantile, samples in found.items():
        if quantile is None:
            continue
        place = quantile * (len(scores) - 1)
        nearest = sorted(range(len(scores)), key=lambda index: (abs(index - place), -index))[:4]
        assert [sample["score"] for sample in samples] == sorted((scores[i] for i in nearest), reverse=True)


def test_a_quantile_among_the_examples_has_no_row(database):
    k, n = database.examples["bn1"].k, len(database.relevance["bn1"].sample_ids)
    assert [quantile for quantile in rows_of(database) if quantile and (1 - quantile) * (n - 1) < k] == []
    shown = {sample["sample"] for quantile, row in rows_of(database).items() if quantile for sample in row}
    assert not shown & set(database.examples["bn1"].sample_ids[0].tolist())


def test_of_images_with_the_same_score_any_may_be_shown():
    database = scored(torch.zeros(1000))
    labels = {sample["label"] for sample in rows_of(database)[0.5]}
    assert len(labels) > 1


def test_random_images_are_no_examples_and_the_same_at_every_look(database):
    drawn = rows_of(database)[None]
    assert len(drawn) == 4 == len({sample["sample"] for sample in drawn})
    assert not {sample["sample"] for sample in drawn} & set(database.examples["bn1"].sample_ids[0].tolist())
    assert rows_of(database)[None] == drawn
    assert controls(database, "bn1", 1)[-1]["samples"] != drawn


def test_a_random_image_has_its_score_where_it_was_attributed(database):
    relevance = database.relevance["bn1"]
    known = dict(zip(relevance.sample_ids.tolist(), relevance.scores[:, 0].tolist(), strict=True))
    drawn = [
        sample for component in range(20) for sample in controls(database, "bn1", component)[-1]["samples"]
    ]
    assert {sample["score"] is None for sample in drawn} == {True, False}
    assert all((sample["score"] is None) == (sample["sample"] not in known) for sample in drawn)
    assert all(sample["score"] == known.get(sample["sample"]) for sample in rows_of(database)[None])


def test_without_attribution_there_are_random_images_alone():
    (row,) = controls(fake_lens(8).database, "bn1", 0)
    assert row["quantile"] is None
    assert [sample["score"] for sample in row["samples"]] == [None] * 4


def test_a_quantile_that_no_kept_image_is_near_to_has_no_row(database):
    relevance = database.relevance["bn1"]
    best_first = relevance.scores[:, 0].float().argsort(descending=True, stable=True)
    middle = set(relevance.sample_ids[best_first[len(best_first) // 3 : 2 * len(best_first) // 3]].tolist())
    keep = torch.tensor(
        [index for index, one in enumerate(database.samples.ids.tolist()) if one not in middle]
    )
    samples = database.samples
    offsets = torch.zeros(len(keep) + 1, dtype=torch.int64)
    fewer = replace(
        samples,
        ids=samples.ids[keep],
        embeddings=samples.embeddings[keep],
        labels=[samples.labels[row] for row in keep],
        names=[samples.names[row] for row in keep],
        thumbnail_offsets=offsets,
    )
    assert 0.5 in rows_of(database)
    assert 0.5 not in rows_of(replace(database, samples=fewer))
