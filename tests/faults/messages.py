"""Garbled requests and trait values of a browser: each request is answered once, no refused value is kept.

An item of a message that is wrong must not take its neighbours with it, and read-only traits stay as they are.
"""

import copy
import io
import json
import logging
import random
import resource
import struct
import threading
import zlib
from collections.abc import Iterator
from functools import partial
from typing import Any

import torch
from PIL import Image

import semanticlens_widgets as slw
from tests.fakes import attributed_lens
from tests.faults.outcome import Group, Outcome, main
from tests.faults.requests import JUNK, VALID, garbled

PATIENCE = 10
"""Seconds after the last answer."""
LONGEST = 2000
"""Characters of an error's text."""
WIDGETS = {
    "explorer": slw.Explorer,
    "gallery": slw.NeuronGallery,
    "map": slw.ConceptMap,
    "table": slw.AuditTable,
}


class Browser:
    """The browser's end of the channel of one widget."""

    def __init__(self) -> None:
        required = [slw.Requirement("bird", valid=["bird"], spurious=["tree"])]
        self.widget = slw.Explorer(attributed_lens(12), requirements=required)
        self.channel = self.widget._channel
        self.channel.send = self._keep
        self.channel.log.setLevel(logging.CRITICAL)
        self.answers: dict[str, list[dict[str, Any]]] = {}
        self._arrived = threading.Condition()

    def post(self, items: list[Any], buffers: list[bytes] | None = None) -> None:
        """Sends a message as ipywidgets hands it over."""
        data = {"method": "custom", "content": {"requests": items}}
        self.channel._handle_msg({"content": {"data": data}, "buffers": buffers or []})

    def wait_for(self, rids: list[str]) -> None:
        """Until all are answered, or nothing comes any more."""
        with self._arrived:
            while not all(rid in self.answers for rid in rids):
                if not self._arrived.wait(PATIENCE):
                    return

    def _keep(self, content: dict[str, Any], buffers: object = None) -> None:
        # As Jupyter does it: what fails here is never sent.
        json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
        if "progress" in content:
            return
        with self._arrived:
            self.answers.setdefault(str(content.get("rid")), []).append(content)
            self._arrived.notify_all()


def requests(browser: Browser, n: int, generator: random.Random) -> Iterator[Outcome]:
    """Messages of one to four requests each, some beside items that are none."""
    asked = {}
    for number in range(n):
        rid = f"{generator.random():.12f}"
        asked[rid] = garbled(rid, generator)
        items: list[Any] = [asked[rid]]
        if number % 5 == 0:
            items.insert(generator.randrange(2), generator.choice([*JUNK, {"rid": None}, {"kind": "rank"}]))
        browser.post(items, [b"x"] if generator.random() < 0.2 else None)
    browser.wait_for([rid for rid, request in asked.items() if request["kind"] != "cancel"])
    for rid, request in asked.items():
        if request["kind"] != "cancel":
            yield _judged(request, browser.answers.get(rid, []))


def _judged(request: dict[str, Any], answers: list[dict[str, Any]]) -> Outcome:
    kind = request["kind"] if request["kind"] in list(VALID) else "another kind"
    name, shown = f"request {kind}", _short(request)
    if not answers:
        return Outcome(f"{name}: never answered", "silent", shown)
    if len(answers) > 1:
        return Outcome(f"{name}: answered {len(answers)} times", "crashed", shown)
    error = answers[0].get("error")
    if error is None:
        return Outcome(name, "right")
    if len(str(error.get("message"))) > LONGEST:
        return Outcome(f"{name}: long error", "crashed", f"{len(error['message'])} characters: {shown}")
    text = f"{error.get('type')}: {error.get('message')}"[:200]
    return (
        Outcome(f"{name}: foreign error", "crashed", f"{text} {shown}")
        if _is_foreign(error)
        else Outcome(name, "refused", text)
    )


def _is_foreign(error: dict[str, Any]) -> bool:
    """True if the text begins with the error's type, as the channel writes what it does not expect."""
    return str(error.get("message")).startswith(f"{error.get('type')}: ")


def _short(request: dict[str, Any]) -> str:
    return repr(request)[:160]


def traits(name: str, _generator: random.Random) -> Iterator[Outcome]:
    """Junk for every trait that the browser can write; what is refused is not kept, and read-only ones never change."""
    lens = attributed_lens(12)
    widget = WIDGETS[name](lens)
    own = [
        trait
        for trait in widget.keys
        if not trait.startswith("_") and trait not in ("layout", "tooltip", "tabbable")
    ]
    for trait in own:
        for junk in JUNK:
            yield _kept(widget, name, trait, copy.deepcopy(junk))


def _kept(widget: Any, name: str, trait: str, junk: Any) -> Outcome:
    before = repr(widget.get_state(trait))
    what = f"trait {name}.{trait}"
    try:
        widget.set_state({trait: junk})
        refused = ""
    except Exception as error:  # noqa: BLE001
        refused = f"{type(error).__name__}: {error}"[:120]
    after = repr(widget.get_state(trait))
    if widget.traits()[trait].read_only and after != before:
        _restore(widget, trait, before)
        return Outcome(f"{what}: read-only, changed", "silent", f"to {after[:80]}")
    if refused and after != before:
        _restore(widget, trait, before)
        return Outcome(f"{what}: kept after refusal", "silent", f"{repr(junk)[:60]}: {refused}")
    return Outcome(what, "refused" if refused else "right", refused)


def _restore(widget: Any, trait: str, before: str) -> None:
    """Back to what it was, past every validation."""
    state = eval(before, {"nan": float("nan"), "inf": float("inf")})  # noqa: S307
    widget._trait_values[trait] = state[trait]


def bomb(_generator: random.Random) -> Iterator[Outcome]:
    """A query image of a few kB that declares 62 million pixels."""
    browser = Browser()
    side = 7_900
    rows = zlib.compress(bytes(100 * (3 * side + 1)))
    parts = [(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    file = io.BytesIO(b"\x89PNG\r\n\x1a\n")
    file.seek(0, io.SEEK_END)
    for kind, data in parts:
        file.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    browser.post([{"rid": "bomb", "kind": "image", "params": {}, "n_buffers": 1}], [file.getvalue()])
    browser.wait_for(["bomb"])
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    answers = browser.answers.get("bomb", [])
    said = json.dumps(answers)[:160]
    kind = "silent" if grown > 300 or not answers else "refused" if "error" in answers[0] else "right"
    yield Outcome("image bomb", kind, f"{len(file.getvalue())} bytes, {grown:.0f} MB more memory, {said}")


def images(generator: random.Random, n: int = 200) -> Iterator[Outcome]:
    """Image files, still and animated, whole, cut short or with flipped bytes, all sent at once."""
    browser = Browser()
    files = {f"i{number}": _spoilt(generator) for number in range(n)}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    items = [{"rid": rid, "kind": "image", "params": {}, "n_buffers": 1} for rid in files]
    browser.post(items, list(files.values()))
    browser.wait_for(list(files))
    for rid in files:
        yield _judged({"rid": rid, "kind": "image"}, browser.answers.get(rid, []))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    yield Outcome("many images", "silent" if grown > 300 else "right", f"{grown:.0f} MB more memory")


def _spoilt(generator: random.Random) -> bytes:
    kind = generator.choice(["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"])
    side = generator.choice([1, 16, 300, 1500])
    frames = [Image.effect_noise((side, side), 60) for _ in range(3 if side < 1500 else 1)]
    animated = (
        {"save_all": True, "append_images": frames[1:]} if kind in ("PNG", "WEBP", "GIF", "TIFF") else {}
    )
    file = io.BytesIO()
    frames[0].save(file, kind, **animated)
    content = bytearray(file.getvalue())
    for _ in range(generator.choice([0, 1, 5, 50])):
        content[generator.randrange(len(content))] ^= 1 << generator.randrange(8)
    return bytes(content[: generator.randrange(len(content)) if generator.random() < 0.3 else None])


def _groups(n: int = 10_000, parts: int = 20) -> dict[str, Group]:
    browser = Browser()
    found: dict[str, Group] = {
        f"requests {part}": partial(requests, browser, n // parts) for part in range(parts)
    }
    return {
        **found,
        **{f"traits {name}": partial(traits, name) for name in WIDGETS},
        "image bomb": bomb,
        "images": images,
    }


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(_groups(), __doc__)
