"""Models, functions and executors by the names that a YAML file gives them; nothing is evaluated."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torch import nn

from semanticlens_widgets._arguments import did_you_mean, shown

MODEL_FORMS = "torchvision:resnet50, timm:vit_base_patch16_224 or module:function"


def model_of(name: str, weights: str | None, folder: Path) -> tuple[nn.Module, Callable[[Any], Any] | None]:
    """The model, and its transform where its weights state one.

    `weights` are "DEFAULT", None for random ones, a tag of torchvision, or the path of a file with a state dict (.pt,
    .pth, .safetensors), relative to `folder`. Raises ValueError for a name or weights that are not there.
    """
    source, _, rest = name.partition(":")
    file = None if weights is None else _file(weights, folder)
    if not rest:
        raise ValueError(f"model must be {MODEL_FORMS}, not {shown(name)}")
    if source == "torchvision":
        model, transform = _of_torchvision(rest, None if file else weights)
    elif source == "timm":
        model, transform = _of_timm(rest, pretrained=weights is not None and file is None), None
    else:
        model, transform = called(name, "model", folder), None
    if not isinstance(model, nn.Module):
        raise ValueError(f"model {name!r} must return a torch module, not {shown(model)}")
    if file is not None:
        _load(model, file)
    return model.eval(), transform


def foundation_model_of(name: str, folder: Path) -> Any:
    """The foundation model of "OpenCLIP:ViT-B-32", "OpenCLIP:ViT-B-32:tag", "ConSE" or "module:function"."""
    from semanticlens_widgets.foundation_models import ConSE, OpenCLIP

    source, *rest = name.split(":", 2)
    if source == "OpenCLIP":
        return OpenCLIP(*rest)
    return ConSE() if name == "ConSE" else called(name, "foundation_model", folder)


def executor_of(name: str | int | None, folder: Path) -> object:
    """The executor of "gpus", a number of processes, or "module:function"; None for none."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    if isinstance(name, int):
        return ProcessPoolExecutor(name, mp_context=get_context("spawn"))
    return called(name, "executor", folder) if name and ":" in name else name


def called(name: str, key: str, folder: Path) -> Any:
    """Calls the function of "module:function", and returns its result; the module is looked for in `folder` too."""
    return function_of(name, key, folder)()


def function_of(name: str, key: str, folder: Path) -> Callable[..., Any]:
    """The function of "module:function"; raises ValueError if there is none."""
    module, _, attribute = name.partition(":")
    if not (module and attribute):
        raise ValueError(f"{key} must be a name like module:function, not {shown(name)}")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except ModuleNotFoundError as error:
        raise ValueError(
            f"{key}: there is no module {error.name!r}; put it beside the YAML file or install it"
        ) from error
    if not callable(found):
        raise ValueError(f"{key}: the module {module!r} has no function {attribute!r}; check the name")
    return found


def _of_torchvision(name: str, weights: str | None) -> tuple[nn.Module, Callable[[Any], Any] | None]:
    from torchvision import models

    if name not in models.list_models():
        raise ValueError(f"torchvision has no model {name!r}{did_you_mean(name, models.list_models())}")
    if weights is None:
        return models.get_model(name, weights=None), None
    known = models.get_model_weights(name)
    if weights not in known.__members__:
        raise ValueError(
            f"{name} has no weights {weights!r}{did_you_mean(weights, known.__members__)}, or a file"
        )
    return models.get_model(name, weights=known[weights]), known[weights].transforms()


def _of_timm(name: str, *, pretrained: bool) -> nn.Module:
    try:
        import timm
    except ImportError as error:
        raise ImportError(f"the model timm:{name} needs timm; install it with: pip install timm") from error
    if not timm.is_model(name.partition(".")[0]):
        raise ValueError(f"timm has no model {name!r}{did_you_mean(name, timm.list_models())}")
    return timm.create_model(name, pretrained=pretrained)


def _file(weights: str, folder: Path) -> Path | None:
    """The path of weights that are a file; raises FileNotFoundError if they are named like one that is not there."""
    path = folder / Path(weights).expanduser()
    if path.suffix not in (".pt", ".pth", ".bin", ".safetensors"):
        return None
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {str(path)!r} with weights; check the path")
    return path


def _load(model: nn.Module, file: Path) -> None:
    import torch
    from safetensors.torch import load_file

    try:
        state = (
            load_file(file) if file.suffix == ".safetensors" else torch.load(file, "cpu", weights_only=True)
        )
        model.load_state_dict(state)
    except Exception as error:
        reason = " ".join(str(error).split())[:300]
        raise ValueError(
            f"{file.name} must hold a state dict of the model, and does not load: {reason}"
        ) from error
