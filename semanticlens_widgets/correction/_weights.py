"""Weights of a model without some of its components: a permanent ablation."""

import copy
from collections.abc import Collection
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from semanticlens_widgets.correction._ablate import ablated, check_value
from semanticlens_widgets.correction._components import Chosen, choose
from semanticlens_widgets.layers import evaluating, module_of

_KINDS = (nn.Conv2d, nn.Linear, _BatchNorm)


def ablated_state_dict(
    model: nn.Module,
    layer: str,
    components: Collection[int | str] | Tensor,
    value: str = "zero",
    means: Tensor | None = None,
) -> dict[str, Tensor]:
    """The model's state dict, changed so that the components always give the constant that `ablated` gives them.

    The rows of the components in the layer's weight become 0 and their bias the constant, which a convolution, a
    linear layer and a batch norm allow. The changed layer is tried out before it is returned. The model itself stays as
    it is; entries that did not change share its memory. An artefact may still act through other components: train again
    to be rid of it.

    Raises ValueError where the layer does not allow it: another kind of layer, weights that are shared with another
    layer, no bias for a mean, an activation in the layer that turns the constant into another number.
    """
    [chosen] = choose({layer: components})
    check_value([chosen], value, None if means is None else {layer: means})
    module: Any = module_of(model, layer)
    _check_kind(model, module, chosen)
    constants = torch.zeros(len(module.weight)) if means is None or value == "zero" else means
    changed = _changed(module, chosen, constants)
    _check_equal(module, changed, chosen, value, means)
    state = dict(model.state_dict())
    for name, other in model.named_modules(remove_duplicate=False):
        if other is module:
            state.update({f"{name}.{key}".lstrip("."): row for key, row in changed.state_dict().items()})
    return state


def _check_kind(model: nn.Module, module: Any, chosen: Chosen) -> None:
    if not isinstance(module, _KINDS) or not isinstance(module._parameters.get("weight"), Tensor):
        raise ValueError(
            f"layer {chosen.layer!r} is a {type(module).__name__}: only a convolution, a linear layer or a batch norm "
            "with weights of its own can lose components for good; use `ablated`, or the layer before it"
        )
    if chosen.has_halves:
        raise ValueError(f"half a component of layer {chosen.layer!r} is no matter of weights: use `ablated`")
    chosen.check(len(module.weight))
    own = {id(parameter) for parameter in module.parameters(recurse=False)}
    for name, other in model.named_modules():
        if other is not module and own & {id(parameter) for parameter in other.parameters(recurse=False)}:
            raise ValueError(
                f"layer {chosen.layer!r} shares its weights with {name!r}, which would change too: use `ablated`"
            )


def _changed(module: Any, chosen: Chosen, constants: Tensor) -> Any:
    changed, rows = copy.deepcopy(module), list(chosen.whole)
    with torch.no_grad():
        changed.weight[rows] = 0
        if changed.bias is not None:
            changed.bias[rows] = constants.to(changed.bias)[rows]
        elif constants[rows].any():
            raise ValueError(
                f"layer {chosen.layer!r} has no bias that could hold a mean: ablate with value='zero'"
            )
    return changed


def _check_equal(module: Any, changed: Any, chosen: Chosen, value: str, means: Tensor | None) -> None:
    """Compares both ways on noise: an activation or other forward of the layer shows in its output."""
    noise = _noise(module)
    names = {"output": list(chosen.whole)}
    with evaluating(module), evaluating(changed):
        with ablated(module, names, value, None if means is None else {"output": means}):
            wanted = module(noise)
        if not torch.allclose(changed(noise), wanted, equal_nan=True):
            raise ValueError(
                f"layer {chosen.layer!r} ({type(module).__name__}) does more than its weights say, so that they cannot "
                "hold the constant: use `ablated`, or value='zero'"
            )


def _noise(module: Any) -> Tensor:
    weight = module.weight
    if isinstance(module, nn.Linear):
        shape = (4, module.in_features)
    elif isinstance(module, nn.Conv2d):
        sides = [1 + d * (side - 1) for side, d in zip(module.kernel_size, module.dilation, strict=True)]
        shape = (2, module.in_channels, *sides)
    else:
        shape = (4, len(weight)) if isinstance(module, nn.BatchNorm1d) else (4, len(weight), 3, 3)
    generator = torch.Generator().manual_seed(0)
    return torch.randn(shape, generator=generator).to(weight)
