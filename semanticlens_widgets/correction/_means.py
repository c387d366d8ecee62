"""What the components of layers give on average."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from semanticlens_widgets.correction._ablate import component_axis
from semanticlens_widgets.correction._stream import Transform, pixel_batches
from semanticlens_widgets.images import Images
from semanticlens_widgets.layers import capture


def mean_activations(
    model: nn.Module,
    images: Images,
    layers: Sequence[str],
    *,
    transform: Transform,
    samples: Sequence[int] | None = None,
    batch_size: int | None = None,
    progress: bool = True,
) -> dict[str, Float[Tensor, " component"]]:
    """The mean over all images and places of every component's activation: the constant of `ablated(value="mean")`."""
    sums: dict[str, Tensor] = {}
    n_places: dict[str, int] = {}

    def add(layer: str, output: Tensor) -> None:
        axis = component_axis(output)
        others = [at for at in range(output.ndim) if at != axis]
        total = output.sum(others, dtype=torch.float32).cpu().double()
        sums[layer] = sums.get(layer, 0) + total
        n_places[layer] = n_places.get(layer, 0) + output.numel() // output.shape[axis]

    chosen = range(len(images)) if samples is None else samples
    bar = "averaging activations" if progress else ""
    with capture(model, layers, add):
        for _, pixels in pixel_batches(model, images, chosen, transform, batch_size=batch_size, progress=bar):
            model(pixels)
    return {layer: (sums[layer] / n_places[layer]).float() for layer in layers}
