"""One batch through the model, observed at all layers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, replace

import torch
from torch import Tensor, nn

from semanticlens_widgets.collection._observe import observe
from semanticlens_widgets.collection._state import LayerRule, LayerState, LayerStates
from semanticlens_widgets.layers import capture, given_scores, known_layout, observed
from semanticlens_widgets.passes import Batch, Fold


@contextmanager
def collecting(model: nn.Module, rules: Sequence[LayerRule]) -> Iterator[Fold[LayerStates]]:
    """The step of `collect`: one forward pass, whose outputs enter the states of the layers.

    Outputs are scored inside the hook, because an in-place operation may overwrite them right after. States are frozen,
    so an interrupt or an error between two layers leaves the state before the batch as it was.
    """
    by_layer = {rule.layer: rule for rule in rules}
    before: Mapping[str, LayerState] = {}
    after: dict[str, LayerState] = {}
    sample_ids: list[int] = []

    def keep(layer: str, output: Tensor) -> None:
        after[layer] = observe(before.get(layer), by_layer[layer], output, sample_ids)

    def fold(state: LayerStates, batch: Batch) -> LayerStates:
        nonlocal before, sample_ids
        before, sample_ids = state.layers, batch.sample_ids
        after.clear()
        if seen:
            forward(model, batch.pixels)
        for layer in by_layer.keys() - seen:
            keep(layer, given_scores(layer, batch.sample_ids))
        return LayerStates(
            {layer: replace(after[layer], layout=_decided(model, layer)) for layer in by_layer}
        )

    seen = observed(by_layer)
    with capture(model, seen, keep, stable=True):
        yield fold


def _decided(model: nn.Module, layer: str) -> tuple[int, ...]:
    layout = known_layout(model, layer)
    return () if layout is None else astuple(layout)


def forward(model: nn.Module, pixels: Tensor) -> None:
    """Runs the model for its hooks; raises ValueError with the way out where it does not take the batch."""
    try:
        model(pixels)
    except torch.cuda.OutOfMemoryError:
        raise
    except (RuntimeError, AssertionError) as error:
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise ValueError(
            f"the model fails on a batch of shape {tuple(pixels.shape)} ({said}); "
            "pass the transform that turns a picture into what the model was trained with"
        ) from error
