"""Concept examples that are crops: every question about them is a question about the crops."""

from dataclasses import replace

import pandas as pd
import pytest
import torch
from torch.nn.functional import normalize

from semanticlens_widgets import analysis
from semanticlens_widgets.analysis.labels.contrastive import contrastive_embeddings, look_alikes
from semanticlens_widgets.analysis.labels.example_groups import example_groups
from semanticlens_widgets.concepts import Crops
from tests.fakes import CATEGORIES, WordModel, fake_database


@pytest.fixture(scope="module")
def frames():
    return fake_database(12, ("bn1",), hostile=False)


@pytest.fixture(scope="module")
def cropped(frames):
    """The same examples as crops, in images that show something else as well."""
    samples = frames.samples
    n = len(samples)
    crops = Crops(
        sample_ids=samples.ids,
        boxes=torch.tensor([[0, 0, 8, 8]] * n, dtype=torch.int32),
        sizes=torch.tensor([[16, 16]] * n, dtype=torch.int32),
        embeddings=samples.embeddings,
        thumbnail_bytes=samples.thumbnail_bytes,
        thumbnail_offsets=samples.thumbnail_offsets,
        rows={"bn1": samples.rows(frames.examples["bn1"].sample_ids)},
        threshold=0.01,
    )
    elsewhere = samples.embeddings.roll(7, 1)
    return replace(frames, samples=replace(samples, embeddings=elsewhere), crops=crops)


def test_scores_are_those_of_the_crops(frames, cropped):
    pd.testing.assert_frame_equal(analysis.scores(cropped), analysis.scores(frames))


@pytest.mark.parametrize("method", ["nearest", "soft-wpmi"])
def test_labels_and_what_chance_reaches_are_those_of_the_crops(frames, cropped, method):
    words = [*CATEGORIES, "stone", "cloud"]
    expected = analysis.label(frames, WordModel(), words, method=method)
    pd.testing.assert_frame_equal(analysis.label(cropped, WordModel(), words, method=method), expected)


def test_groups_of_examples_are_those_of_the_crops(frames, cropped):
    assert torch.equal(example_groups(cropped, "bn1"), example_groups(frames, "bn1"))


def test_look_alikes_of_crops_are_the_nearest_whole_images_that_are_no_examples(cropped):
    images = normalize(cropped.samples.embeddings, dim=1)
    found = look_alikes(cropped, "bn1")
    for component, ids in enumerate(cropped.examples["bn1"].sample_ids.tolist()):
        own = {cropped.samples.ids.tolist().index(sample) for sample in ids if sample >= 0}
        for rank, crop in enumerate(cropped.crops.rows["bn1"][component].tolist()):
            if crop < 0:
                assert found[component, rank] == -1
                continue
            similarity = images @ normalize(cropped.crops.embeddings[crop], dim=0)
            allowed = [row for row in range(len(images)) if row not in own]
            assert int(found[component, rank]) == max(allowed, key=lambda row: (float(similarity[row]), -row))


def test_contrastive_embeddings_take_the_look_alike_image_off_the_crop(cropped):
    others = look_alikes(cropped, "bn1")
    embeddings = contrastive_embeddings(cropped, "bn1", gamma=0.5)
    images = normalize(cropped.samples.embeddings, dim=1)
    scores = cropped.examples["bn1"].scores[0].clamp(min=0)
    rest = torch.zeros(cropped.dim)
    for rank, crop in enumerate(cropped.crops.rows["bn1"][0].tolist()):
        example, other = normalize(cropped.crops.embeddings[crop], dim=0), images[others[0, rank]]
        rest += scores[rank] / scores.sum() * (example - 0.5 * (example @ other) * other)
    torch.testing.assert_close(embeddings[0], normalize(rest, dim=0))
