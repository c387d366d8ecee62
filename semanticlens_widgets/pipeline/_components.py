"""Single components of a database on its images: the heat map of one, and the lower components that feed it."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from numbers import Integral

from jaxtyping import Float
from torch import Tensor, nn

from semanticlens_widgets.attribution import edges, heatmap
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.images import Images
from semanticlens_widgets.layers import check_input
from semanticlens_widgets.passes import Batch, Fold, Pass, Rows, run_pass
from semanticlens_widgets.pipeline._studied import Studied


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
    in_first = isinstance(component, str) and ":" not in component
    layer, row = database.locate(f"{database.layers[0]}:{component}" if in_first else component)
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
        heat = heatmap(studied.model, pixels, studied.layer(layer), [row], method, pooling=pooling)[0].clamp(
            min=0
        )
    return heat / heat.max() if heat.any() else heat


def mean_edges(
    database: ConceptDatabase,
    studied: Studied,
    images: Images,
    component: str,
    below: str,
    samples: Sequence[int] | None = None,
) -> Float[Tensor, " component"]:
    """The mean edges to a component such as "layer4:12" from every component of `below`, by default over its examples.

    Raises ValueError for a component without examples, ImagesError when no sample can be read, and what
    `attribution.edges` raises.
    """
    layer, row = database.locate(component)
    pooling, sign = database.provenance.pooling.get(layer, "max"), database.provenance.sign
    lower = studied.layer(database.layer_name(below))
    work = Pass(
        model=studied.model,
        images=images,
        samples=_examples(database, layer, row) if samples is None else _checked(samples, images),
        transform=studied.transform,
        step=partial(connecting, studied.model, lower, studied.layer(layer), row, pooling, sign),
        empty=Rows(),
        label="edges",
    )
    return run_pass(work, progress=False).state.columns()["edges"].mean(0)


@contextmanager
def connecting(
    model: nn.Module, below: str, layer: str, row: int, pooling: str, sign: str
) -> Iterator[Fold[Rows]]:
    """The step of `mean_edges`."""

    def fold(rows: Rows, batch: Batch) -> Rows:
        found = edges(model, batch.pixels, below, layer, row, pooling=pooling, sign=sign)
        return rows.with_batch(batch.sample_ids, {"edges": found})

    yield fold


def _examples(database: ConceptDatabase, layer: str, row: int) -> list[int]:
    ids = [sample for sample in database.examples[layer].sample_ids[row].tolist() if sample >= 0]
    if not ids:
        raise ValueError(
            f"component {database.examples[layer].name(row)!r} has no concept examples, so name samples: samples=[...]"
        )
    return ids


def _checked(samples: Sequence[int], images: Images) -> list[int]:
    found = [int(sample) for sample in samples]
    outside = [sample for sample in found if not 0 <= sample < len(images)]
    if outside or not found:
        wrong = outside[0] if outside else "an empty list"
        raise ValueError(f"samples must name images from 0 to {len(images) - 1}, not {wrong}")
    return found
