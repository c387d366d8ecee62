"""Ablation: a model without some of its components while a context is open."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets.correction._components import Chosen, Components, choose
from semanticlens_widgets.layers import intervene

VALUES = ("zero", "mean")


@contextmanager
def ablated(
    model: nn.Module, components: Components, value: str = "zero", means: Mapping[str, Tensor] | None = None
) -> Iterator[nn.Module]:
    """The model with a constant in place of the components' activations while the context is open.

    Args:
        model: Run as it is: its mode, weights and gradients stay as they are, and its hooks are as before
            afterwards, also after an error.
        components: Layer -> components, such as {"layer4": [12, "13-"]}; "13-" is the negative half, and only
            that is replaced.
        value: "zero", or "mean" for the component's mean activation, which keeps the later layers within the
            range that they were trained on.
        means: Layer -> one number a component, for "mean"; see `mean_activations`.

    Raises LayerNotFoundError, TypeError and ValueError on entry; ValueError from the call of the model for a
    component that the layer does not have, and for a layer that does not run.
    """
    chosen = choose(components)
    check_value(chosen, value, means)
    changes = {
        some.layer: _change(some, (means or {}).get(some.layer) if value == "mean" else None)
        for some in chosen
    }
    with intervene(model, changes):
        yield model


def check_value(chosen: list[Chosen], value: str, means: Mapping[str, Tensor] | None) -> None:
    """Raises ValueError unless there is a constant for every component."""
    check_choice("value", value, VALUES)
    for some in chosen if value == "mean" else ():
        if some.has_halves:
            raise ValueError(
                f"value must be 'zero' for halves of components (layer {some.layer!r}), not 'mean'"
            )
        if some.layer not in (means or {}):
            raise ValueError(
                f"value='mean' needs means[{some.layer!r}]: get it from mean_activations(model, images, layers)"
            )


def component_axis(output: Tensor) -> int:
    """1 for feature maps (B,C,H,W), else the last."""
    return 1 if output.ndim == 4 else output.ndim - 1


def _change(chosen: Chosen, means: Tensor | None):
    def change(output: Tensor) -> Tensor:
        axis = component_axis(output)
        chosen.check(output.shape[axis])
        # A choice, not a product: a product would keep the NaN of a component.
        return torch.where(chosen.gone(output, axis), _constant(means, output, axis), output)

    return change


def _constant(means: Tensor | None, output: Tensor, axis: int) -> Tensor:
    if means is None:
        return output.new_zeros(())
    if means.shape != (output.shape[axis],):
        raise ValueError(
            f"means must hold {output.shape[axis]} numbers, one a component, not the shape {tuple(means.shape)}"
        )
    return means.to(output).view([-1 if at == axis else 1 for at in range(output.ndim)])
