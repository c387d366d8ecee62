"""Learning a dictionary of a layer: rows are read, the method is fitted, and the result is measured."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets._arguments import check_at_least, check_choice
from semanticlens_widgets._cache import cache_in
from semanticlens_widgets.dictionaries.dictionary import Dictionary
from semanticlens_widgets.dictionaries.fitting import METHODS
from semanticlens_widgets.dictionaries.learning import Learning, learned
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.executors import spreading_to
from semanticlens_widgets.images import as_images
from semanticlens_widgets.layers import (
    check_transform,
    check_weights,
    default_transform,
    find_layers,
    preprocessing_of,
)


def learn_dictionary(
    model: nn.Module,
    images: object,
    layer: str,
    n: int,
    method: str = "nmf",
    *,
    transform: Callable[[Image.Image], Tensor] | None = None,
    seed: int = 0,
    n_seeds: int = 2,
    active: int | None = None,
    name: str | None = None,
    cache: str | Path | None = None,
    executor: object = None,
    progress: bool = True,
) -> Dictionary:
    """Learns `n` directions of a layer from its activations: a layer for `Lens.build`, like `slw.Latents`.

    Args:
        model: Used where it is and left as found.
        images: Whatever `Lens.build` takes; a fifth is held out, on which the result is measured.
        layer: The name of one layer. Up to 16 places of each image are drawn at random, within 256 MB.
        n: The number of directions.
        method: "nmf" (parts that add up; for activations that are not negative), "pca", "kmeans", "sae" (a TopK
            autoencoder) or "batchtopk" (a BatchTopK one); both need the extra `dictionaries`.
        transform: As in `Lens.build`.
        seed: Of the draws and of the method.
        n_seeds: Dictionaries that are learned, for `report["stability"]`; the first is returned, and 1 leaves it out.
        active: Of an autoencoder, the latents that are active at a place, for "batchtopk" on average; by default a
            tenth of n, at most 32.
        name: Of the new layer; "<layer>.<method>" by default.
        cache: A folder for results, found again by their content; what was read and the seeds that are finished when a
            run is interrupted are kept there too.
        executor: Reads the layer over workers, as in `Lens.build`; the method is fitted here.
        progress: Show progress bars.

    Interrupting it leaves the model as found. Raises ValueError for an unknown method and too few rows,
    LayerNotFoundError, ImportError without the extra.
    """
    check_choice("method", method, METHODS)
    n, n_seeds = check_at_least("n", n, 1), check_at_least("n_seeds", n_seeds, 1)
    seed = check_at_least("seed", seed, 0)
    active = check_at_least("active", min(32, max(1, n // 10)) if active is None else active, 1)
    [layer] = _one(find_layers(model, layer))
    check_weights(model)
    transform = transform or preprocessing_of(model) or default_transform()
    check_transform(transform)
    source = as_images(images)
    if len(source) < 2:
        raise ImagesError(f"there must be at least 2 images, one of them held out, not {len(source)}")
    learning = Learning(model, source, layer, transform, n, method, seed, min(active, n), progress)
    with spreading_to(executor):
        coding, report = learned(learning, n_seeds, cache_in(cache))
    return Dictionary.of(layer, coding, report, name)


def _one(layers: list[str]) -> list[str]:
    if len(layers) != 1:
        raise ValueError(f"layer must name one layer, and {len(layers)} match")
    return layers
