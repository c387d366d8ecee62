"""Conservation of relevance, measured: the relevance of a layer against the output that it explains."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import torch
from torch import Tensor

from semanticlens_widgets._warn import warn_user

TOLERANCE = 0.05
"""Share of the output that relevance may be off by without a word."""
_LEAST, _MOST = 0.2, 5.0
_WARNED: ContextVar[list[str] | None] = ContextVar("warned", default=None)
"""Layers that a warning named in the run under way; None outside of one."""


@contextmanager
def one_warning() -> Iterator[None]:
    """Draws at most one warning for all batches of a run."""
    token = _WARNED.set([])
    try:
        yield
    finally:
        _WARNED.reset(token)


def check_conserved(shares: Mapping[str, float], whole: str = "outputs") -> None:
    """Warns of layers whose share is off by more than `TOLERANCE`; ValueError outside 0.2 to 5, or for NaN."""
    off = sorted(shares, key=lambda layer: -abs(shares[layer] - 1))
    worst = next((layer for layer in off if not _LEAST <= shares[layer] <= _MOST), None)
    if worst is not None:
        raise ValueError(
            f"LRP does not hold for this model: the relevance of layer {worst!r}, with the share of biases, sums to "
            f"{shares[worst]:.3g} x the {whole} instead of 1 x, because the model calls functions without a rule "
            "on the way; use method='gradient'"
        )
    warned = _WARNED.get()
    if off and abs(shares[off[0]] - 1) > TOLERANCE and not warned:
        if warned is not None:
            warned.append(off[0])
        warn_user(
            f"the relevance that LRP finds for layer {off[0]!r}, with the share of biases, sums to "
            f"{shares[off[0]]:.3g} x the {whole} instead of 1 x: the model calls functions that LRP has no exact "
            "rule for; compare with method='gradient'"
        )


def conserved(
    total: Tensor,
    whole: float,
    kept: Mapping[str, Tensor],
    gradients: Mapping[str, Tensor],
    leaves: Mapping[Tensor, Tensor],
) -> dict[str, float]:
    """Layer -> relevance that is found above it or in it, as a share of `whole`, the sizes of all target outputs.

    That is the relevance of the layer, of the constants between it and the output, and of the other layers by which
    the output depends on the images: for a layer inside a residual block, of the shortcut. It is 1 where every
    operation above the layer passes on what it gets. `total` is the sum of these sizes as LRP ran; `leaves` are
    `Shifts.leaves` with their gradients.
    """
    if not whole:
        return dict.fromkeys(kept, 1.0)
    return {layer: _above(total, layer, kept, gradients, leaves) / whole for layer in kept}


def _above(
    total: Tensor,
    layer: str,
    kept: Mapping[str, Tensor],
    gradients: Mapping[str, Tensor],
    leaves: Mapping[Tensor, Tensor],
) -> float:
    roots = {name: output for name, output in kept.items() if output.grad_fn is None}
    everything = sum(_sum(roots[name], gradients[name]) for name in roots) + sum(map(float, leaves.values()))
    if layer in roots:
        return everything
    own, reached = _sum(kept[layer], gradients[layer]), _sources(total, kept[layer])
    if reached.isdisjoint(roots.values()):
        return own + sum(float(leaves[leaf]) for leaf in reached if leaf in leaves)
    return own + everything - _below(kept[layer], gradients[layer], [*roots.values(), *leaves])


def _below(output: Tensor, gradient: Tensor, sources: Sequence[Tensor]) -> float:
    """The relevance that sources get by way of the output."""
    found = torch.autograd.grad(output, sources, gradient, allow_unused=True, retain_graph=True)
    return sum(_sum(source, part) for source, part in zip(sources, found, strict=True) if part is not None)


def _sum(values: Tensor, gradient: Tensor) -> float:
    return float((values.detach() * gradient).sum(dtype=torch.float64))


def _sources(total: Tensor, stop: Tensor) -> set[Tensor]:
    """The leaves that `total` depends on by ways that avoid `stop`."""
    todo, seen, found = [total.grad_fn], {stop.grad_fn}, set()
    while todo:
        node = todo.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        leaf = getattr(node, "variable", None)
        if leaf is not None and leaf is not stop:
            found.add(leaf)
        todo += [following for following, _ in node.next_functions]
    return found
