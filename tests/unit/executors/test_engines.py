"""Engines as they are: Dask, submitit and Ray. Pools of processes are in `tests.faults.workers`."""

import pytest

import semanticlens_widgets as slw
from tests.faults.saved import change, content
from tests.noise_world import build


@pytest.fixture(scope="module")
def expected():
    return content(build())


def test_dask(expected):
    distributed = pytest.importorskip("dask.distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        lens = build(client)
    assert change(content(lens), expected) is None


@pytest.mark.slow
def test_submitit(tmp_path, expected):
    submitit = pytest.importorskip("submitit")
    executor = submitit.LocalExecutor(folder=tmp_path)
    lens = build(slw.Workers(executor, 2))
    assert change(content(lens), expected) is None


@pytest.mark.slow
def test_ray(expected, monkeypatch):
    monkeypatch.setenv("RAY_raylet_start_wait_time_s", "120")
    ray = pytest.importorskip("ray")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        lens = build(slw.RayExecutor())
    finally:
        ray.shutdown()
    assert change(content(lens), expected) is None
