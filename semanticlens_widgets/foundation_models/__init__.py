"""Models that embed images and texts in one space: the protocol, open_clip's, and the offline approximation."""

from semanticlens_widgets.foundation_models._checks import (
    check_foundation_model,
    embed_images_checked,
    embed_texts_checked,
)
from semanticlens_widgets.foundation_models._conse import ConSE
from semanticlens_widgets.foundation_models._fingerprint import fingerprint_of
from semanticlens_widgets.foundation_models._open_clip import OpenCLIP
from semanticlens_widgets.foundation_models._protocol import FoundationModel
from semanticlens_widgets.foundation_models._recipes import from_recipe
from semanticlens_widgets.foundation_models.offline import efficientnet_lite, imagenet_class_names

__all__ = [
    "ConSE",
    "FoundationModel",
    "OpenCLIP",
    "check_foundation_model",
    "efficientnet_lite",
    "embed_images_checked",
    "embed_texts_checked",
    "fingerprint_of",
    "from_recipe",
    "imagenet_class_names",
]
