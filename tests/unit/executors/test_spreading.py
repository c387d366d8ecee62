"""A lens over workers is that of one process, bit for bit; whatever hinders it is said in one sentence."""

import random
import threading
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any, cast

import pytest
import torch
from PIL import Image

import semanticlens_widgets as slw
from semanticlens_widgets.errors import ImagesError, NonFiniteError, WorkerError
from semanticlens_widgets.executors import worker
from tests.colour_world import ColourSpace
from tests.faults.saved import change, content
from tests.noise_world import READ, Net, Watched, build, pictures


class Workers:
    """Threads that take what waits for them in a random order; `lost(number)` says which tasks lose their worker."""

    def __init__(self, n, lost=lambda number: False, altered=lambda head: head):
        self.n_workers, self.pool, self.random = n, ThreadPoolExecutor(n), random.Random(0)  # noqa: S311
        self.lost, self.altered = lost, altered
        self.waiting, self.guard, self.number = [], threading.Lock(), 0

    def submit(self, function, head, *arguments):
        future = Future()
        with self.guard:
            self.waiting.append((future, function, head, arguments))
        self.pool.submit(self.one)
        return future

    def one(self):
        with self.guard:
            future, function, head, arguments = self.waiting.pop(self.random.randrange(len(self.waiting)))
            self.number += 1
            lost = self.lost(self.number)
        if lost:
            future.set_exception(OSError("the node is gone"))
        else:
            future.set_result(function(self.altered(head), *arguments))


@pytest.fixture(scope="module")
def expected():
    return content(build(crop=True, look_alikes=True))


@pytest.mark.parametrize("n", [1, 2, 4])
def test_any_number_of_workers_in_any_order_gives_the_same_bits(n, expected):
    assert change(content(build(Workers(n), crop=True, look_alikes=True)), expected) is None


def test_a_pool_of_threads_gives_the_same_bits_and_keeps_one_model_a_thread(expected):
    with ThreadPoolExecutor(2) as pool:
        lens = build(pool, crop=True, look_alikes=True)
    assert change(content(lens), expected) is None


def test_broken_images_move_nothing(tmp_path):
    for number, frame in enumerate(pictures(40)):
        Image.fromarray(frame).save(tmp_path / f"{number:02}.png")
    for number in (3, 17, 18, 19, 20, 21, 22, 23, 24):
        (tmp_path / f"{number:02}.png").write_text("no picture")
    with pytest.warns(UserWarning, match="left out"):
        one = build(images=tmp_path)
    with pytest.warns(UserWarning, match="left out"):
        other = build(Workers(3), images=tmp_path)
    assert change(content(other), content(one)) is None


@pytest.mark.filterwarnings("ignore:shard")
def test_lost_shards_run_again(expected):
    with pytest.warns(UserWarning, match=r"^shard .* was lost .*node is gone.* and runs again$"):
        lens = build(Workers(2, lost=lambda number: number % 3 == 1), crop=True, look_alikes=True)
    assert change(content(lens), expected) is None


@pytest.mark.filterwarnings("ignore:shard")
def test_a_shard_that_always_loses_its_worker_is_named_with_the_cause():
    with pytest.raises(
        WorkerError, match=r"^shard 0 to 47 was lost .*OSError: the node is gone.* 3 times; look at "
    ):
        build(Workers(1, lost=lambda number: True), n=48)


@pytest.mark.filterwarnings("ignore:shard")
@pytest.mark.parametrize("after", range(1, 6))
def test_a_run_that_ends_early_goes_on_with_another_number_of_workers_and_does_nothing_twice(tmp_path, after):
    images = Watched(60)
    once = content(build(images=images))
    READ.clear()
    build(Workers(4), images=images)
    whole = len(READ)
    READ.clear()
    with pytest.raises(WorkerError):
        build(slw.Workers(Workers(1, lost=lambda number: number > after), 4), images=images, cache=tmp_path)
    lens = build(Workers(2), images=images, cache=tmp_path)
    assert change(content(lens), once) is None
    assert len(READ) <= whole + 2  # the shape of the input is found out once more
    assert not list((tmp_path / "checkpoints").glob("*"))


def test_weights_are_not_sent_where_a_function_makes_the_model():
    sent = []

    class Weighed(Workers):
        def submit(self, function, *arguments):
            sent.extend(len(one) for one in arguments if isinstance(one, bytes))
            return super().submit(function, *arguments)

    def make_model():
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return torch.nn.Sequential(Net(), torch.nn.Linear(3, 200_000))

    lens = build(Weighed(2), model=make_model, layers=["0.0"], images=pictures(20), classes=None)
    assert isinstance(lens._session.with_model().model, torch.nn.Sequential)
    assert max(sent) < 100_000


def test_what_the_work_raises_is_raised_here_with_the_traceback_of_the_worker():
    model = Net()
    with torch.no_grad():
        for weight in model[2].parameters():
            weight.fill_(3e38)
    with pytest.raises(NonFiniteError, match="NaN or infinity") as said:
        build(Workers(2), model=model, layers=["3"])
    assert "Traceback" in str(said.value.__cause__)


class Locked(Net):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()


class Streamed(torch.utils.data.Dataset):
    def __init__(self):
        self.rest = (number for number in range(20))

    def __len__(self):
        return 20

    def __getitem__(self, number):
        return Image.fromarray(pictures(20)[number])


def unmade():
    if threading.current_thread() is not threading.main_thread():
        raise FileNotFoundError("weights.pt")
    return Net()


def other_each_time():
    return torch.nn.Sequential(torch.nn.Conv2d(3, 4, 1))


@pytest.mark.parametrize(
    ("executor", "options", "error", "said"),
    [
        (object(), {}, TypeError, r"^executor must have a method submit\(function, \*arguments\), .* object has none$"),
        ("gpu", {}, ValueError, r"^executor must be 'gpus' or an object with a method submit, not 'gpu'$"),
        (Workers(1), {"model": Locked()}, TypeError, r"^the model cannot be sent .*lock.*; pass .*model=make_model"),
        (Workers(1), {"images": Streamed()}, TypeError, r"^the images cannot be sent .*pass a folder"),
        (Workers(1), {"model": unmade}, WorkerError, r"^a worker cannot make the model \(FileNotFoundError: weights"),
        (Workers(1), {"model": other_each_time, "layers": "0"}, WorkerError, r"gave other weights to a worker"),
        (Workers(1), {"model": dict}, TypeError, r"^model must be a torch module or a function that makes one"),
        (
            Workers(1, altered=lambda head: {**head, "versions": {"torch": "1.13"}}),
            {},
            WorkerError,
            r"^a worker on .* has torch .* and this process 1\.13; give the workers the same environment$",
        ),
    ],
)  # fmt: skip
def test_what_cannot_work_is_said_in_one_sentence(executor, options, error, said):
    with pytest.raises(error, match=said):
        build(executor, **options)


def test_workers_that_do_not_see_the_images_are_refused(tmp_path):
    for number, frame in enumerate(pictures(20)):
        Image.fromarray(frame).save(tmp_path / f"{number:02}.png")

    class Elsewhere(Workers):
        def one(self):
            here = Image.open
            Image.open = lambda *_, **__: (_ for _ in ()).throw(FileNotFoundError("no such file"))
            try:
                super().one()
            finally:
                Image.open = here

    with pytest.raises(
        ImagesError, match=r"00\.png can be read here and not by a worker .*a folder that they share"
    ):
        build(Elsewhere(1), images=tmp_path)


def test_forked_processes_are_refused():
    with (
        ProcessPoolExecutor(1, get_context("fork")) as pool,
        pytest.raises(ValueError, match="forked ones hang"),
    ):
        build(pool)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there are GPUs")
def test_gpus_are_refused_where_there_are_none():
    with pytest.raises(ValueError, match="executor='gpus' needs a GPU"):
        build("gpus")


def test_a_lambda_in_the_model_and_a_hook_are_sent():
    def hooked():
        model = Net()
        model[4].register_forward_hook(cast("Any", lambda module, inputs, output: output * 2))
        return model

    one, other = (
        build(executor, model=hooked(), layers=["4"], foundation_model=ColourSpace())
        for executor in (None, Workers(2))
    )
    assert change(content(other), content(one)) is None


def test_an_answer_is_given_and_never_raised():
    head = {"versions": {}, "threads": 1, "parcels": [("work", "key")]}
    kind, name, rest, process = worker.run_shard(head, [], b"garbage")
    assert (kind, name) == ("failed", "RefusedError")
    assert "cannot make the work" in rest
    assert process == worker.this_process()
