"""A tiny lens with everything that a lens can hold, saved, and cached; and its content, to compare."""

import dataclasses
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

import semanticlens_widgets as slw
from tests import colour_world
from tests.faults.outcome import Outcome, judge


def build(
    cache: Path, model: colour_world.ColourModel | None = None, space: colour_world.ColourSpace | None = None
) -> slw.Lens:
    """Two layers, crops, look-alikes and relevance of 12 images; from the cache where it holds them."""
    images = slw.as_images(colour_world.pictures(4, 16), labels=colour_world.labels(4))
    torch.manual_seed(0)
    return slw.Lens.build(
        model or colour_world.ColourModel(), images, ["eye", "act"],
        foundation_model=space or colour_world.ColourSpace(),
        transform=colour_world.to_tensor, k=3, batch_size=4, memory_format=torch.contiguous_format, crop=True,
        look_alikes=True, cache=cache, classes=list(colour_world.COLOURS), progress=False,
    ).attribute(progress=False, batch_size=4)  # fmt: skip


def content(lens: slw.Lens) -> dict[str, object]:
    """All that is in the database, by its path; what says when and how it was run is left out."""
    found = dict(_parts("", lens.database))
    return {path: part for path, part in found.items() if not path.startswith(IGNORED)}


IGNORED = (".provenance.created", ".provenance.execution")


def _parts(path: str, value: Any) -> Iterator[tuple[str, object]]:
    if isinstance(value, Tensor):
        yield path, (value.dtype, tuple(value.shape), value.contiguous().view(-1).numpy().tobytes())
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        yield path, repr(list(value))
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _parts(f"{path}.{field.name}", getattr(value, field.name))
    elif isinstance(value, Mapping):
        yield f"{path} keys", tuple(map(repr, value))
        for key in value:
            yield from _parts(f"{path}[{key}]", value[key])
    else:
        yield path, repr(value)


def change(found: Mapping[str, object], expected: Mapping[str, object]) -> str | None:
    """The first path at which contents differ."""
    paths = [path for path in {**expected, **found} if found.get(path) != expected.get(path)]
    return f"opens with another {paths[0].lstrip('.')} ({len(paths)} parts differ)" if paths else None


@dataclasses.dataclass(frozen=True)
class Saved:
    """A saved lens and a cache of its own, and what is in them."""

    folder: Path
    lens: Path
    cache: Path
    expected: Mapping[str, object]

    @classmethod
    def make(cls, folder: Path) -> "Saved":
        """Built and saved in an empty folder."""
        lens = build(folder / "cache")
        return cls(folder, lens.save(folder / "tiny.lens"), folder / "cache", content(lens))

    def files(self, place: Path) -> list[Path]:
        """Below one of the two, relative to it."""
        return sorted(file.relative_to(place) for file in place.rglob("*") if file.is_file())

    def copy(self, place: Path) -> Path:
        """A fresh copy to spoil."""
        spoilt = self.folder / f"spoilt{place.suffix}"
        shutil.rmtree(spoilt, ignore_errors=True)
        return Path(shutil.copytree(place, spoilt))

    def difference(self, path: Path) -> str | None:
        """The first part in which a lens differs from what was saved."""
        return change(content(slw.open(path, foundation_model=colour_world.ColourSpace())), self.expected)

    def opened(self, name: str, path: Path) -> Outcome:
        """The outcome of opening a spoilt lens; only LensFileError may refuse it."""

        outcome = judge(name, lambda: self.difference(path), seconds=20)
        foreign = outcome.kind == "refused" and not outcome.detail.startswith("LensFileError")
        return dataclasses.replace(outcome, kind="crashed") if foreign else outcome

    def rebuilt(self, name: str, cache: Path) -> Outcome:
        """The outcome of a build with a spoilt cache, which must not matter."""
        outcome = judge(name, lambda: change(content(build(cache)), self.expected), warning="^$", seconds=60)
        return dataclasses.replace(outcome, kind="crashed") if outcome.kind == "refused" else outcome
