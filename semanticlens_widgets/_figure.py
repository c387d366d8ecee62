"""A figure of components with their concept examples, drawn with Pillow alone."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont, ImageOps

from semanticlens_widgets._texts import visible

if TYPE_CHECKING:
    from semanticlens_widgets.lens import Lens

_TILE, _GAP, _EXAMPLES, _MARGIN = 64, 4, 8, 24
_INK, _PAPER = "#1a1a1a", "#ffffff"


def draw_components(lens: "Lens", groups: Mapping[str, Sequence[str]]) -> Image.Image:
    """One block a group (its title, such as a query), one row a component: its name and its first examples."""
    row_height = _TILE + _GAP
    n_rows = sum(len(names) for names in groups.values())
    width = 2 * _MARGIN + 200 + _EXAMPLES * (_TILE + _GAP)
    height = 2 * _MARGIN + n_rows * row_height + 48 * len(groups)
    canvas = Image.new("RGB", (width, height), _PAPER)
    top = _MARGIN
    for title, names in groups.items():
        _write(canvas, (_MARGIN, top), title, 20, _INK)
        top += 36
        for name in names:
            _draw_row(canvas, lens, name, top)
            top += row_height
        top += 12
    return canvas


def _draw_row(canvas: Image.Image, lens: "Lens", name: str, top: int) -> None:
    layer, _, _ = name.rpartition(":")
    component = lens.database.examples[layer].component(name)
    _write(canvas, (_MARGIN, top + _TILE // 2 - 10), name, 14, _INK)
    for place, file in enumerate(lens.database.example_thumbnails(layer, component, _EXAMPLES)):
        picture = Image.open(BytesIO(file))
        canvas.paste(ImageOps.fit(picture, (_TILE, _TILE)), (_MARGIN + 200 + place * (_TILE + _GAP), top))


def _write(canvas: Image.Image, at: tuple[int, int], text: str, size: int, ink: str) -> None:
    ImageDraw.Draw(canvas).text(at, visible(text), fill=ink, font=ImageFont.load_default(size))
