"""Matches between two sides, by component: the nearest at once, and what chance gives when it is known."""

import threading
from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import UInt8
from torch import Tensor

from semanticlens_widgets.widgets.answers.comparisons.protocol import ChanceResult, NearestResult
from semanticlens_widgets.widgets.answers.comparisons.sides import Sides
from semanticlens_widgets.widgets.kernel.request import Answer, Request, number

Named = str | int
"""A side by its name or number."""
MATCHED, ALONE = 1, 2
"""Bits of a component in the answer to `chance`."""


class Matches:
    """The matches of a comparison; safe to use from several threads."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._matching = sides.comparison._matching
        self._flags: dict[tuple[int, int], Tensor] = {}
        self._turn = threading.Lock()
        """Held while chance is drawn: what two threads would draw at once, one draws for both."""

    def nearest(self, request: Request) -> Answer[NearestResult]:
        """Returns the most similar component of the other side, for every one of the first."""
        left, right = self._pair(request)
        found = self._matching.nearest(left, right)
        mutual = self._matching.mutual(left, right)
        result: NearestResult = {
            "n": len(found.component),
            "mutual": int(mutual.sum()),
            "similarity": number(float(found.similarity.nanmean())),
        }
        columns = (found.component.int(), found.similarity.float(), mutual.byte())
        return Answer(result, [_bytes(column) for column in columns])

    def chance(self, request: Request) -> Answer[ChanceResult]:
        """Returns how often random groups of images come as close, and what is matched and what stands alone."""
        left, right = self._pair(request)
        request.report(0, 1, "drawing random groups")
        flags = self.drawn(left, right, request.check)
        result: ChanceResult = {
            "n": int(self._sides[left].side.present.sum()),
            "matched": int((flags & MATCHED > 0).sum()),
            "alone": int((flags & ALONE > 0).sum()),
            "similarity": number(float(self._matching.chance(left, right).best.nanmean())),
        }
        percentile = self._matching.percentile(left, right)
        return Answer(result, [_bytes(percentile.float()), _bytes(flags)])

    def drawn(self, source: Named, target: Named, check: Callable[[], None]) -> UInt8[Tensor, " component"]:
        """Returns the bits of every component of a side, for which random groups are drawn: some seconds' work."""
        left, right = self._numbers(source, target)
        with self._turn:
            check()
            matched, alone = self._matching.matched(left, right), self._matching.alone(left, right)
            self._flags[left, right] = MATCHED * matched.byte() + ALONE * alone.byte()
        return self._flags[left, right]

    def known(self, source: Named, target: Named) -> UInt8[Tensor, " component"] | None:
        """Returns the bits of every component of a side; None before they were drawn."""
        return self._flags.get(self._numbers(source, target))

    def _numbers(self, source: Named, target: Named) -> tuple[int, int]:
        left, right = (one if isinstance(one, int) else self._sides.number(one) for one in (source, target))
        return left, right

    def _pair(self, request: Request) -> tuple[int, int]:
        left, right = (self._sides.number(request.get(name, str)) for name in ("source", "target"))
        if left == right:
            raise ValueError(f"{request.kind}: a side is compared with another one, not with itself")
        return left, right


def _bytes(column: Tensor) -> bytes:
    kinds = {torch.int32: "<i4", torch.float32: "<f4", torch.uint8: "<u1"}
    return np.ascontiguousarray(column.numpy()).astype(kinds[column.dtype]).tobytes()
