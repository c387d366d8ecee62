"""Access to a model's layers and input.

`_names` (find layers), `_capture` (record or change outputs), `_outputs` (the tensor in an output), `axes` (of that
tensor), `_model_outputs` (the classes in the model's own output), `_output_probe` (their number), `_evaluating` (eval
mode), `_process` (settings under which it runs), `_devices`, `_preprocessing` (input transforms), `_input_region` (the
part of an image that the input covers), `fingerprints` (identities), `latents` (layers made of another layer).
"""

from semanticlens_widgets.layers._capture import capture, intervene, output_shapes
from semanticlens_widgets.layers._devices import check_device, model_device, model_dtype
from semanticlens_widgets.layers._evaluating import evaluating
from semanticlens_widgets.layers._input_region import Box, input_picture, input_region_finder
from semanticlens_widgets.layers._model_outputs import (
    Output,
    check_output_choice,
    output_rows,
)
from semanticlens_widgets.layers._names import check_model, find_layers, layer_names, module_of
from semanticlens_widgets.layers._output_probe import count_outputs
from semanticlens_widgets.layers._outputs import output_tensor
from semanticlens_widgets.layers._preprocessing import default_transform, preprocessing_of
from semanticlens_widgets.layers._process import as_written
from semanticlens_widgets.layers.axes._layout import (
    Layout,
    forget_layouts,
    given_layouts,
    known_layout,
    layouts_of,
    remember_layouts,
)
from semanticlens_widgets.layers.fingerprints.behaviour import (
    FUNCTION,
    identity_of,
    keeping_behaviour,
    model_behaviour,
    versions_now,
)
from semanticlens_widgets.layers.fingerprints.content import tensor_bytes
from semanticlens_widgets.layers.fingerprints.model import check_weights, model_fingerprint
from semanticlens_widgets.layers.fingerprints.preprocessing import (
    check_input,
    check_transform,
    preprocessing_fingerprint,
)
from semanticlens_widgets.layers.latents.latents import Latents
from semanticlens_widgets.layers.latents.named import (
    check_method,
    check_scores,
    given_scores,
    layer_identity,
    observed,
)
from semanticlens_widgets.layers.latents.rows import rows_of

__all__ = [
    "FUNCTION",
    "Box",
    "Latents",
    "Layout",
    "Output",
    "as_written",
    "capture",
    "check_device",
    "check_input",
    "check_method",
    "check_model",
    "check_output_choice",
    "check_scores",
    "check_transform",
    "check_weights",
    "count_outputs",
    "default_transform",
    "evaluating",
    "find_layers",
    "forget_layouts",
    "given_layouts",
    "given_scores",
    "identity_of",
    "input_picture",
    "input_region_finder",
    "intervene",
    "keeping_behaviour",
    "known_layout",
    "layer_identity",
    "layer_names",
    "layouts_of",
    "model_behaviour",
    "model_device",
    "model_dtype",
    "model_fingerprint",
    "module_of",
    "observed",
    "output_rows",
    "output_shapes",
    "output_tensor",
    "preprocessing_fingerprint",
    "preprocessing_of",
    "remember_layouts",
    "rows_of",
    "tensor_bytes",
    "versions_now",
]
