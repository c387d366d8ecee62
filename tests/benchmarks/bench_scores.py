"""Scores and search on the embeddings of a large layer, against `semanticlens` 0.2.1 on the same embeddings.

The embeddings are drawn, not measured: in the narrow cone in which CLIP puts images, every component's examples in
one or two groups. Both sides do the whole job in one process, with the library's defaults; each counts with its
fastest turn, so that what else the machine does falls out; only polysemanticity of the library gets a single turn.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from semanticlens_widgets.analysis import (
    NullCalibration,
    Probe,
    Ranking,
    clarity,
    polysemanticity,
    rank,
    redundancy,
)
from semanticlens_widgets.concepts import ConceptDatabase
from tests.peer import HOW, peer_module
from tests.word_space import database_of

N, K, DIM = 1280, 20, 512
N_SEARCHED = 10_000
SLOW_PEER = 5.3
"""Seconds that the library took for polysemanticity when the target was set: used where it is not installed."""


def figures() -> list[dict[str, Any]]:
    examples = clip_like(N, K, DIM)
    embeddings = torch.nn.functional.normalize(clip_like(N_SEARCHED, 1, DIM)[:, 0], dim=-1)
    return [
        *of_polysemanticity(examples),
        *of_clarity(examples),
        *of_redundancy(embeddings[:N]),
        *of_search(embeddings),
    ]


def of_polysemanticity(examples: Tensor) -> list[dict[str, Any]]:
    ours = fastest(lambda: polysemanticity(examples, normalize=False), turns=9)
    name = f"polysemanticity of {N} x {K} x {DIM}"
    peer = library("semanticlens.scores")
    if peer is None:
        return [figure(f"{name}, against the {SLOW_PEER} s of the target", ours, SLOW_PEER, least=50)]
    start = time.perf_counter()
    theirs = peer.polysemanticity_score(examples)
    seconds = time.perf_counter() - start
    return [figure(f"{name}, against semanticlens", ours, seconds, least=50), agreement(examples, theirs)]


def agreement(examples: Tensor, theirs: Tensor) -> dict[str, Any]:
    """The share of components whose polysemanticity is the library's to 1e-5."""
    equal = (polysemanticity(examples, normalize=False) - theirs).abs() < 1e-5
    share = 100 * equal.double().mean().item()
    return {
        "name": "polysemanticity equal to semanticlens to 1e-5",
        "ours": share,
        "peer": None,
        "ratio": None,
        "target": ">= 99.9",
        "unit": "% of components",
        "falls_short": share < 99.9,
    }


def of_clarity(examples: Tensor) -> list[dict[str, Any]]:
    ours = fastest(lambda: clarity(examples), turns=9)
    peer = fastest_of_peer("semanticlens.scores", "clarity_score", examples, turns=9)
    return [figure(f"clarity of {N} x {K} x {DIM}", ours, peer, least=1)]


def of_redundancy(embeddings: Tensor) -> list[dict[str, Any]]:
    """Nearly all of it is one product of matrices, here as there: as fast is all that can be."""
    ours = fastest(lambda: redundancy(embeddings), turns=9)
    peer = fastest_of_peer("semanticlens.scores", "redundancy_score", embeddings, turns=9)
    return [figure(f"redundancy of {N} x {DIM} (the same product of matrices)", ours, peer, least=0.9)]


def of_search(embeddings: Tensor) -> list[dict[str, Any]]:
    """Ranking with z-scores, percentiles and null calibration; the library gives the cosines alone."""
    database, calibration = searched(embeddings)
    probe = Probe(embeddings[17], ())
    ours = fastest(lambda: every_column(rank(database, probe, "layer", calibration)), turns=20)
    peer = fastest_of_peer(
        "semanticlens.scores", "similarity_score", probe.vector[None], embeddings, turns=20
    )
    ranking = figure(
        f"ranking {N_SEARCHED:,} components, calibrated (peer: cosines alone)", ours, peer, least=None
    )
    return [{**ranking, "target": "<= 10 ms", "falls_short": ours > 0.010}]


def every_column(ranking: Ranking) -> None:
    """A ranking computes what it is asked for."""
    for name in ("order", "z_score", "percentile", "null_z_score", "null_percentile", "strength"):
        getattr(ranking, name)


def searched(embeddings: Tensor) -> tuple[ConceptDatabase, NullCalibration]:
    words = torch.nn.functional.normalize(torch.randn(224, DIM), dim=1)
    null = (embeddings @ words.T).sort(1).values
    best = null.max(0).values.sort().values
    calibration = NullCalibration("layer", null.mean(1), null.std(1, correction=0), best, words, embeddings)
    return database_of({"layer": embeddings.unsqueeze(1)}), calibration


def clip_like(n: int, k: int, dim: int) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    groups = torch.randn(n, 2, dim, generator=generator)
    member = torch.randint(0, 2, (n, k), generator=generator)
    own = groups.gather(1, member.unsqueeze(2).expand(-1, -1, dim))
    common = 1.5 * torch.randn(dim, generator=generator)
    return 0.3 * (common + own + torch.randn(n, k, dim, generator=generator))


def library(name: str) -> Any:
    module = peer_module(name)
    if module is None:
        print(f"bench_scores: no comparison, semanticlens 0.2.1 is not installed; {HOW}", file=sys.stderr)
    return module


def fastest_of_peer(module: str, function: str, *arguments: Tensor, turns: int) -> float | None:
    found = library(module)
    return None if found is None else fastest(lambda: getattr(found, function)(*arguments), turns)


def fastest(work: Callable[[], object], turns: int) -> float:
    seconds = []
    for _ in range(turns):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def figure(name: str, ours: float, peer: float | None, least: float | None) -> dict[str, Any]:
    ratio = None if peer is None else peer / ours
    return {
        "name": name,
        "ours": 1000 * ours,
        "peer": None if peer is None else 1000 * peer,
        "ratio": ratio,
        "target": f">= {least} x faster",
        "unit": "ms",
        "falls_short": least is not None and ratio is not None and ratio < least,
    }
