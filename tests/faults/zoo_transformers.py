"""Architectures of transformers and towers of open_clip, made small."""

from collections.abc import Callable
from functools import partial
from typing import Any

from torch import nn

from tests.faults.zoo import Architecture, named_logits, plain_logits

_TOKENS: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "image_size": 32,
    "patch_size": 8,
}
_STAGES: dict[str, Any] = {"hidden_sizes": [16, 24, 32, 40], "depths": [1, 1, 1, 1]}


def _model(name: str, config: str, **options: Any) -> nn.Module:
    import transformers

    labels = {} if name.startswith(("CLIP", "ViTMAE")) else {"num_labels": 5}
    return getattr(transformers, name)(getattr(transformers, config)(**labels, **options))


def _of(
    name: str,
    config: str,
    layers: str,
    *,
    side: int = 32,
    prefix: int = 0,
    logits: Callable[[Any], Any] | None = named_logits,
    **options: Any,
) -> Architecture:
    """The layers are maps unless "name=layout" says otherwise."""
    named = (layer.partition("=") for layer in layers.split())
    layouts = {layer: layout or "map" for layer, _, layout in named}
    make = partial(_model, name, config, **options)
    return Architecture(f"transformers/{name}", make, layouts, side=side, prefix=prefix, logits=logits)


def _clip_tower() -> nn.Module:
    from open_clip.transformer import VisionTransformer

    return VisionTransformer(32, 8, 32, 2, 2, 2.0, output_dim=8)


def _clip_resnet() -> nn.Module:
    from open_clip.modified_resnet import ModifiedResNet

    return ModifiedResNet([1, 1, 1, 1], 8, 2, image_size=64, width=8)


def _clip_timm() -> nn.Module:
    from open_clip.timm_model import TimmModel

    return TimmModel("test_vit", embed_dim=8, image_size=64, pool="", proj="linear")


_LAYERS = "{0}.0=tokens {0}.1=tokens"

TRANSFORMERS = [
    _of("ViTForImageClassification", "ViTConfig", _LAYERS.format("vit.layers"), prefix=1, **_TOKENS),
    _of("DeiTForImageClassification", "DeiTConfig", _LAYERS.format("deit.layers"), prefix=2, **_TOKENS),
    _of(
        "Dinov2ForImageClassification",
        "Dinov2Config",
        _LAYERS.format("dinov2.encoder.layer"),
        prefix=1,
        **_TOKENS,
    ),
    _of("BeitForImageClassification", "BeitConfig", _LAYERS.format("beit.layers"), prefix=1, **_TOKENS),
    _of(
        "ConvNextForImageClassification",
        "ConvNextConfig",
        "convnext.encoder.stages.1 convnext.encoder.stages.3",
        side=64,
        **_STAGES,
    ),
    _of(
        "ConvNextV2ForImageClassification",
        "ConvNextV2Config",
        "convnextv2.encoder.stages.1 convnextv2.encoder.stages.3",
        side=64,
        **_STAGES,
    ),
    _of(
        "SwinForImageClassification",
        "SwinConfig",
        "swin.encoder.layers.0=tokens swin.encoder.layers.1=tokens",
        image_size=32,
        embed_dim=24,
        depths=[2, 2],
        num_heads=[2, 4],
        window_size=4,
    ),
    _of(
        "ResNetForImageClassification",
        "ResNetConfig",
        "resnet.encoder.stages.2 resnet.encoder.stages.3",
        side=64,
        embedding_size=16,
        layer_type="basic",
        **_STAGES,
    ),
    _of(
        "RegNetForImageClassification",
        "RegNetConfig",
        "regnet.encoder.stages.2 regnet.encoder.stages.3",
        side=64,
        embedding_size=16,
        groups_width=8,
        **_STAGES,
    ),
    _of(
        "PoolFormerForImageClassification",
        "PoolFormerConfig",
        "poolformer.encoder.block.2.0 poolformer.encoder.block.3.0",
        side=64,
        **_STAGES,
    ),
    _of(
        "SegformerForImageClassification",
        "SegformerConfig",
        "segformer.stages.2.blocks.0=tokens segformer.stages.3.blocks.0=tokens",
        side=64,
        hidden_sizes=[16, 24, 32, 40],
        depths=[1, 1, 1, 1],
        num_attention_heads=[1, 1, 2, 2],
    ),
    _of(
        "CLIPVisionModel",
        "CLIPVisionConfig",
        _LAYERS.format("encoder.layers"),
        prefix=1,
        logits=None,
        **_TOKENS,
    ),
    _of(
        "SiglipForImageClassification",
        "SiglipConfig",
        _LAYERS.format("vision_model.encoder.layers"),
        vision_config=_TOKENS,
    ),
    _of(
        "ViTMAEForPreTraining", "ViTMAEConfig", _LAYERS.format("vit.layers"), prefix=1, logits=None, **_TOKENS
    ),
    Architecture(
        "open_clip/vit",
        _clip_tower,
        {"transformer.resblocks.0": "tokens", "transformer.resblocks.1": "tokens"},
        side=32,
        prefix=1,
    ),
    Architecture("open_clip/resnet", _clip_resnet, {"layer3": "map", "layer4": "map"}),
    Architecture("open_clip/timm", _clip_timm, {"trunk.blocks.1": "tokens"}, prefix=1, logits=plain_logits),
]
