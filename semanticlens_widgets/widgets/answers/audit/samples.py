"""Samples behind a component, and their pictures."""

from collections.abc import Callable
from itertools import accumulate

import torch
from jaxtyping import Int
from torch import Tensor

from semanticlens_widgets._arguments import check_choice, shown
from semanticlens_widgets.concepts import Relevance
from semanticlens_widgets.images import thumbnail_webp
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.audit.protocol import AuditSample, SamplesResult
from semanticlens_widgets.widgets.answers.neurons.heatmap_pictures import HeatmapPictures
from semanticlens_widgets.widgets.answers.neurons.protocol import PicturesResult
from semanticlens_widgets.widgets.kernel.request import Answer, Request, number

_MOST = 200
_SIDES = {"small": 128, "large": 512}


def audit_samples(lens: Lens, request: Request) -> Answer[SamplesResult]:
    """Returns the most relevant samples of the class, or those of all classes with the highest scores."""
    relevance = lens.relevance(request.get("layer", str))
    component, limit = request.get("component", int), request.get("limit", int)
    if not 0 <= component < relevance.n_components:
        raise ValueError(f"the layer has components 0 to {relevance.n_components - 1}, not {component}")
    check_choice("of", of := request.get("of", str), ("class", "all"))
    rows = torch.arange(len(relevance.sample_ids))
    values = relevance.scores
    if of == "class":
        rows = rows[relevance.sample_classes == relevance.row(request.get("class_name", str))]
        values = relevance.relevance
    order = values[rows, component].float().argsort(descending=True, stable=True)
    shown = rows[order[: max(0, min(limit, _MOST))]]
    return Answer({"samples": _samples(lens, relevance, shown, component), "n": len(rows)})


def _samples(
    lens: Lens, relevance: Relevance, rows: Int[Tensor, " row"], component: int
) -> list[AuditSample]:
    outputs = dict(zip(relevance.outputs.tolist(), relevance.classes, strict=True))
    ids = relevance.sample_ids[rows].tolist()
    columns = zip(
        ids,
        [_names(lens, sample) for sample in ids],
        relevance.sample_classes[rows].tolist(),
        relevance.predicted[rows].tolist(),
        relevance.scores[rows, component],
        relevance.relevance[rows, component],
        strict=True,
    )
    return [
        {
            "sample": sample,
            "name": name,
            "label": label,
            "class_name": relevance.classes[class_row],
            "predicted": outputs.get(predicted),
            "score": number(score),
            "relevance": number(amount),
        }
        for sample, (name, label), class_row, predicted, score, amount in columns
    ]


def audit_pictures(lens: Lens, request: Request) -> Answer[PicturesResult]:
    """Returns the WebP files of samples by their index in the dataset; an empty one if there is no picture."""
    size = request.get("size", str, "small")
    check_choice("size", size, tuple(_SIDES))
    return _packed(request, lambda sample: _picture(lens, sample, size))


def audit_heatmap(heatmaps: HeatmapPictures, request: Request) -> Answer[PicturesResult]:
    """Returns the large pictures of samples under the heat map of a component; it may take seconds."""
    examples = heatmaps.lens.database.examples[heatmaps.lens.database.layer_name(request.get("layer", str))]
    component = request.get("component", int)
    if not 0 <= component < examples.n_components:
        raise ValueError(f"the layer has components 0 to {examples.n_components - 1}, not {component}")
    name = examples.name(component)
    return _packed(request, lambda sample: heatmaps.picture(name, sample, _SIDES["large"]))


def _packed(request: Request, picture: Callable[[int], bytes]) -> Answer[PicturesResult]:
    """Packs the files of the requested samples into one buffer."""
    ids = request.get("samples", list)
    if len(ids) > _MOST or not all(type(sample) is int and 0 <= sample < 1 << 63 for sample in ids):
        raise ValueError(f"{request.kind}: at most {_MOST} samples, each by its index, not {shown(ids)}")
    files = []
    for sample in ids:
        request.check()
        files.append(picture(sample))
    return Answer({"offsets": [0, *accumulate(len(file) for file in files)]}, [b"".join(files)])


def _picture(lens: Lens, sample: int, size: str) -> bytes:
    row = _row(lens, sample)
    if row is not None and (size == "small" or lens.images is None):
        return lens.database.samples.thumbnail(row)
    try:
        return b"" if lens.images is None else thumbnail_webp(lens.images.image(sample), side=_SIDES[size])
    except (OSError, ValueError, IndexError):
        # The dataset may have moved: fall back to the stored thumbnail.
        return b"" if row is None else lens.database.samples.thumbnail(row)


def _names(lens: Lens, sample: int) -> tuple[str, str | None]:
    row = _row(lens, sample)
    if row is None:
        return f"sample {sample}", None
    return lens.database.samples.names[row], lens.database.samples.labels[row]


def _row(lens: Lens, sample: int) -> int | None:
    """Returns the row of a sample in the database; None if it is no component's example."""
    ids = lens.database.samples.ids
    row = int(torch.searchsorted(ids, sample))
    return row if row < len(ids) and int(ids[row]) == sample else None
