"""An architecture of the zoo: how it is made, and what a person who knows it says of its layers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn


def plain_logits(output: Any) -> Tensor:
    """A tensor as it is."""
    return output


def named_logits(output: Any) -> Tensor:
    """The field `logits` of the outputs of transformers."""
    return output.logits


@dataclass(frozen=True)
class Architecture:
    """One model with random weights, and the layers that are tried."""

    name: str
    make: Callable[[], nn.Module]
    layers: Mapping[str, str]
    """Layer -> layout: "map" (B,C,H,W), "last" (B,H,W,C), "tokens" (B,T,C), "first" (T,B,C),
    "sequence" (B,C,T), "vector" (B,C), and "shuffled": tokens in an order of their own."""
    side: int = 64
    """Of the input, which is square unless `width` is given."""
    logits: Callable[[Any], Tensor] | None = plain_logits
    """From the model's output to (sample, class); None where there are no classes."""
    prefix: int = 0
    """Tokens before the places of the image."""
    width: int | None = None
    output: int | str | Callable[[Any], Tensor] | None = None
    """The part with the classes, as a lens is told it."""
    wrap: Callable[[nn.Module], Any] = lambda model: model
    """The object that the lens gets in the model's place: compiled, scripted."""

    @property
    def sides(self) -> tuple[int, int]:
        """Height and width of the input."""
        return self.side, self.width or self.side

    def layout(self, layer: str) -> str:
        """The layout of a layer."""
        return self.layers[layer]


def prepared(architecture: Architecture, *, biases: bool = True) -> nn.Module:
    """The model in eval mode with weights, biases and running statistics none of which is degenerate.

    Without biases, every shift is 0, so that relevance is conserved from the output to each layer.
    """
    torch.manual_seed(0)
    model = architecture.make()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            _fill(name, parameter)
        _run_statistics(model, architecture.sides)
        if not biases:
            _unshift(model)
    return model.eval()


def _fill(name: str, parameter: nn.Parameter) -> None:
    """Gives random values to what is constant: biases, scales, gates, position embeddings."""
    if parameter.numel() > 1 and float(parameter.std()) > 0:
        return
    if name.endswith("weight") or "gamma" in name or "scale" in name or "lambda" in name:
        parameter.copy_(0.5 + torch.rand_like(parameter))
    else:
        parameter.copy_(0.2 * torch.randn_like(parameter))


def _run_statistics(model: nn.Module, sides: tuple[int, int]) -> None:
    norms = [module for module in model.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]
    model.eval()
    for norm in norms:
        norm.train()
        norm.momentum = 0.5
    for _ in range(4 if norms else 0):
        model(2 * torch.randn(8, 3, *sides))


_SHIFTS = (
    *(
        "bias",
        "beta",
        "in_proj_bias",
        "q_bias",
        "v_bias",
        "cls_token",
        "distillation_token",
        "class_embedding",
    ),
    *("pos_embed", "position_embedding", "position_embeddings", "positional_embedding"),
)


def _unshift(model: nn.Module) -> None:
    for name, parameter in model.named_parameters():
        if set(name.split(".")).intersection(_SHIFTS):
            parameter.zero_()
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.running_mean is not None:
            module.running_mean.zero_()
