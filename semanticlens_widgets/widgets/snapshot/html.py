"""Building blocks of all snapshots: HTML that needs no style sheet, no script and no address of the web.

A snapshot is what stands in a notebook where no kernel answers: on a page that shows notebooks, in one that is not
trusted, in an export. Such hosts take style sheets and much else away, so that it holds in its own and in any colours:
text has the colour of the page, pictures have no background. It is drawn while somebody waits for the widget: from what
is there, and nothing is computed for it that takes longer than a moment.
"""

from base64 import b64encode
from collections.abc import Sequence

from semanticlens_widgets._texts import escape

_MOST = 145_000
"""Of letters, the note and the title besides: notebooks hold many widgets."""
_LONG = 40
_NOTE = (
    "A picture of the widget as it was when it was shown. Run the notebook in Jupyter for the widget itself."
)


def snapshot_page(title: str, *parts: str) -> str:
    """The whole snapshot: its title is text, its parts are HTML, of which those go that would make it too large."""
    body = ""
    for part in parts:
        body += f"<div>{part}</div>" if len(body) + len(part) < _MOST else ""
    return (
        '<div style="font-family:system-ui,sans-serif;font-size:13px;line-height:1.4;print-color-adjust:exact;'
        '-webkit-print-color-adjust:exact">'
        f'<div style="font-weight:600">{escape(title)}</div>{body}<div><small>{_NOTE}</small></div></div>'
    )


def data_image(file: bytes, kind: str, alt: str, width: int, height: int) -> str:
    """A picture that travels with the page; `kind` is "webp", "png" or "svg+xml"."""
    source = f"data:image/{kind};base64,{b64encode(file).decode()}"
    size = f'width="{width}" height="{height}" style="max-width:100%;height:auto"'
    return f'<img alt="{escape(alt)}" {size} src="{source}">'


def short(text: str) -> str:
    """A name, which may come from anywhere, cut to what a picture has room for."""
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def facts(*known: str) -> str:
    """Texts as one."""
    return " · ".join(fact for fact in known if fact)


def asked_for(query: str, n_images: int) -> str:
    """A query in words; "" without one."""
    pictures = f"{n_images} picture{'s' if n_images > 1 else ''}" if n_images else ""
    return " and ".join(part for part in (f"“{short(query)}”" if query.strip() else "", pictures) if part)


def listed(names: Sequence[str], most: int) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(map(short, names[:most])) + more
