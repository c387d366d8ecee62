"""A widget as one file with the code of the browser side and all answers that it may need: a page, or a module."""

import gzip
import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeAlias

from semanticlens_widgets._texts import escape
from semanticlens_widgets.widgets.kernel.bundle import page_code, styles

ALIGNED = 8
_NEURONS = 20_000
"""Beyond these the details of all neurons take minutes to gather, and a browser too long to read."""
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'{scripts}; style-src 'unsafe-inline'; img-src data: blob:"
)
"""The browser itself keeps the page from the network."""
_STYLE = (
    "body{margin:12px;background:#fff;font:13px system-ui,sans-serif}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#eee}}"
    # The widget says it all to the eye.
    "h1{position:absolute;clip-path:inset(50%);height:1px;width:1px;overflow:hidden}"
    # On paper the widget is as it is on the screen, on one page.
    "@page{size:A4 landscape;margin:10mm}@media print{body{margin:0;background:#fff;color:#000}"
    ".slw.slw{--slw-most:185mm}}"
)


class Columns:
    """Bytes that JSON refers to by where they begin and end, so that they travel as they are."""

    scripts = ""
    """Sources of scripts that a page needs besides itself, as its policy names them."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, part: bytes) -> list[int]:
        """Start and end of the part; the start is aligned for numbers of any size."""
        padded = part + bytes(-len(part) % ALIGNED)
        start = self._size
        self._parts.append(padded)
        self._size += len(padded)
        return [start, start + len(part)]

    def add_files(self, files: Iterable[bytes]) -> dict[str, list[int]]:
        """Many in one part, and where in it each begins and ends."""
        files = list(files)
        return {"at": self.add(b"".join(files)), "offsets": [0, *accumulate(map(len, files))]}

    def joined(self) -> bytes:
        """All of them."""
        return b"".join(self._parts)


PageForm: TypeAlias = Callable[[str, Mapping[str, Any], Columns], str]
"""The text of a file, from a title, the contents and their columns: `page_html` or `page_module`."""


def page_html(title: str, contents: Mapping[str, Any], columns: Columns) -> str:
    """The page; what it holds is packed, so that no label in it is ever read as a part of the page."""
    # A tag that ends the script cannot be in a text of the code: it would end it in the middle.
    view = contents["traits"]["_view"]
    code = page_code(view).replace("</script", "<\\/script")
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY.format(scripts=columns.scripts)}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title><style>{_STYLE}{styles(view)}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>"
        '<div id="view">This page needs JavaScript, and a browser of 2023 or later.</div></main>'
        f'<script type="application/octet-stream" id="kept">{_packed(contents, columns)}</script>'
        f'<script type="module">{code}</script></body></html>'
    )


def page_module(_title: str, contents: Mapping[str, Any], columns: Columns) -> str:
    """Returns an ES module that exports an anywidget: the code of the page, then what it shows."""
    view = contents["traits"]["_view"]
    shown = {"kept": _packed(contents, columns), "css": styles(view)}
    return f"{page_code(view)}\nconst slwModule = {json.dumps(shown)};\n"


def _packed(contents: Mapping[str, Any], columns: Columns) -> str:
    """The length of the JSON (8 bytes, little-endian), the JSON, the columns; compressed, in base64."""
    text = json.dumps(contents, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % ALIGNED)
    whole = len(text).to_bytes(ALIGNED, "little") + text + columns.joined()
    return b64encode(gzip.compress(whole, 6, mtime=0)).decode()


def check_size(neurons: Mapping[str, int], way_out: str) -> None:
    """Raises ValueError for more neurons, by layer, than a file should hold; `way_out` ends the sentence."""
    if sum(neurons.values()) > _NEURONS:
        each = ", ".join(f"{name} ({n:,})" for name, n in neurons.items())
        raise ValueError(
            f"a file keeps at most {_NEURONS:,} neurons, and these layers have {sum(neurons.values()):,}: {each}; "
            + way_out
        )


def write_page(path: Path, text: str) -> None:
    """Replaces the file in one step: whoever is interrupted still has the one before."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
