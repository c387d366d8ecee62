"""Access to a model's layers and input.

`_names` (find layers), `_capture` (record or change outputs), `_outputs` (the tensor in an output), `_channels` (its
axes), `_devices`, `_fingerprints` (the model's identity), `_preprocessing` (input transforms),
`_preprocessing_fingerprint`, `_input_region` (the part of an image that the input covers).
"""

from semanticlens_widgets.layers._capture import capture, evaluating, intervene, output_shapes
from semanticlens_widgets.layers._channels import channels_first, is_square
from semanticlens_widgets.layers._devices import check_device, model_device, model_dtype
from semanticlens_widgets.layers._fingerprints import check_weights, model_fingerprint
from semanticlens_widgets.layers._input_region import Box, input_picture, input_region_finder
from semanticlens_widgets.layers._names import check_model, find_layers, layer_names, module_of
from semanticlens_widgets.layers._outputs import output_tensor
from semanticlens_widgets.layers._preprocessing import default_transform, preprocessing_of
from semanticlens_widgets.layers._preprocessing_fingerprint import (
    check_input,
    check_transform,
    preprocessing_fingerprint,
)

__all__ = [
    "Box",
    "capture",
    "channels_first",
    "check_device",
    "check_input",
    "check_model",
    "check_transform",
    "check_weights",
    "default_transform",
    "evaluating",
    "find_layers",
    "input_picture",
    "input_region_finder",
    "intervene",
    "is_square",
    "layer_names",
    "model_device",
    "model_dtype",
    "model_fingerprint",
    "module_of",
    "output_shapes",
    "output_tensor",
    "preprocessing_fingerprint",
    "preprocessing_of",
]
