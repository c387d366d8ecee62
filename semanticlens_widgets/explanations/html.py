"""Explanation as HTML for a notebook."""

import base64
import io
from collections.abc import Sequence

import pandas as pd
from PIL import Image

from semanticlens_widgets._texts import escape

# A class twice, to win over JupyterLab's own rules for tables.
_STYLE = """<style>
div.slw-explanation.slw-explanation{font:14px/1.45 system-ui,sans-serif;max-width:64rem;display:flex;gap:1.5rem;
align-items:flex-start;flex-wrap:wrap}
div.slw-explanation.slw-explanation img{width:14rem;border-radius:4px}
div.slw-explanation.slw-explanation table{table-layout:auto;border-collapse:collapse;margin:.5rem 0;
font-variant-numeric:tabular-nums}
div.slw-explanation.slw-explanation th,div.slw-explanation.slw-explanation td{text-align:left;padding:.2rem .6rem;
border-bottom:1px solid #8884;overflow-wrap:anywhere}
div.slw-explanation.slw-explanation .slw-number{text-align:right;white-space:nowrap}
</style>"""
_SIDE = 448
_HEADS = {
    "component": ("Component", ""),
    "label": ("Label", "The vocabulary's clear text for the component"),
    "score": ("Score", "The component's pooled activation on this image"),
    "score_contrast": ("Score there", "The same on the other side of the contrast"),
    "percentile": ("Percentile", "Share of the lens's other images with a lower score"),
    "relevance": ("Adds", "The amount that the component adds to the output; all rows sum to it"),
    "relevance_contrast": ("Adds there", "The same on the other side of the contrast"),
    "difference": ("Difference", "Of the two amounts"),
    "effect": ("Effect", "The output less the output without the component"),
}


def explanation_html(
    title: str,
    prediction: pd.DataFrame,
    table: pd.DataFrame,
    notes: Sequence[str],
    picture: Image.Image | None,
) -> str:
    """The picture with the prediction beside the table of components, and the notes below."""
    shown = "" if picture is None else f'<img alt="The explained image" src="{_data_uri(picture)}">'
    remarks = "".join(f"<p><small>{escape(note)}</small></p>" for note in notes)
    columns = [
        name for name in _HEADS if name in table and not (name == "label" and (table[name] == "").all())
    ]
    heads = {name: _HEADS[name] for name in columns}
    return (
        f'{_STYLE}<div class="slw-explanation"><div>{shown}{_prediction(prediction)}</div>'
        f"<div><strong>{escape(title)}</strong>{_table(table, heads)}{remarks}</div></div>"
    )


def _prediction(table: pd.DataFrame) -> str:
    heads = {"class": ("Class", ""), "probability": ("Probability", ""), "value": ("Output", "")}
    return _table(table, heads)


def _table(table: pd.DataFrame, heads: dict[str, tuple[str, str]]) -> str:
    numbers = {name: table[name].dtype.kind in "fi" for name in heads}
    top = "".join(
        f'<th{_number(numbers[name])} title="{hover}">{head}</th>' for name, (head, hover) in heads.items()
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{_number(numbers[name])}>{_cell(name, row[name])}</td>" for name in heads)
        + "</tr>"
        for row in table.to_dict("records")
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _number(is_number: bool) -> str:
    return ' class="slw-number"' if is_number else ""


def _cell(name: str, value: object) -> str:
    if isinstance(value, str):
        return escape(value)
    if value != value:
        return "–"
    return f"{value:.1%}" if name in ("percentile", "probability") else f"{value:.3g}"


def _data_uri(picture: Image.Image) -> str:
    small, file = picture.convert("RGB"), io.BytesIO()
    small.thumbnail((_SIDE, _SIDE))
    small.save(file, "WEBP", quality=80)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"
