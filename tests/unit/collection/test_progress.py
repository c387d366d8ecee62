import json

import pytest
import torch

from semanticlens_widgets.collection import collect, progress_from_tensors, progress_to_tensors
from tests.lookup_world import LookupModel, NumberedImages, activations, number_of


class Shelf:
    """Keeps progress as tensors and JSON text, as a file would."""

    def __init__(self):
        self.saved = None
        self.n_saves = 0

    def load(self):
        return progress_from_tensors(self.saved[0], json.loads(self.saved[1])) if self.saved else None

    def save(self, progress):
        tensors, rest = progress_to_tensors(progress)
        self.saved = tensors, json.dumps(rest)
        self.n_saves += 1


class Interrupted(LookupModel):
    """Is interrupted in batch `when`, between its two layers."""

    when = 4

    def forward(self, pixels):
        for number, layer in enumerate(self.layers.values()):
            if number == 1 and len(self.batch_sizes) == self.when:
                raise KeyboardInterrupt
            layer(pixels)
        self.batch_sizes.append(len(pixels))


TABLES = {"a": activations(40, 3, 2, 2), "b": activations(40, 5, seed=1)}


def run(model, shelf=None, **options):
    options = {"k": 4, "batch_size": 6, **options}
    images = NumberedImages(40, broken=(2, 30))
    return collect(
        model, images, "layers.*", transform=number_of, progress=False, checkpoint=shelf, **options
    )


def test_an_interrupted_pass_goes_on_and_ends_bit_identical():
    shelf = Shelf()
    with pytest.raises(KeyboardInterrupt):
        run(Interrupted(**TABLES), shelf)
    assert shelf.load().n_done == 25
    model = LookupModel(**TABLES)
    resumed, whole = run(model, shelf), run(LookupModel(**TABLES))
    assert sum(model.batch_sizes) == 14
    assert resumed.broken == whole.broken
    for layer, expected in whole.examples.items():
        for name in ("sample_ids", "scores", "positions", "mean", "variance", "maximum", "firing_rate"):
            assert torch.equal(getattr(resumed.examples[layer], name), getattr(expected, name))
        assert resumed.examples[layer].n_samples == expected.n_samples == 38
        assert resumed.examples[layer].grid == expected.grid


def test_a_finished_pass_is_not_run_again():
    shelf, model = Shelf(), LookupModel(**TABLES)
    first = run(model, shelf)
    model.batch_sizes.clear()
    second = run(model, shelf)
    assert model.batch_sizes == []
    assert torch.equal(first.examples["layers.a"].scores, second.examples["layers.a"].scores)


def test_progress_is_saved_on_the_way(monkeypatch):
    import semanticlens_widgets._saving as module

    monkeypatch.setattr(module, "_SECONDS_BETWEEN_SAVES", 0.0)
    shelf = Shelf()
    run(LookupModel(**TABLES), shelf)
    assert shelf.n_saves > 5


def test_a_resumed_pass_keeps_the_batch_size_of_the_first():
    shelf = Shelf()
    with pytest.raises(KeyboardInterrupt):
        run(Interrupted(**TABLES), shelf)
    model = LookupModel(**TABLES)
    run(model, shelf, batch_size=None)
    assert model.batch_sizes == [6, 6, 2]


@pytest.mark.parametrize("options", [{"k": 5}, {"samples": range(3)}])
def test_the_progress_of_another_pass_is_refused(options):
    shelf = Shelf()
    run(LookupModel(**TABLES), shelf)
    with pytest.raises(ValueError, match="the checkpoint must come from the same pass"):
        run(LookupModel(**TABLES), shelf, **options)
