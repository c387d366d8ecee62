"""Comparisons at size: matching two large layers.

Embeddings are drawn in the narrow cone in which CLIP puts images; the other side's components are the same ones with
as much noise as they differ from each other, in another order.
"""

import time
from typing import Any

import scipy.optimize  # noqa: F401 (a process imports it once, in a third of a second)
import torch
from torch import Tensor

from semanticlens_widgets.analysis import ByEmbedding, Side
from semanticlens_widgets.analysis.comparisons.matching import Matching
from tests.word_space import database_of

DIM = 512
LIMITS = {1280: 0.5, 10_000: 10.0}
"""Components a side -> seconds for the matches both ways: nearest, mutual, one to one."""


def figures() -> list[dict[str, Any]]:
    return [row for n, limit in LIMITS.items() for row in of_size(n, limit)]


def of_size(n: int, limit: float) -> list[dict[str, Any]]:
    sides, order = two_sides(n)
    started = time.perf_counter()
    matching = Matching(ByEmbedding(sides))
    matching.nearest(0, 1)
    matching.mutual(0, 1)
    partner = matching.one_to_one(0, 1)[0]
    seconds = time.perf_counter() - started
    found = float((order[partner] == torch.arange(n)).float().mean())
    return [
        row(f"matching 2 x {n:,} components", seconds, f"<= {limit:g}", "s", seconds > limit),
        row(f"pairs of 2 x {n:,} found one to one", 100 * found, ">= 99", "%", found < 0.99),
    ]


def two_sides(n: int) -> tuple[list[Side], Tensor]:
    generator = torch.Generator().manual_seed(0)
    common = 1.5 * torch.randn(DIM, generator=generator)
    own = torch.randn(n, DIM, generator=generator)
    order = torch.randperm(n, generator=generator)
    rows = [common + part + torch.randn(n, DIM, generator=generator) for part in (own, own[order])]
    databases = [database_of({"layer": part.unsqueeze(1)}) for part in rows]
    return [Side(name, database, "layer") for name, database in zip("ab", databases, strict=True)], order


def row(name: str, ours: float, target: str, unit: str, falls_short: bool) -> dict[str, Any]:
    return {
        "name": name, "ours": ours, "peer": None, "ratio": None, "target": target, "unit": unit,
        "falls_short": falls_short,
    }  # fmt: skip
