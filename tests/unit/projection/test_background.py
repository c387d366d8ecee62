import threading
import time

import pytest
import torch

from semanticlens_widgets.projection import _background, project, project_in_background
from tests.unit.projection.test_project import groups


@pytest.mark.slow
def test_the_pca_is_there_at_once_and_the_umap_of_project_in_the_end(umap):
    shares = []
    task = project_in_background(
        groups(3, 10), n_epochs=20, on_change=lambda task: shares.append(task.progress)
    )
    assert task.projection.method == "pca"
    last = task.wait(120)
    assert task.final
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert torch.equal(last.positions, project(groups(3, 10), n_epochs=20).positions)


def test_a_pca_alone_is_final_at_once():
    task = project_in_background(groups(), method="pca")
    assert task.final
    assert task.progress == 1.0
    assert task.wait().method == "pca"


def test_three_components_are_final_at_once():
    assert project_in_background(groups(3, 1)).final


def test_a_cancelled_layout_keeps_the_pca_and_ends_its_process():
    task = project_in_background(groups(), n_epochs=100_000_000)
    start = time.monotonic()
    task.cancel()
    assert task.wait(60).method == "pca"
    assert time.monotonic() - start < 30
    assert task.final


@pytest.mark.slow
def test_a_layout_can_be_cancelled_midway():
    under_way = threading.Event()

    def hear(task):
        if task.progress > 0.2:
            under_way.set()

    task = project_in_background(groups(), n_epochs=100_000_000, on_change=hear)
    assert under_way.wait(120)
    task.cancel()
    assert task.wait(60).method == "pca"
    assert 0 < task.progress < 1


def test_a_failed_layout_says_why_and_keeps_the_pca(monkeypatch):
    def fails(graph, cancelled, advance):
        raise RuntimeError("UMAP failed (1): no memory")

    monkeypatch.setattr(_background, "lay_out_in_child", fails)
    task = project_in_background(groups())
    with pytest.raises(RuntimeError, match="no memory"):
        task.wait(60)
    assert task.projection.method == "pca"


def test_a_child_that_fails_tells_its_last_line(monkeypatch, tmp_path):
    from semanticlens_widgets.projection import _layout_process

    monkeypatch.setattr(_layout_process._layout_worker, "GRAPH", "nowhere/graph.safetensors")
    task = project_in_background(groups())
    with pytest.raises(Exception, match="nowhere"):
        task.wait(60)


def test_answers_do_not_wait_for_the_layout(monkeypatch):
    held = threading.Event()

    def waits(graph, cancelled, advance):
        held.wait(60)
        raise RuntimeError("let go")

    monkeypatch.setattr(_background, "lay_out_in_child", waits)
    task = project_in_background(groups())
    assert task.wait(0.01).method == "pca"
    assert not task.final
    held.set()
    with pytest.raises(RuntimeError, match="let go"):
        task.wait(60)
