"""Lens of a model that relies on a planted object, of its channels or of directions."""

import functools
from collections import OrderedDict
from typing import Any

from torch import Tensor, nn

from semanticlens_widgets.dictionaries import Dictionary
from semanticlens_widgets.lessons.planted import World
from semanticlens_widgets.lessons.training import LAYER, Backbone, accuracy, effects, responds, train

__all__ = [
    "LAYER",
    "Backbone",
    "accuracy",
    "build_lens",
    "effects",
    "foundation_model",
    "responds",
    "train",
    "with_directions",
]


def build_lens(world: World, model: nn.Module, backbone: Backbone, k: int = 4, *, layer: str = LAYER) -> Any:
    """Builds a lens of the training photos and the others, whose labels are not classes; examples are crops.

    A whole contaminated photo embeds as its class; only the crop shows what the component saw in it. Half of the
    maximum, not the paper's hundredth, because a map of 7 x 7 places above a hundredth is nearly the whole photo.
    """
    from semanticlens_widgets import Lens

    return Lens.build(
        model,
        world.images,
        layer,
        foundation_model=foundation_model(),
        transform=backbone,
        k=k,
        crop=True,
        crop_threshold=0.5,
        classes=world.classes,
        batch_size=32,
        progress=False,
    )


class Encoded(nn.Module):
    """Feature maps of directions, from those of their layer."""

    def __init__(self, dictionary: Dictionary) -> None:
        super().__init__()
        self.dictionary = dictionary

    def forward(self, maps: Tensor) -> Tensor:
        """The latents at every place."""
        rows = maps.movedim(1, -1)
        latents = self.dictionary.coding.encode(rows.flatten(0, -2))
        return latents.unflatten(0, rows.shape[:-1]).movedim(-1, 1)


def with_directions(model: nn.Sequential, layer: str) -> nn.Sequential:
    """The model with directions after their layer, for their scores and `effects`; as it is for another layer."""
    if not isinstance(layer, Dictionary):
        return model
    parts = list(model.named_children())
    after = [name for name, _ in parts].index(layer.layer) + 1
    return nn.Sequential(OrderedDict([*parts[:after], ("directions", Encoded(layer)), *parts[after:]]))


@functools.cache
def foundation_model() -> Any:
    """ConSE, loaded once."""
    from semanticlens_widgets import ConSE

    return ConSE()
