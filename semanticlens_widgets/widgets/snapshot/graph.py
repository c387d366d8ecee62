"""Picture of the graph of a class: nodes with their best example, and curves as wide as the shares of their edges."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, NamedTuple

from PIL import Image, ImageOps

from semanticlens_widgets._texts import escape
from semanticlens_widgets.explanations import ClassGraph
from semanticlens_widgets.widgets.answers.results.graph_info import columns_of
from semanticlens_widgets.widgets.snapshot.html import data_image, facts, short

_NODE, _STEP = (150, 48), (230, 60)
"""Width and height of a node, and from one to the next, in pixels."""
_HEAD = 24
_TILE = 40
_PICTURES = 48
"""Most pictures: each adds 2 kB to the notebook."""
_WIDEST = 24
_LETTERS = 15
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#222}.m{fill:#555}.h{font-weight:600}rect{fill:#fff;stroke:#999}"
    "path{fill:none;stroke-opacity:.6}.a{stroke:#0072b2}.t{stroke:#d55e00;stroke-dasharray:6 4}"
    "@media(prefers-color-scheme:dark){text{fill:#eee}.m{fill:#bbb}rect{fill:#181818;stroke:#777}"
    ".a{stroke:#4aa8e0}.t{stroke:#f08a3c}}"
)


class _Place(NamedTuple):
    x: float
    y: float


def graph_snapshot(graph: ClassGraph, weak_below: float, *, as_crops: bool) -> list[str]:
    """The graph with the edges that are shown, and in words what it shows."""
    edges = graph.edges[graph.edges["share"].abs() >= weak_below]
    said = facts(
        f"Concepts of {graph.class_name}: {len(graph.nodes) - 1} neurons of {', '.join(graph.layers)}",
        f"{len(edges)} of {len(graph.edges)} edges, of at least {weak_below:.1%}",
        "solid adds, dashed takes away",
    )
    places = _places(graph)
    width = max(place.x for place in places.values()) + _NODE[0] + 1
    height = max(place.y for place in places.values()) + _NODE[1] + 1
    curves = "".join(_curve(places, row) for row in edges.to_dict("records"))
    nodes = "".join(_nodes(graph, places, as_crops))
    heads = "".join(_heads(graph, places))
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><style>{_STYLE}</style>'
        f"{curves}{nodes}{heads}</svg>"
    ).encode()
    picture = data_image(drawn, "svg+xml", said, int(width), int(height))
    return [f"<div>{escape(said)}</div>", picture, *_lists(graph)]


def _places(graph: ClassGraph) -> dict[str, _Place]:
    """Node -> its upper left corner; columns are centred, and layers of one column lie one below another."""
    columns = columns_of(graph)
    layers = graph.nodes.groupby("layer", sort=False)["component"]
    by_column: dict[int, list[str]] = {}
    for layer, names in layers:
        column = columns[str(layer)] if layer else max(columns.values()) + 1
        by_column.setdefault(column, []).extend(sorted(names, key=graph.places.__getitem__))
    most = max(map(len, by_column.values()))
    return {
        name: _Place(1 + column * _STEP[0], _HEAD + (row + (most - len(names)) / 2) * _STEP[1])
        for column, names in by_column.items()
        for row, name in enumerate(names)
    }


def _curve(places: Mapping[str, _Place], row: Mapping[Any, Any]) -> str:
    source, target = places[row["source"]], places[row["target"]]
    x, y, end = source.x + _NODE[0], source.y + _NODE[1] / 2, target.y + _NODE[1] / 2
    middle, share = (x + target.x) / 2, row["share"]
    return (
        f'<path class="{"a" if share > 0 else "t"}" stroke-width="{max(1, _WIDEST * abs(share)):.1f}" '
        f'd="M{x:.0f} {y:.0f}C{middle:.0f} {y:.0f} {middle:.0f} {end:.0f} {target.x:.0f} {end:.0f}"/>'
    )


def _nodes(graph: ClassGraph, places: Mapping[str, _Place], as_crops: bool) -> Iterator[str]:
    for number, row in enumerate(graph.nodes.to_dict("records")):
        x, y = places[row["component"]]
        file = b"" if not row["layer"] or number >= _PICTURES else _tile(graph, row, as_crops)
        text = x + (_TILE + 10 if file else 8)
        yield f'<rect x="{x}" y="{y:.1f}" width="{_NODE[0]}" height="{_NODE[1]}" rx="3"/>'
        if file:
            yield (
                f'<image x="{x + 4}" y="{y + 4:.1f}" width="{_TILE}" height="{_TILE}" '
                f'href="data:image/webp;base64,{b64encode(file).decode()}"/>'
            )
        name, words = (row["component"], row["label"]) if row["layer"] else (graph.class_name, "the class")
        yield _text(text, y + 20, _cut(words or "no clear label"), "" if row["label"] else "m")
        yield _text(text, y + 37, _cut(name.rpartition(":")[2] or name), "h")


def _heads(graph: ClassGraph, places: Mapping[str, _Place]) -> Iterator[str]:
    tops = graph.nodes.groupby("layer", sort=False)["component"]
    for layer, names in tops:
        top = min((places[name] for name in names), key=lambda place: place.y)
        yield _text(top.x, top.y - 6, short(str(layer)) or "class", "m")


def _lists(graph: ClassGraph) -> Iterator[str]:
    """One line a layer: its nodes, the most relevant first."""
    for layer, rows in graph.nodes[graph.nodes["layer"] != ""].groupby("layer", sort=False):
        shown = [
            facts(f"{row['component']} {short(row['label'])}".strip(), row["verdict"], f"{row['share']:+.1%}")
            for row in rows.to_dict("records")
        ]
        yield f"<b>{escape(str(layer))}</b>: {escape('; '.join(shown))}"


def _text(x: float, y: float, text: str, kind: str) -> str:
    printable = "".join(letter for letter in text if letter.isprintable())
    return f'<text x="{x}" y="{y:.1f}" class="{kind}">{escape(printable)}</text>'


def _cut(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"


def _tile(graph: ClassGraph, row: Mapping[Any, Any], as_crops: bool) -> bytes:
    """The best example as a small square; nothing without one."""
    files = graph.lens.database.example_thumbnails(row["layer"], int(row["index"]), 1, as_crops=as_crops)
    if not files or not files[0]:
        return b""
    file = BytesIO()
    ImageOps.fit(Image.open(BytesIO(files[0])).convert("RGB"), (2 * _TILE, 2 * _TILE)).save(
        file, "WEBP", quality=60
    )
    return file.getvalue()
