"""Differentiable runs of a model, which every method starts from.

The modules: `trace`, one forward and one backward pass through the layers; `to_pixels`, gradients down to the input;
`targets`, the outputs that are attributed; `model_state`, the model prepared and put back.
"""
