"""Architectures of torchvision, made small."""

from collections import OrderedDict
from functools import partial

from torch import nn

from tests.faults.zoo import Architecture


def _resnet(**options: object) -> nn.Module:
    from torchvision.models.resnet import BasicBlock, ResNet

    return ResNet(BasicBlock, [1, 1, 1, 1], num_classes=5, **options)  # pyright: ignore[reportArgumentType]


def _resnext() -> nn.Module:
    from torchvision.models.resnet import Bottleneck, ResNet

    return ResNet(Bottleneck, [1, 1, 1, 1], num_classes=5, groups=4, width_per_group=8)


def _efficientnet() -> nn.Module:
    from torchvision.models.efficientnet import EfficientNet, MBConvConfig

    blocks = [
        MBConvConfig(1, 3, 1, 16, 16, 1),
        MBConvConfig(4, 3, 2, 16, 24, 2),
        MBConvConfig(4, 5, 2, 24, 32, 2),
    ]
    return EfficientNet(blocks, dropout=0.2, num_classes=5, last_channel=64)


def _efficientnet_v2() -> nn.Module:
    from torchvision.models.efficientnet import EfficientNet, FusedMBConvConfig, MBConvConfig

    blocks = [FusedMBConvConfig(2, 3, 1, 16, 16, 2), MBConvConfig(4, 3, 2, 16, 24, 2)]
    return EfficientNet(blocks, dropout=0.2, num_classes=5, last_channel=64)


def _mobilenet_v2() -> nn.Module:
    from torchvision.models.mobilenetv2 import MobileNetV2

    return MobileNetV2(num_classes=5, inverted_residual_setting=[[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 2, 2]])


def _mobilenet_v3() -> nn.Module:
    from torchvision.models.mobilenetv3 import InvertedResidualConfig as Block
    from torchvision.models.mobilenetv3 import MobileNetV3

    blocks = [
        Block(16, 3, 16, 16, True, "RE", 1, 1, 1),
        Block(16, 3, 64, 24, False, "RE", 2, 1, 1),
        Block(24, 5, 96, 24, True, "HS", 1, 1, 1),
    ]
    return MobileNetV3(blocks, 64, num_classes=5)


def _convnext() -> nn.Module:
    from torchvision.models.convnext import CNBlockConfig, ConvNeXt

    return ConvNeXt([CNBlockConfig(16, 32, 1), CNBlockConfig(32, None, 2)], num_classes=5)


def _regnet() -> nn.Module:
    from torchvision.models.regnet import BlockParams, RegNet

    sizes = BlockParams.from_init_params(depth=4, w_0=16, w_a=8.0, w_m=2.0, group_width=8, se_ratio=0.25)
    return RegNet(sizes, num_classes=5)


def _densenet() -> nn.Module:
    from torchvision.models.densenet import DenseNet

    return DenseNet(growth_rate=8, block_config=(2, 2), num_init_features=16, num_classes=5)  # pyright: ignore[reportArgumentType]


def _vgg() -> nn.Module:
    """VGG with its pattern of layers, a tenth as wide; without in the classifier the 100 million weights."""
    from torchvision.models.vgg import make_layers

    layers = make_layers([8, "M", 16, "M", 24, 24, "M", 32, 32, "M"], batch_norm=True)
    tail = [nn.Linear(32 * 4, 64), nn.ReLU(True), nn.Dropout(), nn.Linear(64, 5)]
    parts = {"features": layers, "avgpool": nn.AdaptiveAvgPool2d(2), "flat": nn.Flatten()}
    return nn.Sequential(OrderedDict({**parts, "classifier": nn.Sequential(*tail)}))


def _by_name(name: str, **options: object) -> nn.Module:
    import torchvision

    return torchvision.models.get_model(name, weights=None, num_classes=5, **options)


def _vit() -> nn.Module:
    from torchvision.models.vision_transformer import VisionTransformer

    return VisionTransformer(32, 8, 2, 2, 32, 64, num_classes=5)


def _swin(version: int) -> nn.Module:
    from torchvision.models import swin_transformer as swin

    options = (
        {"block": swin.SwinTransformerBlockV2, "downsample_layer": swin.PatchMergingV2}
        if version == 2
        else {}
    )
    return swin.SwinTransformer([4, 4], 24, [2, 2], [2, 4], [4, 4], num_classes=5, **options)


def _maxvit() -> nn.Module:
    from torchvision.models.maxvit import MaxVit

    return MaxVit((64, 64), 16, 2, [16, 32], [1, 1], 8, 0.1, num_classes=5)


def _body() -> nn.Module:
    from torchvision.models._utils import IntermediateLayerGetter

    return IntermediateLayerGetter(_resnet(), {"layer4": "out"})


def _fcn() -> nn.Module:
    from torchvision.models.segmentation.fcn import FCN, FCNHead

    return FCN(_body(), FCNHead(512, 5))


def _deeplab() -> nn.Module:
    from torchvision.models.segmentation.deeplabv3 import DeepLabHead, DeepLabV3

    return DeepLabV3(_body(), DeepLabHead(512, 5))


def _fpn() -> nn.Module:
    from torchvision.models.detection.backbone_utils import BackboneWithFPN

    return BackboneWithFPN(_resnet(), {"layer3": "0", "layer4": "1"}, [256, 512], 32)


def _faster_rcnn() -> nn.Module:
    from torchvision.models.detection import FasterRCNN
    from torchvision.models.detection.anchor_utils import AnchorGenerator

    anchors = AnchorGenerator(((16,), (32,), (64,)), ((1.0,),) * 3)
    return FasterRCNN(_fpn(), num_classes=5, rpn_anchor_generator=anchors, min_size=64, max_size=64)


def _of(name: str, make: object, layers: str, **options: object) -> Architecture:
    """The layers are maps unless "name=layout" says otherwise."""
    named = (layer.partition("=") for layer in layers.split())
    layouts = {layer: layout or "map" for layer, _, layout in named}
    return Architecture(f"torchvision/{name}", make, layouts, **options)  # pyright: ignore[reportArgumentType]


TORCHVISION = [
    _of("resnet", _resnet, "layer2 layer4.0.conv2 layer4"),
    _of("resnext", _resnext, "layer3 layer4"),
    _of("efficientnet", _efficientnet, "features.2 features.3 features.4"),
    _of("efficientnet_v2", _efficientnet_v2, "features.1 features.2"),
    _of("mobilenet_v2", _mobilenet_v2, "features.3 features.5"),
    _of("mobilenet_v3", _mobilenet_v3, "features.1 features.3"),
    _of("convnext", _convnext, "features.1 features.3 features.3.0.block.3=last"),
    _of("regnet", _regnet, "trunk_output.block1 trunk_output"),
    _of("densenet", _densenet, "features.denseblock1 features.denseblock2"),
    _of("vgg", _vgg, "features.7 features.13 classifier.0=vector"),
    _of("squeezenet", partial(_by_name, "squeezenet1_1"), "features.4 features.12"),
    _of("shufflenet", partial(_by_name, "shufflenet_v2_x0_5"), "stage3 conv5"),
    _of("mnasnet", partial(_by_name, "mnasnet0_5"), "layers.9 layers.16"),
    _of(
        "googlenet",
        partial(_by_name, "googlenet", aux_logits=False, init_weights=False),
        "inception3b inception5b",
    ),
    _of(
        "inception",
        partial(_by_name, "inception_v3", aux_logits=False, init_weights=False),
        "Mixed_7b",
        side=96,
    ),
    _of(
        "vit",
        _vit,
        "encoder.layers.encoder_layer_0=tokens encoder.layers.encoder_layer_1=tokens",
        side=32,
        prefix=1,
    ),
    _of("swin", partial(_swin, 1), "features.1=last features.3=last", side=32),
    _of("swin_v2", partial(_swin, 2), "features.1=last features.3=last", side=32),
    _of("swin_wide", partial(_swin, 1), "features.1=last features.3=last", side=32, width=64),
    _of("swin_cube", partial(_swin, 1), "features.1=last features.3=last", side=96),
    _of("convnext_wide", _convnext, "features.3 features.3.0.block.3=last", width=96),
    _of("maxvit", _maxvit, "blocks.0 blocks.1"),
    _of("fcn", _fcn, "backbone.layer3 backbone.layer4", logits=None),
    _of("deeplab", _deeplab, "backbone.layer4 classifier.0", logits=None),
    _of("fpn", _fpn, "body.layer4 fpn.layer_blocks.0", logits=None),
    _of("faster_rcnn", _faster_rcnn, "backbone.body.layer4", logits=None),
]
