"""The command line: builds, audits, exports, and refuses in one sentence with an exit code."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import torch
import yaml
from PIL import Image
from torch import nn

import semanticlens_widgets as slw
from semanticlens_widgets.command_line.config import ATTRIBUTE_KEYS, IMAGE_KEYS, KEYS, read_config
from semanticlens_widgets.command_line.main import main, parser
from semanticlens_widgets.command_line.named import model_of
from tests.colour_world import COLOURS, ColourModel, ColourSpace, labels, pictures, to_tensor
from tests.unit.widgets.test_page import Kept

SPACE = "tests.colour_world:ColourSpace"
SETTINGS = {
    "model": "tests.colour_world:ColourModel", "transform": "tests.colour_world:to_tensor", "images": "set",
    "layers": ["eye"], "foundation_model": SPACE, "k": 4, "batch_size": 4, "classes": list(COLOURS),
    "attribute": True, "save": "out.lens", "cache": "cache",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    for number, (label, frame) in enumerate(zip(labels(), pictures(), strict=True)):
        (tmp_path / "set" / label).mkdir(parents=True, exist_ok=True)
        Image.fromarray(frame).save(tmp_path / "set" / label / f"{number:02d}.png")
    return tmp_path


def config(folder, **changes):
    settings = {key: value for key, value in {**SETTINGS, **changes}.items() if value is not ...}
    (folder / "build.yaml").write_text(yaml.safe_dump(settings))
    return str(folder / "build.yaml")


def run(*arguments):
    return main([str(one) for one in arguments])


@pytest.fixture
def lens(folder):
    assert run("build", config(folder), "--quiet") == 0
    return folder / "out.lens"


def test_a_build_gives_the_lens_of_the_call(lens, folder):
    expected = slw.Lens.build(
        ColourModel(), folder / "set", ["eye"], foundation_model=ColourSpace(), transform=to_tensor, k=4,
        batch_size=4, classes=list(COLOURS), progress=False,
    ).attribute(progress=False)  # fmt: skip
    found = slw.open(lens, foundation_model=ColourSpace())
    assert torch.equal(
        found.database.examples["eye"].sample_ids, expected.database.examples["eye"].sample_ids
    )
    assert torch.equal(found.relevance("eye").mean, expected.relevance("eye").mean)
    assert list((folder / "cache").rglob("*.safetensors"))


def test_a_build_that_cannot_be_attributed_is_kept(folder, capsys):
    (folder / "set" / "violet").mkdir()
    Image.new("RGB", (32, 32), "violet").save(folder / "set" / "violet" / "one.png")
    assert run("build", config(folder, classes=...), "--quiet") == 2
    said = capsys.readouterr()
    assert "cannot be matched" in said.err.splitlines()[-1]
    assert said.out.strip() == str(folder / "out.lens")
    assert slw.open(folder / "out.lens", foundation_model=ColourSpace()).layers == ["eye"]


@pytest.mark.parametrize("names", ["names.txt", ["crimson", "lime", "sky"], {"sky": 2}])
def test_other_outputs_are_named_too(folder, names):
    (folder / "names.txt").write_text("crimson\nlime\nsky\n")
    assert run("build", config(folder, classes={"red": 0}, output_names=names, attribute=...), "--quiet") == 0
    found = slw.open(folder / "out.lens", foundation_model=ColourSpace())
    expected = ("red", "output 1" if isinstance(names, dict) else "lime", "sky")
    assert found.database.output_names.of_all({"red": 0}, 3) == expected


def test_progress_goes_to_stderr(folder, capsys):
    assert run("build", config(folder, cache=...)) == 0
    said = capsys.readouterr()
    assert said.out.strip() == str(folder / "out.lens")
    assert "collecting" in said.err


def test_a_lens_that_is_there_is_replaced_on_demand(lens, folder, capsys):
    assert run("build", config(folder), "--quiet") == 2
    assert "is there already; pass --overwrite to replace it" in capsys.readouterr().err
    assert run("build", config(folder), "--quiet", "--overwrite") == 0


def test_checking_builds_nothing(folder, capsys):
    assert run("build", config(folder), "--check") == 0
    assert "ColourModel, <24 images in the folder" in capsys.readouterr().out
    assert not (folder / "out.lens").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"layer": "eye"}, "has no key layer; did you mean 'layers'"),
        ({"images": {"path": "set", "cuont": 3}}, "has no key images.cuont; did you mean 'count'?"),
        ({"attribute": {"methd": "lrp"}}, "has no key attribute.methd; did you mean 'method'?"),
        ({"k": "four"}, "k must be a whole number, not 'four'"),
        ({"k": True}, "k must be a whole number, not True"),
        ({"crop": "yes please"}, "crop must be true or false, not 'yes please'"),
        ({"crop_threshold": []}, "crop_threshold must be a number, not []"),
        ({"model": ...}, "must have the key 'model'"),
        ({"images": {"count": 3}}, "images must have the key 'path'"),
        ({"save": ...}, "give the key 'save' or --save"),
        ({"model": "resnet50"}, "model must be torchvision:resnet50, timm:"),
        ({"model": "torchvision:resnet5"}, "torchvision has no model 'resnet5'; did you mean 'resnet50'"),
        (
            {"model": "torchvision:resnet18", "weights": "IMAGENET"},
            "resnet18 has no weights 'IMAGENET'; did you mean",
        ),
        ({"model": "timm:resnet5"}, "timm has no model 'resnet5'; did you mean"),
        ({"model": "no.such:thing"}, "model: there is no module 'no'"),
        ({"model": "tests.colour_world:Colour"}, "has no function 'Colour'"),
        ({"model": "tests.colour_world:ColourSpace"}, "must return a torch module"),
        ({"weights": "w.pt"}, "w.pt' with weights; check the path"),
        ({"images": "sett"}, "there is no folder"),
        ({"layers": ["ey"]}, "did you mean 'eye'"),
        ({"k": 0}, "k must be at least 1, not 0"),
        ({"foundation_model": "CLIP"}, "foundation_model must be a name like module:function, not 'CLIP'"),
        ({"classes": "classes.txt"}, "classes: there is no file"),
        ({"output_names": "names.txt"}, "with the names, one a line"),
        ({"output_names": 7}, "output_names must be text or a list or a mapping, not 7"),
        ({"output_names": ["red"]}, "must name all 3 outputs of the model in order, not 1"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_sentence(folder, changes, message, capsys):
    pytest.importorskip("timm")
    assert run("build", config(folder, **changes), "--quiet") == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert message in said[-1]
    assert said[-1].startswith("semanticlens-widgets build: ")


@pytest.mark.parametrize(
    "text", ["[1, 2]", "just text", "a: [", "", "!!python/object/apply:os.system [echo]"]
)
def test_a_file_that_is_no_mapping_is_refused(folder, text, capsys):
    (folder / "build.yaml").write_text(text)
    assert run("build", folder / "build.yaml") == 2
    assert "build.yaml must be" in capsys.readouterr().err


def test_weights_come_from_a_file(folder):
    model = nn.Linear(2, 2)
    torch.save(model.state_dict(), folder / "w.pt")
    (folder / "own_models.py").write_text("from torch import nn\ndef make():\n    return nn.Linear(2, 2)\n")
    found, transform = model_of("own_models:make", "w.pt", folder)
    assert transform is None
    assert not found.training
    assert torch.equal(found.state_dict()["weight"], model.weight)
    torch.save({"other": torch.zeros(1)}, folder / "w.pt")
    with pytest.raises(ValueError, match=r"w\.pt must hold a state dict of the model"):
        model_of("own_models:make", "w.pt", folder)


def test_a_model_of_torchvision_and_of_timm_without_weights(folder):
    pytest.importorskip("timm")
    for name in ("torchvision:squeezenet1_1", "timm:test_resnet.r160_in1k"):
        model, transform = model_of(name, None, folder)
        assert isinstance(model, nn.Module)
        assert transform is None


@pytest.mark.parametrize("max_spurious", ["0", "1"])
def test_an_audit_says_by_its_exit_code_if_it_is_passed(lens, folder, max_spurious, capsys):
    (folder / "wanted.yaml").write_text(yaml.safe_dump({"red": {"valid": ["blue"], "spurious": ["red"]}}))
    options = ["--html", folder / "a.html", "--json", folder / "a.json", "--foundation-model", SPACE]
    found = run("audit", lens, folder / "wanted.yaml", "--max-spurious", max_spurious, *options)
    assert "Audit of eye" in capsys.readouterr().out
    passed = slw.Audit.from_json(folder / "a.json").passed(float(max_spurious))
    assert found == (0 if passed else 3)
    assert (folder / "a.html").is_file()


def test_an_export_writes_what_is_asked_for(lens, folder, capsys):
    space = ["--foundation-model", SPACE]
    (folder / "words.txt").write_text("red\ngreen\nblue\n")
    arguments = [
        "--parquet",
        folder / "tables",
        "--csv",
        folder / "labels.csv",
        "--labels",
        folder / "words.txt",
    ]
    assert run("export", lens, *arguments, *space) == 0
    assert capsys.readouterr().out.split() == [str(folder / "tables"), str(folder / "labels.csv")]
    assert len(pd.read_parquet(folder / "tables" / "labels.parquet")) == 3
    assert list(pd.read_csv(folder / "labels.csv").columns) == ["layer", "unit", "description", "similarity"]
    assert run("export", lens) == 2
    assert "--parquet FOLDER, --csv FILE or --html PATH" in capsys.readouterr().err
    assert run("export", lens, "--csv", folder / "b.csv") == 2


@pytest.mark.parametrize("place", ["page.html", "page"])
def test_an_export_writes_the_explorer_as_a_page_with_labels(lens, folder, place, capsys):
    capsys.readouterr()
    words = folder / "words.txt"
    words.write_text("red\ngreen\nblue\n")
    arguments = ["--html", folder / place, "--labels", words, "--foundation-model", SPACE]
    assert run("export", lens, *arguments) == 0
    said = capsys.readouterr()
    page = folder / place if place.endswith(".html") else folder / place / "index.html"
    assert said.out.strip() == str(page)
    assert "keeping eye" in said.err
    contents = Kept(page.read_text(encoding="utf-8")).contents
    assert contents["traits"]["_view"] == "explorer"
    assert contents["traits"]["vocabulary_info"]["n_texts"] == 3
    assert run("export", lens, *arguments, "--quiet") == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("none/page.html", "path must be in an existing folder"),
        ("none/page", "path must be in an existing folder"),
        ("set", "path must be a new folder, or one that to_html wrote"),
    ],
)
def test_a_page_that_cannot_be_written_is_refused_in_one_sentence(lens, folder, place, message, capsys):
    assert run("export", lens, "--html", folder / place, "--foundation-model", SPACE) == 2
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said.startswith("semanticlens-widgets export: ")
    assert message in said


@pytest.mark.parametrize("damage", ["empty", "no json", "cut", "of another program"])
@pytest.mark.parametrize("command", [["info"], ["info", "--json"], ["export", "--html", "page.html"]])
def test_a_damaged_lens_is_refused_in_one_sentence(lens, command, damage, capsys):
    about = lens / "lens.json"
    if damage == "empty":
        shutil.rmtree(lens)
        lens.mkdir()
    elif damage == "cut":
        layer = next((lens / "layers").glob("*.safetensors"))
        layer.write_bytes(layer.read_bytes()[:-20])
    else:
        about.write_text("{" if damage == "no json" else '{"made_by": "another program"}')
    name, *options = command
    assert run(name, lens, *options, *(["--foundation-model", SPACE] if name == "export" else [])) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert said[-1].startswith(f"semanticlens-widgets {name}: ")
    assert not any("Traceback" in line for line in said)
    assert str(lens) in said[-1] or "damaged" in said[-1]


@pytest.mark.parametrize("action", [["list"], ["prune", "--older-than", "0d"]])
def test_a_cache_that_is_missing_or_no_folder_is_refused_and_an_empty_one_is_not(folder, action, capsys):
    verb, *options = action
    assert run("cache", verb, folder / "no cache", *options) == 2
    assert "there is no folder" in capsys.readouterr().err
    (folder / "file").write_text("text")
    assert run("cache", verb, folder / "file", *options) == 2
    assert "there is no folder" in capsys.readouterr().err
    (folder / "new").mkdir()
    assert run("cache", verb, folder / "new", *options) == 0
    assert "0" in capsys.readouterr().out


def test_damaged_and_foreign_files_of_a_cache_are_listed_and_pruned_but_not_what_is_none_of_its_results(
    lens, folder, capsys
):
    cache = folder / "cache"
    results = sorted(cache.rglob("*.safetensors"))
    results[0].write_bytes(b"damaged")
    beside, linked = cache / "notes.txt", results[-1].with_name("link.safetensors")
    beside.write_text("mine")
    linked.symlink_to(folder / "set" / "elsewhere.safetensors")
    capsys.readouterr()
    assert run("cache", "list", cache) == 0
    assert f" {len(results)} " in capsys.readouterr().out.splitlines()[-1]
    assert run("cache", "prune", cache, "--older-than", "0d") == 0
    assert f"removed {len(results)} files" in capsys.readouterr().out
    assert beside.exists()
    assert linked.is_symlink()
    assert run("build", config(folder), "--quiet", "--overwrite") == 0


def test_info_says_what_is_in_a_lens(lens, capsys, tmp_path):
    capsys.readouterr()
    assert run("info", lens) == 0
    assert "ColourModel" in capsys.readouterr().out
    assert run("info", lens, "--json") == 0
    about = json.loads(capsys.readouterr().out)
    assert (about["layers"], about["attributed"]) == ({"eye": 3}, ["eye"])
    assert run("info", tmp_path / "no.lens") == 2
    assert "semanticlens-widgets info: " in capsys.readouterr().err


def age(path, days):
    import os

    os.utime(path, (time.time() - days * 86_400,) * 2)


def test_a_cache_is_listed_and_pruned_from_the_oldest(lens, folder, capsys):
    capsys.readouterr()
    paths = sorted((folder / "cache").rglob("*.safetensors"))
    for number, path in enumerate(paths):
        age(path, 10 * number)
    assert run("cache", "list", folder / "cache") == 0
    assert f"all  {len(paths)}" in " ".join(capsys.readouterr().out.split("\n")[-2].split()).replace(
        "all ", "all  "
    )
    assert run("cache", "prune", folder / "cache", "--older-than", "15d", "--dry-run") == 0
    assert f"would remove {len(paths) - 2} files" in capsys.readouterr().out
    assert run("cache", "prune", folder / "cache", "--older-than", "15d") == 0
    assert [path.exists() for path in paths] == [True, True, *[False] * (len(paths) - 2)]
    limit = paths[0].stat().st_size
    assert run("cache", "prune", folder / "cache", "--larger-than", f"{limit / 1000 + 0.01:.3f}KB") == 0
    assert [path.exists() for path in paths[:2]] == [True, False]
    assert run("build", config(folder), "--quiet", "--overwrite") == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "must be told what to remove"),
        (["--older-than", "soon"], r"--older-than must be a number with a unit (m, h, d, w), not 'soon'"),
        (["--larger-than", "3"], "--larger-than must be a number with a unit"),
    ],
)
def test_pruning_is_told_what_to_remove(lens, folder, arguments, message, capsys):
    assert run("cache", "prune", folder / "cache", *arguments) == 2
    assert message in capsys.readouterr().err


def test_a_folder_that_is_no_cache_is_left_alone(folder, capsys):
    assert run("cache", "prune", folder / "set", "--older-than", "0d") == 2
    assert "is no cache: it has no folder 'locks', so nothing in it is touched" in capsys.readouterr().err


def test_every_command_has_help(capsys):
    for command in (
        ["build"],
        ["audit"],
        ["export"],
        ["info"],
        ["demo"],
        ["cache", "list"],
        ["cache", "prune"],
        [],
    ):
        with pytest.raises(SystemExit, match="0"):
            parser().parse_args([*command, "--help"])
        assert "usage: semanticlens-widgets" in capsys.readouterr().out


def test_help_imports_nothing_heavy_and_a_wrong_command_ends_with_2():
    code = "from semanticlens_widgets.command_line.main import parser; parser(); import sys; "
    code += "print('torch' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
    )
    ended = subprocess.run(
        [sys.executable, "-m", "semanticlens_widgets", "bild"], capture_output=True, text=True
    )
    assert ended.returncode == 2
    assert "invalid choice: 'bild'" in ended.stderr


@pytest.mark.slow
def test_a_process_builds_a_lens(folder):
    command = [sys.executable, "-m", "semanticlens_widgets", "build", config(folder)]
    ended = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == str(folder / "out.lens")


def test_the_file_in_the_docs_is_accepted(tmp_path):
    page = (Path(__file__).parents[3] / "docs" / "command_line.md").read_text(encoding="utf-8")
    (tmp_path / "r50.yaml").write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    assert read_config(tmp_path / "r50.yaml")["images"]["count"] == 50_000


def test_every_key_is_in_the_docs():
    page = (Path(__file__).parents[3] / "docs" / "command_line.md").read_text(encoding="utf-8")
    assert [key for key in (*KEYS, *IMAGE_KEYS, *ATTRIBUTE_KEYS) if f"`{key}`" not in page] == []


def test_an_interrupt_ends_with_130(folder, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(slw.Lens, "build", interrupted)
    assert run("build", config(folder)) == 130
    assert "the same command goes on from here" in capsys.readouterr().err
