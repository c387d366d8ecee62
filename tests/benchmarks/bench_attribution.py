"""Relevance of four layers over photos against the bare passes, and what deleting components does to the logit.

The bare pass loads the same images, runs forward and backward to the same layers, and keeps nothing. Both take turns;
the ratio is the median of the turns' own. Deletion: of each photo's components in one layer, growing shares are set to
zero, in order of relevance and at random; the figure is the logit lost, averaged over the shares, of the two orders.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn

from semanticlens_widgets.attribution import attribute
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.foundation_models import ConSE, efficientnet_lite, imagenet_class_names
from semanticlens_widgets.images import Images, as_images, decode_ahead, subset
from semanticlens_widgets.layers import evaluating, intervene
from semanticlens_widgets.passes import kept_buffers
from semanticlens_widgets.passes._batches import next_batch, stack
from semanticlens_widgets.pipeline import Studied, attribute_database, build_database
from tests.colour_world import deletion_world

PHOTOS = Path(__file__).resolve().parents[2] / "notebooks" / "photos"
LAYERS = ["blocks.2", "blocks.4", "bn2", "classifier"]
N_PHOTOS, BATCH, TURNS = 192, 16, 5
SHARES = (0.1, 0.2, 0.4, 0.6)


def figures() -> list[dict[str, Any]]:
    """The ratio of a streaming pass, and deletion on three models."""
    return [streaming(), *deletions()]


def streaming() -> dict[str, Any]:
    model, transform = efficientnet_lite(0)
    images = subset(as_images(PHOTOS), range(N_PHOTOS))
    database = build_database(
        model,
        images,
        LAYERS,
        foundation_model=ConSE(),
        transform=transform,
        k=2,
        pooling="mean",
        progress=False,
    )
    turns = [
        (our_pass(database, Studied(model, transform), images), bare_pass(model, images, transform))
        for _ in range(TURNS + 1)
    ][1:]
    ratio = median(ours / bare for ours, bare in turns)
    return {
        "name": f"relevance of {len(LAYERS)} layers for 1,000 outputs over {N_PHOTOS} photos / bare passes",
        "ours": median(ours for ours, _ in turns),
        "peer": median(bare for _, bare in turns),
        "ratio": ratio,
        "target": "<= 1.3",
        "unit": "s",
        "falls_short": ratio > 1.3,
    }


def our_pass(database: ConceptDatabase, studied: Studied, images: Images) -> float:
    classes = {f"{output} {name}": output for output, name in enumerate(imagenet_class_names())}
    options = {"classes": classes, "targets": "prediction", "batch_size": BATCH, "progress": False}
    started = time.perf_counter()
    attribute_database(database, studied, images, layers=LAYERS, **options)
    return time.perf_counter() - started


def bare_pass(model: nn.Module, images: Images, transform: Callable) -> float:
    """Seconds to load every image, run the model and differentiate its highest output."""
    kept: list[Tensor] = []
    model.requires_grad_(False)

    def keep(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        kept.append(output if output.requires_grad else output.requires_grad_())

    started = time.perf_counter()
    stream = decode_ahead(images, range(len(images)), transform, depth=2 * BATCH)
    with kept_buffers(), ExitStack() as undo:
        for layer in LAYERS:
            undo.callback(model.get_submodule(layer).register_forward_hook(keep).remove)
        while (batch := next_batch(stream, BATCH)).sample_ids:
            kept.clear()
            outputs = model(stack(batch, torch.channels_last))
            torch.autograd.grad(outputs.amax(1).sum(), kept)
    return time.perf_counter() - started


def deletions() -> list[dict[str, Any]]:
    return [
        deletion_figure(*world) for world in (lite(0), lite(2), ("a small CNN", *deletion_world(), "body"))
    ]


def lite(variant: int, n_photos: int = 32) -> tuple[str, nn.Module, Tensor, str]:
    """EfficientNet-Lite, photos as it reads them, and a layer far from its head."""
    model, transform = efficientnet_lite(variant)
    images = as_images(PHOTOS)
    pixels = torch.stack([transform(images.image(sample)) for sample in range(0, 10 * n_photos, 10)])
    return f"EfficientNet-Lite{variant}", model, pixels, "blocks.5"


def deletion_figure(name: str, model: nn.Module, pixels: Tensor, layer: str) -> dict[str, Any]:
    by_relevance, at_random = logit_lost(model, pixels, layer)
    return {
        "name": f"logit lost by deleting components of {layer} of {name} by relevance / at random",
        "ours": by_relevance,
        "peer": at_random,
        "ratio": by_relevance / at_random,
        "target": "> 1",
        "unit": "",
        "falls_short": by_relevance <= at_random,
    }


def logit_lost(model: nn.Module, pixels: Tensor, layer: str) -> tuple[float, float]:
    """The mean loss of the highest logit over `SHARES`: most relevant components first, and in random order."""
    found = attribute(model, pixels, [layer], lambda outputs: outputs.argmax(1))
    relevance = found.relevance(layer)
    whole = found.outputs.amax(1)
    orders = [relevance, torch.rand(relevance.shape, generator=torch.Generator().manual_seed(0))]
    lost = [mean_lost(model, pixels, layer, order, found.targets, whole) for order in orders]
    return lost[0], lost[1]


def mean_lost(
    model: nn.Module, pixels: Tensor, layer: str, order: Tensor, targets: Tensor, whole: Tensor
) -> float:
    losses = [whole - logits_without(model, pixels, layer, order, share, targets) for share in SHARES]
    return float(torch.stack(losses).mean())


def logits_without(
    model: nn.Module, pixels: Tensor, layer: str, order: Tensor, share: float, targets: Sequence[int] | Tensor
) -> Tensor:
    """The target logits with the highest `share` of components in `order` set to zero, sample by sample."""
    gone = order.topk(round(share * order.shape[1]), 1).indices
    mask = torch.ones_like(order).scatter(1, gone, 0)[:, :, None, None]
    with kept_buffers(), evaluating(model), intervene(model, {layer: lambda output: output * mask}):
        return model(pixels)[torch.arange(len(pixels)), targets]
