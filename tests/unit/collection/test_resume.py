import pytest
import torch

from semanticlens_widgets.collection import collect
from semanticlens_widgets.layers.axes._probe_runs import is_probing
from semanticlens_widgets.passes import Checkpoint, Entry, _progress
from tests.lookup_world import LookupModel, NumberedImages, activations, number_of


class Interrupted(LookupModel):
    """Is interrupted in batch `when`, between its two layers."""

    when = 4

    def forward(self, pixels):
        for number, layer in enumerate(self.layers.values()):
            if number == 1 and len(self.batch_sizes) == self.when:
                raise KeyboardInterrupt
            layer(pixels)
        if not is_probing():
            self.batch_sizes.append(len(pixels))


TABLES = {"a": activations(40, 3, 2, 2), "b": activations(40, 5, seed=1)}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.safetensors"


def run(model, path=None, **options):
    options = {"k": 4, "batch_size": 6, **options}
    images = NumberedImages(40, broken=(2, 30))
    checkpoint = Checkpoint(path) if path else None
    return collect(
        model, images, "layers.*", transform=number_of, progress=False, checkpoint=checkpoint, **options
    )


def test_an_interrupted_pass_goes_on_and_ends_bit_identical(path):
    with pytest.raises(KeyboardInterrupt):
        run(Interrupted(**TABLES), path)
    assert Entry(path.with_suffix(".v3.safetensors")).load()[1]["n_done"] == 24
    model = LookupModel(**TABLES)
    resumed, whole = run(model, path), run(LookupModel(**TABLES))
    assert sum(model.batch_sizes) == 15
    assert resumed.broken == whole.broken
    for layer, expected in whole.examples.items():
        for name in ("sample_ids", "scores", "positions", "mean", "variance", "maximum", "firing_rate"):
            assert torch.equal(getattr(resumed.examples[layer], name), getattr(expected, name))
        assert resumed.examples[layer].n_samples == expected.n_samples == 38
        assert resumed.examples[layer].grid == expected.grid


def test_a_finished_pass_is_not_run_again(path):
    model = LookupModel(**TABLES)
    first = run(model, path)
    model.batch_sizes.clear()
    second = run(model, path)
    assert model.batch_sizes == []
    assert torch.equal(first.examples["layers.a"].scores, second.examples["layers.a"].scores)


def test_progress_is_saved_on_the_way(path, monkeypatch):
    saved, save = [], Checkpoint.save
    monkeypatch.setattr(_progress, "_SECONDS_BETWEEN_SAVES", 0.0)
    monkeypatch.setattr(Checkpoint, "save", lambda *given: (saved.append(given), save(*given)))
    run(LookupModel(**TABLES), path)
    assert len(saved) > 5


def test_a_resumed_pass_keeps_the_batch_size_of_the_first(path):
    with pytest.raises(KeyboardInterrupt):
        run(Interrupted(**TABLES), path)
    model = LookupModel(**TABLES)
    run(model, path, batch_size=None)
    assert model.batch_sizes == [6, 5, 4]


@pytest.mark.parametrize("options", [{"k": 5}, {"samples": range(3)}, {"pooling": "mean"}])
def test_the_progress_of_another_pass_is_refused(path, options):
    run(LookupModel(**TABLES), path)
    with pytest.raises(ValueError, match="the checkpoint must come from the same pass"):
        run(LookupModel(**TABLES), path, **options)
