"""Folders, archives and other file systems: the same files give the same images wherever they lie."""

import io
import pickle
import sys
import tarfile
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import fsspec
import numpy as np
import pytest
from PIL import Image

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import Images, as_images

NAMES = ["cat/a.PNG", "cat/deep/b.png", "dog/img2.png", "dog/img10.png", "loose.png"]
HIDDEN = ["__MACOSX/cat/._a.PNG", "cat/.DS_Store", ".git/x.png", "dog/.thumb.png", "notes.txt"]


def png(number):
    pixels = np.random.default_rng(number).integers(0, 256, (5, 7, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


FILES = {name: png(number) for number, name in enumerate([*NAMES, *HIDDEN])}
SHUFFLED = sorted(FILES, key=lambda name: hash(name) % 7)


def folder(root, files=FILES):
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def zipped(path, files=FILES, **options):
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name in sorted(files, key=len):
            archive.writestr(name, files[name])
    return path


def tarred(path, files=FILES, mode="w"):
    with tarfile.open(path, mode) as archive:  # pyright: ignore[reportCallIssue, reportArgumentType]
        for name, content in files.items():
            about = tarfile.TarInfo(f"./{name}")
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    return path


def in_memory(files=FILES, root="/set"):
    fs = fsspec.filesystem("memory")
    fs.store.clear()
    fs.pseudo_dirs[:] = [""]
    for name, content in files.items():
        fs.pipe_file(f"{root}/{name}", content)
    return f"memory:/{root}"


PLACES = {
    "zip": lambda path: zipped(path / "a.zip"),
    "deflated zip": lambda path: zipped(path / "a.zip", compression=zipfile.ZIP_DEFLATED),
    "tar": lambda path: str(tarred(path / "a.tar")),
    "tar.gz": lambda path: tarred(path / "a.tar.gz", mode="w:gz"),
    "tgz": lambda path: tarred(path / "a.tgz", mode="w:gz"),
    "tar.bz2": lambda path: tarred(path / "a.tar.bz2", mode="w:bz2"),
    "tar.xz": lambda path: tarred(path / "a.tar.xz", mode="w:xz"),
    "tar that is compressed": lambda path: tarred(path / "a.tar", mode="w:gz"),
    "file url": lambda path: folder(path / "set").as_uri(),
    "memory": lambda _: in_memory(),
    "memory with a slash": lambda _: in_memory() + "/",
    "zip in memory": lambda path: in_memory({"a.zip": zipped(path / "a.zip").read_bytes()}) + "/a.zip",
    "tar in memory": lambda path: in_memory({"a.tar": tarred(path / "a.tar").read_bytes()}) + "/a.tar",
    "url of a zip": lambda path: f"zip://::{zipped(path / 'a.zip').as_uri()}",
}


def facts(images):
    every = range(len(images))
    return [(images.name(n), images.label(n), images.image(n).tobytes()) for n in every]


@pytest.mark.parametrize("place", PLACES)
def test_the_same_files_are_the_same_images_wherever_they_lie(place, tmp_path):
    expected = as_images(folder(tmp_path / "expected"))
    images = as_images(PLACES[place](tmp_path))
    assert isinstance(images, Images)
    assert [expected.name(n) for n in range(5)] == NAMES
    assert facts(images) == facts(expected)
    if "url" not in place or place == "file url":  # of the file system "zip", whose versions are checksums
        assert images.fingerprint == expected.fingerprint
    again = pickle.loads(pickle.dumps(images))  # noqa: S301 (our own)
    assert facts(again) == facts(images)
    assert "5 images in the" in repr(images)


@pytest.mark.parametrize("place", ["zip", "tar", "tar.gz", "memory"])
def test_threads_read_at_once(place, tmp_path):
    images = as_images(PLACES[place](tmp_path))
    expected = facts(images)
    gate = threading.Barrier(8)

    def read(number):
        gate.wait()
        return [images.image((number + step) % 5).tobytes() for step in range(20)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(read, range(8)))
    assert found == [[expected[(number + step) % 5][2] for step in range(20)] for number in range(8)]


@pytest.mark.parametrize("pack", [zipped, tarred, lambda path, files: in_memory(files)])
def test_a_labels_csv_counts_in_every_place(pack, tmp_path):
    table = b"file,label,kind\ndog/img2.png,rex,a\n./cat/a.PNG,,b\ngone.png,x,c\n"
    images = as_images(
        pack(tmp_path / "a.zip" if pack is zipped else tmp_path / "a.tar", {**FILES, "labels.csv": table})
    )
    assert [images.name(n) for n in range(3)] == ["dog/img2.png", "cat/a.PNG", "gone.png"]
    assert [images.label(n) for n in range(3)] == ["rex", None, "x"]
    assert images.image(1).tobytes() == Image.open(io.BytesIO(FILES["cat/a.PNG"])).tobytes()
    with pytest.raises(FileNotFoundError):
        images.image(2)
    assert len(images.fingerprint) == 40


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_csv_of_an_archive_with_a_wrong_column_is_answered_with_near_names(pack, tmp_path):
    path = pack(
        tmp_path / f"a.{'zip' if pack is zipped else 'tar'}",
        {**FILES, "labels.csv": b"file,label,kind\nloose.png,a,b\n"},
    )
    with pytest.raises(ValueError, match=r"has no 'knd'; did you mean 'kind'\?"):
        as_images(path, label_column="knd")


def test_a_damaged_member_is_an_error_of_that_image_alone(tmp_path):
    path = zipped(tmp_path / "a.zip")
    content = bytearray(path.read_bytes())
    place = content.index(FILES["loose.png"]) + 60
    content[place] ^= 1
    path.write_bytes(content)
    images = as_images(path)
    with pytest.raises(OSError, match=r"'loose\.png' in the archive '.*a\.zip' is damaged: Bad CRC-32"):
        images.image(4)
    assert images.image(0).size == (7, 5)
    assert len(images.fingerprint) == 40


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
def test_an_archive_that_is_none_or_is_cut_short_is_refused(name, tmp_path):
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(ValueError, match="copy it again"):
        as_images(tmp_path / name)
    pack = zipped if name == "a.zip" else tarred
    options = {} if pack is zipped else {"mode": "w:gz" if "gz" in name else "w"}
    whole = pack(tmp_path / name, **options).read_bytes()
    for end in (300, 700, 1300):
        (tmp_path / name).write_bytes(whole[:end])
        with pytest.raises(ValueError, match="copy it again"):
            as_images(tmp_path / name)


def test_a_tar_without_its_end_draws_a_warning(tmp_path):
    path = tarred(tmp_path / "a.tar")
    with tarfile.open(path) as archive:
        archive.getmembers()
        path.write_bytes(path.read_bytes()[: archive.offset])
    with pytest.warns(UserWarning, match="has no mark at its end: it may have been cut short"):
        assert len(as_images(path)) == 5


def test_a_damaged_header_and_joined_archives_are_refused(tmp_path):
    path = tarred(tmp_path / "a.tar")
    whole = path.read_bytes()
    with tarfile.open(path) as archive:
        third = archive.getmembers()[2].offset
    path.write_bytes(whole[:third] + b"x" * 40 + whole[third + 40 :])
    with pytest.raises(ValueError, match="something follows its end"):
        as_images(path)
    path.write_bytes(whole + whole)
    with pytest.raises(ValueError, match="archives that were joined"):
        as_images(path)


def test_an_archive_without_images_says_what_it_holds(tmp_path):
    with pytest.raises(ImagesError, match=r"the archive '.*a\.zip' holds no images \(it is empty\)"):
        as_images(zipped(tmp_path / "a.zip", {}))
    with pytest.raises(ImagesError, match=r"holds no images \(1 \.txt\)"):
        as_images(tarred(tmp_path / "a.tar", {"a.txt": b"a"}))
    in_memory({})
    with pytest.raises(FileNotFoundError, match=r"there is no file or folder 'memory://set'"):
        as_images("memory://set")
    with pytest.raises(ImagesError, match=r"the folder 'memory:///set' holds no images \(1 \.txt\)"):
        as_images(in_memory({"a.txt": b"a"}))


def test_an_encrypted_archive_is_refused(tmp_path):
    path = zipped(tmp_path / "a.zip")
    content = bytearray(path.read_bytes())
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(sign)
        content[place + flags] |= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is encrypted .* images are read without a password: unpack it"):
        as_images(path)


def test_of_files_of_one_name_the_last_counts_with_a_warning(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.png", FILES["loose.png"])
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.png", FILES["cat/a.PNG"])
    with pytest.warns(
        UserWarning, match=r"holds 1 files of the same name .* 'a\.png': the last of them counts"
    ):
        images = as_images(tmp_path / "a.zip")
    assert images.image(0).tobytes() == Image.open(io.BytesIO(FILES["cat/a.PNG"])).tobytes()


def test_links_in_a_tar_are_followed(tmp_path):
    tarred(tmp_path / "a.tar", {"cat/a.png": png(1)})
    with tarfile.open(tmp_path / "a.tar", "a") as archive:
        for name, kind, target in [
            ("cat/hard.png", tarfile.LNKTYPE, "cat/a.png"),
            ("dog/soft.png", tarfile.SYMTYPE, "../cat/a.png"),
            ("loop.png", tarfile.SYMTYPE, "loop.png"),
        ]:
            about = tarfile.TarInfo(name)
            about.type, about.linkname = kind, target
            archive.addfile(about)
    images = as_images(tmp_path / "a.tar")
    assert [images.name(n) for n in range(len(images))] == ["cat/a.png", "cat/hard.png", "dog/soft.png"]
    assert len({images.image(n).tobytes() for n in range(3)}) == 1


def test_names_of_a_zip_from_windows_have_folders(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        about = zipfile.ZipInfo("x")
        about.filename, about.create_system = "cat\\a.png", 0
        archive.writestr(about, FILES["loose.png"])
    images = as_images(tmp_path / "a.zip")
    assert (images.name(0), images.label(0), images.image(0).size) == ("cat/a.png", "cat", (7, 5))


@pytest.mark.parametrize("root", ["memory", "local"])
def test_patterns_choose_files_below_their_fixed_part(root, tmp_path):
    base = in_memory() if root == "memory" else str(folder(tmp_path / "set"))
    images = as_images(f"{base}/*/*.png")
    assert [images.name(n) for n in range(len(images))] == ["dog/img2.png", "dog/img10.png"]
    assert images.label(0) == "dog"
    braces = as_images(f"{base}/dog/img{{10,2}}.png")
    assert [braces.name(n) for n in range(2)] == ["img2.png", "img10.png"]
    assert len(as_images(f"{base}/**/*.png")) == 4
    with pytest.raises(FileNotFoundError, match="no file matches"):
        as_images(f"{base}/*/*.jpg")


def test_a_file_with_brackets_in_its_name_is_no_pattern(tmp_path):
    folder(tmp_path, {"a[1].png": png(1), "a1.png": png(2)})
    assert as_images(tmp_path / "a[1].png").name(0) == "a[1].png"


def test_a_list_may_hold_urls_of_one_file_system(tmp_path):
    base = in_memory()
    images = as_images([f"{base}/dog/img10.png", f"{base}/cat/a.PNG"], labels=["x", "y"])
    assert [images.name(n) for n in range(2)] == ["dog/img10.png", "cat/a.PNG"]
    assert images.label(1) == "y"
    with pytest.raises(ValueError, match="must lie in one file system"):
        as_images([f"{base}/dog/img10.png", folder(tmp_path).as_uri() + "/loose.png"])
    with pytest.raises(FileNotFoundError, match="there is no file 'memory://set/no.png'"):
        as_images([f"{base}/no.png"])


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("nowhere://a/b", ValueError, "a URL of a file system that fsspec knows, not 'nowhere://a/b'"),
        (
            "memory://set/dgo",
            FileNotFoundError,
            r"there is no file or folder 'memory://set/dgo'; did you mean 'dog'\?",
        ),
        ("pipe:cat memory://set", ValueError, "fsspec knows"),
    ],
)
def test_a_wrong_url_is_answered_in_one_sentence(url, error, message):
    in_memory()
    with pytest.raises(error, match=message):
        as_images(url)


def test_a_missing_package_of_a_file_system_is_named(monkeypatch):
    def absent(protocol):
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(sys.modules["fsspec.registry"], "get_filesystem_class", absent)
    with pytest.raises(ImportError, match=r"'s3://bucket/set' need .* pip install s3fs"):
        as_images("s3://bucket/set")


class Failing(fsspec.AbstractFileSystem):
    protocol = "failing"

    def ls(self, path, detail=True, **_):
        raise RuntimeError("no credentials")

    info = isdir = isfile = ls


def test_a_file_system_that_fails_is_answered_in_one_sentence():
    fsspec.register_implementation("failing", Failing, clobber=True)
    with pytest.raises(ValueError, match=r"cannot be read \(RuntimeError: no credentials\); check the URL"):
        as_images("failing://bucket/set")


class Versioned(fsspec.AbstractFileSystem):
    """A file system far away: it states versions, and counts what is read."""

    protocol = "versioned"
    cachable = False

    def __init__(self, version="1", **options):
        super().__init__(**options)
        self.version, self.n_read = version, 0

    def _memory(self):
        return fsspec.filesystem("memory")

    def ls(self, path, detail=True, **_):
        found = self._memory().ls(path, detail=True)
        return (
            [{**about, "created": None, "ETag": self.version} for about in found]
            if detail
            else [one["name"] for one in found]
        )

    def info(self, path, **_):
        return {**self._memory().info(path), "created": None, "ETag": self.version}

    def _open(self, path, mode="rb", **_):
        self.n_read += 1
        return self._memory().open(path, mode)


@pytest.mark.parametrize("path", ["set", "set/a.zip", "set/a.tar"])
def test_files_far_away_are_known_by_their_versions_and_not_read_for_that(path, tmp_path):
    fsspec.register_implementation("versioned", Versioned, clobber=True)
    packed = {
        "a.zip": zipped(tmp_path / "a.zip").read_bytes(),
        "a.tar": tarred(tmp_path / "a.tar").read_bytes(),
    }
    in_memory({**FILES, **packed})

    def images(version) -> Any:
        return as_images(f"versioned://{path}", storage_options={"version": version})

    first, same, changed = images("1"), images("1"), images("2")
    before = first._store._fs.n_read
    assert first.fingerprint == same.fingerprint
    assert first._store._fs.n_read == before
    assert (first.fingerprint == changed.fingerprint) == path.endswith("zip")  # which holds checksums
    assert facts(first) == facts(changed)


def test_a_single_folder_above_the_classes_draws_a_warning(tmp_path):
    files = {f"set/{name}": FILES[name] for name in ("cat/a.PNG", "dog/img2.png")}
    with pytest.warns(UserWarning, match="lie in its folder 'set', which is the label of every one"):
        images = as_images(zipped(tmp_path / "a.zip", files))
    assert images.label(0) == "set"
    assert as_images(f"zip://set::{tmp_path / 'a.zip'}").label(0) == "cat"


def test_count_takes_the_first(tmp_path):
    images = as_images(zipped(tmp_path / "a.zip"), count=2)
    assert [images.name(n) for n in range(len(images))] == NAMES[:2]
    with pytest.raises(ImagesError, match="there are 5 images, fewer than count=6"):
        as_images(tmp_path / "a.zip", count=6)
    with pytest.raises(ValueError, match="count must be at least 1, not 0"):
        as_images(tmp_path / "a.zip", count=0)
