"""Layouts of outputs: the axis of a layer's output that is the batch, the one of the components, and their places."""

import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from torch import Tensor, nn

from semanticlens_widgets.layers._names import find_layers, module_of
from semanticlens_widgets.layers.latents.named import base_of


@dataclass(frozen=True)
class Layout:
    """The axes of a layer's output; every axis that is neither batch nor components is a place.

    For a convolution: Layout(components=1); for tokens (batch, token, component): Layout(components=-1); for
    (token, batch, component): Layout(components=-1, batch=1).
    """

    components: int
    """The axis of the components; negative numbers count from the end."""
    batch: int = 0
    """The axis of the samples."""
    places: bool = True
    """True if tokens are the places of the image, row by row, after class tokens; False forbids maps of them."""

    def __post_init__(self) -> None:
        """Raises ValueError when both axes are the same, TypeError for axes that are not whole numbers."""
        for name in ("components", "batch"):
            if type(getattr(self, name)) is not int:
                raise TypeError(
                    f"{name} must be the number of an axis, such as -1, not {getattr(self, name)!r}"
                )
        if self.components == self.batch:
            raise ValueError(f"components and batch must be different axes, not both {self.batch}")

    def standard(self, output: Tensor) -> Tensor:
        """The output as (B,C,H,W), (B,T,C) or (B,C), a view; outputs of other numbers of axes as they are."""
        order = self._order(output.ndim)
        return output if order == sorted(order) else output.permute(order)

    def original(self, output: Tensor) -> Tensor:
        """The inverse of `standard`."""
        order = self._order(output.ndim)
        return (
            output
            if order == sorted(order)
            else output.permute([order.index(axis) for axis in sorted(order)])
        )

    def has_places(self, n_axes: int) -> bool:
        """True if cells lie on the image: of maps always, of tokens unless they are known to lie otherwise."""
        return n_axes == 4 or (
            n_axes == 3 and self.places and (self.batch % 3, self.components % 3) == (0, 2)
        )

    def _order(self, n_axes: int) -> list[int]:
        if n_axes not in (2, 3, 4):
            return list(range(n_axes))
        batch, components = self.batch % n_axes, self.components % n_axes
        places = [axis for axis in range(n_axes) if axis not in (batch, components)]
        return [batch, *places, components] if n_axes == 3 else [batch, components, *places]


_KNOWN: "weakref.WeakKeyDictionary[nn.Module, dict[str, tuple[weakref.ref[nn.Module], Layout]]]" = (
    weakref.WeakKeyDictionary()
)
"""Model -> layer -> its module and the layout that was decided for it."""


def remember_layouts(model: nn.Module, layouts: Mapping[str, Layout]) -> None:
    """Keeps the layouts of a model's layers for every later use of the model in this process.

    The layout of latents is that of the layer they are made of, here and below.
    """
    known = _KNOWN.setdefault(model, {})
    for layer, layout in ((base_of(layer), layout) for layer, layout in layouts.items()):
        known[layer] = (weakref.ref(module_of(model, layer)), layout)


def forget_layouts(model: nn.Module, layers: Iterable[str]) -> None:
    """Lets the layouts of these layers be decided again."""
    for layer in layers:
        _KNOWN.get(model, {}).pop(base_of(layer), None)


def known_layout(model: nn.Module, layer: str) -> Layout | None:
    """The layout of a layer if it was decided; None if it was not, or the layer's module is another one since."""
    layer = base_of(layer)
    module, layout = _KNOWN.get(model, {}).get(layer, (None, None))
    return layout if module is not None and module() is module_of(model, layer) else None


def layouts_of(model: nn.Module) -> dict[str, Layout]:
    """The layouts of all layers of the model that were decided or given."""
    known = _KNOWN.get(model, {})
    return {layer: layout for layer, (_, layout) in known.items() if known_layout(model, layer) is not None}


def given_layouts(model: nn.Module, layers: object) -> dict[str, Layout]:
    """The layouts in `layers={"name": Layout(...)}`, by layer; patterns name several, None leaves it to the model."""
    if not isinstance(layers, Mapping):
        return {}
    for layer, layout in layers.items():
        if layout is not None and not isinstance(layout, Layout):
            raise TypeError(
                f"layers[{layer!r}] must be a Layout, such as Layout(components=-1), not {layout!r}"
            )
    return {
        name: layout
        for pattern, layout in layers.items()
        if layout is not None
        for name in find_layers(model, pattern)
    }
