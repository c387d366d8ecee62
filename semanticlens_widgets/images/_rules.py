"""Rules for pixels whose file or array does not say how they are to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PixelRules:
    """The range of the values, the bands to show, and the page of a file; None for none stated."""

    value_range: tuple[float, float] | None = None
    """The values of black and white."""
    bands: tuple[int, ...] | None = None
    """One for grey, three for red, green and blue, four with opacity; counted from 0."""
    page: int | None = None
    """Counted from 0."""

    def parts(self) -> list[str]:
        """The rules as part of a fingerprint; none if none are stated."""
        return [] if self == NO_RULES else [repr(self)]


NO_RULES = PixelRules()


def pixel_rules(
    value_range: Sequence[float] | None, bands: Sequence[int] | None, page: int | None
) -> PixelRules:
    """Checks the arguments; raises ValueError for one that is out of range."""
    if value_range is not None and (len(value_range) != 2 or not value_range[0] < value_range[1]):
        raise ValueError(f"value_range must be (low, high) with low < high, not {value_range!r}")
    if bands is not None and (len(bands) not in (1, 3, 4) or min(bands) < 0):
        raise ValueError(f"bands must be one, three or four numbers from 0, such as (0, 1, 2), not {bands!r}")
    if page is not None and page < 0:
        raise ValueError(f"page must be at least 0, not {page}")
    low_high = None if value_range is None else (float(value_range[0]), float(value_range[1]))
    return PixelRules(low_high, None if bands is None else tuple(map(int, bands)), page)
