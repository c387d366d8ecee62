"""Saved lenses and cache entries with flipped bits, cut short, or with a garbled manifest.

A lens opens as it was saved or is refused by LensFileError; a bad entry of a cache counts as absent.
"""

import copy
import json
import os
import random
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch

from semanticlens_widgets.concepts.folder import _json
from tests.faults.outcome import Group, Outcome, judge, main
from tests.faults.saved import Saved

Spoil = Callable[[Path, random.Random], str]
"""Changes a file, and says how."""

JUNK: list[Any] = [
    None, True, -1, 0, 1, 2**63, 1e308, float("nan"), "", "\x00", "é" * 1000, "../../../etc/passwd", "/etc/passwd",
    "samples.safetensors", [], [[]], {}, {"file": "lens.json"}, [1, 2, 3], "NaN",
]  # fmt: skip


def flip(file: Path, generator: random.Random) -> str:
    """Turns one bit."""
    content = bytearray(file.read_bytes())
    place = generator.randrange(len(content))
    content[place] ^= 1 << generator.randrange(8)
    file.write_bytes(content)
    return f"byte {place} of {len(content)}"


def truncate(file: Path, generator: random.Random) -> str:
    """Cuts off the end."""
    content = file.read_bytes()
    kept = generator.randrange(len(content))
    file.write_bytes(content[:kept])
    return f"{kept} of {len(content)} bytes"


def garble(file: Path, generator: random.Random) -> str:
    """Changes the JSON in one to three places, or its text."""
    if generator.random() < 0.1:
        return _garble_text(file, generator)
    tree = json.loads(file.read_text())
    said = [_garble(tree, generator) for _ in range(generator.choice([1, 1, 1, 2, 3]))]
    file.write_text(json.dumps(tree))
    return ", ".join(said)


def _garble_text(file: Path, generator: random.Random) -> str:
    text = file.read_text()
    made = {
        "deep": "[" * 100_000,
        "deep and closed": "[" * 50_000 + "]" * 50_000,
        "twice": text + text,
        "empty": "",
        "a list": "[]",
        "a byte order mark": "\ufeff" + text,
        "a key twice": text.replace('"version"', '"version": 1, "version"', 1),
        "no UTF-8": text,
    }
    name = generator.choice(list(made))
    file.write_bytes(made[name].encode() + (b"\xff" if name == "no UTF-8" else b""))
    return name


def _garble(tree: Any, generator: random.Random) -> str:
    places = list(_places(tree))
    holder, key, path = generator.choice(places)
    way = generator.choice(["junk", "junk", "delete", "other", "near"])
    if way == "delete":
        del holder[key]
    elif way == "near" and isinstance(holder[key], int | float | str):
        holder[key] = holder[key] + ("x" if isinstance(holder[key], str) else generator.choice([-1, 1]))
    elif way == "other":
        other, place, _ = generator.choice(places)
        holder[key] = copy.deepcopy(other[place])
    else:
        holder[key] = copy.deepcopy(generator.choice(JUNK))
    return f"{way} at {path}"


def _places(tree: Any, path: str = "") -> Iterator[tuple[Any, Any, str]]:
    keys = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else []
    for key in keys:
        yield tree, key, f"{path}/{key}"
        yield from _places(tree[key], f"{path}/{key}")


def spoilt_lenses(
    saved: Saved, spoil: Spoil, names: list[str], generator: random.Random
) -> Iterator[Outcome]:
    """One outcome a name of a file; "" is any file, the larger the likelier."""
    files = saved.files(saved.lens)
    sizes = [(saved.lens / file).stat().st_size for file in files]
    for name in names:
        file = Path(name) if name else generator.choices(files, [size**0.5 for size in sizes])[0]
        path = saved.copy(saved.lens)
        how = spoil(path / file, generator)
        outcome = saved.opened(f"{spoil.__name__} lens {file}", path)
        yield Outcome(outcome.name, outcome.kind, f"{outcome.detail} [{how}]")


def spoilt_caches(saved: Saved, spoil: Spoil, n: int, generator: random.Random) -> Iterator[Outcome]:
    """Outcomes of builds, each with one spoilt file in the cache."""
    files = saved.files(saved.cache)
    for _ in range(n):
        file = generator.choice(files)
        path = saved.copy(saved.cache)
        how = spoil(path / file, generator)
        outcome = saved.rebuilt(f"{spoil.__name__} cache {file.parts[0]}", path)
        yield Outcome(outcome.name, outcome.kind, f"{outcome.detail} [{how}]")


def signed(saved: Saved, n: int, generator: random.Random) -> Iterator[Outcome]:
    """Garbled manifests with the digest of what they say now, as someone would write them who knows the format.

    What opens is then another lens; the question is only if anything but a refusal is raised.
    """
    for _ in range(n):
        path = saved.copy(saved.lens)
        how = garble(path / "lens.json", generator)
        sign(path / "lens.json")
        outcome = judge("signed lens.json", partial(saved.difference, path), seconds=20)
        kind = "right" if outcome.kind == "silent" else outcome.kind
        yield Outcome(outcome.name, kind, f"{outcome.detail} [{how}]")


def sign(file: Path) -> None:
    """Gives a manifest the digest of its content, where it is one."""
    try:
        tree = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        return
    if isinstance(tree, dict):
        rest = {name: value for name, value in tree.items() if name != "digest"}
        file.write_text(json.dumps(_json.signed(rest)))


def replaced(saved: Saved, _generator: random.Random) -> Iterator[Outcome]:
    """Each file as a link to itself, a pipe, a folder, gone, or zeros."""
    for file in saved.files(saved.lens):
        for name, put in PUTS.items():
            path = saved.copy(saved.lens)
            content = (path / file).read_bytes()
            (path / file).unlink()
            put(path / file, content)
            yield saved.opened(f"{name} for lens {file}", path)


PUTS: dict[str, Callable[[Path, bytes], object]] = {
    "nothing": lambda file, content: None,
    "folder": lambda file, content: file.mkdir(),
    "pipe": lambda file, content: os.mkfifo(file),
    "link to itself": lambda file, content: file.symlink_to(file),
    "zeros": lambda file, content: file.write_bytes(bytes(len(content))),
}


def groups(saved: Saved) -> dict[str, Group]:
    """Name -> trials."""
    found: dict[str, Group] = {}
    for part in range(16):
        found[f"flip lens {part}"] = partial(spoilt_lenses, saved, flip, [""] * 50)
    for part in range(10):
        found[f"flip cache {part}"] = partial(spoilt_caches, saved, flip, 20)
        found[f"garble manifest {part}"] = partial(spoilt_lenses, saved, garble, ["lens.json"] * 45)
        found[f"signed {part}"] = partial(signed, saved, 20)
    for part in range(5):
        found[f"truncate lens {part}"] = partial(spoilt_lenses, saved, truncate, [""] * 30)
        found[f"truncate cache {part}"] = partial(spoilt_caches, saved, truncate, 10)
    return {**found, "replaced": partial(replaced, saved)}


if __name__ == "__main__":
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        main(groups(Saved.make(Path(folder))), __doc__)
