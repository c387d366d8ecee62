"""Interventions of a lens: steering its model, and the gap of a class with and without a concept."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from semanticlens_widgets import analysis
from semanticlens_widgets._arguments import did_you_mean, shown
from semanticlens_widgets.correction import (
    Accuracy,
    Decisions,
    Factors,
    by_layer,
    check_factor,
    evaluate_each,
    steered,
)
from semanticlens_widgets.executors import spreading_to
from semanticlens_widgets.explanations import Gap, Prediction, SteeredAccuracy, SteeredPrediction, predict
from semanticlens_widgets.images import Images, labels_of
from semanticlens_widgets.lens.explaining import pixels_of, reading_of
from semanticlens_widgets.lens.relevances import relevance_of
from semanticlens_widgets.lens.session import Session
from semanticlens_widgets.pipeline import n_outputs

Present = str | Sequence[str] | Sequence[int] | Sequence[bool] | np.ndarray | Tensor
"""Components, samples, or a mask of all images."""


@dataclass(frozen=True)
class Steering:
    """A lens's model with some of its components weaker or stronger, to be tried on images; see `Lens.steer`."""

    session: Session
    factors: Mapping[str, float]
    """Component -> factor."""

    def predict(
        self, image: object, *, threshold: float | None = None, before: Prediction | None = None
    ) -> SteeredPrediction:
        """The prediction for one image before and after; `image` and `threshold` as in `Lens.explain`.

        `before` is the prediction of the model as it is, where it is known already.
        """
        reading = reading_of(self.session, threshold)
        pixels = pixels_of(self.session, image)
        with self.session.running:
            before = before or predict(reading, pixels)
            with steered(reading.studied.model, self._by_layer):
                after = predict(reading, pixels)
        return SteeredPrediction(self.factors, before, after)

    def accuracy(
        self,
        class_name: str | None = None,
        *,
        samples: Sequence[int] | None = None,
        threshold: float | None = None,
        executor: object = None,
        progress: bool = True,
        report: Callable[[int, int], object] | None = None,
    ) -> SteeredAccuracy:
        """The accuracy before and after on a slice: all images, those of a class, or `samples`, or both.

        For `threshold` and `executor` see `correction.evaluate`, for `report` `Lens.ablation`. Raises ValueError for a
        slice without images, and for a name that is no label of the images or no class of the outputs.
        """
        if class_name is not None:
            samples = _of_class(self.session, class_name, samples)
        with spreading_to(executor):
            before, after = evaluated(self.session, self._by_layer, samples, threshold, progress, report)
        return SteeredAccuracy(self.factors, before, after)

    @property
    def _by_layer(self) -> Factors:
        return factors_by_layer(self.session, self.factors)

    def __repr__(self) -> str:
        return f"<Steering of {', '.join(f'{name} x {factor:g}' for name, factor in self.factors.items())}>"


def steering(session: Session, factors: Mapping[str, float]) -> Steering:
    """See `Lens.steer`."""
    session.with_model()
    if not isinstance(factors, Mapping) or not factors:
        raise ValueError(f"factors must be a dict such as {{'layer4:12': 0.5}}, not {shown(factors)}")
    found = Steering(session, {name: check_factor(factor) for name, factor in factors.items()})
    factors_by_layer(session, found.factors)
    return found


def gap(
    session: Session,
    class_name: str,
    present: Present,
    *,
    quantile: float,
    steer: Mapping[str, float] | None,
    samples: Sequence[int] | None,
    threshold: float | None,
    executor: object,
    progress: bool,
) -> Gap:
    """See `Lens.gap`."""
    own = _of_class(session, class_name, samples)
    factors = None if steer is None else steering(session, steer)._by_layer
    with spreading_to(executor):
        inside = _present(session, present, quantile, progress)
        found = evaluated(session, factors, own, threshold, progress)
    ids, right = _right(found[0], class_name)
    sides = torch.tensor([int(sample) in inside for sample in ids], dtype=torch.bool)
    if not len(ids) or sides.all() or not sides.any():
        which = "with" if len(ids) and not sides.any() else "without"
        raise ValueError(
            f"class {class_name!r} has no image {which} the concept among the {len(ids)} that were evaluated, so there "
            "is nothing to compare; name other samples, or a lower quantile for components"
        )
    return Gap(class_name, ids, sides, right, _right(found[1], class_name)[1] if factors else None)


def evaluated(
    session: Session,
    factors: Factors | None,
    samples: Sequence[int] | None,
    threshold: float | None,
    progress: bool,
    report: Callable[[int, int], object] | None = None,
) -> list[Accuracy] | list[Decisions]:
    """The accuracy of the model as it is, and with factors also as it is steered."""
    studied, images = session.with_model(), session.with_images()
    with session.running:
        classes = _classes(session)
        variants: list[Any] = [nullcontext]
        if factors is not None:
            variants.append(partial(steered, studied.model, factors))
        return evaluate_each(
            studied.model,
            variants,
            images,
            dict(classes),
            transform=studied.transform,
            output=studied.output,
            threshold=threshold,
            samples=samples,
            progress=progress,
            report=report,
        )


def factors_by_layer(session: Session, factors: Mapping[str, float]) -> Factors:
    """Factors of components such as "layer4:12", layer by layer; raises for components that are not there."""
    studied = session.with_model()
    found: dict[str, dict[int | str, float]] = {}
    for name, factor in factors.items():
        for layer, [component] in by_layer(session.database, [name]).items():
            found.setdefault(studied.layer(layer), {})[component] = factor
    return found


def _classes(session: Session) -> Mapping[str, int]:
    """Class -> output; raises ValueError if they are not known."""
    classes = reading_of(session).classes(n_outputs(session.with_model(), session.with_images()))
    if not classes:
        raise ValueError(
            "the classes of the model's outputs are not known; name them: Lens.build(..., classes=[...]), or "
            "lens.attribute(classes=...)"
        )
    return classes


def _of_class(session: Session, class_name: str, samples: Sequence[int] | None) -> list[int]:
    """The samples with the label, of all or of `samples`; raises ValueError for none, and for a label of no output."""
    images = session.with_images()
    chosen = range(len(images)) if samples is None else samples
    found = [int(sample) for sample in chosen if class_name in (labels_of(images, int(sample)) or ())]
    if not found:
        raise ValueError(_no_sample(session, images, class_name))
    if class_name not in (classes := _classes(session)):
        raise ValueError(
            f"{class_name!r} is a label of the images but no class of the model's outputs, so no answer is right; "
            f"name its output: Lens.build(..., classes={{{class_name!r}: number}}){did_you_mean(class_name, classes)}"
        )
    return found


def _no_sample(session: Session, images: Images, class_name: str) -> str:
    """A sentence on a class without samples: why it has none, and what to ask for."""
    labels = dict.fromkeys(
        label for sample in range(len(images)) for label in labels_of(images, sample) or ()
    )
    if class_name in labels:
        return f"class {class_name!r} has no image among the samples; name samples with this label"
    if not labels:
        return "the images have no labels, so no accuracy is known; give them: slw.as_images(images, labels=[...])"
    reading, n_all = reading_of(session), n_outputs(session.with_model(), images)
    is_output = class_name in reading.names.of_all(reading.classes(n_all), n_all)
    what = "is an output of the model but no label" if is_output else "is no label"
    return f"{class_name!r} {what} of the images, so there is nothing to measure{did_you_mean(class_name, labels)}"


def _present(session: Session, present: Any, quantile: float, progress: bool) -> set[int]:
    """The samples in which the concept is present."""
    names = [present] if isinstance(present, str) else present
    if len(names) and all(isinstance(name, str) for name in names):
        for name in names:
            relevance_of(session, session.database.locate(name)[0], progress=progress)
        table = analysis.driving_samples(
            session.database, list(names), quantile=quantile, images=session.images
        )
        return set(table["sample"].tolist())
    given = torch.as_tensor(np.asarray(present))
    n = session.database.provenance.n_images
    if given.dtype == torch.bool and given.shape == (n,):
        return set(given.nonzero()[:, 0].tolist())
    if given.dtype in (torch.int64, torch.int32) and given.ndim == 1:
        return set(given.tolist())
    raise ValueError(
        f"present must name components, list samples, or be a mask of all {n} images, not {shown(present)}"
    )


def _right(found: Accuracy | Decisions, class_name: str) -> tuple[Tensor, Tensor]:
    """The samples of the class, and whether each was answered rightly."""
    row = found.classes.index(class_name)
    own = found.sample_classes == row if isinstance(found, Accuracy) else found.present[:, row]
    correct = found.correct if isinstance(found, Accuracy) else found.correct[:, row]
    return found.sample_ids[own], correct[own]
