"""The loop: any interruption, resumed, ends like an uninterrupted run; states merge in any order."""

import pickle
from contextlib import contextmanager
from functools import partial
from itertools import permutations

import pytest
import torch

from semanticlens_widgets.collection._state import LayerRule, LayerStates
from semanticlens_widgets.collection._step import collecting
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.passes import Checkpoint, Pass, Rows, _checkpoint, _progress, run_pass
from semanticlens_widgets.passes._encoding import encode, rows_of
from tests.lookup_world import LookupModel, NumberedImages, activations, number_of

N, SIZE, BROKEN = 22, 4, (2, 9)
N_BATCHES = 6
MODEL = LookupModel(a=activations(N, 3, 2, 2), b=activations(N, 5, seed=1))
RULES = [LayerRule(f"layers.{name}", "max", "both", 4) for name in "ab"]


class StopError(Exception):
    pass


@contextmanager
def numbering(model):
    """A step whose state grows by a row a sample."""

    def fold(rows, batch):
        numbers = model(batch.pixels)[:, 0, 0, 0]
        return rows.with_batch(batch.sample_ids, {"numbers": numbers})

    yield fold


KINDS = {
    "tables": (partial(collecting, MODEL, RULES), LayerStates()),
    "rows": (partial(numbering, MODEL), Rows()),
}


def work(kind, samples=range(N), **options):
    step, empty = KINDS[kind]
    options = {"batch_size": SIZE, "memory_format": torch.contiguous_format, **options}
    images = options.pop("images", None) or NumberedImages(N, broken=BROKEN)
    return Pass(MODEL, images, samples, number_of, step, empty, label="test", **options)


def run(kind, path=None, report=None, **options):
    checkpoint = Checkpoint(path) if path else None
    return run_pass(work(kind, **options), checkpoint=checkpoint, progress=False, report=report)


def flat(state):
    """Everything that a state holds, in one mapping."""
    rows = rows_of(state)
    rows = rows.columns() if len(rows) else {}
    tensors, rest = encode(state)
    return {**rows, **tensors}, rest


def assert_equal(one, other):
    (ours, rest), (theirs, other_rest) = flat(one), flat(other)
    assert rest == other_rest
    assert ours.keys() == theirs.keys()
    for name, tensor in ours.items():
        assert torch.equal(tensor, theirs[name]), name


def stopping_after(n_batches):
    seen = []

    def report(n_done, total):
        assert total == N
        seen.append(n_done)
        if len(seen) == n_batches:
            raise StopError

    return report


@pytest.fixture
def path(tmp_path):
    return tmp_path / "pass.safetensors"


@pytest.mark.parametrize("seconds", [-1.0, 1e9], ids=["saved after every batch", "saved at the end"])
@pytest.mark.parametrize("n_batches", range(1, N_BATCHES + 2))
@pytest.mark.parametrize("kind", KINDS)
def test_a_pass_that_was_stopped_after_any_batch_is_resumed_bit_for_bit(
    path, kind, n_batches, seconds, monkeypatch
):
    monkeypatch.setattr(_progress, "_SECONDS_BETWEEN_SAVES", seconds)
    whole = run(kind)
    if n_batches <= N_BATCHES:
        with pytest.raises(StopError):
            run(kind, path, stopping_after(n_batches))
    reported = []
    MODEL.batch_sizes.clear()
    resumed = run(kind, path, lambda n_done, _: reported.append(n_done))
    assert_equal(resumed.state, whole.state)
    assert resumed.broken == whole.broken
    assert sorted(resumed.broken) == [2, 9]
    done = SIZE * n_batches if n_batches <= N_BATCHES else 0
    assert sum(MODEL.batch_sizes) == sum(sample not in BROKEN for sample in range(done, N))
    assert reported == sorted(reported)
    assert resumed.n_done == N


@pytest.mark.parametrize("kind", KINDS)
def test_stopped_again_and_again_it_ends_the_same_and_runs_no_sample_twice(path, kind):
    whole = run(kind)
    MODEL.batch_sizes.clear()
    for _ in range(5):
        with pytest.raises(StopError):
            run(kind, path, stopping_after(1))
    assert_equal(run(kind, path).state, whole.state)
    assert sum(MODEL.batch_sizes) == 20


def test_a_finished_pass_is_loaded_and_its_checkpoint_stays_until_the_caller_deletes_it(path):
    whole = run("rows", path)
    MODEL.batch_sizes.clear()
    images = NumberedImages(N)
    assert_equal(run("rows", path, images=images).state, whole.state)
    assert (MODEL.batch_sizes, images.decoded) == ([], [])
    Checkpoint(path).delete()
    assert not list(path.parent.iterdir())


def test_a_checkpoint_of_another_version_is_ignored(path, monkeypatch):
    with pytest.raises(StopError):
        run("tables", path, stopping_after(2))
    monkeypatch.setattr(_checkpoint, "VERSION", _checkpoint.VERSION + 1)
    MODEL.batch_sizes.clear()
    run("tables", path)
    assert sum(MODEL.batch_sizes) == 20


@pytest.mark.parametrize(
    "options", [{"identity": "other"}, {"samples": range(1, N)}, {"samples": range(N - 1)}]
)
def test_a_checkpoint_of_another_pass_is_refused(path, options):
    run("rows", path)
    with pytest.raises(ValueError, match="the checkpoint must come from the same pass"):
        run("rows", path, **options)


@pytest.mark.parametrize("kind", KINDS)
def test_states_of_shards_merge_to_that_of_the_whole_in_any_order(kind):
    whole = run(kind).state
    shards = [run(kind, samples=samples).state for samples in (range(7), range(15, N), range(7, 15))]
    empty = KINDS[kind][1]
    for first, second, third in permutations(shards):
        for merged in (first.merge(second).merge(third), first.merge(second.merge(third)).merge(empty)):
            assert_equal(merged, whole)


def test_a_broken_image_leaves_the_borders_of_the_other_batches():
    MODEL.batch_sizes.clear()
    run("rows")
    assert MODEL.batch_sizes == [3, 4, 3, 4, 4, 2]


def test_nothing_is_tried_out_where_batch_size_and_memory_format_are_named():
    def settings(**options):
        MODEL.batch_sizes.clear()
        execution = run("rows", images=NumberedImages(N), trial=True, **options).execution
        return execution["trials"], execution["settled"], set(MODEL.batch_sizes)

    trials, settled, sizes = settings()
    assert (trials, settled, sizes - {SIZE, N % SIZE}) == ([], True, set())
    assert run("rows", batch_size=None, memory_format=None).execution["trials"] == []


def test_without_names_the_first_batches_are_a_trial():
    images = NumberedImages(600)
    model = LookupModel(a=activations(600, 3, 2, 2))
    trying = Pass(model, images, range(600), number_of, partial(numbering, model), Rows(), "test", trial=True)
    found = run_pass(trying, progress=False)
    assert found.execution["trials"]
    assert len(found.state) == 600


def test_a_batch_that_does_not_fit_is_halved_and_no_larger_one_is_tried_again():
    sizes = []

    @contextmanager
    def cramped():
        def fold(rows, batch):
            sizes.append(len(batch.sample_ids))
            if len(batch.sample_ids) > 3:
                raise torch.cuda.OutOfMemoryError
            return rows.with_batch(batch.sample_ids, {"seen": torch.ones(len(batch.sample_ids))})

        yield fold

    cramped_pass = Pass(
        MODEL, NumberedImages(N), range(N), number_of, cramped, Rows(), "test", batch_size=12, trial=True
    )
    found = run_pass(cramped_pass, progress=False)
    assert found.state.columns()["sample_ids"].tolist() == list(range(N))
    assert sizes.count(12) == 1
    assert max(sizes[sizes.index(3) + 4 :]) <= 3


def test_the_first_error_of_a_step_loses_nothing_of_the_batches_before(path):
    class Broken(LookupModel):
        def forward(self, pixels):
            if len(self.batch_sizes) == 3:
                raise RuntimeError("cuda fell over")
            return super().forward(pixels)

    model = Broken(a=activations(N, 3), b=activations(N, 5, seed=1))
    failing = Pass(
        model,
        NumberedImages(N),
        range(N),
        number_of,
        partial(numbering, model),
        Rows(),
        "test",
        batch_size=SIZE,
    )
    with pytest.raises(RuntimeError, match="fell over"):
        run_pass(failing, checkpoint=Checkpoint(path), progress=False)
    model.batch_sizes = []
    MODEL.batch_sizes.clear()
    assert run("rows", path, images=NumberedImages(N)).n_done == N
    assert sum(MODEL.batch_sizes) == N - 3 * SIZE


def test_images_that_cannot_be_read_are_noted_or_refused():
    assert sorted(run("rows").broken) == [2, 9]
    with pytest.raises(ImagesError, match=r"2\.png could be read before and cannot be read now: .*truncated"):
        run("rows", must_read=True)
    with pytest.raises(ImagesError, match=r"none of the 2 images can be used \(2\.png: .*; 9\.png: "):
        run("rows", samples=[2, 9])


def test_the_model_is_left_as_it_was_found_also_after_a_stop():
    MODEL.train()
    try:
        with pytest.raises(StopError):
            run("tables", report=stopping_after(1))
        assert all(module.training for module in MODEL.modules())
        assert not any(module._forward_hooks for module in MODEL.modules())
    finally:
        MODEL.eval()


def test_a_step_and_a_state_can_be_sent_to_another_process():
    step, empty = pickle.loads(pickle.dumps(KINDS["tables"]))  # noqa: S301
    images, copied_model = NumberedImages(N, broken=BROKEN), step.args[0]
    sent = Pass(copied_model, images, range(N), number_of, step, empty, "test", batch_size=SIZE)
    found = run_pass(sent, progress=False)
    assert_equal(found.state, run("tables").state)
