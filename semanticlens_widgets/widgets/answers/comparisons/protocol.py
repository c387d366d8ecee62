"""Parameters and results of the requests about matches; `typescript` writes them for the browser side."""

from typing import TypedDict


class SideInfo(TypedDict):
    """A side of a comparison."""

    name: str
    model: str
    layer: str
    foundation_model: str
    n_components: int
    images: str
    """The fingerprint of its images, by which sides over the same images are known."""


class PairParams(TypedDict):
    """Parameters of `nearest` and of `chance`."""

    source: str
    """The name of the side whose components are asked about."""
    target: str
    """The name of the side in which they look for the most similar one."""


class NearestResult(TypedDict):
    """Answer to `nearest`, with three columns by component of `source`.

    Nearest component of `target` (Int32, -1 for none), similarity (Float32, NaN for none), mutual (Uint8): true for a
    component that is the nearest of its nearest.
    """

    n: int
    mutual: int
    similarity: float | None
    """The mean over components."""


class ChanceResult(TypedDict):
    """Answer to `chance`, with two columns by component of `source`.

    The share of random sets of groups, in place of `target`, whose nearest is less similar (Float32, NaN for none), and
    bits (Uint8): 1 for a component that is matched, 2 for one that shows something and is not matched.
    """

    n: int
    """Components that can be compared."""
    matched: int
    alone: int
    similarity: float | None
    """The mean over components of the similarity with the nearest of random groups."""


REQUESTS = {"nearest": (PairParams, NearestResult), "chance": (PairParams, ChanceResult)}
"""Types of the parameters and of the answer by kind of request."""
