"""Histograms of a component's scores over the attributed samples."""

from dataclasses import replace

import pytest
import torch

from semanticlens_widgets.widgets.answers.neurons.histograms import BINS, histogram
from tests.fakes import attributed_lens, fake_lens


@pytest.fixture(scope="module")
def database():
    return attributed_lens().database


def test_every_attributed_sample_is_counted_in_the_bin_of_its_score(database):
    for component in (0, 7, 13):
        found = histogram(database, "bn1", component)
        assert found is not None
        scores = database.relevance["bn1"].scores[:, component].tolist()
        width = (found["high"] - found["low"]) / BINS
        bins = [min(BINS - 1, int((score - found["low"]) / width)) for score in scores]
        assert found["counts"] == [bins.count(number) for number in range(BINS)]
        assert sum(found["counts"]) == found["n_samples"] == len(scores)


def test_the_bins_span_the_examples_too(database):
    examples = database.examples["bn1"]
    raised = replace(examples, scores=examples.scores + 100)
    found = histogram(replace(database, examples={**database.examples, "bn1": raised}), "bn1", 0)
    assert found is not None
    assert found["high"] == pytest.approx(float(raised.scores[0].max()))
    assert sum(found["counts"]) == found["n_samples"]


def test_equal_scores_are_all_counted(database):
    relevance, examples = database.relevance["bn1"], database.examples["bn1"]
    same = replace(relevance, scores=torch.full_like(relevance.scores, 2))
    twos = replace(examples, scores=torch.full_like(examples.scores, 2))
    found = histogram(replace(database, relevance={"bn1": same}, examples={"bn1": twos}), "bn1", 0)
    assert found is not None
    assert sum(found["counts"]) == found["n_samples"]


def test_without_an_attribution_there_is_none(database):
    assert histogram(fake_lens().database, "bn1", 0) is None
    assert histogram(database, "bn2", 0) is None
