"""The time that an edit of a concept list takes, for a user who waits for it."""

import statistics
import time
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

N_CLASSES, N_COMPONENTS, DIM = 100, 1280, 512
N_VALID, N_SPURIOUS = 5, 3
_TURNS = 9


class RandomSpace:
    """Gives every text a random direction, so that the time to embed texts does not count."""

    name, dim = "random space", DIM

    def __init__(self) -> None:
        self._generator = torch.Generator().manual_seed(0)

    def embed_texts(self, texts: Sequence[str]) -> Tensor:
        return torch.randn(len(texts), DIM, generator=self._generator)

    def embed_images(self, images: Sequence[object]) -> Tensor:
        return torch.randn(len(images), DIM, generator=self._generator)


def figures() -> list[dict]:
    """Judging again after one concept of one class changed: its probe, its calibration and every verdict."""
    auditor = _auditor()
    auditor.audit(_requirements("first"))
    turns = [_requirements(f"edit {turn}") for turn in range(2 * _TURNS)]
    shares = [_ms(lambda one=one: auditor.audit(one).verdict_shares) for one in turns[::2]]
    tables = [_ms(lambda one=one: auditor.audit(one).table) for one in turns[1::2]]
    what = f"audit {N_CLASSES} classes x {N_COMPONENTS:,} components again, one concept changed"
    return [
        _line(what, statistics.median(shares), 300),
        _line(f"{what}, and its table of every component", statistics.median(tables), None),
    ]


def _requirements(edited: str) -> list:
    from semanticlens_widgets.analysis import Requirement

    lists = [
        [[f"{kind} {row} {n}" for n in range(count)] for row in range(N_CLASSES)]
        for kind, count in (("valid", N_VALID), ("spurious", N_SPURIOUS))
    ]
    lists[0][0][0] = edited
    return [Requirement(f"class {row}", lists[0][row], lists[1][row]) for row in range(N_CLASSES)]


def _auditor():
    from semanticlens_widgets.analysis import Auditor, null_calibration, probes
    from tests.word_space import database_of, relevance_of

    generator, space = torch.Generator().manual_seed(0), RandomSpace()
    database = database_of({"layer": torch.randn(N_COMPONENTS, 5, DIM, generator=generator)})
    rows = torch.randn(N_CLASSES, N_COMPONENTS, generator=generator).tolist()
    relevance = relevance_of("layer", {f"class {n}": [row] for n, row in enumerate(rows)})
    calibration = null_calibration(database, space)
    return Auditor(database, relevance, lambda queries: probes(database, space, queries), lambda: calibration)


def _ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def _line(name: str, ours: float, target: float | None) -> dict:
    shown = "none" if target is None else f"<= {target}"
    falls_short = target is not None and ours > target
    return {"name": name, "ours": round(ours, 1), "target": shown, "unit": "ms", "falls_short": falls_short}
