"""The networks of `own_models`, in all precisions and wrappings."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from tests.faults.own_models import (
    AddsInPlace,
    AddsUnassigned,
    AlwaysDropsOut,
    BatchStatistics,
    BatchStatisticsBehind,
    Body,
    Bracketed,
    Cubes,
    DictOfLogits,
    DropsOutBehind,
    FeaturesAndLogits,
    FlattenedMaps,
    GatesInPlace,
    HighAsChannels,
    Modular,
    NormalizesPixels,
    PatchesByUnfolding,
    Sequence,
    SqueezedOutput,
    StacksAndSums,
    TokensFirst,
    WrittenAttention,
)
from tests.faults.zoo import Architecture, plain_logits


def second(output: Any) -> Tensor:
    """The logits of (features, logits)."""
    return output[1]


def by_name(output: Any) -> Tensor:
    """The part `logits`."""
    return output["logits"]


def unsqueezed(output: Any) -> Tensor:
    """One number a sample as one output."""
    return output.reshape(-1, 1)


def _cast(dtype: torch.dtype) -> Callable[[], nn.Module]:
    return lambda: Body().to(dtype)


def _scaled(factor: float) -> nn.Module:
    model = Body()
    with torch.no_grad():
        model.head.weight.mul_(factor)
    return model


def _traced(model: nn.Module) -> Any:
    device = next(model.parameters()).device
    return torch.jit.trace(model, torch.zeros(1, 3, 32, 32, device=device))


def _checkpointed() -> nn.Module:
    import timm

    model = timm.create_model("test_vit", num_classes=5, img_size=64)
    model.set_grad_checkpointing()  # pyright: ignore[reportCallIssue]
    return model


def _of(
    name: str, make: Callable[[], nn.Module], layers: str = "body", side: int = 32, **options: Any
) -> Architecture:
    named = (layer.partition("=") for layer in layers.split())
    layouts = {layer: layout or "map" for layer, _, layout in named}
    return Architecture(f"own/{name}", make, layouts, side=side, **options)


OWN = [
    _of("modular", Modular, "stem body head=vector"),
    _of("functional", Body, "stem body head=vector"),
    _of("adds_in_place", AddsInPlace, "stem body"),
    _of("adds_unassigned", AddsUnassigned, "stem body"),
    _of("stacks_and_sums", StacksAndSums, "stem body"),
    _of("gates_in_place", GatesInPlace, "stem body"),
    _of("written_attention", WrittenAttention, "norm=tokens qkv=tokens"),
    _of("tokens_first", TokensFirst, "block=first"),
    _of("conv1d", Sequence, "conv=sequence norm=sequence"),
    _of("flattened_maps", FlattenedMaps, "flat=sequence"),
    _of("cubes", Cubes, "stem body", side=64),
    _of("high_as_channels", HighAsChannels, "stem body", side=48),
    _of("batch_statistics", BatchStatistics, "norm"),
    _of("always_drops_out", AlwaysDropsOut),
    _of("features_and_logits", FeaturesAndLogits, logits=second),
    _of("features_and_logits_named", FeaturesAndLogits, logits=second, output=1),
    _of("dict_of_logits", DictOfLogits, logits=by_name),
    _of("drops_out_behind", DropsOutBehind),
    _of("batch_statistics_behind", BatchStatisticsBehind),
    _of("squeezed_output", SqueezedOutput, logits=unsqueezed),
    _of("normalizes_pixels", NormalizesPixels, "stem body"),
    _of("patches_by_unfolding", PatchesByUnfolding, "norm=tokens", side=32),
    _of("float16", _cast(torch.float16)),
    _of("bfloat16", _cast(torch.bfloat16)),
    _of("float64", _cast(torch.float64)),
    _of("bracketed_name", Bracketed, "branch[0]"),
    _of("single_output", lambda: Body(n_outputs=1), logits=plain_logits),
    _of("faint", partial(_scaled, 1e-8)),
    _of("strong", partial(_scaled, 1e7)),
    _of("checkpointed", _checkpointed, "blocks.1=tokens", side=64, prefix=1),
    _of("scripted", Body, wrap=torch.jit.script),
    _of("traced", Body, wrap=_traced),
    _of("compiled", Body, "body", wrap=partial(torch.compile, backend="eager")),
]
