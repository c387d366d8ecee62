"""Models that widgets share, in hosts that serve several sessions or close the models of a cell."""

import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from semanticlens_widgets.widgets import NeuronGallery
from semanticlens_widgets.widgets.kernel import bundle
from semanticlens_widgets.widgets.kernel.bundle import Bundle
from tests.fakes import fake_lens

Visit = Any


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """A function that makes the code that follows run in the session of a visitor, as marimo's server does."""
    runtime: Any = ModuleType("marimo._runtime.context")
    monkeypatch.setitem(sys.modules, runtime.__name__, runtime)
    monkeypatch.setattr(bundle, "_shared", {})

    def visit(stream: object) -> None:
        runtime.safe_get_context = lambda: None if stream is None else SimpleNamespace(stream=stream)

    yield visit
    for each in bundle._shared.values():
        each.close()


def test_each_visitor_has_shared_models_of_their_own(visit: Visit) -> None:
    lens, streams = fake_lens(12), [object(), object()]
    views = []
    for stream in streams:
        visit(stream)
        views.append((NeuronGallery(lens), NeuronGallery(lens)))
    (one, other), (second, _) = views
    assert one._bundle is other._bundle
    assert one._channel is other._channel
    assert second._bundle is not one._bundle
    assert second._channel is not one._channel
    visit(streams[0])
    assert NeuronGallery(lens)._channel is one._channel


def test_what_one_visitor_does_moves_no_other(visit: Visit) -> None:
    lens, streams = fake_lens(12), [object(), object()]
    views = []
    for stream in streams:
        visit(stream)
        views.append(NeuronGallery(lens))
    views[0].query = "car"
    assert views[1].query == ""


class Comm:
    """A comm as marimo has it: its host closes it with the cell."""

    __module__ = "marimo._plugins.ui._impl.comm"
    comm_id = "1"
    closed = False

    def on_msg(self, _handle: object) -> None:
        pass

    def close(self) -> None:
        self.closed = True


def test_a_shared_model_outlives_its_cell_and_closes_with_itself() -> None:
    shared = Bundle()
    comm: Any = Comm()
    shared.comm = comm
    shared.open()
    comm.close()  # the cell runs again
    assert not comm.closed
    shared.close()
    assert comm.closed
