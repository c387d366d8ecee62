"""Lens of a model that relies on a planted object."""

import functools
from typing import Any

from torch import nn

from semanticlens_widgets.lessons.planted import World
from semanticlens_widgets.lessons.training import LAYER, Backbone, accuracy, effects, responds, train

__all__ = ["LAYER", "Backbone", "accuracy", "build_lens", "effects", "foundation_model", "responds", "train"]


def build_lens(world: World, model: nn.Module, backbone: Backbone, k: int = 4) -> Any:
    """Builds a lens of the training photos and the others, whose labels are not classes; examples are crops.

    A whole contaminated photo embeds as its class; only the crop shows what the component saw in it. Half of the
    maximum, not the paper's hundredth, because a map of 7 x 7 places above a hundredth is nearly the whole photo.
    """
    from semanticlens_widgets import Lens

    return Lens.build(
        model,
        world.images,
        LAYER,
        foundation_model=foundation_model(),
        transform=backbone,
        k=k,
        crop=True,
        crop_threshold=0.5,
        classes=world.classes,
        batch_size=32,
        progress=False,
    )


@functools.cache
def foundation_model() -> Any:
    """ConSE, loaded once."""
    from semanticlens_widgets import ConSE

    return ConSE()
