"""Accuracy of a model on labelled images, as it is and without some components."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from numbers import Integral
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets.correction._accuracy import Accuracy, accuracy_of, outputs_of
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import Images, warn_of_left_out
from semanticlens_widgets.layers import output_tensor
from semanticlens_widgets.passes import Batch, Fold, Pass, Report, Rows, run_pass

Classes = Sequence[str] | Mapping[str, int | Sequence[int]]
Transform = Callable[[Image.Image], Tensor]
Variant = Callable[[], AbstractContextManager[Any]]


def evaluate(
    model: nn.Module,
    images: Images,
    classes: Classes,
    *,
    transform: Transform,
    samples: Sequence[int] | None = None,
    batch_size: int | None = None,
    progress: bool = True,
) -> Accuracy:
    """The accuracy of the model: how often its highest output is one of the sample's class.

    Args:
        model: Left as found. Inside the context of `ablated` it is evaluated without those components.
        images: Samples whose label is not a class, and, with a warning, images that cannot be read, are left out.
        classes: The names of the outputs in order, or a dict from a name to its output, or to several.
        transform: Turns a picture into the model's input.
        samples: Evaluate only these; all by default.
        batch_size: Chosen for the device by default.
        progress: Show a progress bar.

    Raises ImagesError when no sample has a class; ValueError for an output that the model does not have.
    """
    [found] = evaluate_each(
        model,
        [nullcontext],
        images,
        classes,
        transform=transform,
        samples=samples,
        batch_size=batch_size,
        progress=progress,
    )
    return found


def evaluate_each(
    model: nn.Module,
    variants: Sequence[Variant],
    images: Images,
    classes: Classes,
    *,
    transform: Transform,
    samples: Sequence[int] | None = None,
    batch_size: int | None = None,
    progress: bool = True,
    report: Report | None = None,
) -> list[Accuracy]:
    """Like `evaluate`, once inside the context of every variant; every image is decoded once."""
    outputs = outputs_of(classes)
    truth = _truth(images, list(outputs), samples)
    work = Pass(
        model=model,
        images=images,
        samples=list(truth),
        transform=transform,
        step=partial(answering, model, variants, outputs),
        empty=Rows(),
        label="evaluating",
        batch_size=batch_size,
    )
    end = run_pass(work, progress=progress, report=report)
    warn_of_left_out(images, end.broken)
    answers = end.state.columns()
    ids = answers.pop("sample_ids")
    rows = torch.tensor([truth[sample] for sample in ids.tolist()])
    return [accuracy_of(outputs, ids, rows, answer) for answer in answers.values()]


@contextmanager
def answering(
    model: nn.Module, variants: Sequence[Variant], outputs: Mapping[str, Sequence[int]]
) -> Iterator[Fold[Rows]]:
    """The step of `evaluate_each`: the model's highest output of every sample, one column a variant."""

    def fold(rows: Rows, batch: Batch) -> Rows:
        answers = {}
        for number, variant in enumerate(variants):
            with variant():
                answers[f"{number}"] = _highest(model(batch.pixels), outputs)
        return rows.with_batch(batch.sample_ids, answers)

    yield fold


def _truth(images: Images, classes: Sequence[str], samples: Sequence[int] | None) -> dict[int, int]:
    """Sample -> row of its class, in ascending order; raises ImagesError when no sample has a class."""
    rows = {name: row for row, name in enumerate(classes)}
    chosen = range(len(images)) if samples is None else _checked(samples, len(images))
    labels = {sample: images.label(sample) for sample in chosen}
    truth = {sample: rows[label] for sample, label in labels.items() if label in rows}
    if not truth:
        known = sorted({label for label in labels.values() if label is not None})
        raise ImagesError(
            f"none of the {len(labels):,} samples has a label that is a class (labels: {known[:3]}; classes: "
            f"{list(classes)[:3]}); give classes={{label: output}}"
        )
    return truth


def _checked(samples: Iterable[Any], n_images: int) -> list[int]:
    """The samples, ascending and each once."""
    chosen = list(samples)
    for sample in chosen:
        # A mask would be read as samples 0 and 1.
        if not isinstance(sample, Integral) or isinstance(sample, bool) or not 0 <= int(sample) < n_images:
            raise ValueError(f"samples must be whole numbers from 0 to {n_images - 1}, not {sample!r}")
    return sorted({int(sample) for sample in chosen})


def _highest(output: object, outputs: Mapping[str, Sequence[int]]) -> Tensor:
    logits = output_tensor("output", output)
    n_outputs = logits.shape[-1]
    if logits.ndim != 2:
        raise ValueError(
            f"the model must give one row of outputs a sample, not the shape {tuple(logits.shape)}"
        )
    for name, some in outputs.items():
        if not all(0 <= output < n_outputs for output in some):
            raise ValueError(f"the model has outputs 0 to {n_outputs - 1}, not {list(some)} (class {name!r})")
    return logits.argmax(1).cpu()
