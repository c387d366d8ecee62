"""A comparison as plotly figures."""

from typing import TYPE_CHECKING

import pandas as pd
import torch

from semanticlens_widgets._texts import escape, interval
from semanticlens_widgets.analysis.comparisons.matching import Matching
from semanticlens_widgets.analysis.comparisons.measures import Measure

if TYPE_CHECKING:
    import plotly.graph_objects as go

_OURS, _CHANCE = "#0072B2", "#8a8a8a"
_BINS = 60


def matrix_figure(matrix: pd.DataFrame, table: pd.DataFrame) -> "go.Figure":
    """A heat map of similarities between sides; hovering tells the interval and what chance gives."""
    import plotly.graph_objects as go

    names = [escape(name) for name in matrix.index]
    hover = pd.DataFrame("itself", index=matrix.index, columns=matrix.columns)
    for row in table.to_dict("records"):
        hover.loc[row["from"], row["to"]] = (
            f"{row['similarity']:.2f} ({interval(row['low'], row['high'], '.2f')}), by chance {row['chance']:.2f}; "
            f"{row['matched']:.0%} of {row['n_components']:,} components matched"
        )
    figure = go.Figure(
        go.Heatmap(
            z=matrix.to_numpy(),
            x=names,
            y=names,
            zmin=min(0.0, float(matrix.to_numpy().min())),
            zmax=1.0,
            colorscale="Cividis",
            texttemplate="%{z:.2f}",
            customdata=hover.to_numpy(),
            hovertemplate="%{y} to %{x}: %{customdata}<extra></extra>",
            colorbar_title="similarity",
        )
    )
    figure.update_layout(
        title="Mean similarity of each row's components to the nearest of each column",
        xaxis_title="to",
        yaxis={"title": "from", "autorange": "reversed"},
    )
    return figure


def nearest_figure(measure: Measure, matching: Matching, left: int, right: int) -> "go.Figure":
    """Histograms of the similarities with the nearest component, and with the nearest of random groups."""
    import plotly.graph_objects as go

    side, other = measure.sides[left], measure.sides[right]
    own = matching.nearest(left, right).similarity
    drawn = matching.chance(left, right).best.flatten()
    both = torch.cat([own, drawn])
    both = both[~both.isnan()]
    low, high = (float(both.min()), float(both.max())) if len(both) else (0.0, 1.0)
    bins = {"start": low, "end": high + 1e-6, "size": max((high - low) / _BINS, 1e-6)}
    figure = go.Figure(
        [
            _histogram(drawn[~drawn.isnan()], "of as many random groups", _CHANCE, bins),
            _histogram(own[~own.isnan()], "of the components", _OURS, bins),
        ]
    )
    figure.update_layout(
        title=f"{escape(side.name)}: similarity with the nearest of {escape(other.name)}",
        xaxis_title="similarity with the nearest",
        yaxis_title="share",
        barmode="overlay",
    )
    return figure


def _histogram(values: torch.Tensor, name: str, colour: str, bins: dict[str, float]) -> "go.Bar":
    """Counted here: a page of raw numbers grows with the components and the draws."""
    import plotly.graph_objects as go

    n = round((bins["end"] - bins["start"]) / bins["size"])
    counts = torch.histc(values, max(1, n), bins["start"], bins["end"])
    centres = bins["start"] + (torch.arange(len(counts)) + 0.5) * bins["size"]
    return go.Bar(
        x=centres.numpy(),
        y=(counts / counts.sum().clamp(min=1)).numpy(),
        width=bins["size"],
        name=name,
        marker={"color": colour, "opacity": 0.65},
        hovertemplate="%{x:.2f}: %{y:.1%}",
    )
