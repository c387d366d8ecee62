"""Training run of a small network on the photos, of which eight checkpoints are kept."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Int
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from semanticlens_widgets.lessons.planted import photos
from semanticlens_widgets.pipeline import cache_in

STEPS = (0, 5, 10, 20, 40, 80, 160, 320)
"""The steps of training after which a checkpoint is kept."""
_VERSION = 1
"""Of the network and its training, in the key of the cache."""
_SIDE, _WIDTHS, _BATCH = 48, (3, 32, 64, 64, 64), 64


def small_input(picture: Image.Image) -> Float[Tensor, "3 48 48"]:
    """The transform of the small network: the whole picture in 48 x 48 pixels, from -1 to 1."""
    pixels = np.asarray(picture.convert("RGB").resize((_SIDE, _SIDE)), np.float32)
    return torch.from_numpy(pixels / 127.5 - 1).permute(2, 0, 1).contiguous()


def training_run(cache: str | Path | None = None) -> dict[str, nn.Sequential]:
    """Trains a small network on the categories of the photos: "step 20" -> the model after 20 steps, in eval mode.

    Its layers are conv1 to conv4 and head. The run is the same each time, and kept in the folder `cache`. Raises
    ImagesError without photos.
    """
    entry = cache_in(cache).entry("lessons", "training run", STEPS, _VERSION)
    found = entry.load() if entry else None
    with torch.random.fork_rng():
        weights = found[0] if found else _trained()
        run = {f"step {step}": _loaded(weights, step) for step in STEPS}
    if entry and not found:
        entry.save(weights, {})
    return run


def fitted(run: Mapping[str, nn.Module]) -> pd.DataFrame:
    """One row a checkpoint: the share of the photos, all of them seen in training, that it classifies correctly."""
    pixels, truth = _data()
    with torch.inference_mode():
        right = {
            name: float((model(pixels).argmax(1) == truth).double().mean()) for name, model in run.items()
        }
    return pd.DataFrame({"right": right}).round(2)


def _trained() -> dict[str, Tensor]:
    """The weights at every checkpoint, as "20 conv1.0.weight"."""
    torch.manual_seed(0)
    model, (pixels, truth) = _network(), _data()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    weights = _weights(model, 0)
    for step in range(1, STEPS[-1] + 1):
        some = torch.randint(len(truth), (_BATCH,))
        optimizer.zero_grad()
        functional.cross_entropy(model(pixels[some]), truth[some]).backward()
        optimizer.step()
        weights |= _weights(model, step) if step in STEPS else {}
    return weights


def _network() -> nn.Sequential:
    """Four convolutions, each of half the resolution, a maximum over places, and an output for each category."""
    model = nn.Sequential()
    for number, (n_in, n_out) in enumerate(pairwise(_WIDTHS), 1):
        block = nn.Sequential(nn.Conv2d(n_in, n_out, 3, 2, 1), nn.BatchNorm2d(n_out), nn.ReLU())
        model.add_module(f"conv{number}", block)
    model.add_module("pool", nn.AdaptiveMaxPool2d(1))
    model.add_module("flatten", nn.Flatten())
    model.add_module("head", nn.Linear(_WIDTHS[-1], len(_categories())))
    return model


def _weights(model: nn.Module, step: int) -> dict[str, Tensor]:
    return {f"{step} {name}": value.clone() for name, value in model.state_dict().items()}


def _loaded(weights: Mapping[str, Tensor], step: int) -> nn.Sequential:
    model = _network()
    model.load_state_dict({name: weights[f"{step} {name}"] for name in model.state_dict()})
    return model.eval()


def _data() -> tuple[Float[Tensor, "photo 3 48 48"], Int[Tensor, " photo"]]:
    """The photos as the network takes them, and the numbers of their categories."""
    names = _categories()
    pixels = torch.stack([small_input(photo.picture) for photo in photos()])
    return pixels, torch.tensor([names.index(photo.category) for photo in photos()])


def _categories() -> list[str]:
    return sorted({photo.category for photo in photos()})
