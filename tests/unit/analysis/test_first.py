"""The first components of a layer: those of the whole ranking, however large the layer is."""

import pytest
import torch

from semanticlens_widgets.analysis import Probe, null_calibration, rank
from semanticlens_widgets.analysis.queries import halves
from semanticlens_widgets.analysis.queries.first import first
from semanticlens_widgets.analysis.queries.halves import Halves
from tests.word_space import DIM, WordSpace, database_of

COLUMNS = ("alignment", "z_score", "percentile", "null_z_score", "null_percentile")


@pytest.fixture(params=["in single precision", "in half precision"])
def either_way(request, monkeypatch):
    monkeypatch.setattr(halves, "LARGE", 1 if request.param == "in half precision" else 10**9)


@pytest.fixture
def database():
    generator = torch.Generator().manual_seed(0)
    examples = torch.randn(300, 4, DIM, generator=generator) + 3 * torch.randn(DIM, generator=generator)
    examples[7] = torch.nan
    examples[40:60] = examples[40]
    return database_of({"layer": examples})


@pytest.mark.parametrize("top", [1, 5, 45, 1000])
def test_they_are_those_of_the_ranking_with_its_columns(database, either_way, top):
    calibration = null_calibration(database, WordSpace(), "layer")
    for seed in range(20):
        vector = torch.randn(DIM, generator=torch.Generator().manual_seed(seed))
        probe = Probe(vector if seed else database.component_embeddings["layer"][41], ())
        whole, found = (
            rank(database, probe, "layer", calibration),
            first(database, probe, "layer", top, calibration),
        )
        assert found.components.tolist() == whole.order[: min(top, 299)].tolist()
        assert (found.strength, found.weak) == (whole.strength, whole.weak)
        for column in COLUMNS:
            expected = getattr(whole, column)[found.components]
            torch.testing.assert_close(getattr(found, column), expected, rtol=1e-3, atol=1e-4)


def test_equal_ones_come_by_their_number_and_share_a_percentile(database, either_way):
    probe = Probe(database.component_embeddings["layer"][45], ())
    found = first(database, probe, "layer", 7)
    assert found.components.tolist() == list(range(40, 47))
    assert found.percentile.tolist() == pytest.approx([279 / 299] * 7)
    assert found.null_z_score.isnan().all()


def test_a_layer_without_examples_has_no_first(either_way):
    database = database_of({"layer": torch.full((3, 4, DIM), torch.nan)})
    found = first(database, Probe(torch.ones(DIM), ()), "layer", 5)
    assert len(found.components) == len(found.z_score) == 0
    assert found.strength is None


@pytest.mark.parametrize("dim", [8, 384, 1024])
def test_half_precision_is_never_off_by_more_than_its_margin(dim):
    generator = torch.Generator().manual_seed(dim)
    rows = torch.randn(5000, dim, generator=generator) * torch.rand(5000, dim, generator=generator) ** 8
    rows = torch.nn.functional.normalize(rows + 0.1 * torch.rand(5000, 1, generator=generator))
    for query in rows[:200]:
        rough = rows.half() @ query.half()
        assert (rough.double() - rows.double() @ query.double()).abs().max() < halves._ERROR


def test_mean_and_deviation_are_those_of_all_alignments():
    rows = torch.nn.functional.normalize(torch.rand(500, 16, generator=torch.Generator().manual_seed(0)))
    dead = torch.arange(500) % 5 == 0
    made = Halves(rows.masked_fill(dead[:, None], 0), dead)
    for query in (rows[0], -3 * rows[1]):
        alignment = rows[~dead].double() @ query.double()
        mean, deviation = made.spread(query)
        assert float(mean) == pytest.approx(float(alignment.mean()), abs=1e-6)
        assert float(deviation) == pytest.approx(float(alignment.std(correction=0)), rel=1e-4)
