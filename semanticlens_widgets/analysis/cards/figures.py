"""A card as plotly figures: histograms of components, and the curve of means."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from semanticlens_widgets._texts import escape
from semanticlens_widgets.analysis.cards.numbers import LayerNumbers

if TYPE_CHECKING:
    import plotly.graph_objects as go

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#F0E442", "#8a8a8a")
_DASHES = ("solid", "dash", "dot", "dashdot")
_BINS = 40
TITLES = {
    "clarity": "clarity",
    "clear": "share of components clearer than 95 % of random groups",
    "polysemanticity": "polysemanticity",
    "redundancy": "redundancy",
    "labelled": "share of components with a clear label",
}


def histogram_figure(parts: Sequence[LayerNumbers], number: str) -> "go.Figure":
    """The distribution over components of each part, as lines of one colour and dash each."""
    import plotly.graph_objects as go

    known = [part.values[number][~part.values[number].isnan()] for part in parts]
    both = torch.cat(known)
    low, high = (float(both.min()), float(both.max()) + 1e-6) if len(both) else (0.0, 1.0)
    centres = (low + (torch.arange(_BINS) + 0.5) * (high - low) / _BINS).tolist()
    figure = go.Figure()
    for place, (part, values) in enumerate(zip(parts, known, strict=True)):
        counts = torch.histc(values, _BINS, low, high)
        line = {
            "color": _COLOURS[place % len(_COLOURS)],
            "dash": _DASHES[place // len(_COLOURS) % len(_DASHES)],
            "shape": "hvh",
        }
        shares = (counts / counts.sum().clamp(min=1)).tolist()
        figure.add_trace(
            go.Scatter(x=centres, y=shares, name=_named(part), line=line, hovertemplate="%{y:.1%}")
        )
    figure.update_layout(xaxis_title=TITLES[number], yaxis_title="share of components")
    return figure


def curve_figure(parts: Sequence[LayerNumbers], number: str, title: str) -> "go.Figure":
    """The means in order with their intervals, and what chance gives."""
    import plotly.graph_objects as go

    names, means = [_named(part) for part in parts], [part.mean(number) for part in parts]
    bounds = [part.interval(number) for part in parts]
    errors = {
        "type": "data",
        "array": [high - mean for mean, (_, high) in zip(means, bounds, strict=True)],
        "arrayminus": [mean - low for mean, (low, _) in zip(means, bounds, strict=True)],
    }
    chance = [part.chance[number] for part in parts]
    figure = go.Figure(
        [
            go.Scatter(x=names, y=means, error_y=errors, name="components", line={"color": _COLOURS[0]}),
            go.Scatter(x=names, y=chance, name="random groups", line={"color": _COLOURS[-1], "dash": "dash"}),
        ]
    )
    figure.update_layout(title=escape(title), yaxis_title=TITLES[number])
    return figure


def _named(part: LayerNumbers) -> str:
    return escape(part.name if part.layer in part.name else f"{part.name} {part.layer}")
