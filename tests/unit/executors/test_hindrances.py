"""Whatever hinders workers of a pool of processes or of Dask is said in one sentence, with the way out."""

import asyncio
import multiprocessing
import os
import sys
import threading
import types
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor

import pytest
import torch
from PIL import Image

import semanticlens_widgets as slw
from semanticlens_widgets.errors import NonFiniteError, WorkerError
from tests.colour_world import to_tensor
from tests.faults.saved import change, content
from tests.noise_world import Net, build, pictures

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:shard")]
SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture(scope="module")
def pool():
    with ProcessPoolExecutor(1, SPAWN) as executor:
        yield executor


@pytest.fixture(scope="module")
def client():
    distributed = pytest.importorskip("dask.distributed")
    options = {"threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": "CRITICAL"}
    with distributed.LocalCluster(n_workers=1, **options) as cluster, distributed.Client(cluster) as found:
        yield found


@pytest.fixture(params=["pool", "client"])
def executor(request):
    return request.getfixturevalue(request.param)


def in_notebook(code, name):
    """An object of a cell: its module is `__main__`, which workers have another one of."""
    scope = {"__name__": "__main__", "torch": torch, "nn": torch.nn}
    exec(code, scope)  # noqa: S102
    return scope[name]


NET = """
class Mine(nn.Module):
    def __init__(self):
        super().__init__()
        self.low = nn.Conv2d(3, 4, 3)
        self.head = nn.Linear(4, 3)

    def forward(self, pixels):
        return self.head(self.low(pixels).mean((2, 3)))
"""
PICTURES = """
class Pictures(torch.utils.data.Dataset):
    def __init__(self, pixels):
        self.pixels = pixels

    def __len__(self):
        return len(self.pixels)

    def __getitem__(self, sample):
        return self.pixels[sample], sample % 3
"""


def test_models_datasets_and_transforms_of_a_notebook_go_to_workers(executor):
    torch.manual_seed(0)
    options = {
        "model": in_notebook(NET, "Mine")(),
        "images": in_notebook(PICTURES, "Pictures")(pictures(24)),
        "layers": ["low"],
        "transform": lambda picture: to_tensor(picture) * 2,
        "classes": None,
    }
    one, other = (build(some, **options) for some in (None, executor))
    assert change(content(other), content(one)) is None


class Locked(torch.utils.data.Dataset):
    """Holds what cannot be sent, as many datasets hold an open file."""

    def __init__(self):
        self.file = threading.Lock()

    def __len__(self):
        return 20

    def __getitem__(self, sample):
        return Image.fromarray(pictures(20)[sample])


class Guarded:
    """A transform with a lock."""

    def __init__(self):
        self.lock = threading.Lock()

    def __call__(self, picture):
        return to_tensor(picture)


def too_large():
    model = Net()
    with torch.no_grad():
        for weight in model[2].parameters():
            weight.fill_(3e38)
    return model


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"images": Locked()}, TypeError, r"^the images cannot be sent .*let the dataset open files when it reads"),
        ({"transform": Guarded()}, TypeError, r"^the transform, or another .* cannot be sent .*that can be pickled$"),
        ({"model": too_large(), "layers": ["3"]}, NonFiniteError, "NaN or infinity"),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_or_computed_is_named(executor, options, error, said):
    with pytest.raises(error, match=said):
        build(executor, n=20, **options)


def test_a_module_that_only_this_process_has_is_named(executor, monkeypatch):
    module = types.ModuleType("nets_beside_the_notebook")
    exec(f"import torch\nfrom torch import nn\n{NET}", vars(module))  # noqa: S102
    monkeypatch.setitem(sys.modules, module.__name__, module)
    with pytest.raises(
        WorkerError,
        match=r"^a worker cannot make the model .*nets_beside_the_notebook.*keep its code in a module that workers can",
    ):
        build(executor, model=module.Mine(), layers=["low"], n=20)


def deadly():
    """A model that ends every process but its first."""
    if multiprocessing.parent_process() is not None:
        os._exit(1)
    return Net()


def test_a_worker_that_dies_again_and_again_is_an_error_with_advice(executor):
    with pytest.raises(
        WorkerError,
        match=r"^shard 0 to 19 was lost with its worker .*(3 times|again and again); look at the worker's",
    ):
        build(slw.Workers(executor, 1), model=deadly, n=20, batch_size=20)


HIDING = """
import sys


class Hiding:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "semanticlens_widgets":
            raise ModuleNotFoundError(f"No module named {name!r}")


def dask_setup(worker):
    sys.meta_path.insert(0, Hiding())
"""


def test_workers_of_a_pool_without_the_package_are_an_error_with_advice():
    with (
        ProcessPoolExecutor(1, SPAWN, initializer=exec, initargs=(f"{HIDING}\ndask_setup(None)",)) as pool,
        pytest.raises(WorkerError, match="look at the worker's own log"),
    ):
        build(pool, n=20)


def test_workers_of_dask_without_the_package_are_named(tmp_path):
    distributed = pytest.importorskip("dask.distributed")
    (tmp_path / "hiding.py").write_text(HIDING)
    options = {"threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": "CRITICAL"}
    with (
        distributed.LocalCluster(n_workers=1, preload=[str(tmp_path / "hiding.py")], **options) as cluster,
        distributed.Client(cluster) as client,
        pytest.raises(
            WorkerError, match=r"^the worker tcp.* cannot import semanticlens_widgets; .*environment of this"
        ),
    ):
        build(client, n=20)


def ended():
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    return pool


class Wrong:
    """An executor whose futures are none."""

    def __init__(self, found):
        self.found = found

    def submit(self, function, *arguments):
        return self.found


def future_of(value):
    future = Future()
    future.set_result(value)
    return future


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: ProcessPoolExecutor, TypeError, r"^executor must be an object: ProcessPoolExecutor"),
        (lambda: SPAWN, TypeError, r"^executor must have a method submit\(function, \*arguments\), "),
        (ended, WorkerError, "^the executor was shut down and takes no more work; pass one that runs$"),
        (lambda: Wrong(3), TypeError, r"must return a future, an object with result\(\), and it returned 3$"),
        (lambda: Wrong(future_of(None)), TypeError, "must give what the function returns, and it gave None$"),
    ],
)  # fmt: skip
def test_objects_that_are_no_executors_are_named(make, error, said):
    with pytest.raises(error, match=said):
        build(make(), n=20)


def test_a_client_that_was_closed_is_refused():
    distributed = pytest.importorskip("dask.distributed")
    with distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=":0") as cluster:
        client = distributed.Client(cluster)
        client.close()
        with pytest.raises(
            ValueError, match="a Dask client that runs, and this one is closed: make a new one"
        ):
            build(client, n=20)


def test_a_client_that_cannot_wait_is_refused():
    distributed = pytest.importorskip("dask.distributed")

    async def inside():
        options = {"processes": False, "dashboard_address": ":0", "asynchronous": True}
        async with (
            distributed.LocalCluster(n_workers=1, **options) as cluster,
            distributed.Client(cluster, asynchronous=True) as client,
        ):
            build(client, n=20)

    with pytest.raises(ValueError, match="leave asynchronous=True out"):
        asyncio.run(inside())
