"""Class names: the outputs of a model that are classes, and the class of a sample."""

import re
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral

from semanticlens_widgets._arguments import did_you_mean
from semanticlens_widgets.images import Images, labels_of

Classes = Mapping[str, int] | Sequence[str]
"""Name -> index of the model's output, or the names of all outputs in order."""


def class_outputs(classes: Classes | None, images: Images | None, n_outputs: int) -> dict[str, int]:
    """Name -> output of every class; for None see `_from_images`. Of two names, one output is that of the second.

    Raises ValueError for names that do not fit the outputs, or that occur twice.
    """
    if classes is None:
        classes = {} if images is None else _from_images(images, n_outputs)
    check_classes(classes)
    if isinstance(classes, Mapping):
        return _checked({str(name): output for name, output in classes.items()}, n_outputs)
    names = [str(name) for name in classes]
    if n_outputs == 1 and len(names) == 2:
        return {names[1]: 0}
    if len(names) != n_outputs:
        raise ValueError(
            f"classes must name all {n_outputs} outputs of the model in order, not {len(names)}; to name some of them "
            "pass a dict: classes={'name': index}"
        )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(
            f"classes must have distinct names, and {twice!r} is there twice; pass a dict name -> output"
        )
    return {name: output for output, name in enumerate(names)}


def class_of_label(classes: Mapping[str, int], label: str | None) -> str | None:
    """The class whose name is the label, else the only one that differs in upper and lower case alone; or None."""
    if label is None or label in classes:
        return label
    near = [name for name in classes if name.casefold() == label.casefold()]
    return near[0] if len(near) == 1 else None


def check_classes(classes: object) -> None:
    """Raises TypeError unless `classes` is a list of names or a dict from names to outputs."""
    if isinstance(classes, str) or not isinstance(classes, Iterable):
        raise TypeError(
            f"classes must be the names of all outputs in order, or a dict name -> output, not {classes!r}"
        )


def _from_images(images: Images, n_outputs: int) -> Classes:
    """The classes of the dataset in its order; else numbers as the outputs they are; else the sorted labels.

    Raises ValueError unless there is one for every output, or two for a single one.
    """
    named = getattr(images, "classes", None)
    if named is not None and len(named) in (n_outputs, n_outputs + 1 if n_outputs == 1 else 0):
        return named
    found = {label for sample in range(len(images)) for label in labels_of(images, sample) or ()}
    # As text, "10" comes before "2".
    are_numbers = all(re.fullmatch("-?[0-9]+", label) for label in found)
    labels = sorted(found, key=int) if are_numbers else sorted(found)
    if n_outputs == 1 and len(labels) == 2:
        return labels
    if labels and are_numbers and int(labels[0]) >= 0 and int(labels[-1]) < n_outputs:
        return {label: int(label) for label in labels}
    if len(labels) != n_outputs:
        raise ValueError(
            f"the model has {n_outputs} outputs and the images {len(labels)} labels, so they cannot be matched; "
            "say which output is which class: classes=['first', 'second', ...] or classes={'name': index}"
        )
    return labels


def _checked(classes: dict[str, int], n_outputs: int) -> dict[str, int]:
    if not classes:
        raise ValueError("classes must name at least one class, like {'ox': 345}, not none")
    for name, output in classes.items():
        if isinstance(output, bool) or not isinstance(output, Integral) or not 0 <= output < n_outputs:
            turned = "; write {'name': output}" if isinstance(output, str) else ""
            raise ValueError(
                f"class {name!r} must be an output of the model, 0 to {n_outputs - 1}, not {output!r}{turned}"
            )
    first: dict[int, str] = {}
    for name, output in classes.items():
        if first.setdefault(output, name) != name:
            raise ValueError(
                f"classes must have outputs of their own, and {first[output]!r} and {name!r} share {output}"
            )
    return {name: int(output) for name, output in classes.items()}


def no_samples(classes: Mapping[str, int], images: Images) -> str:
    """The message of the error for images without any sample of a class."""
    labels = {label for label in map(images.label, range(len(images))) if label is not None}
    near = did_you_mean(min(labels), classes) if labels else ""
    if not labels:
        return (
            "the images have no labels, so whose output is to be explained is not known; give them, "
            "slw.as_images(images, labels=[...]), or pass targets='prediction'"
        )
    return (
        f"no label of the images is a class (the first label is {min(labels)!r}{near}); pass "
        "classes={'label': output} or targets='prediction'"
    )


def label_rows(classes: Mapping[str, int], images: Images) -> dict[int, int]:
    """Sample -> row of its class, for the samples that have one; raises ValueError if none has, or one has several."""
    for sample in range(len(images)):
        several = labels_of(images, sample) or ()
        if len(several) > 1:
            raise ValueError(
                f"sample {sample} has several labels ({', '.join(several[:3])}), and one output a sample is explained: "
                "pass targets='prediction', or one label each, slw.as_images(images, labels=[...])"
            )
    row_of = {name: row for row, name in enumerate(classes)}
    names = {sample: class_of_label(classes, images.label(sample)) for sample in range(len(images))}
    rows = {sample: row_of[name] for sample, name in names.items() if name is not None and name in row_of}
    if not rows:
        raise ValueError(no_samples(classes, images))
    return rows
