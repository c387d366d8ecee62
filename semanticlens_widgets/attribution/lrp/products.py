"""Rules for products and sums of tensors, and for attention."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from semanticlens_widgets.attribution.lrp.shifts import Shifts, constant, depends


def product(func: Callable[..., Tensor], _shifts: Shifts, a: Any, b: Any, **named: Any) -> Tensor:
    """A product, all of whose relevance goes to the factor that it scales.

    That is the factor of the product's shape: a gate that is spread over it, as in squeeze-and-excite blocks, only
    scales. Of two factors of that shape each gets half.
    """
    if not (depends(a) and depends(b)):
        return func(_kept(a), _kept(b), **named)
    shape = torch.broadcast_shapes(a.shape, b.shape)
    if a.shape == shape != b.shape:
        return func(a, constant(b), **named)
    if b.shape == shape != a.shape:
        return func(constant(a), b, **named)
    return bilinear(func, _shifts, a, b, **named)


def bilinear(
    func: Callable[..., Tensor], _shifts: Shifts, a: Any, b: Any, *rest: Any, **named: Any
) -> Tensor:
    """A product of matrices; of two factors that depend on a studied layer each gets half."""
    if not (depends(a) and depends(b)):
        return func(_kept(a), _kept(b), *rest, **named)
    halves = func(a, constant(b), *rest, **named), func(constant(a), b, *rest, **named)
    return 0.5 * halves[0] + 0.5 * halves[1]


def einsum(func: Callable[..., Tensor], _shifts: Shifts, equation: str, *operands: Any) -> Tensor:
    """A sum of products; each operand that depends on a studied layer gets an equal share."""
    if len(operands) == 1 and isinstance(operands[0], list | tuple):
        operands = tuple(operands[0])
    ones = [i for i, operand in enumerate(operands) if depends(operand)]
    if len(ones) < 2:
        return func(equation, *map(_kept, operands))
    parts = [
        func(equation, *(operand if i == one else constant(operand) for i, operand in enumerate(operands)))
        for one in ones
    ]
    return torch.stack(parts).mean(0)


def quotient(func: Callable[..., Tensor], _shifts: Shifts, a: Any, b: Any, **named: Any) -> Tensor:
    """A quotient, all of whose relevance goes to the numerator: the denominator normalizes."""
    return func(a, constant(b), **named)


def attention(
    func: Callable[..., Tensor],
    _shifts: Shifts,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    *rest: Any,
    **named: Any,
) -> Tensor:
    """Attention as a linear map of the values: its weights, and so queries and keys, are constants."""
    return func(query.detach(), key.detach(), value, *rest, **named)


def weights(func: Callable[..., Tensor], _shifts: Shifts, *args: Any, **named: Any) -> Tensor:
    """A function whose results weigh other values, such as softmax: constants."""
    return func(*(each.detach() if isinstance(each, Tensor) else each for each in args), **named)


def linear(
    func: Callable[..., Tensor], shifts: Shifts, values: Tensor, weight: Tensor, bias: Tensor | None = None
) -> Tensor:
    """The epsilon rule; the bias takes its share."""
    return func(values, weight, shifts.share(bias, values))


def added(func: Callable[..., Tensor], shifts: Shifts, a: Any, b: Any, *rest: Any, **named: Any) -> Tensor:
    """A sum or difference, which shares in proportion to its terms."""
    like = a if isinstance(a, Tensor) else b
    return func(shifts.share(a, like), shifts.share(b, like), *rest, **named)


def added_product(_func: object, shifts: Shifts, a: Any, b: Any, c: Any, *, value: float = 1) -> Tensor:
    """`torch.addcmul`."""
    return added(torch.add, shifts, a, product(torch.mul, shifts, b, c), alpha=value)


def added_matrices(
    func: Any, shifts: Shifts, a: Any, b: Any, c: Any, *, beta: float = 1, alpha: float = 1
) -> Tensor:
    """`torch.addmm` and `torch.baddbmm`."""
    return added(torch.add, shifts, beta * a, bilinear(torch.matmul, shifts, b, c), alpha=alpha)


def joined(func: Callable[..., Tensor], shifts: Shifts, tensors: Any, *rest: Any, **named: Any) -> Tensor:
    """Tensors side by side, each with the relevance of its place."""
    like = next(each for each in tensors if depends(each))
    return func([shifts.share(each, like) for each in tensors], *rest, **named)


def chosen(func: Callable[..., Tensor], shifts: Shifts, where: Tensor, a: Any, b: Any) -> Tensor:
    """`torch.where`, whose values keep the relevance of their places."""
    like = a if isinstance(a, Tensor) else b
    return func(where, shifts.share(a, like), shifts.share(b, like))


def _kept(value: Any) -> Any:
    return value if depends(value) else constant(value)
