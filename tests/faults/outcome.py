"""Outcomes of trials: judged, counted and printed.

right      the result equals the plain computation
refused    one of the library's own errors says why there is no result
warned     the result is wrong, and a warning of the library says so
silent     the result is wrong without a word
crashed    a foreign error, or no end
"""

import argparse
import linecache
import multiprocessing
import random
import re
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KINDS = ("right", "refused", "warned", "silent", "crashed")
BAD = ("silent", "crashed")
PACKAGE = "semanticlens_widgets"


@dataclass(frozen=True)
class Outcome:
    """The outcome of one trial."""

    name: str
    kind: str
    detail: str = ""


Trial = Callable[[], str | None]


class Hang(BaseException):
    """Raised by the alarm: no `except Exception` of the library swallows it."""


def judge(name: str, trial: Trial, *, warning: str = "", forbidden: str = "", seconds: int = 120) -> Outcome:
    """The outcome of a trial, which returns how its result differs from the truth, or nothing.

    A wrong result counts as warned only with a warning that matches `warning`, any by default; a refusal counts as a
    crash where its text matches `forbidden`: advice that leads astray, a reason that says nothing.
    """
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            with _alarm(seconds):
                difference = trial()
        except Hang:
            return Outcome(name, "crashed", f"no end after {seconds} s")
        except Exception as error:  # noqa: BLE001
            misled = bool(forbidden) and re.search(forbidden, str(error)) is not None
            refused = is_refusal(error) and not misled
            return Outcome(name, "refused" if refused else "crashed", described(error))
    if not difference:
        return Outcome(name, "right")
    heard = [str(one.message) for one in said if _is_ours(one) and re.search(warning, str(one.message))]
    return Outcome(name, "warned", heard[0]) if heard else Outcome(name, "silent", difference)


def judge_apart(name: str, trial: Trial, *, seconds: int = 120, **options: Any) -> Outcome:
    """As `judge`, in a process of its own, so that threads that never end are ended with it."""
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=lambda: send.send(judge(name, trial, seconds=seconds, **options)))
    process.start()
    send.close()
    try:
        return (
            receive.recv()
            if receive.poll(seconds + 2)
            else Outcome(name, "crashed", f"no end after {seconds} s")
        )
    except EOFError:
        return Outcome(name, "crashed", f"the process ended with {process.exitcode}")
    finally:
        process.kill()
        process.join()


def is_refusal(error: BaseException) -> bool:
    """True if the library raised the error by a statement of its own, and not through something that failed in it."""
    frames = traceback.extract_tb(error.__traceback__)
    last = next((frame for frame in reversed(frames)), None)
    if last is None or PACKAGE not in Path(last.filename).parts:
        return False
    return "raise" in linecache.getline(last.filename, last.lineno or 0) and "\n" not in str(error).strip()


def described(error: BaseException) -> str:
    """The error's type and text, with the innermost place in the library."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if PACKAGE in Path(frame.filename).parts
    ]
    place = f" at {Path(frames[-1].filename).stem}:{frames[-1].lineno}" if frames else ""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}{place}: {text[:300]}"


def _is_ours(said: warnings.WarningMessage) -> bool:
    return issubclass(said.category, UserWarning) and "torch" not in said.filename


@contextmanager
def _alarm(seconds: int) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


Group = Callable[[random.Random], Iterable[Outcome]]


def main(groups: Mapping[str, Group], doc: str | None) -> None:
    """Runs the chosen groups of trials, prints what was found, and exits with 1 for silent and crashed ones."""
    options = _options(doc)
    outcomes: list[Outcome] = []
    for name in _chosen(list(groups), options):
        started = time.perf_counter()
        found = list(groups[name](random.Random(f"{options.seed} {name}")))  # noqa: S311
        outcomes += found
        if options.verbose:
            print(f"{name} ({time.perf_counter() - started:.1f} s)", flush=True)
            for outcome in found:
                print(f"    {outcome.kind:8} {outcome.name}  {outcome.detail}", flush=True)
    report(outcomes)
    sys.exit(any(outcome.kind in BAD for outcome in outcomes))


def report(outcomes: list[Outcome]) -> None:
    """Prints the counts, and every bad outcome with its detail; those of one name together."""
    bad = [outcome for outcome in outcomes if outcome.kind in BAD]
    times = Counter((outcome.kind, outcome.name) for outcome in bad)
    first = {(outcome.kind, outcome.name): outcome.detail for outcome in reversed(bad)}
    for kind, name in sorted(times):
        often = f" x {times[kind, name]}" if times[kind, name] > 1 else ""
        print(f"{kind.upper():8} {name}{often}: {first[kind, name]}")
    counts = Counter(outcome.kind for outcome in outcomes)
    print(f"tried {len(outcomes)}, " + ", ".join(f"{kind} {counts[kind]}" for kind in KINDS))


def _options(doc: str | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    parser.add_argument("--only", default="", help="groups whose name contains this")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sample", type=float, default=1.0, help="the share of groups that is tried")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every outcome")
    return parser.parse_args()


def _chosen(names: list[str], options: argparse.Namespace) -> list[str]:
    wanted = [name for name in names if options.only in name]
    share = max(1, round(options.sample * len(wanted))) if wanted else 0
    return sorted(random.Random(options.seed).sample(wanted, share), key=wanted.index)  # noqa: S311
