"""Shares of relevance that constants take: biases, position embeddings, whatever does not depend on a studied layer."""

from typing import Any

import torch
from torch import Tensor


class Shifts:
    """Constants of one forward pass, each times a leaf of value 1 whose gradient is the relevance of the constant."""

    def __init__(self) -> None:
        self.leaves: list[Tensor] = []

    def leaf(self, like: Tensor) -> Tensor:
        """A new leaf, of the dtype and on the device of a tensor."""
        self.leaves.append(torch.ones((), dtype=like.dtype, device=like.device, requires_grad=True))
        return self.leaves[-1]

    def share(self, constant: Any, like: Tensor) -> Any:
        """The constant times a new leaf; None, and what depends on a studied layer, as it is."""
        if constant is None or depends(constant):
            return constant
        values = constant if isinstance(constant, Tensor) else torch.as_tensor(constant, device=like.device)
        values = values if values.is_floating_point() else values.to(like.dtype)
        return values * self.leaf(values)


def depends(value: object) -> bool:
    """True for a tensor that has relevance to pass on: it depends on a studied layer."""
    return isinstance(value, Tensor) and value.requires_grad


def constant(value: Any) -> Any:
    """The value without its graph, in memory of its own, so that the model may overwrite the original."""
    return value.detach().clone() if isinstance(value, Tensor) else value
