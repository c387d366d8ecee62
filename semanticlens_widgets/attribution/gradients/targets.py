"""Checks of the output of each sample that is attributed."""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

Targets = int | Sequence[int] | Int[Tensor, " sample"]


def as_targets(targets: Targets, n_samples: int) -> Int[Tensor, " sample"]:
    """One output a sample as int64; a single number means the same one for all."""
    found = torch.as_tensor(targets)
    if found.ndim == 0:
        found = found.expand(n_samples)
    if found.is_floating_point() or found.dtype == torch.bool or found.shape != (n_samples,):
        raise ValueError(
            f"targets must be the index of one output for each of the {n_samples} samples, not {found.dtype} "
            f"of shape {tuple(found.shape)}"
        )
    return found.long()


def checked_targets(
    targets: Int[Tensor, " sample"], outputs: Float[Tensor, "sample output"]
) -> Int[Tensor, " sample"]:
    """The targets on the device of the outputs; raises ValueError for an output that the model does not have."""
    wrong = targets[(targets < 0) | (targets >= outputs.shape[1])].tolist()
    if wrong:
        raise ValueError(
            f"targets must be between 0 and {outputs.shape[1] - 1}, the outputs of the model, not {wrong[0]}"
        )
    return targets.to(outputs.device)
