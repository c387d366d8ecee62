"""The samples that drive a component are all those in its upper tail, not only its examples."""

import dataclasses

import pytest
import torch

from semanticlens_widgets.analysis import driving_samples
from semanticlens_widgets.concepts import Relevance
from semanticlens_widgets.errors import LayerNotFoundError
from semanticlens_widgets.lens import Lens
from tests.fakes import fake_database

N = 60


@pytest.fixture(scope="module")
def lens():
    database = fake_database(8, ["bn2"], sign="both", hostile=False)
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(N, 8, generator=generator).half()
    scores[:, 7] = 0.0
    relevance = Relevance(
        layer="bn2",
        method="gradient",
        classes=("cat", "<b>dog</b>"),
        outputs=torch.tensor([0, 1]),
        mean=torch.zeros(2, 8),
        maximum=torch.zeros(2, 8),
        share=torch.zeros(2, 8),
        n_samples=torch.tensor([20, 40]),
        sample_ids=torch.arange(N) * 2 + 1,
        sample_classes=(torch.arange(N) >= 20).long(),
        predicted=torch.zeros(N, dtype=torch.int64),
        relevance=torch.randn(N, 8, generator=generator).half(),
        scores=scores,
    )
    return Lens(dataclasses.replace(database, relevance={"bn2": relevance}))


def slowly(relevance, component, quantile, classes):
    rows = []
    for row, score in enumerate(relevance.scores[:, component].tolist()):
        share = sum(other < score for other in relevance.scores[:, component].tolist()) / (N - 1)
        name = relevance.classes[relevance.sample_classes[row]]
        if share >= quantile and name in classes:
            value = float(relevance.relevance[row, component])
            rows.append((int(relevance.sample_ids[row]), name, score, share, value))
    return sorted(rows, key=lambda row: -row[2])


@pytest.mark.parametrize("quantile", [0.5, 0.9, 0.95])
def test_rows_are_the_samples_above_the_quantile_of_all_samples(lens, quantile):
    relevance = lens.database.relevance["bn2"]
    found = lens.samples(["bn2:1", "bn2:0-"], quantile=quantile)
    for name, row in [("bn2:1", 1), ("bn2:0-", 4)]:
        one = found[found["component"] == name]
        wanted = slowly(relevance, row, quantile, relevance.classes)
        assert list(one[["sample", "class"]].itertuples(index=False, name=None)) == [
            row[:2] for row in wanted
        ]
        for column, place in [("score", 2), ("quantile", 3), ("relevance", 4)]:
            torch.testing.assert_close(
                torch.tensor(one[column].tolist()),
                torch.tensor([row[place] for row in wanted]),
                atol=1e-6,
                rtol=0,
            )


def test_the_best_sample_is_in_the_upper_tail_of_few_samples_too(lens):
    relevance = lens.database.relevance["bn2"]
    few = torch.arange(5)
    tables = {
        name: getattr(relevance, name)[few]
        for name in ("sample_ids", "sample_classes", "scores", "relevance")
    }
    tables["scores"] = torch.arange(5.0)[:, None].expand(-1, relevance.n_components).half()
    known = dataclasses.replace(relevance, predicted=relevance.predicted[few], **tables)
    database = dataclasses.replace(lens.database, relevance={"bn2": known})
    assert driving_samples(database, ["bn2:1"])["sample"].tolist() == [int(relevance.sample_ids[4])]


def test_classes_keep_their_own_samples_with_the_quantiles_among_all(lens):
    everything = lens.samples("bn2:1", quantile=0.6)
    dogs = lens.samples("bn2:1", quantile=0.6, classes="<b>dog</b>")
    assert dogs.equals(everything[everything["class"] == "<b>dog</b>"].reset_index(drop=True))


def test_a_component_that_gives_every_sample_the_same_is_driven_by_none(lens):
    assert lens.samples("bn2:3-", quantile=0.0).empty


def test_names_and_labels_come_from_the_images_or_from_the_examples(lens):
    known = lens.database.samples
    found = lens.samples("bn2:1", quantile=0.5)
    assert list(found.columns)[:4] == ["component", "sample", "name", "label"]
    assert set(found["sample"]).isdisjoint(known.ids.tolist())
    assert found["name"].isna().all()

    class Numbered:
        fingerprint = "numbers"

        def __len__(self):
            return lens.database.provenance.n_images

        def image(self, sample):
            raise OSError

        def label(self, sample):
            return None

        def name(self, sample):
            return f"{sample}.png"

    named = Lens(lens.database, images=Numbered()).samples("bn2:1", quantile=0.5)
    assert list(named["name"]) == [f"{sample}.png" for sample in named["sample"]]


@pytest.mark.parametrize(
    ("components", "options", "error", "message"),
    [
        ([], {}, ValueError, "at least one component"),
        ("12", {}, ValueError, "named with its layer, like 'bn2:12'"),
        ("bn3:1", {}, LayerNotFoundError, "no layer 'bn3'"),
        ("bn2:4", {}, ValueError, "components 0 to 3"),
        ("bn2:1", {"quantile": 1.0}, ValueError, "quantile must lie in"),
        ("bn2:1", {"classes": ["cta"]}, ValueError, "no class 'cta'; did you mean 'cat'"),
    ],
)
def test_what_cannot_be_is_said(lens, components, options, error, message):
    with pytest.raises(error, match=message):
        lens.samples(components, **options)


def test_a_layer_that_was_not_attributed_is_said_to_be():
    with pytest.raises(ValueError, match="'bn1' was not attributed.*lens.attribute"):
        Lens(fake_database(8)).samples("bn1:1")


def test_a_whole_number_is_a_quantile_too(lens):
    assert lens.samples("bn2:1", quantile=0).equals(lens.samples("bn2:1", quantile=0.0))
    assert len(lens.samples("bn2:1", quantile=0)) == N - 1  # nothing lies below the lowest
