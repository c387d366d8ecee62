"""Outputs of a model as rows, one a sample, out of whatever container the model returns."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from jaxtyping import Float
from torch import Tensor

Output = int | str | Callable[[Any], Tensor]
"""The part of the model's output that holds the classes: a number, a name, or a function of the whole."""

_CLASSES = ("logits", "logits_per_image")
_EMBEDDINGS = ("embed", "hidden_state", "feature", "pooler")


def check_output_choice(output: object) -> None:
    """Raises TypeError unless `output` can choose a part: a number, a name, a function, or None."""
    if output is None or callable(output) or (isinstance(output, int | str) and not isinstance(output, bool)):
        return
    raise TypeError(
        "output must be the number or the name of a part of the model's output, or a function of it that gives "
        f"(samples, outputs), not {output!r}"
    )


def output_rows(
    output: object, n_samples: int, choice: Output | None = None
) -> Float[Tensor, "sample output"]:
    """The part of the model's output that holds the classes; one output a sample may lack its axis.

    Without a choice that is a tensor as it is, the part `logits` of a mapping, dataclass or named tuple, or the only
    tensor in a container, unless its name says that it is an embedding. Raises ValueError if the part cannot be told,
    is not there, or has no row for each of the `n_samples`.
    """
    rows = _told(output) if choice is None else _chosen(output, choice)
    if isinstance(rows, Tensor) and rows.is_floating_point():
        rows = rows.reshape(-1, 1) if rows.ndim < 2 and rows.numel() == n_samples else rows
        if rows.ndim == 2 and len(rows) == n_samples:
            return rows
    raise ValueError(
        f"the model must give one row of outputs a sample, not {_described(rows)} for {n_samples} samples; wrap it "
        "in a module that gives (samples, outputs), or pass output=, a function of its output that does"
    )


def _told(output: object) -> object:
    parts = _parts(output)
    named = next((parts[name] for name in _CLASSES if parts.get(name) is not None), None)
    if isinstance(output, Tensor) or not parts or named is not None:
        return output if named is None else named
    tensors = {name: part for name, part in parts.items() if isinstance(part, Tensor)}
    if len(tensors) == 1 and len(tensors) == sum(part is not None for part in parts.values()):
        [(name, only)] = tensors.items()
        if not (isinstance(name, str) and any(word in name.lower() for word in _EMBEDDINGS)):
            return only
    raise ValueError(
        f"the model gives {_listed(output)}, and which of them are the outputs to explain cannot be told; pass "
        f"output={next(reversed(parts))!r} or another of these, or a function that gives (samples, outputs)"
    )


def _chosen(output: object, choice: Output) -> object:
    if callable(choice):
        return choice(output)
    parts = _parts(output)
    if choice in parts:
        return parts[choice]
    if isinstance(choice, int) and -len(parts) <= choice < len(parts):
        return list(parts.values())[choice]
    raise ValueError(f"output={choice!r} must be a part of what the model gives, which is {_listed(output)}")


def _parts(output: object) -> dict[Any, object]:
    """Name or number -> part; nothing for a tensor and for objects of other kinds."""
    if isinstance(output, Mapping):
        return dict(output)
    if isinstance(output, tuple) and hasattr(output, "_fields"):
        return dict(zip(output._fields, output, strict=True))  # pyright: ignore[reportAttributeAccessIssue]
    if is_dataclass(output) and not isinstance(output, type):
        return {field.name: getattr(output, field.name) for field in fields(output)}
    return dict(enumerate(output)) if isinstance(output, tuple | list) else {}


def _listed(output: object) -> str:
    parts = _parts(output)
    if not parts:
        return _described(output)
    shown = ", ".join(f"{name!r}: {_described(part)}" for name, part in list(parts.items())[:8])
    return f"a {type(output).__name__} of {shown}{', ...' if len(parts) > 8 else ''}"


def _described(part: object) -> str:
    if isinstance(part, Tensor):
        kind = "shape" if part.is_floating_point() else f"{part.dtype} of shape"
        return f"{kind} {tuple(part.shape)}"
    return "nothing" if part is None else f"a {type(part).__name__}"
