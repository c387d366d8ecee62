"""Concept graph as a plotly Sankey."""

from typing import TYPE_CHECKING

import pandas as pd

from semanticlens_widgets._texts import escape

if TYPE_CHECKING:
    import plotly.graph_objects as go

_ADDS, _TAKES, _NODE = "rgba(0,114,178,.45)", "rgba(213,94,0,.45)", "#8a8a8a"


def sankey(nodes: pd.DataFrame, edges: pd.DataFrame, title: str) -> "go.Figure":
    """Nodes in columns by layer; an edge is as wide as its share is large, and orange where it takes away."""
    import plotly.graph_objects as go

    place = {name: number for number, name in enumerate(nodes["component"])}
    shares = edges["share"]
    figure = go.Figure(
        go.Sankey(
            node={
                "label": [_label(row) for row in nodes.to_dict("records")],
                "x": _columns(nodes),
                "y": _rows(nodes),
                "color": _NODE,
                "customdata": nodes["relevance"].tolist(),
                "hovertemplate": "%{label}<br>relevance %{customdata:.3g}<extra></extra>",
            },
            link={
                "source": [place[name] for name in edges["source"]],
                "target": [place[name] for name in edges["target"]],
                "value": shares.abs().tolist(),
                "color": [_ADDS if share > 0 else _TAKES for share in shares],
                "customdata": [
                    f"{'adds' if share > 0 else 'takes away'} {abs(share):.1%}" for share in shares
                ],
                "hovertemplate": "%{source.label} to %{target.label}: %{customdata}<extra></extra>",
            },
        )
    )
    return figure.update_layout(title=f"{escape(title)} (orange takes away)")


def _label(row: dict) -> str:
    return escape(f"{row['component']} {row['label']}".strip())


def _columns(nodes: pd.DataFrame) -> list[float]:
    layers = list(dict.fromkeys(nodes["layer"]))
    # Plotly sets nodes at exactly 0 and 1 aside.
    return [0.01 + 0.98 * layers.index(layer) / max(1, len(layers) - 1) for layer in nodes["layer"]]


def _rows(nodes: pd.DataFrame) -> list[float]:
    places = nodes.groupby("layer", sort=False).cumcount()
    sizes = nodes.groupby("layer", sort=False)["layer"].transform("size")
    return ((places + 0.5) / sizes).clip(0.01, 0.99).tolist()
