"""Places where files lie (archives, shards, file systems, streams), and what can be wrong with them."""

import io
import itertools
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import datasets
import fsspec
import numpy as np
from PIL import Image
from torch.utils.data import IterableDataset
from webdataset.writer import ShardWriter

import semanticlens_widgets as slw
from tests.faults.source import TRUE, N, Source
from tests.faults.sources_labels import NUMBERS, PICTURES

Files = Mapping[str, bytes]
_CLASSES = ["ant", "bee", "cow"]
_TEXTS = [_CLASSES[number] for number in NUMBERS]
_SAID = "left out|cannot"
_JUNK = {
    "__MACOSX/._00.png": b"x",
    ".DS_Store": b"x",
    "ant/.thumb.png": b"x",
    "notes.txt": b"x",
    "table.xlsx": b"x",
}


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


CONTENT = [_png(picture) for picture in PICTURES]
_FLAT = {f"{number:02d}.png": content for number, content in enumerate(CONTENT)}
_ORDER = sorted(range(N), key=lambda number: (_TEXTS[number], number))
_FOLDERS = {f"{_TEXTS[number]}/{number:02d}.png": CONTENT[number] for number in _ORDER}
_SORTED, _SORTED_LABELS = TRUE[_ORDER], [_TEXTS[number] for number in _ORDER]
_SPOILED = {
    name: content[: len(content) // 2] if name == "03.png" else content for name, content in _FLAT.items()
}
_UNSORTED = dict(sorted(_FLAT.items(), key=lambda entry: entry[0][::-1]))
_DEEP = {f"ant/deep/er/{name}": content for name, content in _FLAT.items()}


def _zip(files: Files, folder: Path, **options: Any) -> Path:
    with zipfile.ZipFile(folder / "a.zip", "w", **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return folder / "a.zip"


def _tar(files: Files, folder: Path, mode: str = "w", suffix: str = "tar") -> Path:
    with tarfile.open(folder / f"a.{suffix}", mode) as archive:  # pyright: ignore[reportCallIssue, reportArgumentType]
        for name, content in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    return folder / f"a.{suffix}"


def _memory(files: Files, _folder: Path) -> str:
    fs = fsspec.filesystem("memory")
    fs.store.clear()
    for name, content in files.items():
        fs.pipe_file(f"/set/{name}", content)
    return "memory://set"


def _archive_in_memory(pack: Callable[..., Path], folder: Path) -> str:
    path = pack(_FOLDERS, folder)
    return f"{_memory({path.name: path.read_bytes()}, folder)}/{path.name}"


def _changed(make: Callable[[Path], Path], change: Callable[[bytes], bytes], folder: Path) -> Path:
    path = make(folder)
    path.write_bytes(change(path.read_bytes()))
    return path


def _flipped_bit(whole: bytes) -> bytes:
    place = whole.index(CONTENT[3]) + len(CONTENT[3]) // 2
    return whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1 :]


def _locked(whole: bytes) -> bytes:
    marked = bytearray(whole)
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := marked.find(sign, place + 1)) >= 0:
            marked[place + flags] |= 1
    return bytes(marked)


def _half(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def _nothing(_whole: bytes) -> bytes:
    return b""


def _text(_whole: bytes) -> bytes:
    return b"<html>not found</html>" * 40


def _shards(folder: Path, per_shard: int = 5, **fields: Callable[[int], Any]) -> str:
    with ShardWriter(str(folder / "s-%d.tar"), maxcount=per_shard, verbose=0) as writer:
        for number in range(N):
            own = {name.replace("_", "."): make(number) for name, make in fields.items()}
            writer.write({"__key__": f"{number:02d}", "png": CONTENT[number], **own})
    return str(folder / f"s-{{0..{(N - 1) // per_shard}}}.tar")


def _one_gone(folder: Path) -> str:
    pattern = _shards(folder, cls=lambda number: number)
    (folder / "s-1.tar").unlink()
    return pattern


def _features() -> datasets.Features:
    return datasets.Features({"image": datasets.Image(), "label": datasets.ClassLabel(names=_CLASSES)})


def _rows(broken: int = -1, *, fails: bool = False) -> Iterator[dict[str, Any]]:
    for number, content in enumerate(CONTENT):
        if fails and number == 5:
            raise ConnectionError("the line is cut")
        held = b"" if number == broken else content
        yield {"image": {"bytes": held, "path": None}, "label": NUMBERS[number]}


def _stream(**options: Any) -> Any:
    return datasets.IterableDataset.from_generator(_rows, features=_features(), gen_kwargs=options)


def _flipping() -> Any:
    random = np.random.default_rng(0)
    return _stream().map(lambda row: {**row, "image": row["image"].rotate(int(random.integers(1, 359)))})


class Shuffled(IterableDataset):
    """Another order each time."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(0)

    def __iter__(self) -> Any:
        return iter([PICTURES[number] for number in self.random.permutation(N)])


class Endless(IterableDataset):
    """The same pictures again and again."""

    def __iter__(self) -> Any:
        return itertools.cycle(PICTURES)


def _counted(stream: Any, count: int) -> Any:
    return slw.as_images(stream, count=count)


_ZIP, _TAR = partial(_zip, _FLAT), partial(_tar, _FLAT)
_XZ = partial(_tar, _FLAT, mode="w:xz", suffix="tar.xz")
_WITH_JUNK = dict(sorted({**_FOLDERS, **_JUNK}.items()))

PLACES = [
    *(
        source
        for name, pack in {
            "zip": _zip,
            "deflated zip": partial(_zip, compression=zipfile.ZIP_DEFLATED),
            "lzma zip": partial(_zip, compression=zipfile.ZIP_LZMA),
            "tar": _tar,
            "tar.bz2": partial(_tar, mode="w:bz2", suffix="tar.bz2"),
            "memory": _memory,
        }.items()
        for source in (
            Source(f"places/{name} of folders", partial(pack, _FOLDERS), _SORTED, _SORTED_LABELS),
            Source(f"places/{name} with other files", partial(pack, _WITH_JUNK), _SORTED, _SORTED_LABELS),
            Source(f"places/{name} of deep folders", partial(pack, _DEEP), TRUE, ["ant"] * N),
            Source(f"places/{name} with a damaged image", partial(pack, _SPOILED), TRUE, left_out=[3], warning=_SAID),
            Source(f"places/{name} without images", partial(pack, {"a.txt": b"a"})),
            Source(f"places/{name} of nothing", partial(pack, {})),
        )
    ),
    Source("places/zip in another order", partial(_zip, _UNSORTED), TRUE),
    Source("places/tar in another order", partial(_tar, _UNSORTED), TRUE),
    Source("places/tgz", partial(_tar, _FLAT, mode="w:gz", suffix="tgz"), TRUE),
    Source("places/zip in memory", partial(_archive_in_memory, _zip), _SORTED, _SORTED_LABELS),
    Source("places/tar in memory", partial(_archive_in_memory, _tar), _SORTED, _SORTED_LABELS),
    Source("places/zip with a flipped bit", partial(_changed, _ZIP, _flipped_bit), TRUE, left_out=[3], warning=_SAID),
    Source("places/encrypted zip", partial(_changed, _ZIP, _locked)),
    *(
        Source(f"places/{name} that is {what}", partial(_changed, pack, change))
        for name, pack in {"zip": _ZIP, "tar": _TAR, "tar.xz": _XZ}.items()
        for what, change in {"half": _half, "empty": _nothing, "text": _text}.items()
    ),
    Source("places/joined tars", partial(_changed, _TAR, lambda whole: whole * 2)),
    Source("places/absent protocol", lambda _: "nowhere://set"),
    Source("places/absent url", lambda folder: _memory(_FLAT, folder) + "/no"),
    Source("places/pattern", lambda folder: f"{_memory(_FLAT, folder)}/*.png", TRUE),
    Source("places/pattern of nothing", lambda folder: f"{folder}/*.png"),
    Source("shards/labels", partial(_shards, cls=lambda n: _TEXTS[n]), TRUE, _TEXTS),
    Source("shards/json", partial(_shards, json=lambda n: {"label": _TEXTS[n]}), TRUE, _TEXTS),
    Source("shards/no labels", _shards, TRUE, [None] * N),
    Source("shards/masks beside", partial(_shards, mask_png=lambda n: PICTURES[-n], cls=lambda n: n), TRUE),
    Source("shards/photos beside", partial(_shards, left_jpg=lambda n: PICTURES[-n], cls=lambda n: n), TRUE),
    Source("shards/one is gone", _one_gone),
    Source("shards/damaged json", partial(_shards, json=lambda _: b"{"), TRUE, [None] * N),
    Source("streams/hugging face", lambda _: _stream(), TRUE, _TEXTS),
    Source("streams/damaged image", lambda _: _stream(broken=3), TRUE, left_out=[3], warning=_SAID),
    Source("streams/fails", lambda _: _stream(fails=True)),
    Source("streams/random transform", lambda _: _flipping()),
    Source("streams/shuffled", lambda _: _counted(Shuffled(), N)),
    Source("streams/endless", lambda _: Endless()),
    Source("streams/endless, counted", lambda _: _counted(Endless(), N), TRUE),
    Source("streams/counted too high", lambda _: _counted(_stream(), N + 1), TRUE),
]  # fmt: skip
