"""The memo of a lens: bounded, by typed keys, each computed once."""

import threading
from dataclasses import dataclass

import pytest

from semanticlens_widgets.lens.memo import Key, Memo


@dataclass(frozen=True)
class Square(Key[int]):
    kept = 3
    of: int


@dataclass(frozen=True)
class Cube(Key[int]):
    of: int


def test_a_value_is_computed_once_and_each_type_of_key_has_its_own():
    memo, computed = Memo(), []
    for _ in range(2):
        assert memo.get(Square(2), lambda: computed.append("square") or 4) == 4
        assert memo.get(Cube(2), lambda: computed.append("cube") or 8) == 8
    assert computed == ["square", "cube"]


def test_the_least_recently_used_value_of_a_type_leaves_first():
    memo = Memo()
    for n in range(3):
        memo.put(Square(n), n * n)
    memo.peek(Square(0))
    memo.put(Square(3), 9)
    memo.put(Cube(1), 1)
    assert [memo.peek(Square(n)) for n in range(4)] == [0, None, 4, 9]
    assert (memo.peek(Cube(1)), len(memo), memo.latest(Square)) == (1, 4, 9)


def test_a_value_that_is_kept_is_not_replaced():
    memo = Memo()
    assert memo.put(Square(2), 4) == 4
    assert memo.put(Square(2), 5) == memo.peek(Square(2)) == 4


def test_two_threads_that_ask_for_one_key_compute_it_once_while_another_key_does_not_wait():
    memo, computing, go, found = Memo(), threading.Event(), threading.Event(), []

    def compute() -> int:
        computing.set()
        assert go.wait(10)
        return 4

    threads = [threading.Thread(target=lambda: found.append(memo.get(Square(2), compute))) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert computing.wait(10)
    computing.clear()
    assert memo.get(Square(3), lambda: 9) == 9
    go.set()
    for thread in threads:
        thread.join(10)
    assert (found, computing.is_set()) == ([4, 4], False)


def test_a_lock_is_taken_before_the_wait_so_that_no_two_threads_wait_for_each_other():
    memo, lock, computing = Memo(), threading.RLock(), threading.Event()

    def with_the_lock() -> int:
        with lock:
            return 4

    def first() -> None:
        assert computing.wait(10)
        memo.get(Square(2), with_the_lock, lock)

    thread = threading.Thread(target=first)
    thread.start()
    with lock:
        computing.set()
        assert memo.get(Square(2), with_the_lock, lock) == 4
    thread.join(10)
    assert not thread.is_alive()


def test_a_failure_leaves_the_key_to_the_next_who_asks():
    memo = Memo()
    with pytest.raises(ZeroDivisionError):
        memo.get(Square(2), lambda: 1 // 0)
    assert memo.get(Square(2), lambda: 4) == 4
    assert not memo._turns


def test_what_is_forgotten_while_it_is_computed_is_returned_but_not_kept():
    memo = Memo()
    memo.put(Square(1), 1)
    memo.put(Square(3), 9)

    def compute() -> int:
        memo.forget(Square, lambda key: key.of < 3)
        return 4

    assert memo.get(Square(2), compute) == 4
    assert [memo.peek(Square(n)) for n in (1, 2, 3)] == [None, None, 9]
    assert memo.get(Square(2), lambda: 5) == 5
