"""Steering: a model with some of its components made weaker or stronger while a context is open."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from numbers import Real

import torch
from jaxtyping import Float
from torch import Tensor, nn

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.correction._ablate import component_axis
from semanticlens_widgets.correction._components import Chosen, choose
from semanticlens_widgets.layers import evaluating, intervene

MOST = 3.0
"""The largest factor: beyond it activations leave the range that the later layers know."""

Factors = Mapping[str, Mapping[int | str, float]]
"""Layer -> component -> factor; components as in `Components`."""


@contextmanager
def steered(model: nn.Module, factors: Factors) -> Iterator[nn.Module]:
    """The model with the components' activations times their factors while the context is open.

    0 takes a component out, as `ablated` does; 1 leaves it as it is, bit for bit. Of a half ("12+", "12-") only the
    activations of that sign are changed. The model is otherwise used as in `ablated`, which says what is raised.
    """
    changes = {layer: _change(_by_factor(layer, some)) for layer, some in factors.items()}
    with intervene(model, changes):
        yield model


def check_factor(factor: object) -> float:
    """The factor as a float; raises ValueError unless it lies in 0 to 3."""
    if isinstance(factor, bool) or not isinstance(factor, Real) or not 0 <= float(factor) <= MOST:
        raise ValueError(f"a factor must be a number from 0 (taken out) to {MOST:g}, not {shown(factor)}")
    return float(factor)


def _by_factor(layer: str, factors: Mapping[int | str, float]) -> list[tuple[Chosen, float]]:
    checked = {component: check_factor(factor) for component, factor in factors.items()}
    return [
        (choose({layer: [one for one in checked if checked[one] == factor]})[0], factor)
        for factor in dict.fromkeys(checked.values())
    ]


def outputs_without(
    model: nn.Module,
    pixels: Float[Tensor, "1 channel height width"],
    layer: str,
    rows: Sequence[int],
    halves: bool,
    batch_size: int = 16,
) -> Iterator[tuple[object, int]]:
    """The model's outputs for copies of one image, each without one component; with the number of copies.

    Row n + c of a layer with n components is "c-"; with `halves` each half is taken out alone. -1 takes out none.
    """
    for start in range(0, len(rows), batch_size):
        some = rows[start : start + batch_size]
        change = {layer: lambda output, some=some: _without_each(output, some, halves)}
        with evaluating(model), torch.no_grad(), intervene(model, change):
            yield model(pixels.expand(len(some), -1, -1, -1).clone()), len(some)


def _without_each(output: Tensor, rows: Sequence[int], halves: bool) -> Tensor:
    output = output.clone()
    cells = output.movedim(component_axis(output), 1)
    n = cells.shape[1]
    for sample, row in enumerate(rows):
        if row >= 0:
            own = cells[sample, row % n]
            gone = torch.ones_like(own, dtype=torch.bool) if not halves else own < 0 if row >= n else own > 0
            own.masked_fill_(gone, 0)
    return output


def _change(groups: Sequence[tuple[Chosen, float]]):
    def change(output: Tensor) -> Tensor:
        axis, found = component_axis(output), output
        for chosen, factor in groups:
            chosen.check(output.shape[axis])
            # A choice, not a product: a product by 0 would keep the NaN of a component.
            changed = output.new_zeros(()) if factor == 0 else output * factor
            found = torch.where(chosen.gone(output, axis), changed, found)
        return found

    return change
