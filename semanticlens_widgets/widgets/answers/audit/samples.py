"""Samples behind a component, and their pictures."""

import torch
from jaxtyping import Int
from torch import Tensor

from semanticlens_widgets._arguments import check_choice, shown
from semanticlens_widgets.concepts import Relevance
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.audit.protocol import AuditSample, SamplesResult
from semanticlens_widgets.widgets.answers.neurons.component_names import checked_index
from semanticlens_widgets.widgets.answers.neurons.heatmap_pictures import HeatmapPictures
from semanticlens_widgets.widgets.answers.neurons.pictures import SIDES, packed, sample_picture, side_of
from semanticlens_widgets.widgets.answers.neurons.protocol import PicturesResult
from semanticlens_widgets.widgets.kernel.request import Answer, Request, number

_MOST = 200


def audit_samples(lens: Lens, request: Request) -> Answer[SamplesResult]:
    """Returns the most relevant samples of the class, or those of all classes with the highest scores."""
    relevance = lens.relevance(request.get("layer", str))
    component = checked_index(request.get("component", int), relevance.n_components)
    check_choice("of", of := request.get("of", str), ("class", "all"))
    rows = torch.arange(len(relevance.sample_ids))
    values = relevance.scores
    if of == "class":
        rows = rows[relevance.sample_classes == relevance.row(request.get("class_name", str))]
        values = relevance.relevance
    order = values[rows, component].float().argsort(descending=True, stable=True)
    first = rows[order[: max(0, min(request.get("limit", int), _MOST))]]
    return Answer({"samples": _samples(lens, relevance, first, component), "n": len(rows)})


def _samples(
    lens: Lens, relevance: Relevance, rows: Int[Tensor, " row"], component: int
) -> list[AuditSample]:
    named = _predicted_names(lens, relevance)
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
            "predicted": named.get(predicted),
            "score": number(score),
            "relevance": number(amount),
        }
        for sample, (name, label), class_row, predicted, score, amount in columns
    ]


def _predicted_names(lens: Lens, relevance: Relevance) -> dict[int, str]:
    """Returns output -> name, of the classes and of other outputs that have one."""
    names, outputs = lens.database.output_names, relevance.outputs.tolist()
    classes = dict(zip(relevance.classes, outputs, strict=True))
    every = names.of_all(classes, names.count(*outputs))
    return {output: every[output] for output in (*outputs, *names.named)}


def audit_pictures(lens: Lens, request: Request) -> Answer[PicturesResult]:
    """Returns the WebP files of samples by their index in the dataset; an empty one if there is no picture."""
    side = side_of(request)
    return packed(
        request, _ids(request), lambda sample: sample_picture(lens, sample, _row(lens, sample), side)
    )


def audit_heatmap(heatmaps: HeatmapPictures, request: Request) -> Answer[PicturesResult]:
    """Returns the large pictures of samples under the heat map of a component; it may take seconds."""
    examples = heatmaps.lens.database.examples[heatmaps.lens.database.layer_name(request.get("layer", str))]
    name = examples.name(checked_index(request.get("component", int), examples.n_components))
    return packed(request, _ids(request), lambda sample: heatmaps.picture(name, sample, SIDES["large"]))


def _ids(request: Request) -> list[int]:
    ids = request.get("samples", list)
    if len(ids) > _MOST or not all(type(sample) is int and 0 <= sample < 1 << 63 for sample in ids):
        raise ValueError(f"{request.kind}: at most {_MOST} samples, not {shown(ids)}")
    return ids


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
