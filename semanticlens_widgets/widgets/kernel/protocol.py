"""Parameters and results of the requests that concern the page and not the lens."""

from typing import TypedDict


class ShownParams(TypedDict):
    """Parameters of `shown`: a page shows a widget."""

    view: str
    """The id of the widget's model."""
    page: str
    """The id of the page."""


class ShownResult(TypedDict):
    """Answer to `shown`, which is empty."""


class ExplainSampleParams(TypedDict):
    """Parameters of `explain_sample`: a page without a prediction view sends an image of the lens to one."""

    sample: int
    page: str
    """The id of that page."""


class ExplainSampleResult(TypedDict):
    """Answer to `explain_sample`, which is empty."""


class PartParams(TypedDict):
    """Parameters of `part`: a view needs code that is not in the bundle."""

    name: str


class PartResult(TypedDict):
    """Answer to `part`."""

    code: str
    css: str


REQUESTS = {
    "shown": (ShownParams, ShownResult),
    "explain_sample": (ExplainSampleParams, ExplainSampleResult),
    "part": (PartParams, PartResult),
}
"""Types of the parameters and of the answer by kind of request."""
