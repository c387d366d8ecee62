"""The kernel's end of the line: every request answered once, the latest of a slot wins."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from semanticlens_widgets.widgets.kernel.channel import Channel
from semanticlens_widgets.widgets.kernel.request import Answer, Request


class Line:
    """A channel whose answers are kept instead of sent."""

    def __init__(
        self,
        slow_kinds: frozenset[str] = frozenset(),
        waiting_kinds: frozenset[str] = frozenset(),
        **handlers: Callable[[Request], Answer],
    ) -> None:
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []
        self._arrived = threading.Condition()
        self.channel = Channel(handlers, slow_kinds, waiting_kinds)
        self.channel.send = self._keep

    def ask(self, *requests: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        self.channel._receive(self.channel, {"requests": list(requests)}, buffers or [])

    def answers(self, n: int, seconds: float = 60) -> list[dict[str, Any]]:
        """The first n messages; fails when fewer arrive."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.sent) >= n, seconds), self.sent
            return [content for content, _ in self.sent[:n]]

    def answer(self, rid: str) -> dict[str, Any]:
        """The final answer to one request."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: self._find(rid) is not None, 60), self.sent
            found = self._find(rid)
            assert found is not None
            return found

    def _find(self, rid: str) -> dict[str, Any] | None:
        finals = [content for content, _ in self.sent if content["rid"] == rid and "progress" not in content]
        assert len(finals) <= 1, "answered twice"
        return finals[0] if finals else None

    def _keep(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        with self._arrived:
            self.sent.append((content, buffers or []))
            self._arrived.notify_all()


@pytest.fixture
def make() -> Iterator[Callable[..., Line]]:
    lines: list[Line] = []

    def make_line(
        slow_kinds: frozenset[str] = frozenset(),
        waiting_kinds: frozenset[str] = frozenset(),
        **handlers: Callable[[Request], Answer],
    ) -> Line:
        lines.append(Line(slow_kinds, waiting_kinds, **handlers))
        return lines[-1]

    yield make_line
    for line in lines:
        line.channel.close()


def asked(rid: Any, kind: Any, **more: Any) -> dict[str, Any]:
    return {"rid": rid, "kind": kind, "params": {}, "n_buffers": 0} | more


def test_every_request_of_a_message_is_answered_once_with_its_own_buffers(make) -> None:
    line = make(
        size=lambda request: Answer({"sizes": [len(b) for b in request.buffers]}, [bytes(request.buffers[0])])
    )
    line.ask(asked("a", "size", n_buffers=2), asked("b", "size", n_buffers=1), buffers=[b"1", b"22", b"333"])
    assert line.answer("a")["result"] == {"sizes": [1, 2]}
    assert line.answer("b")["result"] == {"sizes": [3]}
    line.answers(2)
    assert {content["rid"]: buffers for content, buffers in line.sent} == {"a": [b"1"], "b": [b"333"]}


def test_errors_are_answered_with_their_type_and_message(make) -> None:
    def fail(request: Request) -> Answer:
        raise ValueError("type a word")

    line = make(fail=fail)
    line.ask(asked("a", "fail"))
    assert line.answer("a")["error"] == {"type": "ValueError", "message": "type a word"}


def test_an_unexpected_error_names_its_class_and_is_logged_with_its_traceback(make, caplog) -> None:
    def fail(request: Request) -> Answer:
        raise ZeroDivisionError("division by zero")

    line = make(fail=fail)
    caplog.set_level("ERROR")
    line.channel.log.propagate = True
    line.ask(asked("a", "fail"))
    assert line.answer("a")["error"]["message"] == "ZeroDivisionError: division by zero"
    assert "Traceback" in caplog.text


def test_an_unknown_kind_of_request_says_to_reload(make) -> None:
    line = make()
    line.ask(asked("a", "dance"))
    assert "there is no request 'dance'" in line.answer("a")["error"]["message"]


def test_a_handler_that_answers_nonsense_is_answered_for(make) -> None:
    line = make(bad=lambda request: None)
    line.ask(asked("a", "bad"))
    assert "error" in line.answer("a")


def test_the_latest_of_a_slot_wins_and_the_older_ones_are_told(make) -> None:
    started, go = threading.Event(), threading.Event()

    def rank(request: Request) -> Answer:
        if request.rid == "old":
            started.set()
            go.wait(60)
        return Answer({"rid": request.rid})

    line = make(rank=rank)
    line.ask(asked("old", "rank", slot="1:rank"))
    assert started.wait(60)
    line.ask(asked("new", "rank", slot="1:rank"))
    assert line.answer("new")["result"] == {"rid": "new"}
    go.set()
    assert line.answer("old")["error"]["type"] == "Cancelled"


def test_slots_of_two_views_do_not_meet(make) -> None:
    line = make(rank=lambda request: Answer({}))
    line.ask(asked("a", "rank", slot="1:rank"), asked("b", "rank", slot="2:rank"))
    assert "result" in line.answer("a")
    assert "result" in line.answer("b")


def test_what_was_replaced_before_its_turn_is_never_computed(make) -> None:
    go, ran = threading.Event(), []

    def rank(request: Request) -> Answer:
        ran.append(request.rid)
        return Answer({})

    line = make(block=lambda request: Answer({"went": go.wait(60)}), rank=rank)
    line.ask(*(asked(f"block{i}", "block") for i in range(4)))
    line.ask(*(asked(f"rank{i}", "rank", slot="rank") for i in range(20)))
    go.set()
    assert "result" in line.answer("rank19")
    line.answers(24)
    assert ran == ["rank19"]


def test_a_cancelled_request_is_answered_as_such(make) -> None:
    started = threading.Event()

    def long(request: Request) -> Answer:
        started.set()
        while True:
            request.check()
            time.sleep(0.001)

    line = make(long=long)
    line.ask(asked("a", "long"))
    assert started.wait(60)
    line.ask(asked("x", "cancel", params={"rid": "a"}))
    assert line.answer("a")["error"]["type"] == "Cancelled"


def test_cancelling_what_is_unknown_or_done_is_harmless(make) -> None:
    line = make(rank=lambda request: Answer({}))
    line.ask(asked("x", "cancel", params={"rid": "never"}))
    line.ask(asked("a", "rank"))
    assert "result" in line.answer("a")


def test_progress_comes_before_the_answer(make) -> None:
    def long(request: Request) -> Answer:
        request.report(1, 2, "texts")
        return Answer({})

    line = make(long=long)
    line.ask(asked("a", "long"))
    progress, answer = line.answers(2)
    assert progress == {"rid": "a", "progress": {"done": 1, "total": 2, "what": "texts"}}
    assert answer == {"rid": "a", "result": {}}


def test_a_slow_answer_does_not_hold_up_the_others(make) -> None:
    go = threading.Event()
    line = make(slow=lambda request: Answer({"went": go.wait(60)}), fast=lambda request: Answer({}))
    line.ask(asked("slow", "slow"), asked("fast", "fast"))
    assert "result" in line.answer("fast")
    go.set()
    assert "result" in line.answer("slow")


def test_any_number_of_views_may_wait_for_long_and_the_others_are_answered(make) -> None:
    go = threading.Event()
    line = make(
        frozenset({"name"}),
        name=lambda request: Answer({"went": go.wait(60)}),
        cards=lambda request: Answer({}),
    )
    line.ask(*(asked(f"name{i}", "name") for i in range(9)), asked("cards", "cards"))
    assert "result" in line.answer("cards")
    go.set()
    assert all(line.answer(f"name{i}")["result"] == {"went": True} for i in range(9))


def test_views_that_wait_for_another_process_hold_up_nobody(make) -> None:
    go = threading.Event()
    line = make(
        frozenset({"name"}),
        frozenset({"map_update"}),
        map_update=lambda request: Answer({"went": go.wait(60)}),
        name=lambda request: Answer({}),
        cards=lambda request: Answer({}),
    )
    line.ask(
        *(asked(f"map{i}", "map_update") for i in range(9)), asked("name", "name"), asked("cards", "cards")
    )
    assert "result" in line.answer("name")
    assert "result" in line.answer("cards")
    go.set()
    assert all(line.answer(f"map{i}")["result"] == {"went": True} for i in range(9))


def test_a_request_that_waits_is_taken_back_by_the_next_one_of_its_slot(make) -> None:
    def wait(request: Request) -> Answer:
        while True:
            request.check()
            time.sleep(0.001)

    line = make(frozenset(), frozenset({"map_update"}), map_update=wait, map=lambda request: Answer({}))
    line.ask(asked("before", "map_update", slot="map"), asked("after", "map", slot="map"))
    assert line.answer("before")["error"]["type"] == "Cancelled"
    assert "result" in line.answer("after")


def test_many_threads_may_ask_at_once_and_all_are_answered(make) -> None:
    line = make(rank=lambda request: Answer({"rid": request.rid}))

    def ask_many(who: int) -> None:
        for index in range(50):
            line.ask(asked(f"{who}:{index}", "rank", slot=f"{who}" if index % 2 else None))

    threads = [threading.Thread(target=ask_many, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    line.answers(400)
    assert len({content["rid"] for content, _ in line.sent}) == 400
    # A request is forgotten a moment after it was answered.
    line.channel._threads.shutdown()
    assert not line.channel._waiting
    assert not line.channel._slots


def test_messages_that_are_not_ours_are_ignored(make) -> None:
    line = make()
    line.channel._receive(line.channel, {"kind": "anywidget-command"}, [])
    line.channel._receive(line.channel, "hello", [])
    assert line.sent == []


def test_the_answer_carries_the_context_of_the_question(make) -> None:
    from contextvars import ContextVar

    parent = ContextVar("parent", default="cell")
    line = make(who=lambda request: Answer({"parent": parent.get()}))
    token = parent.set("message")
    line.ask(asked("a", "who"))
    parent.reset(token)
    assert line.answer("a")["result"] == {"parent": "message"}


DEEP: list = []
for _ in range(400):
    DEEP = [DEEP]
MISFITS = [
    None,
    7,
    "text",
    [],
    {},
    {"rid": None, "kind": "size"},
    {"kind": "size"},
    asked("m", None),
    asked("m", ["size"]),
    asked("m", "x" * 100_000),
    asked("m", "size", params=[]),
    asked("m", "size", params=float("nan")),
    asked("m", "size", params=DEEP),
    asked("m", "size", slot={}),
    asked("m", "size", slot=3),
    asked("m", "size", n_buffers=2**70),
    asked("m", "size", n_buffers=-1),
    asked("m", "size", n_buffers="1"),
    asked("m", "size", n_buffers=True),
    asked("m", "size", n_buffers=None),
    asked("m", "half \ud800"),
]


@pytest.mark.parametrize("misfit", MISFITS)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_item_that_is_no_request_is_answered_and_takes_no_other_with_it(make, misfit, place) -> None:
    line = make(size=lambda request: Answer({"sizes": [len(buffer) for buffer in request.buffers]}))
    items = [asked("a", "size"), asked("b", "size")]
    line.ask(*items[:place], misfit, *items[place:])
    assert line.answer("a")["result"] == line.answer("b")["result"] == {"sizes": []}
    (error,) = [content["error"] for content in line.answers(3) if "error" in content]
    assert len(error["message"]) < 700
    error["message"].encode()


def test_buffers_go_to_their_request_up_to_the_one_that_claims_too_many(make) -> None:
    line = make(size=lambda request: Answer({"sizes": [len(buffer) for buffer in request.buffers]}))
    line.ask(
        asked("a", "size", n_buffers=1),
        asked("b", "size", n_buffers=9),
        asked("c", "size", n_buffers=1),
        asked("d", "size"),
        buffers=[b"1", b"22", b"333"],
    )
    assert line.answer("a")["result"] == {"sizes": [1]}
    assert "n_buffers" in line.answer("b")["error"]["message"]
    assert "n_buffers" in line.answer("c")["error"]["message"]
    assert line.answer("d")["result"] == {"sizes": []}


@pytest.mark.parametrize(
    "rid", [-1, 0, 2**70, float("nan"), "", "x" * 100_000, [1], {"a": 1}, DEEP, "\ud800"]
)
def test_whatever_the_id_it_is_answered_under_it_as_text(make, rid) -> None:
    line = make(rank=lambda request: Answer({}))
    line.ask(asked(rid, "rank"), asked("b", "rank"))
    line.answer("b")
    answers = [content for content in line.answers(2) if content["rid"] != "b"]
    assert [answer["result"] for answer in answers] == [{}]
    answers[0]["rid"].encode()
    if isinstance(rid, str | int | float) and rid != "\ud800":
        assert answers[0]["rid"] == str(rid)


def test_requests_of_one_id_are_each_answered_and_cancelled_together(make) -> None:
    def long(request: Request) -> Answer:
        while True:
            request.check()
            time.sleep(0.001)

    line = make(long=long)
    line.ask(asked("a", "long"), asked("a", "long"))
    line.ask(asked("x", "cancel", params={"rid": ["a"]}), asked("x", "cancel", params={"rid": "a"}))
    assert [content["error"]["type"] for content in line.answers(2)] == ["Cancelled"] * 2


def test_an_answer_that_cannot_be_sent_is_replaced_by_an_error(make) -> None:
    line = make(name=lambda request: Answer({"name": "half \ud800"}))
    keep = line.channel.send

    def send(content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
        keep(content, buffers)

    line.channel.send = send
    line.ask(asked("a", "name"))
    assert line.answer("a")["error"]["type"] == "UnicodeEncodeError"


def test_the_end_of_a_thread_and_long_errors_are_answered_too(make) -> None:
    def leave(request: Request) -> Answer:
        raise SystemExit(request.get("text", str))

    line = make(leave=leave)
    line.ask(asked("a", "leave", params={"text": "x" * 10_000}), asked("b", "leave", params={"text": []}))
    assert line.answer("a")["error"]["type"] == "SystemExit"
    assert len(line.answer("a")["error"]["message"]) < 700
    assert line.answer("b")["error"]["message"] == "leave: text must be str, not []"


def test_more_waiting_views_than_a_page_has_are_refused_and_the_rest_answered(make) -> None:
    go = threading.Event()
    line = make(frozenset(), frozenset({"wait"}), wait=lambda request: Answer({"went": go.wait(60)}))
    line.ask(*(asked(str(index), "wait") for index in range(110)))
    assert all("too many" in content["error"]["message"] for content in line.answers(10))
    go.set()
    assert sum("result" in content for content in line.answers(110)) == 100
