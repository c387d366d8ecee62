"""Activation maps: the places of a layer's output, laid over the image."""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from semanticlens_widgets.layers import known_layout

_MOST_PREFIX = 16
"""Class tokens and registers come before the places of the image; no model is known to have more."""


def component_maps(
    layer: str,
    output: Tensor,
    samples: Int[Tensor, " pair"],
    components: Int[Tensor, " pair"],
    sides: tuple[int, int],
    n_prefix: int | None = None,
    in_order: bool = True,
) -> Float[Tensor, "pair rows columns"]:
    """The activations of one component on one sample, pair by pair, as they lie on an input of `sides` pixels.

    Component n + c of a layer with n components is component c with the sign reversed. Of tokens, those before the
    places of the image are left out: `n_prefix`, where that is known and leaves a grid, else the fewest that leave one.
    Raises ValueError for a layer without places, and for tokens that are not `in_order` (see `tokens_in_order`).
    """
    check_components(layer, output, components)
    cells = activations(output, samples, components)
    if output.ndim == 4:
        return cells.unflatten(1, tuple(output.shape[2:]))
    if output.ndim != 3:
        raise ValueError(
            f"layer {layer!r} gives shape {tuple(output.shape)}, which has no places on the image, so its components "
            "have no activation map; use method='gradient'"
        )
    if not in_order:
        raise ValueError(
            f"layer {layer!r} has cells that are not the places of the image row by row, so its components have no "
            "activation map; use method='gradient'"
        )
    prefix, rows, columns = _token_grid(layer, output.shape[1], sides, n_prefix)
    return cells[:, prefix:].unflatten(1, (rows, columns))


def activations(
    output: Tensor, samples: Int[Tensor, " pair"], components: Int[Tensor, " pair"]
) -> Float[Tensor, "pair cell"]:
    """The activations of one component on one sample, pair by pair, in all cells; of "c-" with the sign reversed."""
    cells = output.flatten(2).transpose(1, 2) if output.ndim == 4 else output
    cells = cells if cells.ndim == 3 else cells.unsqueeze(1)
    return cells[samples, :, components % n_components(output)] * signs(output, components).unsqueeze(1)


def signs(output: Tensor, components: Int[Tensor, " pair"]) -> Float[Tensor, " pair"]:
    """-1 for a negative half, else 1."""
    return torch.where(components < n_components(output), 1.0, -1.0).to(output)


def n_components(output: Tensor) -> int:
    """The number of components: channels of (B,C,H,W), features of (B,T,C) and (B,C)."""
    return output.shape[1] if output.ndim == 4 else output.shape[-1]


def check_components(layer: str, output: Tensor, components: Int[Tensor, " pair"]) -> None:
    """Raises ValueError for a component that the layer's output does not have, neither whole nor as a negative half."""
    n = n_components(output)
    wrong = components[(components < 0) | (components >= 2 * n)].tolist()
    if wrong:
        raise ValueError(
            f"layer {layer!r} has components 0 to {n - 1}, and {n} to {2 * n - 1} for their negative halves, "
            f"not {wrong[0]}"
        )


def has_places(
    grid: tuple[int, ...], sides: tuple[int, int], n_prefix: int | None = None, in_order: bool = True
) -> bool:
    """True if the cells of a layer, (height, width), (tokens,) or (), lie on an input of `sides` pixels."""
    if len(grid) == 1:
        return in_order and _found_grid(grid[0], sides, n_prefix) is not None
    return len(grid) == 2


def tokens_in_order(model: nn.Module, layer: str) -> bool:
    """False if a layer's tokens are known not to be the places of the image row by row.

    Such are the cells of (batch, component, length) and (token, batch, component), and tokens in windows.
    """
    layout = known_layout(model, layer)
    return layout is None or layout.has_places(3)


def prefix_tokens(model: nn.Module) -> int | None:
    """The number of tokens before the places of the image, if the model says so, as timm's do; else None."""
    found = getattr(model, "num_prefix_tokens", None)
    return found if isinstance(found, int) else None


def _token_grid(
    layer: str, n_tokens: int, sides: tuple[int, int], n_prefix: int | None
) -> tuple[int, int, int]:
    found = _found_grid(n_tokens, sides, n_prefix)
    if found is None:
        raise ValueError(
            f"layer {layer!r} gives {n_tokens} tokens, which are no grid over an input of {sides[0]} x {sides[1]} "
            "pixels, so its components have no activation map; use method='gradient'"
        )
    return found


def _found_grid(n_tokens: int, sides: tuple[int, int], n_prefix: int | None) -> tuple[int, int, int] | None:
    likely = [] if n_prefix is None else [n_prefix]
    for prefix in [*likely, *range(_MOST_PREFIX + 1)]:
        rows = round(((n_tokens - prefix) * sides[0] / sides[1]) ** 0.5) if n_tokens > prefix else 0
        columns = (n_tokens - prefix) // rows if rows else 0
        if rows and rows * columns == n_tokens - prefix and _is_patched(sides, rows, columns):
            return prefix, rows, columns
    return None


def _is_patched(sides: tuple[int, int], rows: int, columns: int) -> bool:
    """True if squares of whole pixels, one a place, fill the input."""
    return sides[0] % rows == 0 and sides[0] // rows * columns == sides[1]
