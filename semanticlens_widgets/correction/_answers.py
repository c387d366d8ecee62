"""Answers of a model against the labels of the samples: its highest output, or a yes or no to every class."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import torch
from torch import Tensor

from semanticlens_widgets.correction._accuracy import Accuracy, accuracy_of
from semanticlens_widgets.correction._decisions import Decisions, chosen_threshold
from semanticlens_widgets.errors import ImagesError, NonFiniteError

Outputs = Mapping[str, Sequence[int]]
Labels = Mapping[int, tuple[str, ...] | None]
"""Sample -> its labels; None where they are not known."""


@dataclass(frozen=True)
class Answers:
    """One way of reading a model's outputs, and of judging what was read."""

    samples: list[int]
    """Those that have a truth, ascending."""
    read: Callable[[Tensor], Tensor]
    """From rows of outputs to what is kept of them."""
    judged: Callable[[Tensor, list[Tensor], float | None], Any]
    """From sample ids and what was kept, variant by variant, to the results."""


def highest(outputs: Outputs, labels: Labels, n_outputs: int | None) -> Answers:
    """The highest output is the model's answer; raises ImagesError when no sample has a class."""
    _check(outputs, n_outputs)
    row_of = {name: row for row, name in enumerate(outputs)}
    truth = {sample: row_of[own[0]] for sample, own in labels.items() if own and own[0] in row_of}
    if not truth:
        raise ImagesError(_no_class(outputs, labels))

    def judged(ids: Tensor, answers: list[Tensor], _threshold: float | None) -> list[Accuracy]:
        rows = torch.tensor([truth[sample] for sample in ids.tolist()])
        return [accuracy_of(outputs, ids, rows, answer) for answer in answers]

    return Answers(list(truth), lambda found: _finite(found).argmax(1), judged)


def yes_or_no(outputs: Outputs, labels: Labels, n_outputs: int | None) -> Answers:
    """Every class has an answer of its own; raises ImagesError when no sample has a class."""
    names = list(outputs)
    if n_outputs == 1 and [tuple(some) for some in outputs.values()] == [(0,), (1,)]:
        outputs = {names[1]: (0,)}
    _check(outputs, n_outputs)
    known = {sample: own for sample, own in labels.items() if own is not None}
    if not any(label in outputs for own in known.values() for label in own):
        raise ImagesError(_no_class(outputs, labels))

    def read(found: Tensor) -> Tensor:
        return torch.stack([_finite(found)[:, list(some)].amax(1) for some in outputs.values()], 1).float()

    def judged(ids: Tensor, answers: list[Tensor], threshold: float | None) -> list[Decisions]:
        above = chosen_threshold(threshold, answers[0])
        present = torch.tensor([[name in known[sample] for name in outputs] for sample in ids.tolist()])
        return [Decisions(tuple(outputs), ids, present, scores, above) for scores in answers]

    return Answers(list(known), read, judged)


def checked_samples(samples: Iterable[Any], n_images: int) -> list[int]:
    """The samples, ascending and each once; raises ValueError for a sample that is not there."""
    chosen = list(samples)
    for sample in chosen:
        # A mask would be read as samples 0 and 1.
        if not isinstance(sample, Integral) or isinstance(sample, bool) or not 0 <= int(sample) < n_images:
            raise ValueError(f"samples must be whole numbers from 0 to {n_images - 1}, not {sample!r}")
    return sorted({int(sample) for sample in chosen})


def _check(outputs: Outputs, n_outputs: int | None) -> None:
    if n_outputs is None:  # no image can be read, which the pass says
        return
    for name, some in outputs.items():
        if not all(0 <= output < n_outputs for output in some):
            raise ValueError(f"the model has outputs 0 to {n_outputs - 1}, not {list(some)} (class {name!r})")


def _finite(found: Tensor) -> Tensor:
    if found.isnan().any():
        raise NonFiniteError(
            "the model's outputs have NaN, so its answers are not known; check its weights and input"
        )
    return found


def _no_class(outputs: Outputs, labels: Labels) -> str:
    known = sorted({label for own in labels.values() for label in own or ()})
    return (
        f"none of the {len(labels):,} samples has a label that is a class (labels: {known[:3]}; classes: "
        f"{list(outputs)[:3]}); give classes={{label: output}}"
    )
