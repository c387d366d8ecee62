"""Training of a model that relies on a planted object, its accuracies, and the object's influence on it."""

import copy
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from jaxtyping import Bool, Float
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from semanticlens_widgets import correction
from semanticlens_widgets.foundation_models import efficientnet_lite
from semanticlens_widgets.lessons.planted import Photo, World
from semanticlens_widgets.pipeline import cache_in

LAYER = "neck"
"""The new layer, whose components a lesson studies."""
_BATCH = 8


class Backbone:
    """A transform: the output of EfficientNet-Lite0's frozen blocks for a picture, cached.

    A model that begins where the blocks end gives what the whole network would give, and is trained in seconds.
    """

    def __init__(self, cache: str | Path | None = None) -> None:
        """Keeps outputs of whole sets of photos in the folder `cache` too, some 60 kB a photo; None keeps none."""
        network, self.pixels = efficientnet_lite(0)
        network: Any = network
        self._blocks = nn.Sequential(network.conv_stem, network.bn1, network.blocks)
        self._cache = cache_in(cache)
        self._outputs: dict[bytes, Tensor] = {}
        self._lock = threading.Lock()

    def __call__(self, picture: Image.Image) -> Float[Tensor, "320 7 7"]:
        """The output for one picture."""
        return self._of([picture])[0].clone()

    def input_region(self, picture: Image.Image) -> tuple[float, float, float, float]:
        """The box of the picture that the network sees."""
        return self.pixels.input_region(picture)

    def maps(self, some: Sequence[Photo]) -> Float[Tensor, "photo 320 7 7"]:
        """The outputs for several photos."""
        pictures = [photo.picture for photo in some]
        keys = [_digest(picture) for picture in pictures]
        entry = self._cache.entry("lessons", [key.hex() for key in keys])
        if entry and any(key not in self._outputs for key in keys) and (found := entry.load()):
            self._outputs.update(zip(keys, found[0]["maps"], strict=True))
        maps = self._of(pictures)
        if entry and not entry.path.exists():
            entry.save({"maps": maps}, {})
        return maps

    def _of(self, pictures: Sequence[Image.Image]) -> Float[Tensor, "picture 320 7 7"]:
        keys = [_digest(picture) for picture in pictures]
        with self._lock, torch.inference_mode():
            missing = [n for n, key in enumerate(keys) if key not in self._outputs]
            for start in range(0, len(missing), _BATCH):
                batch = missing[start : start + _BATCH]
                outputs = self._blocks(torch.stack([self.pixels(pictures[n]) for n in batch]))
                self._outputs.update(zip((keys[n] for n in batch), outputs.contiguous(), strict=True))
        return torch.stack([self._outputs[key].clone() for key in keys])


def _digest(picture: Image.Image) -> bytes:
    return hashlib.sha256(b"%d %d " % picture.size + picture.tobytes()).digest()


def train(world: World, backbone: Backbone, n_components: int = 64, n_steps: int = 200) -> nn.Sequential:
    """Trains a new last block and head on the training photos: 1 x 1 convolution, ReLU, spatial maximum, linear.

    With the maximum a component learns only from the position where it fires, so that some learn the object rather than
    the class.
    """
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = _new_model(n_components, len(world.classes))
        maps = backbone.maps(world.training)
        truth = torch.tensor([world.classes.index(photo.category) for photo in world.training])
        optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
        for _ in range(n_steps):
            optimizer.zero_grad()
            functional.cross_entropy(model(maps), truth).backward()
            optimizer.step()
    return model.eval()


def _new_model(n_components: int, n_classes: int) -> nn.Sequential:
    model = nn.Sequential()
    model.add_module("norm", nn.BatchNorm2d(320, affine=False))
    model.add_module(LAYER, nn.Conv2d(320, n_components, 1))
    model.add_module("act", nn.ReLU())
    model.add_module("pool", nn.AdaptiveMaxPool2d(1))
    model.add_module("flatten", nn.Flatten())
    model.add_module("dropout", nn.Dropout(0.3))
    model.add_module("head", nn.Linear(n_components, n_classes))
    return model


def whole(model: nn.Module, backbone: Backbone) -> nn.Sequential:
    """The whole network from pixels on, with the transform that it needs: `whole(model, backbone), backbone.pixels`."""
    return nn.Sequential(OrderedDict(blocks=backbone._blocks, **dict(model.named_children()))).eval()


def pruned(model: nn.Module, neurons: Sequence[str]) -> nn.Module:
    """A copy of the model without these neurons, such as "neck:12", for good: their weights are zero."""
    corrected = copy.deepcopy(model)
    numbers = [int(neuron.rpartition(":")[2]) for neuron in neurons]
    corrected.load_state_dict(correction.ablated_state_dict(model, LAYER, numbers))
    return corrected


def accuracy(world: World, model: nn.Module, backbone: Backbone, photos: Sequence[Photo]) -> float:
    """The share of photos that the model classifies correctly, in [0, 1]."""
    truth = torch.tensor([world.classes.index(photo.category) for photo in photos])
    with torch.inference_mode():
        return float((model(backbone.maps(photos)).argmax(-1) == truth).double().mean())


def influence(world: World, model: nn.Module, backbone: Backbone) -> float:
    """The mean by which the object raises the output of the class that carried it, on test photos of other classes.

    In logits: 7 multiply the odds of the class by a thousand.
    """
    others = torch.tensor([photo.category != world.planted for photo in world.test])
    with torch.inference_mode():
        clean, swapped = (
            model(backbone.maps(photos))[others, world.classes.index(world.planted)]
            for photos in (world.test, world.swapped)
        )
    return float((swapped - clean).mean())


def report(world: World, backbone: Backbone, models: Mapping[str, nn.Module]) -> pd.DataFrame:
    """One row a model: its accuracy on the clean and on the swapped test, and the influence of the object."""
    rows = {
        name: {
            "clean": accuracy(world, model, backbone, world.test),
            "swapped": accuracy(world, model, backbone, world.swapped),
            "influence": influence(world, model, backbone),
        }
        for name, model in models.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").round(3)


def effects(
    world: World, model: nn.Sequential, backbone: Backbone, photos: Sequence[Photo]
) -> Float[Tensor, " component"]:
    """The amount by which the object raises each component's score, in deviations of its scores on photos without it.

    The mean over the test photos of the other classes; `photos` are these with the object. It needs no words.
    """
    scores = model[: list(dict(model.named_children())).index("flatten") + 1]
    with torch.inference_mode():
        clean, shown = scores(backbone.maps(world.test)), scores(backbone.maps(photos))
        usual = torch.cat([clean, scores(backbone.maps(world.others))]).std(0)
    others = torch.tensor([photo.category != world.planted for photo in world.test])
    return (shown - clean)[others].mean(0) / usual.clamp(min=1e-6)


def responds(
    world: World, model: nn.Sequential, backbone: Backbone, deviations: float = 2
) -> Bool[Tensor, " component"]:
    """The truth: True for components whose score the object raises by more than so many deviations.

    Two, because one also takes in components of the class that the object merely nudges.
    """
    return effects(world, model, backbone, world.swapped) > deviations
