"""Attributes the outputs of a model to the components of a database, over all its images, and remembers it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn
from tqdm.auto import tqdm

from semanticlens_widgets._arguments import check_at_least, check_choice
from semanticlens_widgets._memory import kept_buffers
from semanticlens_widgets._saving import saving
from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.attribution import METHODS, attribute
from semanticlens_widgets.collection._batches import Batch, next_batch, stack
from semanticlens_widgets.concepts import (
    ConceptDatabase,
    Relevance,
    relevance_from_tensors,
    relevance_to_tensors,
)
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import Images, decode_ahead
from semanticlens_widgets.layers import evaluating, model_device, output_tensor
from semanticlens_widgets.pipeline import _versions
from semanticlens_widgets.pipeline._attributed import Attributions
from semanticlens_widgets.pipeline._cache import Cache, Entry
from semanticlens_widgets.pipeline._classes import Classes, class_of_label, class_outputs, no_samples
from semanticlens_widgets.pipeline._half_done import HalfDone
from semanticlens_widgets.tensors import signed_pool

TARGETS = ("label", "prediction")


@dataclass(frozen=True, eq=False)
class Studied:
    """The model of a database as it was run, and where its results are kept."""

    model: nn.Module
    transform: Callable[[Image.Image], Tensor]
    cache: Path | None = None
    classes: Classes | None = None
    """Which outputs are classes, where nothing else is said."""


@dataclass(frozen=True, eq=False)
class _Job:
    studied: Studied
    images: Images
    poolings: Mapping[str, str]
    """Layer -> pooling."""
    sign: str
    method: str
    outputs: Tensor
    """The output of every class."""
    rows: Mapping[int, int] | None
    """Sample -> row of its class; None: the model's own highest output among the classes."""
    samples: Sequence[int]
    batch_size: int
    report: Callable[[int, int], object] | None = None
    """Told how many samples are done, and of how many, after every batch."""


def attribute_database(
    database: ConceptDatabase,
    studied: Studied,
    images: Images,
    *,
    layers: Sequence[str],
    classes: Classes | None = None,
    targets: str = "label",
    method: str = "gradient",
    batch_size: int | None = None,
    progress: bool = True,
    report: Callable[[int, int], object] | None = None,
) -> dict[str, Relevance]:
    """Layer -> relevance of its components over all images; see `Lens.attribute`."""
    check_choice("targets", targets, TARGETS)
    check_choice("method", method, METHODS)
    size = batch_size if batch_size is not None else _batch_size(studied.model)
    size = check_at_least("batch_size", size, 1)
    given = studied.classes if classes is None else classes
    named = class_outputs(given, images, _n_outputs(studied, images))
    rows = _label_rows(named, images) if targets == "label" else None
    poolings, sign = database.provenance.pooling, database.provenance.sign
    key = (*_identity(database), sign, method, list(named.items()), sorted(rows.items()) if rows else targets)
    store = Cache(studied.cache)
    entries = {layer: store.entry("attributed", *key, layer, poolings[layer]) for layer in layers}
    found = {layer: loaded for layer, entry in entries.items() if (loaded := _load(entry)) is not None}
    missing = [layer for layer in layers if layer not in found]
    if missing:
        job = _Job(
            studied=studied,
            images=images,
            poolings={layer: poolings[layer] for layer in missing},
            sign=sign,
            method=method,
            outputs=torch.tensor(list(named.values())),
            rows=rows,
            samples=range(len(images)) if rows is None else sorted(rows),
            batch_size=size,
            report=report,
        )
        half_done = HalfDone(store, *key, dict(job.poolings), size)
        found |= _to_relevance(job, list(named), _run(job, half_done, progress))
        for layer in missing:
            _save(entries[layer], found[layer])
        half_done.delete()
    if rows is not None and given is None:
        _warn_of_guess(found[layers[0]])
    return {layer: found[layer] for layer in layers}


def _warn_of_guess(relevance: Relevance) -> None:
    """Classes that were taken from the images may stand at the wrong outputs: then the model is hardly ever right."""
    right = relevance.outputs[relevance.sample_classes] == relevance.predicted
    if int(right.sum()) * len(relevance.classes) <= len(right):
        warn_user(
            "the classes were taken from the images, and with them the model is right for "
            f"{int(right.sum()):,} of {len(right):,} samples, no more than by chance; "
            "if its outputs are in another order, pass classes=[...]"
        )


def _identity(database: ConceptDatabase) -> tuple[object, ...]:
    provenance = database.provenance
    return (
        _versions.ATTRIBUTING,
        provenance.model_fingerprint,
        provenance.images_fingerprint,
        provenance.preprocessing_fingerprint,
    )


def _run(job: _Job, half_done: HalfDone, show: bool) -> Attributions:
    state = half_done.load()
    todo = job.samples[state.n_done :]
    stream = decode_ahead(job.images, todo, job.studied.transform, depth=2 * job.batch_size)
    what = f"attributing {len(job.poolings)} layer{'s' if len(job.poolings) > 1 else ''}"
    bar = tqdm(total=len(job.samples), initial=state.n_done, desc=what, unit="image", disable=not show)
    with bar, kept_buffers(), closing(stream), saving(lambda: half_done.save(state)) as now_and_then:
        while (batch := next_batch(stream, job.batch_size)).n_consumed:
            state = _step(job, state, batch)
            bar.update(batch.n_consumed)
            if job.report is not None:
                job.report(state.n_done, len(job.samples))
            now_and_then()
    if not state.samples:
        raise ImagesError(
            "none of the images that have a class can be read; see lens.database.provenance.broken"
        )
    return state


def _step(job: _Job, state: Attributions, batch: Batch) -> Attributions:
    n_done = state.n_done + batch.n_consumed
    if not batch.sample_ids:
        return state.after(n_done)
    model = job.studied.model
    pixels = stack(batch, _memory_format(model))
    found = attribute(
        model, pixels, list(job.poolings), lambda outputs: _targets(job, batch, outputs), job.method
    )
    row_of = {output: row for row, output in enumerate(job.outputs.tolist())}
    rows = [row_of[output] for output in found.targets.tolist()]
    samples = torch.tensor([batch.sample_ids, rows, found.outputs.argmax(1).tolist()])
    layers = {
        layer: (
            found.relevance(layer, job.sign).cpu(),
            signed_pool(found.activations[layer], pooling, job.sign).cpu(),
        )
        for layer, pooling in job.poolings.items()
    }
    return state.with_batch(n_done, samples, layers)


def _targets(job: _Job, batch: Batch, outputs: Tensor) -> Tensor:
    candidates = job.outputs.to(outputs.device)
    if job.rows is None:
        return candidates[outputs[:, candidates].argmax(1)]
    return candidates[[job.rows[sample] for sample in batch.sample_ids]]


def _label_rows(classes: Mapping[str, int], images: Images) -> dict[int, int]:
    """Sample -> row of its class, for the samples that have one."""
    row_of = {name: row for row, name in enumerate(classes)}
    names = {sample: class_of_label(classes, images.label(sample)) for sample in range(len(images))}
    rows = {sample: row_of[name] for sample, name in names.items() if name is not None and name in row_of}
    if not rows:
        raise ValueError(no_samples(classes, images))
    return rows


def _n_outputs(studied: Studied, images: Images) -> int:
    """How many outputs the model has, from the first image that can be read."""
    batch = next_batch(decode_ahead(images, range(len(images)), studied.transform, depth=1), 1)
    if not batch.sample_ids:
        raise ImagesError("none of the images can be read; check the files")
    pixels = stack(batch, torch.contiguous_format).to(model_device(studied.model))
    with evaluating(studied.model):
        outputs = output_tensor("output", studied.model(pixels))
    return outputs.shape[-1]


def _to_relevance(job: _Job, classes: Sequence[str], state: Attributions) -> dict[str, Relevance]:
    return {
        layer: Relevance(
            layer=layer,
            method=job.method,
            classes=tuple(classes),
            outputs=job.outputs,
            **state.fields(layer, len(classes)),
        )
        for layer in job.poolings
    }


def _batch_size(model: nn.Module) -> int:
    return 32 if model_device(model).type == "cuda" else 16


def _memory_format(model: nn.Module) -> torch.memory_format:
    # A vision transformer has one convolution, its patch embedding.
    convolutional = sum(isinstance(module, nn.Conv2d) for module in model.modules()) > 1
    return torch.channels_last if convolutional else torch.contiguous_format


def _load(entry: Entry | None) -> Relevance | None:
    found = entry.load() if entry else None
    return relevance_from_tensors(*found) if found else None


def _save(entry: Entry | None, relevance: Relevance) -> None:
    if entry:
        entry.save(*relevance_to_tensors(relevance))
