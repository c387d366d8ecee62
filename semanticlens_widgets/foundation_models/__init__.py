"""Foundation models, which embed images and texts in one space.

`protocol` (FoundationModel), `checks` (of arguments and embeddings), `fingerprint`, `recipes` (models of saved lenses),
`towers` (device, batches, precision); in packages of their own `open_clip`, `offline` (ConSE) and `weights`.
"""

from semanticlens_widgets.foundation_models.checks import (
    check_foundation_model,
    embed_images_checked,
    embed_texts_checked,
)
from semanticlens_widgets.foundation_models.fingerprint import fingerprint_of
from semanticlens_widgets.foundation_models.offline.conse import ConSE
from semanticlens_widgets.foundation_models.offline.efficientnet_lite import efficientnet_lite
from semanticlens_widgets.foundation_models.offline.imagenet import imagenet_class_names, imagenet_classes
from semanticlens_widgets.foundation_models.open_clip.model import OpenCLIP
from semanticlens_widgets.foundation_models.protocol import FoundationModel
from semanticlens_widgets.foundation_models.recipes import class_of_recipe, from_recipe

__all__ = [
    "ConSE",
    "FoundationModel",
    "OpenCLIP",
    "check_foundation_model",
    "class_of_recipe",
    "efficientnet_lite",
    "embed_images_checked",
    "embed_texts_checked",
    "fingerprint_of",
    "from_recipe",
    "imagenet_class_names",
    "imagenet_classes",
]
