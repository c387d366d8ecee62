"""Line charts with logarithmic axes as one SVG, for light and dark pages; lines differ by colour and by marker."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain

WIDTH, HEIGHT, LEFT, TOP = 380, 240, 48, 40
PLOT_WIDTH, PLOT_HEIGHT, LEGEND = 310, 160, 28
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#888888")
STYLE = """text{font:12px system-ui,sans-serif;fill:#24292f}.grid{stroke:#8c959f;stroke-opacity:.35}
polyline{fill:none;stroke-width:2}@media(prefers-color-scheme:dark){text{fill:#e6edf3}}"""


@dataclass(frozen=True)
class Chart:
    """A title, and lines of x -> y above 0; all lines have the same x."""

    title: str
    lines: Mapping[str, Mapping[int, float]]


def chart(charts: Sequence[Chart]) -> str:
    """The charts two a row, under one legend of the first one's lines."""
    height = LEGEND + HEIGHT * math.ceil(len(charts) / 2)
    parts = chain(
        legend(list(charts[0].lines)),
        *(panel(each, WIDTH * (at % 2), LEGEND + HEIGHT * (at // 2)) for at, each in enumerate(charts)),
    )
    names = escape("; ".join(each.title for each in charts))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {height}" role="img">',
            f"<title>{names}</title><style>{STYLE}</style>",
            *parts,
            "</svg>\n",
        ]
    )


def legend(names: Sequence[str]) -> Iterator[str]:
    for number, name in enumerate(names):
        x = LEFT + 175 * number
        yield marker(number, x, 14) + f'<text x="{x + 10}" y="18">{escape(name)}</text>'


def panel(each: Chart, left: float, top: float) -> Iterator[str]:
    """One chart; its horizontal lines are at powers of ten."""
    xs = sorted(next(iter(each.lines.values())))
    ys = [y for line in each.lines.values() for y in line.values()]
    low, high = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))

    def place(x: float, y: float) -> tuple[float, float]:
        across = math.log(x / xs[0]) / math.log(xs[-1] / xs[0])
        up = (math.log10(y) - low) / (high - low)
        return left + LEFT + across * PLOT_WIDTH, top + TOP + (1 - up) * PLOT_HEIGHT

    yield f'<text x="{left + LEFT}" y="{top + TOP - 14}" font-weight="bold">{escape(each.title)}</text>'
    for power in range(low, high + 1):
        x, y = place(xs[0], 10**power)
        yield f'<path class="grid" d="M{x:.0f} {y:.1f}h{PLOT_WIDTH}"/>'
        yield f'<text x="{x - 8:.0f}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>'
    for value in xs:
        x, y = place(value, 10**low)
        yield f'<text x="{x:.0f}" y="{y + 18:.0f}" text-anchor="middle">{value:,}</text>'
    for number, line in enumerate(each.lines.values()):
        yield from drawn(number, [place(x, line[x]) for x in xs])


def drawn(number: int, points: Sequence[tuple[float, float]]) -> Iterator[str]:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f'<polyline points="{path}" stroke="{COLOURS[number]}"/>'
    yield from (marker(number, x, y) for x, y in points)


def marker(number: int, x: float, y: float) -> str:
    """A circle, square, triangle or diamond."""
    shape = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"',
        f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"',
        f'<path d="M{x:.1f} {y - 5:.1f}l5 9h-10z"',
        f'<path d="M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5-5z"',
    )[number]
    return f'{shape} fill="{COLOURS[number]}"/>'
