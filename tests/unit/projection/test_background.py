import os
import subprocess
import sys
import threading

import psutil
import pytest
import torch

from semanticlens_widgets.projection import (
    ProjectionTask,
    _background,
    clusters,
    project,
    project_in_background,
)
from tests.unit.projection.test_project import groups

FOR_EVER = 100_000_000
"""Epochs."""
# Prints the process id of its child once the child lays out, and waits.
KERNEL = f"""\
import psutil, sys, threading
from semanticlens_widgets.projection import project_in_background
from tests.unit.projection.test_project import groups
begun = threading.Event()
task = project_in_background(
    groups(), n_epochs={FOR_EVER}, on_change=lambda task: task.progress > 0.2 and begun.set()
)
begun.wait(300)
print(psutil.Process().children()[0].pid, flush=True)
task.wait(300)
"""


@pytest.mark.slow
def test_the_pca_is_there_at_once_and_the_umap_of_project_in_the_end(umap):
    seen = []
    task = project_in_background(
        groups(3, 10), n_epochs=20, on_change=lambda task: seen.append((task.progress, task.stage))
    )
    assert (task.projection.method, task.projection.regions) == ("pca", None)
    last = task.wait(120)
    assert task.final
    shares, stages = zip(*seen, strict=True)
    assert list(shares) == sorted(shares)
    assert shares[-1] == 1.0
    assert list(dict.fromkeys(stages)) == ["UMAP", "clusters", ""]
    assert torch.equal(last.positions, project(groups(3, 10), n_epochs=20).positions)


@pytest.mark.slow
def test_the_umap_is_there_before_its_regions_and_has_those_of_clusters():
    ways = []
    task = project_in_background(groups(), on_change=lambda task: ways.append(task.projection))
    found = clusters(task.wait(120))
    assert next(each for each in ways if each.method == "umap").regions is None
    assert torch.equal(found.cluster_of, clusters(project(groups())).cluster_of)
    assert len(found.clusters) > 1


def test_a_pca_gets_regions_and_nothing_else():
    task = project_in_background(groups(), method="pca")
    assert (task.progress, task.projection.method) == (1.0, "pca")
    found = task.wait(60)
    assert (task.final, task.stage, found.method) == (True, "", "pca")
    assert found.regions is not None
    assert ProjectionTask(found).final, "everything is known already"


@pytest.mark.slow
def test_the_regions_of_a_large_pca_are_found_in_a_child(monkeypatch):
    monkeypatch.setattr(_background, "dense_regions", None)
    monkeypatch.setattr(_background, "_FEW", 10)
    found = project_in_background(groups(), method="pca").wait(120)
    assert torch.equal(clusters(found).cluster_of, clusters(project(groups(), method="pca")).cluster_of)


def test_three_components_have_neither_umap_nor_regions():
    last = project_in_background(groups(3, 1)).wait(60)
    assert (last.method, last.regions.tolist()) == ("pca", [-1] * 3)


def test_a_cancelled_layout_keeps_the_pca():
    task = project_in_background(groups(), n_epochs=FOR_EVER)
    task.cancel()
    assert task.wait(60).method == "pca"
    assert (task.final, task.stage) == (True, "")


@pytest.mark.slow
def test_a_layout_that_is_cancelled_midway_ends_its_process():
    task = project_in_background(groups(), n_epochs=FOR_EVER, on_change=(under_way := UnderWay()))
    assert under_way.wait(120)
    task.cancel()
    assert task.wait(60).method == "pca"
    assert 0 < task.progress < 1
    assert not set(psutil.Process().children()) - under_way.before


class UnderWay(threading.Event):
    """Is set as soon as the child lays out."""

    def __init__(self):
        super().__init__()
        self.before = set(psutil.Process().children())

    def __call__(self, task):
        if task.progress > 0.2:
            self.set()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="sessions of POSIX")
def test_an_interrupt_of_the_kernel_misses_the_child_and_its_death_ends_the_child():
    with subprocess.Popen([sys.executable, "-c", KERNEL], stdout=subprocess.PIPE, text=True) as kernel:
        assert kernel.stdout is not None
        child = psutil.Process(int(kernel.stdout.readline()))
        assert os.getpgid(child.pid) != os.getpgid(kernel.pid), (
            "Jupyter interrupts a cell by its process group"
        )
        kernel.kill()
        child.wait(60)


def test_a_failed_layout_says_why_and_keeps_the_pca(monkeypatch):
    def fails(*given):
        raise RuntimeError("UMAP failed (1): no memory")

    monkeypatch.setattr(_background, "lay_out_in_child", fails)
    task = project_in_background(groups())
    with pytest.raises(RuntimeError, match="no memory"):
        task.wait(60)
    assert task.projection.method == "pca"


def test_a_child_that_fails_tells_its_last_line(monkeypatch):
    from semanticlens_widgets.projection import _layout_worker

    write = _layout_worker.write_graph
    monkeypatch.setattr(
        _layout_worker, "write_graph", lambda graph, file: write(graph, file.with_suffix(".lost"))
    )
    with pytest.raises(RuntimeError, match=r"UMAP failed \(1\): .*No such file.*graph.safetensors"):
        project_in_background(groups()).wait(60)


def test_the_child_of_a_layout_does_without_torch():
    code = "import semanticlens_widgets.projection._layout_worker, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_answers_do_not_wait_for_the_layout(monkeypatch):
    held = threading.Event()

    def waits(*given):
        held.wait(60)
        raise RuntimeError("let go")

    monkeypatch.setattr(_background, "lay_out_in_child", waits)
    task = project_in_background(groups())
    assert task.wait(0.01).method == "pca"
    assert not task.final
    held.set()
    with pytest.raises(RuntimeError, match="let go"):
        task.wait(60)
