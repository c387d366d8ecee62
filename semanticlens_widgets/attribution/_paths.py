"""Contributions along the way from an input of zeros to the image, through captum."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from torch import Tensor, nn

from semanticlens_widgets.attribution._extra import extra
from semanticlens_widgets.attribution.gradients.model_state import differentiable, explained_backward
from semanticlens_widgets.attribution.gradients.trace import Trace
from semanticlens_widgets.layers import Layout, known_layout, module_of, output_rows

STEPS = 32
"""Points on the way of every sample; the error of the sum falls with their number."""


def integrated_gradients(model: nn.Module, pixels: Tensor, found: Trace) -> dict[str, Tensor]:
    """Layer -> (activation - baseline's) x mean gradient on the straight line between them; see `relevance`.

    Source: M. Sundararajan, A. Taly and Q. Yan, Axiomatic Attribution for Deep Networks, ICML 2017, arXiv 1703.01365.
    """
    method = extra("captum.attr", "integrated_gradients").LayerIntegratedGradients
    return _along(method, model, pixels, found, "gausslegendre")


def conductance(model: nn.Module, pixels: Tensor, found: Trace) -> dict[str, Tensor]:
    """Layer -> gradient x change of the activation, summed while the input goes from zeros to the image.

    Source: K. Dhamdhere, M. Sundararajan and Q. Yan, How Important Is a Neuron?, ICLR 2019, arXiv 1805.12233. Steps
    reach both ends of the way, unlike captum's default, so that relevances sum to the difference of the outputs.
    """
    method = extra("captum.attr", "conductance").LayerConductance
    return _along(method, model, pixels, found, "riemann_trapezoid")


def _along(
    method: Callable[..., Any], model: nn.Module, pixels: Tensor, found: Trace, steps: str
) -> dict[str, Tensor]:
    modules = {layer: module_of(model, layer) for layer in found.activations}

    def outputs(inputs: Tensor) -> Tensor:
        return output_rows(model(inputs), len(inputs), found.output)

    with ExitStack() as undo:
        undo.enter_context(differentiable(model, in_place=False))
        undo.enter_context(explained_backward())
        _refuse_wrappings(modules, undo)
        return {
            layer: (known_layout(model, layer) or Layout(components=1)).standard(
                method(outputs, module)
                .attribute(
                    pixels.detach().clone(),
                    target=found.targets,
                    n_steps=STEPS,
                    method=steps,
                    internal_batch_size=2 * len(pixels),
                )
                .detach()
            )
            for layer, module in modules.items()
        }


def _refuse_wrappings(modules: Mapping[str, nn.Module], undo: ExitStack) -> None:
    """Makes layers raise TypeError that give a dict or dataclass, in which captum cannot place its tensor."""
    for layer, module in modules.items():

        def hook(_module: nn.Module, _inputs: object, output: object, layer: str = layer) -> None:
            if not isinstance(output, Tensor):
                raise TypeError(
                    f"layer {layer!r} must give a tensor for this method, not a {type(output).__name__}; "
                    "choose a layer inside it, or method='gradient'"
                )

        undo.callback(module.register_forward_hook(hook).remove)
