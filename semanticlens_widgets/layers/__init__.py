"""Access to a model's layers and input.

`_names` (find layers), `_capture` (record or change outputs), `_outputs` (the tensor in an output), `_layout` (its
axes), `_probe` (deciding them), `_axis_marks` and `_stability` (evidence for it), `_evaluating` (eval mode),
`_devices`, `_fingerprints` (the model's identity), `_preprocessing` (input transforms),
`_preprocessing_fingerprint`, `_input_region` (the part of an image that the input covers).
"""

from semanticlens_widgets.layers._capture import capture, intervene, output_shapes
from semanticlens_widgets.layers._devices import check_device, model_device, model_dtype
from semanticlens_widgets.layers._evaluating import evaluating
from semanticlens_widgets.layers._fingerprints import check_weights, model_fingerprint
from semanticlens_widgets.layers._input_region import Box, input_picture, input_region_finder
from semanticlens_widgets.layers._layout import (
    Layout,
    forget_layouts,
    given_layouts,
    known_layout,
    remember_layouts,
)
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
    "Layout",
    "capture",
    "check_device",
    "check_input",
    "check_model",
    "check_transform",
    "check_weights",
    "default_transform",
    "evaluating",
    "find_layers",
    "forget_layouts",
    "given_layouts",
    "input_picture",
    "input_region_finder",
    "intervene",
    "known_layout",
    "layer_names",
    "model_device",
    "model_dtype",
    "model_fingerprint",
    "module_of",
    "output_shapes",
    "output_tensor",
    "preprocessing_fingerprint",
    "preprocessing_of",
    "remember_layouts",
]
