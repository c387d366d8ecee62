"""Pictures of concept examples as crops, or as whole images under a heat map."""

from collections.abc import Callable
from itertools import accumulate

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.images import thumbnail_webp
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.neurons.heatmap_pictures import HeatmapPictures
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
_MOST = 1000
_SIDES = {"small": 128, "large": 512}


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
    layer, side = lens.database.layer_name(request.get("layer", str)), _side(request)
    return _packed(lens, request, lambda component, rank: _crop(lens, layer, component, rank, side))


def example_heatmaps(heatmaps: HeatmapPictures, request: Request) -> Answer[PicturesResult]:
    """As `example_crops`, the whole images under the heat map of their component; each is a pass of the model."""
    lens, side = heatmaps.lens, _side(request)
    examples = lens.database.examples[lens.database.layer_name(request.get("layer", str))]
    return _packed(
        lens,
        request,
        lambda component, rank: heatmaps.picture(
            examples.name(component), int(examples.sample_ids[component, rank]), side
        ),
    )


def _crop(lens: Lens, layer: str, component: int, rank: int, side: int) -> bytes:
    database = lens.database
    crops = database.crops
    if crops is None or layer not in crops.rows:
        row = int(database.samples.rows(database.examples[layer].sample_ids[component, rank]))
        return database.samples.thumbnail(row) if side == _SIDES["small"] else lens._session.large_image(row)
    row = int(crops.rows[layer][component, rank])
    if side == _SIDES["small"] or lens.images is None:
        return crops.thumbnail(row)
    try:
        image = lens.images.image(int(crops.sample_ids[row]))
    except (OSError, ValueError, IndexError):
        # The dataset may have moved since; the stored thumbnail is then the best there is.
        return crops.thumbnail(row)
    left, top, right, bottom = crops.boxes[row].tolist()
    return thumbnail_webp(image.crop((left, top, right, bottom)), side=side)


def _side(request: Request) -> int:
    return _SIDES["large" if request.get("size", str, "small") == "large" else "small"]


def _packed(lens: Lens, request: Request, draw: Callable[[int, int], bytes]) -> Answer[PicturesResult]:
    ids = lens.database.examples[lens.database.layer_name(request.get("layer", str))].sample_ids
    asked = request.get("examples", list)
    if len(asked) > _MOST:
        raise ValueError(f"{request.kind}: at most {_MOST} at once, not {len(asked)}")
    files = []
    for pair in asked:
        request.check()
        component, rank = _pair(pair, ids.shape[0], ids.shape[1])
        files.append(draw(component, rank) if ids[component, rank] >= 0 else b"")
    return Answer({"offsets": [0, *accumulate(len(file) for file in files)]}, [b"".join(files)])


def _pair(pair: object, n: int, k: int) -> tuple[int, int]:
    if isinstance(pair, list) and len(pair) == 2 and all(type(one) is int for one in pair):
        component, rank = pair
        if 0 <= component < n and 0 <= rank < k:
            return component, rank
    raise ValueError(f"an example is [component, rank], in 0 to {n - 1} and 0 to {k - 1}, not {shown(pair)}")
