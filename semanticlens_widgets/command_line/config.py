"""The YAML file of a build: every key is known and of its type."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from semanticlens_widgets._arguments import did_you_mean, shown

_TEXT, _WHOLE, _NUMBER, _YES = (str,), (int,), (int, float), (bool,)
KEYS: dict[str, tuple[type, ...]] = {
    "model": _TEXT, "weights": (str, type(None)), "transform": _TEXT, "images": (str, list, dict),
    "layers": (str, list), "foundation_model": _TEXT, "save": _TEXT, "overwrite": _YES, "cache": _TEXT, "k": _WHOLE,
    "pooling": (str, dict), "sign": _TEXT, "normalize_examples": _YES, "look_alikes": _YES, "crop": _YES,
    "crop_threshold": _NUMBER, "batch_size": _WHOLE, "device": _TEXT, "classes": (str, list, dict),
    "output_names": (str, list, dict), "output": (str, int), "attribute": (bool, dict), "executor": (str, int),
}  # fmt: skip
REQUIRED = ("model", "images", "layers", "foundation_model")
IMAGE_KEYS: dict[str, tuple[type, ...]] = {
    "path": (str, list), "label_column": _TEXT, "count": _WHOLE, "value_range": (list,), "bands": (list,),
    "page": _WHOLE, "storage_options": (dict,),
}  # fmt: skip
ATTRIBUTE_KEYS: dict[str, tuple[type, ...]] = {
    "layer": (str, list), "method": _TEXT, "targets": _TEXT, "batch_size": _WHOLE,
}  # fmt: skip
_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false", list: "a list",
          dict: "a mapping", type(None): "null"}  # fmt: skip


def read_config(path: Path) -> dict[str, Any]:
    """The settings of a build; raises FileNotFoundError, and ValueError for a key, a type or a form that is wrong."""
    import yaml

    if not path.is_file():
        raise FileNotFoundError(f"there is no file {str(path)!r}; give the YAML file of a build")
    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} must be YAML in UTF-8: {' '.join(str(error).split())}") from error
    _check(path.name, settings, KEYS, "")
    missing = [key for key in REQUIRED if key not in settings]
    if missing:
        raise ValueError(
            f"{path.name} must have the key {missing[0]!r}; docs/command_line.md shows a whole file"
        )
    if isinstance(settings["images"], dict):
        _check(path.name, settings["images"], IMAGE_KEYS, "images.")
        if "path" not in settings["images"]:
            raise ValueError(f"{path.name}: images must have the key 'path'; name the folder, archive or URL")
    if isinstance(settings.get("attribute"), dict):
        _check(path.name, settings["attribute"], ATTRIBUTE_KEYS, "attribute.")
    return settings


def _check(file: str, settings: object, keys: Mapping[str, tuple[type, ...]], prefix: str) -> None:
    if not isinstance(settings, dict):
        raise ValueError(
            f"{file} must be a mapping of keys, such as 'model: torchvision:resnet50', not {shown(settings)}"
        )
    for key, value in settings.items():
        if key not in keys:
            raise ValueError(f"{file} has no key {prefix}{key}{did_you_mean(key, keys)}")
        # In Python true is a whole number too.
        wrong = isinstance(value, bool) and bool not in keys[key]
        if wrong or not isinstance(value, keys[key]):
            kinds = " or ".join(
                _WORDS[kind] for kind in keys[key] if kind is not int or float not in keys[key]
            )
            raise ValueError(f"{file}: {prefix}{key} must be {kinds}, not {shown(value)}")
