"""Which part of its image each concept example is, remembered."""

from collections.abc import Callable, Mapping

from PIL import Image
from torch import Tensor

from semanticlens_widgets.attribution import has_places, prefix_tokens
from semanticlens_widgets.layers import check_input, input_region_finder
from semanticlens_widgets.pipeline._cache import Cache
from semanticlens_widgets.pipeline._collect import Collection, Study, study_key
from semanticlens_widgets.pipeline._cutting import Places, cut

_PROBE = (320, 240)


def check_croppable(transform: Callable[[Image.Image], Tensor], threshold: float) -> None:
    """Raises ValueError where it cannot be told which part of a picture the transform shows, or for no threshold."""
    if not isinstance(threshold, int | float) or not 0 <= threshold < 1:
        raise ValueError(f"crop_threshold must be a share of the maximum, 0 to below 1, not {threshold!r}")
    if input_region_finder(transform)(Image.new("RGB", _PROBE)) is None:
        raise ValueError(
            "crop=True needs a transform that shows an upright part of the picture, and this one turns, flips or "
            "normalizes each picture by itself; give it a method frame(picture) -> (left, top, right, bottom)"
        )


def crop_places(
    study: Study,
    collection: Collection,
    threshold: float,
    fingerprints: Mapping[str, str],
    store: Cache,
) -> dict[str, Places]:
    """Layer -> the part of its image that every concept example is.

    Layers that respond at no place (linear ones, pooling "cls", tokens that are no grid) are left out. What the cache
    holds is not computed again, and an interrupted pass goes on where it stopped.
    """
    examples = collection.examples
    height, width = check_input(study.transform(Image.new("RGB", _PROBE))).shape[1:]
    prefix = prefix_tokens(study.model)
    placed = [name for name, found in examples.items() if has_places(found.grid, (height, width), prefix)]
    key = (*study_key(study, fingerprints), threshold)
    entries = {layer: store.entry("boxes", *key, layer, study.poolings[layer]) for layer in placed}
    loaded = {layer: entry.load() for layer, entry in entries.items() if entry}
    places: dict[str, Places] = {layer: found[0]["places"] for layer, found in loaded.items() if found}
    missing = {layer: examples[layer] for layer in placed if layer not in places}
    if missing:
        half_done = store.entry(
            "interrupted", "boxes", *key, {name: study.poolings[name] for name in missing}
        )
        places |= cut(study, missing, threshold, collection.execution, half_done)
        for layer in missing:
            if entry := entries[layer]:
                entry.save({"places": places[layer]}, {})
        if half_done:
            half_done.delete()
    return {layer: places[layer] for layer in placed}
