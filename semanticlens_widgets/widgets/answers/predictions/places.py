"""The explained picture, and heat maps of components over it, as files."""

from PIL import Image

from semanticlens_widgets.explanations import Explanation
from semanticlens_widgets.images import thumbnail_webp
from semanticlens_widgets.widgets.answers.neurons.component_names import checked_index
from semanticlens_widgets.widgets.answers.neurons.heatmap_pictures import heat_colours
from semanticlens_widgets.widgets.answers.predictions.explained import Explanations
from semanticlens_widgets.widgets.answers.predictions.protocol import ExplainHeatmapResult, HeatInfo
from semanticlens_widgets.widgets.kernel.request import Answer, Request, number

_SIDE = 512


def picture_file(picture: Image.Image | None) -> bytes:
    """The WebP file of a picture; empty for none."""
    return b"" if picture is None else thumbnail_webp(picture, side=_SIDE)


def explain_heatmap(explanations: Explanations, request: Request) -> Answer[ExplainHeatmapResult]:
    """Answers with the heat map of a component on the image, and on a second image of a contrast.

    Raises ValueError for components without places on the image.
    """
    found = explanations.of(request)
    component = checked_index(request.get("component", int), found.examples.n_components)
    sides = [found, *([found.contrast] if shows_second(found) and found.contrast else [])]
    files = [_file(side, component) for side in sides]
    return Answer({"maps": [_info(side, component) for side in sides]}, files)


def shows_second(found: Explanation) -> bool:
    """True for a contrast with another image."""
    return found.contrast is not None and found.contrast.class_name == found.class_name


def _file(found: Explanation, component: int) -> bytes:
    heat = found.heatmap(found.examples.name(component))
    return thumbnail_webp(heat_colours(heat), side=_SIDE)


def _info(found: Explanation, component: int) -> HeatInfo:
    highest = found.highest(found.examples.name(component))
    most = float(found.examples.maximum[component])
    return {"highest": number(highest), "strength": number(highest / most) if most > 0 else None}
