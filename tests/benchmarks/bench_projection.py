"""The map of a large layer, against umap-learn with its defaults: cosine, the same seed, the same embeddings.

The embeddings are drawn, not measured: many themes of different size in the narrow cone in which CLIP puts images.
Both sides lay out in one process with everything compiled before; umap-learn searches neighbours approximately and
starts from the spectrum of their graph, we search exactly and start from the PCA that is shown at once.
"""

import time
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from semanticlens_widgets.projection import clusters, project, project_in_background

N, DIM, THEMES = 10_000, 512, 60
SEED = 0


def figures() -> list[dict[str, Any]]:
    embeddings = themed(N, DIM, THEMES)
    first = min(seconds_to_first_layout(embeddings) for _ in range(3))
    warm_up(embeddings[:200])
    (ours, seconds), (theirs, peer) = in_turns(
        lambda: project(embeddings, seed=SEED), lambda: umap_learn(embeddings), turns=3
    )
    found, to_cluster = seconds_of(lambda: clusters(ours))
    name = f"{N:,} components"
    return [
        figure(f"map of {name}, first layout", "s", first, "<= 1.5", first > 1.5),
        figure(f"map of {name}, UMAP", "s", seconds, "<= 0.6 x umap-learn", seconds > 0.6 * peer, peer),
        of_trust(embeddings, ours.positions, theirs),
        figure(f"the {len(found.clusters)} clusters of that map", "s", to_cluster, "none", False),
    ]


def seconds_to_first_layout(embeddings: Tensor) -> float:
    task, seconds = seconds_of(lambda: project_in_background(embeddings))
    task.cancel()
    task.wait()
    return seconds


def of_trust(embeddings: Tensor, ours: Tensor, theirs: Tensor) -> dict[str, Any]:
    mine, peer = trustworthiness_of(embeddings, ours), trustworthiness_of(embeddings, theirs)
    name = f"trustworthiness of that map ({mine:.4f}) below umap-learn's ({peer:.4f})"
    return figure(name, "of 1", peer - mine, "<= 0.01", peer - mine > 0.01)


def trustworthiness_of(embeddings: Tensor, positions: Tensor) -> float:
    """scikit-learn's, over 15 neighbours, of an even third of the components: its memory grows with their square."""
    from sklearn.manifold import trustworthiness

    third = slice(None, None, 3)
    return trustworthiness(
        embeddings[third].numpy(), positions[third].numpy(), n_neighbors=15, metric="cosine"
    )


def umap_learn(embeddings: Tensor) -> Tensor:
    import umap

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reducer: Any = umap.UMAP(metric="cosine", random_state=SEED)  # its types take a minute to infer
        return torch.from_numpy(reducer.fit_transform(embeddings.numpy()))


def warm_up(embeddings: Tensor) -> None:
    """Compiles both sides; umap-learn searches neighbours approximately from 4,096 rows on."""
    project(embeddings, n_epochs=2)
    many = embeddings.repeat(21, 1) + 0.1 * torch.randn(21 * len(embeddings), embeddings.shape[1])
    umap_learn(many)


def themed(n: int, dim: int, themes: int) -> Tensor:
    """Themes of different size and width around a common direction."""
    generator = torch.Generator().manual_seed(0)
    draw = lambda *shape: torch.randn(*shape, generator=generator)  # noqa: E731
    theme = torch.multinomial(
        torch.rand(themes, generator=generator) ** 2 + 0.02, n, True, generator=generator
    )
    width = 0.4 + 0.6 * torch.rand(themes, 1, generator=generator)
    return torch.nn.functional.normalize(
        1.5 * draw(dim) + draw(themes, dim)[theme] + width[theme] * draw(n, dim)
    )


def in_turns(*works: Callable[[], Any], turns: int) -> list[tuple[Any, float]]:
    """The result of every work and the seconds of its fastest turn, so that what else the machine does falls out."""
    rounds = [[seconds_of(work) for work in works] for _ in range(turns)]
    return [min(each, key=lambda turn: turn[1]) for each in zip(*rounds, strict=True)]


def seconds_of(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def figure(
    name: str, unit: str, ours: float, target: str, falls_short: bool, peer: float | None = None
) -> dict[str, Any]:
    return {
        "name": name,
        "ours": ours,
        "peer": peer,
        "ratio": None if peer is None else ours / peer,
        "target": target,
        "unit": unit,
        "falls_short": bool(falls_short),
    }
