"""Accuracy of a model on labelled images, as it is and without some components."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any

from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets.correction._accuracy import Accuracy, outputs_of
from semanticlens_widgets.correction._answers import Answers, checked_samples, highest, yes_or_no
from semanticlens_widgets.correction._decisions import Decisions
from semanticlens_widgets.executors import spreading_to
from semanticlens_widgets.images import Images, first_decoded, labels_of, warn_of_left_out
from semanticlens_widgets.layers import Output, check_output_choice, count_outputs, output_rows
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
    output: Output | None = None,
    threshold: float | None = None,
    samples: Sequence[int] | None = None,
    batch_size: int | None = None,
    executor: object = None,
    progress: bool = True,
) -> Accuracy | Decisions:
    """The accuracy of the model: how often its highest output is one of the sample's class.

    Outputs that are no rivals are judged one by one, against a threshold: `Decisions`. Such are the outputs of a model
    that has one only, of images with several labels, and those for which a threshold is given.

    Args:
        model: Left as found. Inside the context of `ablated` it is evaluated without those components.
        images: Samples whose label is not a class, and, with a warning, images that cannot be read, are left out. For
            `Decisions` a sample of another label is one of no class, and only those without labels are left out.
        classes: The names of the outputs in order, or a dict from a name to its output, or to several. Of two names,
            the one output of a model is that of the second.
        transform: Turns a picture into the model's input.
        output: The part of the model's output that holds the classes: a number, a name, or a function of the whole.
            It need not be given for a tensor, a part named `logits`, or the only tensor.
        threshold: The answer is yes above it: 0 (the default) for logits, 0.5 for probabilities.
        samples: Evaluate only these; all by default.
        batch_size: Chosen for the device by default.
        executor: Spreads the images over workers, as in `Lens.build`; an ablation goes with the model.
        progress: Show a progress bar.

    Raises ImagesError when no sample has a class; ValueError for an output that the model does not have, or that
    depends on chance or on the batch, for scores that may be probabilities or logits, and for NaN among them.
    """
    with spreading_to(executor):
        [found] = evaluate_each(
            model,
            [nullcontext],
            images,
            classes,
            transform=transform,
            output=output,
            threshold=threshold,
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
    output: Output | None = None,
    threshold: float | None = None,
    samples: Sequence[int] | None = None,
    batch_size: int | None = None,
    progress: bool = True,
    report: Report | None = None,
) -> list[Accuracy] | list[Decisions]:
    """Like `evaluate`, once inside the context of every variant; every image is decoded once.

    The threshold of all variants is that of the first.
    """
    check_output_choice(output)
    chosen = range(len(images)) if samples is None else checked_samples(samples, len(images))
    asked = _asked(model, images, classes, chosen, transform, output, threshold)
    work = Pass(
        model=model,
        images=images,
        samples=asked.samples,
        transform=transform,
        step=partial(answering, model, variants, asked.read, output),
        empty=Rows(),
        label="evaluating",
        batch_size=batch_size,
    )
    end = run_pass(work, progress=progress, report=report)
    warn_of_left_out(images, end.broken)
    answers = end.state.columns()
    return asked.judged(answers.pop("sample_ids"), list(answers.values()), threshold)


@contextmanager
def answering(
    model: nn.Module,
    variants: Sequence[Variant],
    read: Callable[[Tensor], Tensor],
    output: Output | None = None,
) -> Iterator[Fold[Rows]]:
    """The step of `evaluate_each`: the model's answer for every sample, one column a variant."""

    def fold(rows: Rows, batch: Batch) -> Rows:
        answers = {}
        for number, variant in enumerate(variants):
            with variant():
                found = output_rows(model(batch.pixels), len(batch.sample_ids), output)
            answers[f"{number}"] = read(found).cpu()
        return rows.with_batch(batch.sample_ids, answers)

    yield fold


def _asked(
    model: nn.Module,
    images: Images,
    classes: Classes,
    samples: Sequence[int],
    transform: Transform,
    output: Output | None,
    threshold: float | None,
) -> Answers:
    """The answers that the model's outputs and the images' labels call for."""
    outputs = outputs_of(classes)
    labels = {sample: labels_of(images, sample) for sample in samples}
    pixels = first_decoded(images, transform)
    n_outputs = count_outputs(model, pixels, output) if isinstance(pixels, Tensor) else None
    several = any(len(own or ()) > 1 for own in labels.values())
    if n_outputs == 1 or several or threshold is not None:
        return yes_or_no(outputs, labels, n_outputs)
    return highest(outputs, labels, n_outputs)
