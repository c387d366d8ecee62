"""Planted model: a model that relies on the planted object, its lens, and the truth about its components."""

import functools
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from tests.planted_world import Photo, World

LAYER = "neck"


class Backbone:
    """A transform: the output of EfficientNet-Lite0's frozen blocks for a picture, cached.

    A model that begins where it ends gives what the whole network would give, and ten can be trained in a minute.
    """

    def __init__(self) -> None:
        from semanticlens_widgets.foundation_models import efficientnet_lite

        network, self._fit = efficientnet_lite(0)
        network: Any = network
        self._layers = nn.Sequential(network.conv_stem, network.bn1, network.blocks)
        self._outputs: dict[bytes, Tensor] = {}
        self._lock = threading.Lock()

    def __call__(self, picture: Image.Image) -> Float[Tensor, "320 7 7"]:
        key = picture.tobytes()
        with self._lock, torch.inference_mode():
            if key not in self._outputs:
                self._outputs[key] = self._layers(self._fit(picture)[None])[0].contiguous().clone()
        return self._outputs[key].clone()

    def input_region(self, picture: Image.Image) -> tuple[float, float, float, float]:
        """The box of the picture that the network sees."""
        return self._fit.input_region(picture)

    def maps(self, some: Sequence[Photo]) -> Float[Tensor, "photo 320 7 7"]:
        """The outputs for several photos."""
        return torch.stack([self(photo.picture) for photo in some])


def train(world: World, backbone: Backbone, n_components: int = 64, n_steps: int = 200) -> nn.Sequential:
    """Trains a new last block and head on the training photos: 1 x 1 convolution, ReLU, spatial maximum, linear.

    With the maximum a component learns only from the position where it fires, so that some learn the object rather than
    the class.
    """
    torch.manual_seed(0)
    model = nn.Sequential()
    model.add_module("norm", nn.BatchNorm2d(320, affine=False))
    model.add_module(LAYER, nn.Conv2d(320, n_components, 1))
    model.add_module("act", nn.ReLU())
    model.add_module("pool", nn.AdaptiveMaxPool2d(1))
    model.add_module("flatten", nn.Flatten())
    model.add_module("dropout", nn.Dropout(0.3))
    model.add_module("head", nn.Linear(n_components, len(world.classes)))
    maps = backbone.maps(world.training)
    truth = torch.tensor([world.classes.index(photo.category) for photo in world.training])
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(n_steps):
        optimizer.zero_grad()
        functional.cross_entropy(model(maps), truth).backward()
        optimizer.step()
    return model.eval()


def accuracy(world: World, model: nn.Module, backbone: Backbone, photos: Sequence[Photo]) -> float:
    """The share of photos that the model classifies correctly."""
    with torch.inference_mode():
        given = model(backbone.maps(photos)).argmax(-1)
    return float(
        np.mean([world.classes[n] == photo.category for n, photo in zip(given, photos, strict=True)])
    )


def build_lens(world: World, model: nn.Module, backbone: Backbone, k: int = 4) -> Any:
    """Builds a lens of the training photos and the others, whose labels are not classes; examples are crops.

    A whole contaminated photo embeds as its class; only the crop shows what the component saw in it. Half of the
    maximum, not the paper's hundredth, because a map of 7 x 7 places above a hundredth is nearly the whole photo.
    """
    from semanticlens_widgets import Lens, as_images

    every = [*world.training, *world.others]
    return Lens.build(
        model,
        as_images([photo.picture for photo in every], labels=[photo.category for photo in every]),
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


def responds(
    world: World, model: nn.Sequential, backbone: Backbone, deviations: float = 2
) -> Bool[Tensor, " component"]:
    """The truth, independent of words: True for components that fire for the object.

    The object alone raises the component's score on the test photos of the other classes, on average, by more than so
    many standard deviations of its scores on photos without it. Two, because one also takes in components of the class
    that the object merely nudges.
    """
    scores = model[: list(dict(model.named_children())).index("flatten") + 1]
    with torch.inference_mode():
        clean, swapped = scores(backbone.maps(world.test)), scores(backbone.maps(world.swapped))
        usual = torch.cat([clean, scores(backbone.maps(world.others))]).std(0)
    others = torch.tensor([photo.category != world.planted for photo in world.test])
    return (swapped - clean)[others].mean(0) > deviations * usual.clamp(min=1e-6)
