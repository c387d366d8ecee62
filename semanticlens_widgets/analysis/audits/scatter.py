"""The components of one class, by how they answer to what is valid and to what is spurious."""

from typing import TYPE_CHECKING

import pandas as pd

from semanticlens_widgets._texts import escape
from semanticlens_widgets.analysis.audits.result import AuditResult
from semanticlens_widgets.analysis.audits.tables import audit_table
from semanticlens_widgets.analysis.audits.verdicts import VERDICTS, Verdict

if TYPE_CHECKING:
    import plotly.graph_objects as go

_LARGEST = 40
"""Pixels across of the component with the largest share."""
_HOVER = (
    "<b>%{customdata[0]}</b>, %{customdata[1]:.1%} of the relevance<br>valid: %{customdata[2]} "
    "(above %{customdata[3]:.1%} of random groups)<br>spurious: %{customdata[4]} (above %{customdata[5]:.1%})"
)


def audit_scatter(result: AuditResult, row: int) -> "go.Figure":
    """Spurious z-score to the right, valid one up, sized by share; a list without concepts counts as 0."""
    import plotly.graph_objects as go

    table = audit_table(result)
    one = table[(table["class"] == result.classes[row]) & (table["share"] > 0)]
    figure = go.Figure([_trace(one, verdict) for verdict in VERDICTS])
    figure.update_layout(
        title=f"{escape(result.classes[row])}: components of {escape(result.layer)}, sized by share of relevance",
        xaxis_title=_axis("spurious", bool(result.spurious[row])),
        yaxis_title=_axis("valid", bool(result.valid[row])),
    )
    return figure


def _trace(table: pd.DataFrame, verdict: Verdict) -> "go.Scatter":
    import plotly.graph_objects as go

    rows = table[table["verdict"] == verdict.word]
    size = _LARGEST * (rows["share"] / table["share"].max()) ** 0.5  # the area is the share
    columns = [
        "component",
        "share",
        "valid_concept",
        "valid_percentile",
        "spurious_concept",
        "spurious_percentile",
    ]
    texts = rows[columns].map(lambda value: escape(value) if isinstance(value, str) else value)
    return go.Scatter(
        x=rows["spurious_z"].fillna(0.0),
        y=rows["valid_z"].fillna(0.0),
        mode="markers",
        name=f"{verdict.icon} {verdict.word}",
        marker={
            "size": size.clip(lower=4),
            "color": verdict.colour,
            "symbol": verdict.symbol,
            "opacity": 0.75,
        },
        customdata=texts.to_numpy(),
        hovertemplate=_HOVER,
    )


def _axis(kind: str, named: bool) -> str:
    return f"z-score of the best {kind} concept" if named else f"no {kind} concepts are named"
