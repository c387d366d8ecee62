"""Sums of float32 values that do not depend on the order of the values: integers, which are added without rounding.

A value is cut into digits of 32 bits at fixed powers of two, as numbers are in decimal, and the digits of a place are
added as int64, so that 2^31 values fit. James Demmel, Hong Diep Nguyen, *Fast reproducible floating-point summation*,
ARITH 2013, doi 10.1109/ARITH.2013.9, keep the highest few digits; all are kept here.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from jaxtyping import Float64, Int64
from torch import Tensor

from semanticlens_widgets.errors import NonFiniteError

_BITS = 32


@dataclass(frozen=True, eq=False)
class ExactSum:
    """The sum of values of each component: digits[i] * 2^(32 i), over the places i."""

    digits: Mapping[int, Int64[Tensor, " component"]] = field(default_factory=dict)
    """Place -> digits; only places that some value reached."""

    def merge(self, other: "ExactSum") -> "ExactSum":
        """The sum of both sets of values: the same in any order."""
        both = self.digits.keys() & other.digits.keys()
        shared = {place: self.digits[place] + other.digits[place] for place in both}
        return ExactSum({**self.digits, **other.digits, **shared})

    def value(self) -> Float64[Tensor, " component"]:
        """The sum as float64, to some units of the last digit of the largest place."""
        places = sorted(self.digits, reverse=True)
        return torch.stack([self.digits[place].double() * 2.0 ** (_BITS * place) for place in places]).sum(0)

    def integers(self, lowest: int) -> list[int]:
        """The sum of each component in units of 2^(32 `lowest`), where no place is below `lowest`."""
        columns = [
            [digit << _BITS * (place - lowest) for digit in digits.tolist()]
            for place, digits in self.digits.items()
        ]
        return [sum(column) for column in zip(*columns, strict=True)]


def exact_sum(values: Float64[Tensor, "sample component"]) -> ExactSum:
    """The sum over the samples."""
    return ExactSum({place: digits.sum(0) for place, digits in digits_of(values).items()})


def digits_of(values: Float64[Tensor, "*shape"]) -> dict[int, Int64[Tensor, "*shape"]]:
    """Place -> the digit of each value there, with its sign; exact for values of float32 and for their squares.

    Raises NonFiniteError for NaN and infinity.
    """
    largest = float(values.abs().max()) if values.numel() else 0.0
    if not math.isfinite(largest):
        raise NonFiniteError(
            "scores and relevance must be finite as float32, and some are not; check the model's weights and the "
            "preprocessing"
        )
    place = (math.frexp(largest)[1] - 1) // _BITS
    rest, digits = values, {place: torch.zeros_like(values, dtype=torch.int64)}
    while bool(rest.any()):
        unit = 2.0 ** (_BITS * place)
        whole = (rest / unit).trunc()
        digits[place] = whole.long()
        rest, place = rest - whole * unit, place - 1
    return digits


def exact_variance(count: int, total: ExactSum, squares: ExactSum) -> Float64[Tensor, " component"]:
    """The population variance of `count` values, from their sum and that of their squares, rounded once."""
    lowest = min([*total.digits, *squares.digits])
    unit = 1 << -_BITS * lowest if lowest < 0 else 1
    sums, of_squares = total.integers(min(lowest, 0)), squares.integers(min(lowest, 0))
    found = [
        (count * square * unit - one * one) / (count * count * unit * unit)
        for one, square in zip(sums, of_squares, strict=True)
    ]
    return torch.tensor(found, dtype=torch.float64)
