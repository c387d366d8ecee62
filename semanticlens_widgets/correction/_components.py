"""Components of a layer to take out, whole or one half of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import index

import torch
from torch import Tensor

from semanticlens_widgets.concepts import ConceptDatabase

Components = Mapping[str, Collection[int | str] | Tensor]
"""Layer -> components: 12, "12" or "layer:12" is a whole one, "12+" and "12-" its positive and its negative half."""


@dataclass(frozen=True)
class Chosen:
    """Components of one layer."""

    layer: str
    whole: tuple[int, ...]
    positive: tuple[int, ...]
    negative: tuple[int, ...]

    @property
    def has_halves(self) -> bool:
        """True if only one half of some component is chosen."""
        return bool(self.positive or self.negative)

    def check(self, n_components: int) -> None:
        """Raises ValueError for a component that the layer does not have."""
        last = max(self.whole + self.positive + self.negative)
        if last >= n_components:
            raise ValueError(f"layer {self.layer!r} has components 0 to {n_components - 1}, not {last}")

    def gone(self, output: Tensor, axis: int) -> Tensor:
        """Mask of the output: True for values to take out; of a shape that broadcasts."""
        gone = _mask(self.whole, output, axis)
        if self.positive:
            gone = gone | (_mask(self.positive, output, axis) & (output > 0))
        if self.negative:
            gone = gone | (_mask(self.negative, output, axis) & (output < 0))
        return gone


def by_layer(database: ConceptDatabase, components: Sequence[str]) -> dict[str, list[str]]:
    """Names such as "layer4:12" as `Components`; if halves are components, a name without a sign is the positive half.

    Raises LayerNotFoundError and ValueError for layers and components that the database does not have.
    """
    chosen: dict[str, list[str]] = {}
    for name in components:
        layer, row = database.locate(name)
        examples = database.examples[layer]
        whole = examples.sign == "positive" or row >= examples.n_components // 2
        chosen.setdefault(layer, []).append(examples.name(row) + ("" if whole else "+"))
    return {layer: list(dict.fromkeys(names)) for layer, names in chosen.items()}


def choose(components: Components) -> list[Chosen]:
    """The chosen components, layer by layer; raises ValueError without any, and for an invalid one."""
    chosen = [_chosen(layer, some) for layer, some in components.items() if len(some)]
    if not chosen:
        raise ValueError(
            "components must name at least one component, for example {'layer4': [12]}, and there are 0"
        )
    return chosen


def _chosen(layer: str, components: Collection[int | str] | Tensor) -> Chosen:
    if isinstance(components, str):
        raise TypeError(f"the components of layer {layer!r} must be a list, like ['12'], not {components!r}")
    halves: dict[str, list[int]] = {"": [], "+": [], "-": []}
    for component in components.tolist() if isinstance(components, Tensor) else components:
        number, half = _parsed(layer, component)
        halves[half].append(number)
    return Chosen(layer, *(tuple(dict.fromkeys(halves[half])) for half in ("", "+", "-")))


def _parsed(layer: str, component: int | str) -> tuple[int, str]:
    if isinstance(component, str):
        number = component.removeprefix(f"{layer}:")
        half = number[-1:] if number[-1:] in ("+", "-") else ""
        number = number.removesuffix(half)
        if number.isascii() and number.isdigit():
            return int(number), half
    elif index(component) >= 0:
        return index(component), ""
    raise ValueError(
        f"a component of layer {layer!r} must be a number like 12, '12+' or '12-', not {component!r}"
    )


def _mask(components: Sequence[int], output: Tensor, axis: int) -> Tensor:
    mask = torch.zeros(output.shape[axis], dtype=torch.bool)
    mask[list(components)] = True
    return mask.to(output.device).view([-1 if at == axis % output.ndim else 1 for at in range(output.ndim)])
