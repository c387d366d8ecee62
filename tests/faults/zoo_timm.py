"""Architectures of timm, made small."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from torch import nn

from tests.faults.zoo import Architecture


def _named(name: str, **options: Any) -> nn.Module:
    import timm

    return timm.create_model(name, pretrained=False, num_classes=5, **options)


def _class(module: str, name: str, **options: Any) -> nn.Module:
    import importlib

    return getattr(importlib.import_module(f"timm.models.{module}"), name)(num_classes=5, **options)


def _mlp(block: str, **options: Any) -> nn.Module:
    from timm.models import mlp_mixer

    shape = {"img_size": 32, "patch_size": 8, "num_blocks": 2, "embed_dim": 32}
    return _class("mlp_mixer", "MlpMixer", block_layer=getattr(mlp_mixer, block), **shape, **options)


def _gmlp() -> nn.Module:
    from timm.layers.mlp import GatedMlp

    return _mlp("SpatialGatingBlock", mlp_ratio=2, mlp_layer=GatedMlp)


def _resmlp() -> nn.Module:
    from timm.models.mlp_mixer import Affine

    return _mlp("ResBlock", mlp_ratio=2, norm_layer=Affine)


def _of(
    name: str,
    layers: str,
    make: Callable[[], nn.Module] | None = None,
    *,
    side: int = 64,
    prefix: int = 0,
    width: int | None = None,
    options: Mapping[str, object] = {},
) -> Architecture:
    """The layers are maps unless "name=layout" says otherwise; without `make` timm's own name is."""
    named = (layer.partition("=") for layer in layers.split())
    layouts = {layer: layout or "map" for layer, _, layout in named}
    return Architecture(
        f"timm/{name}",
        make or partial(_named, name, **options),
        layouts,
        side=side,
        prefix=prefix,
        width=width,
    )


_PATCHES = {"img_size": 32, "patch_size": 8, "embed_dim": 32, "depth": 2, "num_heads": 2}
_BLOCKS = "blocks.0=tokens blocks.1=tokens"
_HIERA = {"img_size": 64, "embed_dim": 24, "num_heads": 1, "stages": (1, 1, 1, 1)}
_FOUR = {"depths": (1, 1, 1, 1)}

TIMM = [
    _of("test_resnet", "layer3 layer4"),
    _of("test_byobnet", "stages.2 stages.3"),
    _of("test_efficientnet", "blocks.3 blocks.4 conv_head"),
    _of("test_efficientnet_gn", "blocks.3 blocks.4"),
    _of("test_convnext", "stages.2 stages.3 stages.3.blocks.0.mlp.fc1=last"),
    _of("test_mambaout", "stages.2=last stages.3=last"),
    _of("test_nfnet", "stages.2 final_conv"),
    _of("test_maxvit", "stages.2 stages.3", options={"img_size": 64}),
    _of("test_coatnet", "stages.2 stages.3", options={"img_size": 64}),
    _of("test_vit", "blocks.1=tokens blocks.5=tokens", side=64, prefix=1, options={"img_size": 64}),
    _of("test_vit3", "blocks.1=tokens blocks.8=tokens", side=64, prefix=1, options={"img_size": 64}),
    _of("test_vit_relpos", "blocks.1=tokens blocks.8=tokens", options={"img_size": 64}),
    _of("deit_tiny_distilled_patch16_224", _BLOCKS, side=32, prefix=2, options=_PATCHES),
    _of("beit_base_patch16_224", _BLOCKS, side=32, prefix=1, options=_PATCHES),
    _of(
        "eva02_tiny_patch14_224",
        _BLOCKS,
        side=56,
        prefix=1,
        options={"img_size": 56, "embed_dim": 48, "depth": 2, "num_heads": 2},
    ),
    _of("mixer", _BLOCKS, partial(_mlp, "MixerBlock"), side=32),
    _of("gmlp", _BLOCKS, _gmlp, side=32),
    _of("resmlp", _BLOCKS, _resmlp, side=32),
    _of(
        "levit",
        "stages.0=tokens stages.1=tokens",
        partial(
            _class,
            "levit",
            "Levit",
            img_size=64,
            embed_dim=(32, 48),
            depth=(1, 1),
            num_heads=(2, 3),
            key_dim=8,
        ),
    ),
    _of("pvt_v2_b0", "stages.1 stages.3"),
    _of(
        "poolformer",
        "stages.1 stages.3",
        partial(_class, "metaformer", "MetaFormer", dims=(16, 24, 32, 40), **_FOUR),
    ),
    _of(
        "swin_tiny_patch4_window7_224",
        "layers.0=last layers.1=last",
        side=32,
        options={"img_size": 32, "embed_dim": 24, "depths": (2, 2), "num_heads": (2, 4), "window_size": 4},
    ),
    _of(
        "swin_tiny_patch4_window7_224.wide",
        "layers.0=last layers.1=last",
        partial(
            _named,
            "swin_tiny_patch4_window7_224",
            img_size=(32, 64),
            embed_dim=24,
            depths=(2, 2),
            num_heads=(2, 4),
            window_size=4,
        ),
        side=32,
        width=64,
    ),
    _of("test_mambaout.wide", "stages.2=last stages.3=last", partial(_named, "test_mambaout"), width=96),
    _of(
        "swinv2_cr_tiny_224",
        "stages.0 stages.1",
        options={"img_size": 64, "embed_dim": 24, "depths": (2, 2), "num_heads": (2, 4), "window_size": 4},
    ),
    _of("xcit_nano_12_p8_224", _BLOCKS, side=32, options={"img_size": 32, "depth": 2}),
    _of("cait_xxs24_224", _BLOCKS, side=32, options={**_PATCHES, "embed_dim": 48}),
    _of(
        "convmixer",
        "blocks.0 blocks.1",
        partial(_class, "convmixer", "ConvMixer", dim=32, depth=2, kernel_size=5, patch_size=4),
    ),
    _of("mobilevit_xxs", "stages.2 stages.4"),
    _of("edgenext_xx_small", "stages.1 stages.3"),
    _of("repvgg_a0", "stages.1 stages.3"),
    _of("ghostnet_100", "blocks.5 blocks.9"),
    _of("res2net50_26w_4s", "layer3 layer4", options={"layers": (1, 1, 1, 1)}),
    _of("hrnet_w18_small", "final_layer"),
    _of("volo_d1_224", "network.0=last", side=32, prefix=1, options={"img_size": 32}),
    _of("focalnet", "layers.1 layers.3", partial(_class, "focalnet", "FocalNet", embed_dim=16, **_FOUR)),
    _of("fastvit_t8", "stages.2"),
    _of("hiera_tiny_224", "blocks.0=shuffled blocks.3=shuffled", options=_HIERA),
    _of(
        "vit_tiny_r_s16_p8_224",
        "patch_embed.backbone blocks.1=tokens",
        prefix=1,
        options={"img_size": 64, "depth": 2},
    ),
]
