"""Pictures of concept examples as crops, or as whole images under a heat map."""

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.images import thumbnail_webp
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.neurons.heatmap_pictures import HeatmapPictures
from semanticlens_widgets.widgets.answers.neurons.pictures import SIDES, packed, sample_picture, side_of
from semanticlens_widgets.widgets.answers.neurons.protocol import PicturesResult
from semanticlens_widgets.widgets.kernel.request import Answer, Request

SLOW = frozenset({"example_heatmaps"})
"""Kinds of request that may take seconds."""
EXAMPLES_AS = ("frame", "crop", "heatmap")
"""Whole images, the region where the neuron responds, or whole images under the neuron's heat map."""
_NEEDS = {
    "crop": "crops, which this lens was built without; build it with Lens.build(..., crop=True)",
    "heatmap": "the model and the images; pass both: Lens.open(path, model=model, images=images)",
}


def choices(lens: Lens) -> list[str]:
    """Returns the values of `examples_as` that a lens supports."""
    possible = {"frame": True, "crop": lens.database.crops is not None, "heatmap": lens.can_attribute}
    return [way for way in EXAMPLES_AS if possible[way]]


def check_examples_as(lens: Lens, way: str) -> None:
    """Raises ValueError if the lens cannot show its examples this way."""
    if way not in choices(lens):
        raise ValueError(f"examples_as={way!r} needs {_NEEDS[way]}")


def example_crops(lens: Lens, request: Request) -> Answer[PicturesResult]:
    """The WebP files of examples, each given as [component, rank]; whole images in layers without crops."""
    layer, side = lens.database.layer_name(request.get("layer", str)), side_of(request)
    pairs = _present_pairs(lens, layer, request)
    return packed(request, pairs, lambda pair: _crop(lens, layer, *pair, side) if pair else b"")


def example_heatmaps(heatmaps: HeatmapPictures, request: Request) -> Answer[PicturesResult]:
    """As `example_crops`, the whole images under the heat map of their component; each is a pass of the model."""
    lens, side = heatmaps.lens, side_of(request)
    layer = lens.database.layer_name(request.get("layer", str))
    examples = lens.database.examples[layer]

    def draw(pair: tuple[int, int] | None) -> bytes:
        return heatmaps.picture(examples.name(pair[0]), int(examples.sample_ids[pair]), side) if pair else b""

    return packed(request, _present_pairs(lens, layer, request), draw)


def _crop(lens: Lens, layer: str, component: int, rank: int, side: int) -> bytes:
    database = lens.database
    crops = database.crops
    if crops is None or layer not in crops.rows:
        sample = database.examples[layer].sample_ids[component, rank]
        return sample_picture(lens, int(sample), int(database.samples.rows(sample)), side)
    row = int(crops.rows[layer][component, rank])
    if side == SIDES["small"] or lens.images is None:
        return crops.thumbnail(row)
    try:
        image = lens.images.image(int(crops.sample_ids[row]))
    except (OSError, ValueError, IndexError):
        # The dataset may have moved since; the stored thumbnail is then the best there is.
        return crops.thumbnail(row)
    left, top, right, bottom = crops.boxes[row].tolist()
    return thumbnail_webp(image.crop((left, top, right, bottom)), side=side)


def _present_pairs(lens: Lens, layer: str, request: Request) -> list[tuple[int, int] | None]:
    """Returns the requested pairs of component and rank; None for one without an example."""
    ids = lens.database.examples[layer].sample_ids
    pairs = [_pair(pair, *ids.shape) for pair in request.get("examples", list)]
    return [pair if ids[pair] >= 0 else None for pair in pairs]


def _pair(pair: object, n: int, k: int) -> tuple[int, int]:
    if isinstance(pair, list) and len(pair) == 2 and all(type(one) is int for one in pair):
        component, rank = pair
        if 0 <= component < n and 0 <= rank < k:
            return component, rank
    raise ValueError(f"an example is [component, rank], in 0 to {n - 1} and 0 to {k - 1}, not {shown(pair)}")
