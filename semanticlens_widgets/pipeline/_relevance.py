"""Relevance of the components of a database for the outputs of its model, over all its images, cached."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import get_args

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets import _cache
from semanticlens_widgets._arguments import check_at_least, check_choice
from semanticlens_widgets._cache import Cache, Codec
from semanticlens_widgets._choices import Targets
from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.attribution import METHODS, attribute, one_warning
from semanticlens_widgets.concepts import (
    ConceptDatabase,
    Relevance,
    relevance_from_tensors,
    relevance_to_tensors,
)
from semanticlens_widgets.images import Images
from semanticlens_widgets.layers import identity_of, layer_identity, model_behaviour, model_fingerprint
from semanticlens_widgets.passes import Batch, Checkpoint, Fold, Pass, Report, Rows, run_pass
from semanticlens_widgets.pipeline._attributions import Attributions, is_sparse, to_relevance
from semanticlens_widgets.pipeline._class_names import Classes, class_outputs, label_rows
from semanticlens_widgets.pipeline._studied import Studied, affordable, n_outputs, warn_of_behaviour
from semanticlens_widgets.tensors import signed_pool

TARGETS = get_args(Targets)
_CODEC = Codec(relevance_to_tensors, relevance_from_tensors)


@dataclass(frozen=True, eq=False)
class Attribution:
    """The relevance that is asked for."""

    studied: Studied
    poolings: Mapping[str, str]
    """Layer -> pooling."""
    sign: str
    method: str
    classes: Mapping[str, int]
    """Name -> output of every class."""
    rows: Mapping[int, int] | None
    """Sample -> row of its class; None for the model's own highest output among the classes."""


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
    report: Report | None = None,
) -> dict[str, Relevance]:
    """Layer -> relevance of its components over all images; see `Lens.attribute`."""
    check_choice("targets", targets, TARGETS)
    check_choice("method", method, METHODS)
    if batch_size is not None:
        batch_size = check_at_least("batch_size", batch_size, 1)
    provenance = database.provenance
    if model_fingerprint(studied.model) != provenance.model_fingerprint:
        raise ValueError(
            "the model must have the weights that the lens was built with, and they changed since; build a lens of the "
            "model as it is now"
        )
    warn_of_behaviour(studied.model, provenance)
    given, n_all = studied.classes if classes is None else classes, n_outputs(studied, images)
    named = _named_classes(given, images, n_all, targets)
    rows = label_rows(named, images) if targets == "label" else None
    poolings = {studied.layer(layer): provenance.pooling[layer] for layer in layers}
    if batch_size is None:
        sizes = {layer: database.examples[layer] for layer in poolings}
        most = [affordable(layer, found.grid, found.n_components) for layer, found in sizes.items()]
        batch_size = min((each for each in most if each), default=None)
    asked = Attribution(studied, poolings, provenance.sign, method, named, rows)

    def compute(layers: list[str], checkpoint: Checkpoint | None) -> dict[str, Relevance]:
        missing = replace(asked, poolings={layer: poolings[layer] for layer in layers})
        work = _pass(missing, images, batch_size)
        end = run_pass(work, checkpoint=checkpoint, progress=progress, report=report)
        sizes = {layer: database.examples[layer].n_components for layer in missing.poolings}
        return to_relevance(end.state, method, named, identity_of(studied.output), sizes)

    attributed = Cache(studied.cache).by_layer(
        "attributed", _keys(database, asked), _CODEC, compute, batch_size
    )
    found = {str(layer): relevance for layer, relevance in attributed.items()}
    if rows is not None and given is None and n_all > 1:
        _warn_of_guess(found[layers[0]])
    return found


def known_classes(studied: Studied, images: Images) -> list[str]:
    """The classes that `attribute_database` attributes by default; runs the model on one image where none were named.

    Raises ValueError as `class_outputs` does.
    """
    if studied.classes is not None:
        return [str(name) for name in studied.classes]
    return list(class_outputs(None, images, n_outputs(studied, images)))


def known_outputs(studied: Studied, images: Images | None, n_all: int) -> dict[str, int]:
    """Class -> output of a model with `n_all` outputs, as far as names are known; never runs the model."""
    try:
        return class_outputs(studied.classes, images, n_all)
    except ValueError:  # labels that are not the outputs
        return {}


def _named_classes(given: Classes | None, images: Images, n_all: int, targets: str) -> dict[str, int]:
    """Name -> output of every class; warns where it is a guess which class a single output speaks for."""
    if n_all == 1 and targets == "prediction":
        raise ValueError(
            "targets='prediction' needs rival outputs, and the model has one: pass targets='label' and the class that "
            "it speaks for, classes={'name': 0}"
        )
    named = class_outputs(given, images, n_all)
    if n_all == 1 and given is None:
        warn_user(
            f"the model's one output is taken for {next(iter(named))!r}, the second of the two classes of the images; "
            "if it speaks for the other, pass classes={'name': 0}"
        )
    return named


def _keys(database: ConceptDatabase, asked: Attribution) -> dict[str, tuple[object, ...]]:
    """Layer -> everything that decides its relevance."""
    provenance = database.provenance
    key = (
        _cache.ATTRIBUTING,
        provenance.model_fingerprint,
        model_behaviour(asked.studied.model),
        provenance.images_fingerprint,
        provenance.preprocessing_fingerprint,
        asked.sign,
        asked.method,
        list(asked.classes.items()),
        sorted(asked.rows.items()) if asked.rows else "prediction",
        identity_of(asked.studied.output),
    )
    layouts = provenance.layouts
    return {
        layer: (*key, *layer_identity(layer), pooling, dict(layouts.get(layer, {})))
        for layer, pooling in asked.poolings.items()
    }


def _pass(asked: Attribution, images: Images, batch_size: int | None) -> Pass[Attributions]:
    n_layers = len(asked.poolings)
    return Pass(
        model=asked.studied.model,
        images=images,
        samples=range(len(images)) if asked.rows is None else sorted(asked.rows),
        transform=asked.studied.transform,
        step=partial(attributing, asked),
        empty=Attributions(Rows(folder=asked.studied.cache)),
        label=f"attributing {n_layers} layer{'s' if n_layers > 1 else ''}",
        batch_size=batch_size,
        keeps_buffers=not any(is_sparse(layer) for layer in asked.poolings),
    )


def _warn_of_guess(relevance: Relevance) -> None:
    """Warns when classes taken from the images seem to be at the wrong outputs: the model is hardly ever right."""
    right = relevance.outputs[relevance.sample_classes] == relevance.predicted
    if int(right.sum()) * len(relevance.classes) <= len(right):
        warn_user(
            "the classes were taken from the images, and with them the model is right for "
            f"{int(right.sum()):,} of {len(right):,} samples, no more than by chance; "
            "if its outputs are in another order, pass classes=[...]"
        )


@contextmanager
def attributing(asked: Attribution) -> Iterator[Fold[Attributions]]:
    """The step of `attribute_database`."""
    with one_warning():
        yield partial(_attribute_batch, asked)


def _attribute_batch(asked: Attribution, state: Attributions, batch: Batch) -> Attributions:
    layers, outputs = list(asked.poolings), list(asked.classes.values())

    def choose(found: Tensor) -> Tensor:
        candidates = torch.tensor(outputs, device=found.device)
        if asked.rows is None:
            return candidates[found[:, candidates].argmax(1)]
        return candidates[[asked.rows[sample] for sample in batch.sample_ids]]

    found = attribute(asked.studied.model, batch.pixels, layers, choose, asked.method, asked.studied.output)
    classes = torch.tensor([outputs.index(output) for output in found.targets.tolist()])
    shown = {
        layer: (
            found.relevance(layer, asked.sign).cpu(),
            signed_pool(found.activations[layer], pooling, asked.sign).cpu(),
        )
        for layer, pooling in asked.poolings.items()
    }
    return state.with_batch(batch.sample_ids, classes, _predicted(found.outputs).cpu(), shown)


def _predicted(outputs: Float[Tensor, "sample output"]) -> Int[Tensor, " sample"]:
    """The highest output; of a single one 0 for yes, where that is so of logits and of probabilities, else 1."""
    return outputs.argmax(1) if outputs.shape[1] > 1 else (outputs[:, 0] <= 0.5).long()
