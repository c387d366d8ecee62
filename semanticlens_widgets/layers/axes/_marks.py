"""Marks on tensors during a forward pass: the axis of components, carried from operation to operation.

Convolutions, batch norms and poolings have their components on axis 1, linear layers and layer norms on the last.
Element-wise operations, permutations and reshapes carry a mark on; any other operation drops it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

_OPERATIONS = {
    "first": "batch_norm group_norm instance_norm interpolate upsample pixel_shuffle pixel_unshuffle",
    "last": "linear layer_norm rms_norm multi_head_attention_forward embedding",
    "same": "add sub mul div truediv pow addcmul addcdiv lerp where clamp clip neg abs exp sqrt square log maximum "
    "minimum iadd isub imul itruediv radd rsub rmul rtruediv masked_fill normalize softmax roll pad flip relu relu6 "
    "leaky_relu prelu elu selu celu gelu silu mish sigmoid tanh hardswish hardsigmoid hardtanh softplus softsign "
    "logsigmoid threshold dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout cat concat clone "
    "contiguous detach to type type_as float half bfloat16 double",
    "reshaped": "view reshape flatten unflatten squeeze unsqueeze view_as reshape_as",
    "permuted": "permute transpose movedim moveaxis swapaxes swapdims t narrow select getitem chunk split unbind "
    "split_with_sizes tensor_split",
}
_POOLINGS = (
    "conv",
    "conv_transpose",
    "max_pool",
    "avg_pool",
    "lp_pool",
    "adaptive_max_pool",
    "adaptive_avg_pool",
)
_WHERE = {
    **{f"{kind}{n}d": "first" for kind in _POOLINGS for n in (1, 2, 3)},
    **{name: where for where, names in _OPERATIONS.items() for name in names.split()},
}
"""Name of an operation -> place of the components in what it gives."""


@dataclass(frozen=True)
class Mark:
    """The axis of the components of a tensor, and the order of its places."""

    axis: int | None
    """None if it is not known, and only that the places were shuffled is."""
    in_order: bool | None = None
    """True if the places are those of an image row by row, False if they were shuffled, None if that is not known."""


def mark_of(tensor: Tensor) -> Mark | None:
    """The mark that a pass under `MarkAxes` left on a tensor, if any."""
    return getattr(tensor, "_semanticlens_mark", None)


class MarkAxes(TorchFunctionMode):
    """Marks the tensors of every forward pass inside the context."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Runs the operation and marks what it gives."""
        given = [(tensor.shape, mark_of(tensor)) for tensor in _tensors(args)]
        out = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", "").strip("_")
        _mark(name, func, args, kwargs or {}, given, out)
        return out


Given = list[tuple[torch.Size, Mark | None]]


def _mark(name: str, func: Any, args: Any, kwargs: Any, given: Given, out: Any) -> None:
    for number, tensor in enumerate(_tensors(out if isinstance(out, tuple | list) else (out,))):
        if not tensor.is_floating_point() or isinstance(tensor, torch.nn.Parameter):
            continue
        found = _found(name, func, args, kwargs, given, tensor, number)
        if found is None and _order([mark for _, mark in given if mark]) is False:
            found = Mark(None, False)
        if found is not None or mark_of(tensor) is not None:
            tensor._semanticlens_mark = found  # pyright: ignore[reportAttributeAccessIssue]


def _found(
    name: str, func: Any, args: Any, kwargs: Any, given: Given, out: Tensor, number: int
) -> Mark | None:
    where = _WHERE.get(name)
    if where == "first":
        # Batch norms of (sample and token, component) are reshaped to tokens afterwards.
        return Mark(1, out.ndim > 2 or _order([mark for _, mark in given if mark])) if out.ndim > 1 else None
    if where == "last":
        return _last(name, args, kwargs, given, out)
    if where == "same":
        return _same(given, out)
    shape, mark = given[0] if given else (torch.Size(), None)
    if mark is None or mark.axis is None:
        return None
    if where == "reshaped":
        return _reshaped(shape, mark, mark.axis, out.shape)
    return _permuted(func, args, kwargs, shape, mark, mark.axis, number) if where == "permuted" else None


def _last(name: str, args: Any, kwargs: Any, given: Given, out: Tensor) -> Mark | None:
    shape = kwargs.get("normalized_shape", args[1] if len(args) > 1 else None)
    if name.endswith("_norm") and not (isinstance(shape, int) or (shape is not None and len(shape) == 1)):
        return _same(given, out)
    return Mark(out.ndim - 1, _order([mark for _, mark in given if mark])) if out.ndim > 1 else None


def _same(given: Given, out: Tensor) -> Mark | None:
    marks = [mark for shape, mark in given if mark and len(shape) == out.ndim]
    axes = {mark.axis for mark in marks} - {None}
    return Mark(axes.pop(), _order(marks)) if len(axes) == 1 else None


def _order(marks: list[Mark]) -> bool | None:
    """Known places win over shuffled ones, and these over unknown ones: a sum adds equal places."""
    orders = {mark.in_order for mark in marks}
    return True if True in orders else (False if False in orders else None)


def _reshaped(before: torch.Size, mark: Mark, axis: int, after: torch.Size) -> Mark | None:
    """The axis that has as many numbers before it, and as many on it, as it had."""
    ahead, length = math.prod(before[:axis]), before[axis]
    axes = [a for a in range(len(after)) if after[a] == length and math.prod(after[:a]) == ahead]
    return replace(mark, axis=axes[-1]) if len(axes) == 1 else None


def _permuted(
    func: Any, args: Any, kwargs: Any, shape: torch.Size, mark: Mark, axis: int, number: int
) -> Mark | None:
    """The axis with the step of the marked one, after the same operation on a tensor without memory."""
    if not all(_is_plain(part) for part in args[1:]):
        return None
    model = torch.empty(shape, device="meta")
    out = func(model, *args[1:], **kwargs)
    view = out[number] if isinstance(out, tuple | list) else out
    step, length = model.stride(axis), shape[axis]
    axes = [a for a in range(view.ndim) if view.stride(a) == step and view.shape[a] == length]
    if len(axes) != 1:
        return None
    return Mark(axes[0], mark.in_order if _keeps_order(view, axes[0]) else False)


def _keeps_order(view: Tensor, axis: int) -> bool:
    """True if the places follow one another as before; of two axes, batch and tokens, the order is none of places."""
    steps = [view.stride(a) for a in range(view.ndim) if a != axis and view.shape[a] > 1]
    return len(steps) < 3 or steps == sorted(steps, reverse=True)


def _is_plain(part: object) -> bool:
    if isinstance(part, tuple | list):
        return all(_is_plain(each) for each in part)
    return part is None or part is Ellipsis or isinstance(part, int | slice | str | torch.Size)


def _tensors(parts: object) -> Iterator[Tensor]:
    for part in parts if isinstance(parts, tuple | list) else ():
        if isinstance(part, Tensor):
            yield part
        elif isinstance(part, tuple | list):
            yield from _tensors(part)
