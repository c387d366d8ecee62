"""Where a component of a database responds on a sample of its images."""

from contextlib import AbstractContextManager
from numbers import Integral

from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.attribution import heatmap
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.images import Images
from semanticlens_widgets.layers import check_input
from semanticlens_widgets.pipeline._attribute import Studied


def sample_heatmap(
    database: ConceptDatabase,
    studied: Studied | None,
    images: Images | None,
    component: str,
    sample: int,
    method: str,
    lock: AbstractContextManager[object],
) -> Float[Tensor, "height width"]:
    """The heat map of one component on one sample, in [0, 1]; see `Lens.heatmap`. The model runs under the lock."""
    layer, row = _component(database, component)
    if studied is None or images is None:
        missing = "the studied model" if studied is None else "the images"
        raise ValueError(
            f"a heat map needs {missing}, which a saved lens does not hold; pass both: "
            "Lens.open(path, model=model, images=images)"
        )
    if not isinstance(sample, Integral) or isinstance(sample, bool) or not 0 <= sample < len(images):
        raise ValueError(f"sample must lie in 0 to {len(images) - 1}, not {sample!r}")
    pixels = check_input(studied.transform(images.image(sample))).unsqueeze(0)
    pooling = database.provenance.pooling.get(layer, "max")
    with lock:
        heat = heatmap(studied.model, pixels, layer, [row], method, pooling=pooling)[0].clamp(min=0)
    return heat / heat.max() if heat.any() else heat


def _component(database: ConceptDatabase, name: str) -> tuple[str, int]:
    in_first = isinstance(name, str) and ":" not in name
    return database.place(f"{database.layers[0]}:{name}" if in_first else name)
