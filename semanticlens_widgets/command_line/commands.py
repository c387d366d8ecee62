"""Commands on lenses."""

import json
import sys
from argparse import Namespace
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import nn

from semanticlens_widgets.command_line.config import read_config
from semanticlens_widgets.command_line.main import DONE, NOT_PASSED
from semanticlens_widgets.command_line.named import executor_of, foundation_model_of, function_of, model_of
from semanticlens_widgets.images import Images, as_images
from semanticlens_widgets.lens import Lens

_PASSED_ON = ("k", "pooling", "sign", "normalize_examples", "look_alikes", "crop", "crop_threshold", "batch_size",
              "output")  # fmt: skip


def build(options: Namespace) -> int:
    """Builds and saves the lens of a YAML file; its path goes to stdout."""
    settings, folder = read_config(options.config), options.config.absolute().parent
    target = options.save or (folder / settings["save"] if "save" in settings else None)
    overwrite = options.overwrite or settings.get("overwrite", False)
    if target is None:
        raise ValueError("the folder to save to must be named: give the key 'save' or --save")
    if target.exists() and not overwrite:
        raise FileExistsError(f"{str(target)!r} is there already; pass --overwrite to replace it")
    model, transform = model_of(settings["model"], settings.get("weights", "DEFAULT"), folder)
    images = _images(settings["images"], folder)
    if "transform" in settings:
        transform = function_of(settings["transform"], "transform", folder)
    if options.check:
        print(f"{type(model).__name__}, {images!r}")  # noqa: T201
        return DONE
    executor, progress = executor_of(settings.get("executor"), folder), not options.quiet
    with redirect_stdout(sys.stderr):  # where progress belongs
        lens = _built(settings, folder, model, images, transform, executor=executor, progress=progress)
    # Saved before it is attributed too, so that nothing is lost where that cannot be done.
    print(lens.save(target, overwrite=overwrite))  # noqa: T201
    if wanted := settings.get("attribute"):
        with redirect_stdout(sys.stderr):
            lens.attribute(
                executor=executor, progress=progress, **(wanted if isinstance(wanted, dict) else {})
            )
        lens.save(target, overwrite=True)
    return DONE


def _built(
    settings: dict[str, Any],
    folder: Path,
    model: nn.Module,
    images: Images,
    transform: Any,
    *,
    executor: object,
    progress: bool,
) -> Lens:
    """The lens of checked settings."""
    return Lens.build(
        model.to(settings.get("device", "cpu")),
        images,
        settings["layers"],
        foundation_model=foundation_model_of(settings["foundation_model"], folder),
        transform=transform,
        classes=_names(settings, "classes", folder),
        output_names=_names(settings, "output_names", folder),
        cache=folder / settings["cache"] if "cache" in settings else None,
        executor=executor,
        progress=progress,
        **{key: settings[key] for key in _PASSED_ON if key in settings},
    )


def audit(options: Namespace) -> int:
    """Prints the audit of a lens; NOT_PASSED unless every class passes."""
    found = _opened(options).audit(options.requirements, layer=options.layer)
    passed = found.passed(options.max_spurious)
    if options.html:
        found.to_html(options.html, max_spurious=options.max_spurious)
    if options.json:
        found.to_json(options.json)
    print(found)  # noqa: T201
    return DONE if passed else NOT_PASSED


def export(options: Namespace) -> int:
    """Writes what was asked for, and prints the paths."""
    if not (options.parquet or options.csv or options.html):
        raise ValueError("export must be told what to write: --parquet FOLDER, --csv FILE or --html PATH")
    if options.csv and not options.labels:
        raise ValueError("--csv writes labels: name their vocabulary, such as --labels general")
    lens = _opened(options)
    labels = lens.label(options.labels) if options.labels else None
    if options.parquet:
        print(lens.to_parquet(options.parquet, labels=labels, overwrite=options.overwrite))  # noqa: T201
    if options.csv and labels is not None:
        print(lens.export_labels(options.csv, labels))  # noqa: T201
    if options.html:
        from semanticlens_widgets.widgets import Explorer

        page = Explorer(lens, vocabulary=options.labels).to_html(options.html, progress=not options.quiet)
        print(page)  # noqa: T201
    return DONE


def info(options: Namespace) -> int:
    """Prints model, layers, images and settings of a lens."""
    lens = Lens.open(options.lens)
    if not options.json:
        print(lens)  # noqa: T201
        return DONE
    database = lens.database
    layers = {name: found.n_components for name, found in database.examples.items()}
    about = {"layers": layers, "samples": len(database.samples), "attributed": list(database.relevance)}
    print(json.dumps({**about, "provenance": asdict(database.provenance)}, indent=1))  # noqa: T201
    return DONE


def demo(options: Namespace) -> int:
    """Builds the demo lens, prints what it found, and draws a figure."""
    from semanticlens_widgets._demo import demo as build_demo
    from semanticlens_widgets._demo import report

    report(build_demo(), options.figure)
    return DONE


def _opened(options: Namespace) -> Lens:
    name = options.foundation_model
    space = foundation_model_of(name, Path.cwd()) if name else None
    return Lens.open(options.lens, foundation_model=space, cache=options.cache)


def _images(source: Any, folder: Path) -> Images:
    rest = dict(source) if isinstance(source, dict) else {"path": source}
    places = rest.pop("path")
    if isinstance(places, list):
        return as_images([_place(place, folder) for place in places], **rest)
    return as_images(_place(places, folder), **rest)


def _place(address: str, folder: Path) -> str:
    """The URL as it is; a path relative to the folder of the YAML file."""
    return address if "://" in address else str(folder / Path(address).expanduser())


def _names(settings: dict[str, Any], key: str, folder: Path) -> Any:
    """The names of outputs under a key: as they are given, or the lines of a text file."""
    names = settings.get(key)
    if not isinstance(names, str):
        return names
    path = folder / Path(names).expanduser()
    if not path.is_file():
        raise FileNotFoundError(
            f"{key}: there is no file {str(path)!r} with the names, one a line; check the path"
        )
    return path.read_text(encoding="utf-8").splitlines()
