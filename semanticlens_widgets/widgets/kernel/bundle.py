"""The code of the browser side, of which one copy serves every widget.

A notebook saves the traits of every widget, `_esm` included. The code is therefore a trait of one `Bundle` model per
session. Every widget carries a loader of under 2 kB that asks the widget manager for that model and evaluates its code
once a page, whatever the number of views.
"""

import hashlib
import threading
from functools import cache
from pathlib import Path

import traitlets

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets.widgets.kernel.protocol import PartResult
from semanticlens_widgets.widgets.kernel.request import Answer, Request
from semanticlens_widgets.widgets.kernel.shared import SharedWidget, host_session

_STATIC = Path(__file__).parents[1] / "static"
_NOT_SHOWN = "export default {}"
PART_OF = {
    "card_view": "results",
    "compare_explorer": "comparisons",
    "compare_gallery": "comparisons",
    "compare_map": "comparisons",
    "concept_graph": "results",
    "knowledge_view": "results",
    "prediction_view": "results",
}
"""The part of the browser side that a view is in, loaded when it is first shown; the bundle has all other views."""
_making = threading.Lock()
_shared: dict[str, "Bundle"] = {}


class Bundle(SharedWidget):
    """A model without a view that holds the code and the styles of all views but those in parts."""

    _esm = _NOT_SHOWN
    version = traitlets.Unicode(read_only=True).tag(sync=True)
    code = traitlets.Unicode(read_only=True).tag(sync=True)
    css = traitlets.Unicode(read_only=True).tag(sync=True)

    def __init__(self) -> None:
        code, css = _static("bundle.js"), _static("bundle.css")
        version = hashlib.sha256((code + css).encode()).hexdigest()[:16]
        for part in PART_OF.values():
            # A part is of the same build as the bundle, also where an upgrade replaces the files meanwhile.
            _part(part)
        # Before the model opens: a page that is slow to start drops the updates that follow the opening message.
        for name, value in {"code": code, "css": css, "version": version}.items():
            self.set_trait(name, value)
        super().__init__()


def shared_bundle() -> Bundle:
    """Returns the session's one bundle, made anew if the last one was closed."""
    session = host_session()
    with _making:
        if session not in _shared or _shared[session].comm is None:
            _shared[session] = Bundle()
        return _shared[session]


def answer_part(request: Request) -> Answer[PartResult]:
    """Answers with the code of a part that is loaded on demand; raises ValueError for an unknown name."""
    name = request.get("name", str)
    check_choice("part", name, sorted(set(PART_OF.values())))
    return Answer(_part(name))


def loader() -> str:
    """Returns the `_esm` of every widget; raises RuntimeError if the browser side has not been built."""
    return _static("loader.js")


def page_code(view: str) -> str:
    """Returns the code of a page of `to_html`: the bundle, the view's part, and the answers to their requests."""
    return "".join(_static(f"{name}.js") for name in ("page", *_parts(view)))


def styles(view: str) -> str:
    """Returns the styles of a page that shows this view."""
    return "".join(_static(f"{name}.css") for name in ("bundle", *_parts(view)))


def _part(name: str) -> PartResult:
    return {"code": _static(f"{name}.js"), "css": _static(f"{name}.css")}


def _parts(view: str) -> list[str]:
    return [PART_OF[view]] if view in PART_OF else []


@cache
def _static(name: str) -> str:
    path = _STATIC / name
    if not path.is_file():
        raise RuntimeError(
            f"the browser side of semanticlens_widgets is not built ({name} is missing); in a checkout run "
            "`npm --prefix js ci && npm --prefix js run build`"
        )
    return path.read_text(encoding="utf-8")
