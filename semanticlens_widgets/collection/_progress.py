"""A pass that was interrupted, and where it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from torch import Tensor

from semanticlens_widgets.collection._state import LayerState
from semanticlens_widgets.tensors import BestK, Moments


@dataclass(frozen=True, eq=False)
class Progress:
    """All that a pass knows after its first `n_done` samples; a pass that starts from it ends bit-identical."""

    layers: Mapping[str, LayerState] = field(default_factory=dict)
    """Empty until the first batch."""
    broken: Mapping[int, str] = field(default_factory=dict)
    """Sample id -> reason."""
    n_done: int = 0
    """How many of the pass's samples, in its order, were seen or found broken."""
    execution: Mapping[str, Any] = field(default_factory=dict)
    """The batch size and memory format in use, once chosen."""


@runtime_checkable
class Checkpoint(Protocol):
    """Keeps the progress of one pass; whose it is (model, images, settings) is for the keeper to know."""

    def load(self) -> Progress | None:
        """The progress that was saved last, or None."""
        ...

    def save(self, progress: Progress) -> None:
        """Replaces what was saved before."""
        ...


def progress_to_tensors(progress: Progress) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors on the CPU under flat names, and JSON for the rest; see `progress_from_tensors`."""
    tensors = {
        f"{number}.{name}": tensor.cpu().contiguous()
        for number, state in enumerate(progress.layers.values())
        for name, tensor in _tensors_of(state).items()
    }
    layers = [
        {"layer": layer, "grid": list(state.grid), "count": state.moments.count}
        for layer, state in progress.layers.items()
    ]
    broken = {str(sample): reason for sample, reason in progress.broken.items()}
    return tensors, {
        "layers": layers,
        "broken": broken,
        "n_done": progress.n_done,
        "execution": dict(progress.execution),
    }


def progress_from_tensors(tensors: Mapping[str, Tensor], rest: Mapping[str, Any]) -> Progress:
    """The inverse of `progress_to_tensors`; KeyError when something is missing."""
    layers = {
        entry["layer"]: _state_of(tensors, number, entry["count"], tuple(entry["grid"]))
        for number, entry in enumerate(rest["layers"])
    }
    broken = {int(sample): reason for sample, reason in rest["broken"].items()}
    return Progress(layers, broken, rest["n_done"], rest["execution"])


def _tensors_of(state: LayerState) -> dict[str, Tensor]:
    best, moments = state.best, state.moments
    return {
        "sample_ids": best.sample_ids,
        "scores": best.scores,
        "positions": best.positions,
        "mean": moments.mean,
        "m2": moments.m2,
        "maximum": moments.maximum,
        "fired": moments.fired,
    }


def _state_of(tensors: Mapping[str, Tensor], number: int, count: int, grid: tuple[int, ...]) -> LayerState:
    best = BestK(*(tensors[f"{number}.{name}"] for name in ("sample_ids", "scores", "positions")))
    moments = Moments(count, *(tensors[f"{number}.{name}"] for name in ("mean", "m2", "maximum", "fired")))
    return LayerState(best, moments, grid)
