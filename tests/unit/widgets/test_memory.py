"""Requests and trait changes leave nothing behind."""

import gc
from collections import Counter

from semanticlens_widgets.widgets import Explorer
from semanticlens_widgets.widgets.kernel.channel import Channel
from tests.fakes import fake_lens

ROUNDS = 500
BATCH = 50


def test_rounds_of_requests_and_trait_changes_leave_no_objects(monkeypatch) -> None:
    explorer = Explorer(fake_lens(12))
    channel = explorer._session.channel
    monkeypatch.setattr(Channel, "send", lambda *_, **__: None)

    def rounds(n: int, start: int = 0) -> None:
        for number in range(start, start + n):
            query = ["bird", "car", "bird - car"][number % 3]
            explorer.query, explorer.layer = query, ["bn1", "bn2"][number % 2]
            explorer.selection = [f"{explorer.layer}:{number % 12}"]
            item = {"rid": str(number), "kind": "rank", "slot": "rank"}
            params = {"layer": explorer.layer, "query": query, "query_image": ""}
            channel._receive(channel, {"requests": [{**item, "params": params}]}, [])
        while channel._waiting:
            pass

    rounds(BATCH)
    before = _objects()
    rounds(ROUNDS - BATCH, BATCH)
    grown = {name: n - before[name] for name, n in _objects().items() if n - before[name] >= BATCH}
    assert not channel._waiting
    assert not channel._slots
    assert not grown


def _objects() -> "Counter[str]":
    gc.collect()
    return Counter(type(one).__qualname__ for one in gc.get_objects())
