"""Layers of 100,000 and 1,000,000 components: opened, searched, labelled, scored, laid out and audited.

The lens is drawn and saved once. Every figure is measured in a process of its own that opens it, with its peak memory:
the most that the process had above what it had with the package imported.

python -m tests.benchmarks many                       all of them
python -m tests.benchmarks.bench_many NAME LENS       one, as JSON
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

N, MILLION, DIM = 100_000, 1_000_000, 384
WORDS = [f"word {number}" for number in range(20)]
TARGETS = {
    "open": ("open, with the first read of embeddings and examples", "s", 1.0),
    "search": ("search, p50", "ms", 15.0),
    "labels": ("labels from 3,700 words", "s", None),
    "labels_many": ("labels from 20,000 words", "s", 60.0),
    "scores": ("scores, redundancy among them", "s", None),
    "first_layout": ("first layout of the map", "s", 3.0),
    "umap": ("UMAP with its dense regions", "s", None),
    "audit": ("audit of 20 classes again, one concept changed", "ms", 300.0),
}
MEMORY = {"labels_many": 1000.0}
MILLION_TARGETS = {
    "open": ("open, with the first read of embeddings and examples", "s", None),
    "search": ("search, p50", "ms", 200.0),
    "first_layout": ("first layout of the map", "s", None),
}


def figures() -> Iterator[dict[str, Any]]:
    for n, targets in ((N, TARGETS), (MILLION, MILLION_TARGETS)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "many.lens"
            subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.bench_many", str(n), str(path)], check=True
            )
            for name, (what, unit, target) in targets.items():
                yield from _of(name, f"{n:,} components: {what}", unit, target, path)


def _of(name: str, what: str, unit: str, target: float | None, path: Path) -> Iterator[dict[str, Any]]:
    run = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_many", name, str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(run.stdout.splitlines()[-1])
    yield _figure(
        f"{what} (load {os.getloadavg()[0]:.1f})",
        found["seconds"] * (1000 if unit == "ms" else 1),
        unit,
        target,
    )
    yield _figure(f"{what}, processor time from opening on", found["processor"], "s", None)
    yield _figure(f"{what}, peak memory", found["megabytes"], "MB", MEMORY.get(name))


def _figure(name: str, ours: float, unit: str, target: float | None) -> dict[str, Any]:
    shown = "none" if target is None else f"<= {target:g}"
    return {
        "name": name,
        "ours": ours,
        "unit": unit,
        "target": shown,
        "falls_short": target is not None and ours > target,
    }


def write(n: int, path: Path) -> None:
    from dataclasses import replace

    from tests.benchmarks.large_lens import drawn_relevance, sampled_lens

    lens = sampled_lens(n, DIM)
    if n <= N:
        lens.database = replace(lens.database, relevance={"bn1": drawn_relevance(lens)})
    lens.save(path)


def measure(name: str, path: Path) -> dict[str, float]:
    import pandas  # noqa: F401

    import semanticlens_widgets as slw
    from semanticlens_widgets.analysis import EmbeddedVocabulary  # noqa: F401
    from tests.benchmarks.large_lens import DrawnWords

    start_memory = _megabytes("VmRSS")
    began, processor = time.perf_counter(), time.process_time()
    lens = slw.Lens.open(path, foundation_model=DrawnWords(DIM))
    _ = lens.database.component_embeddings["bn1"], lens.database.examples["bn1"]
    seconds = time.perf_counter() - began
    if name != "open":
        seconds = MEASURES[name](lens)
    used = time.process_time() - processor
    return {"seconds": seconds, "processor": used, "megabytes": _megabytes("VmHWM") - start_memory}


def _search(lens: Any) -> float:
    lens.search("first", layer="bn1")
    return median(_seconds(partial(lens.search, word, layer="bn1")) for word in WORDS)


def _labels(lens: Any, n: int) -> float:
    import torch

    from semanticlens_widgets.analysis import EmbeddedVocabulary

    generator = torch.Generator().manual_seed(2)
    drawn = torch.nn.functional.normalize(torch.randn(n + 224, DIM, generator=generator))
    words = EmbeddedVocabulary(tuple(f"word {number}" for number in range(n)), drawn[:n], drawn[n:])
    return _seconds(lambda: lens.label(words, layer="bn1"))


def _projected(lens: Any, method: str) -> float:
    from semanticlens_widgets.projection import project_in_background

    embeddings = {"bn1": lens.database.component_embeddings["bn1"]}
    return _seconds(lambda: project_in_background(embeddings, method=method).wait())


def _first_layout(lens: Any) -> float:
    from semanticlens_widgets.projection import project

    return _seconds(lambda: project({"bn1": lens.database.component_embeddings["bn1"]}, method="pca"))


def _audit(lens: Any) -> float:
    """As the audit table waits for it: the classes that did not change are known."""
    from semanticlens_widgets.widgets.answers.audit.shares import verdict_shares
    from tests.benchmarks.large_lens import CLASSES

    def edited(word: str) -> list[dict[str, Any]]:
        lists = [[word], *([f"{name} {n}" for n in range(5)] for name in CLASSES[1:20])]
        return [
            {"class_name": name, "valid": own, "spurious": ["fog"]}
            for name, own in zip(CLASSES, lists, strict=False)
        ]

    judge = lambda word: verdict_shares(  # noqa: E731
        lens, {}, "bn1", edited(word), {"threshold": 0.75, "within_class": False}
    )
    judge("first")
    return median(_seconds(partial(judge, word)) for word in WORDS[:7])


MEASURES: dict[str, Callable[[Any], float]] = {
    "search": _search,
    "labels": partial(_labels, n=3_700),
    "labels_many": partial(_labels, n=20_000),
    "scores": lambda lens: _seconds(lambda: lens.scores("bn1")),
    "first_layout": _first_layout,
    "umap": partial(_projected, method="umap"),
    "audit": _audit,
}


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _megabytes(what: str) -> float:
    """Memory of this process by Linux: "VmRSS" now, "VmHWM" at its most."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith(what)).split()[1]) / 1024


if __name__ == "__main__":
    what, where = sys.argv[1], Path(sys.argv[2])
    if what.isdigit():
        write(int(what), where)
    else:
        print(json.dumps(measure(what, where)))
