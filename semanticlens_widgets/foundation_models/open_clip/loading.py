"""Loading of open_clip models with chosen settings, each failure reported as one sentence."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from semanticlens_widgets.errors import WeightsUnavailableError
from semanticlens_widgets.foundation_models.open_clip.settings import Settings
from semanticlens_widgets.foundation_models.weights.hub import (
    cached_file,
    fetch_weights,
    hub_failures,
    require_hub,
)


@dataclass(frozen=True)
class Loaded:
    """A model in eval mode, its transform and tokenizer; `activation` is its setting, which the weights do not show."""

    model: nn.Module
    transform: Callable[[Any], Tensor]
    tokenizer: Callable[[list[str]], Tensor]
    activation: str


def load(name: str, settings: Settings) -> Loaded:
    """Loads an architecture of open_clip with the weights of `settings`."""
    import open_clip

    config: dict[str, Any] = open_clip.get_model_config(name) or {}
    tokenizer = _tokenizer(name, config)
    file = fetch_weights(name, settings.tag) if settings.tag is not None else settings.file
    model = _model(name, config, settings, file)
    return Loaded(model, _transform(model), tokenizer, f"quick_gelu={settings.quick_gelu}")


def load_scheme(name: str, force_quick_gelu: bool | None) -> Loaded:
    """Loads a repository of the hub, or a folder, with a configuration of its own."""
    import open_clip

    scheme, _, repository = name.partition(":")
    if scheme == "hf-hub" and cached_file(repository, "open_clip_config.json") is None:
        require_hub(f"the model {name!r}")
    with hub_failures(f"the model {name!r}"):
        model = open_clip.create_model(
            name, require_pretrained=True, force_quick_gelu=bool(force_quick_gelu)
        ).eval()
        tokenizer = open_clip.get_tokenizer(name)
    return Loaded(model, _transform(model), tokenizer, f"quick_gelu={force_quick_gelu}")


def _model(name: str, config: dict[str, Any], settings: Settings, file: str | None) -> nn.Module:
    import open_clip

    text_model = config.get("text_cfg", {}).get("hf_model_name")
    if text_model is not None and cached_file(text_model, "config.json") is None:
        require_hub(f"the text model {text_model!r} of {name!r}")
    try:
        model = open_clip.create_model(
            name,
            pretrained=file,
            pretrained_text=False,
            force_quick_gelu=settings.quick_gelu,
            force_preprocess_cfg=copy.deepcopy(settings.preprocessing),
        )
    except Exception as error:
        if file is None:
            raise
        raise WeightsUnavailableError(_unreadable(name, file, error)) from error
    return model.eval().requires_grad_(False)


def _transform(model: Any) -> Callable[[Any], Tensor]:
    from open_clip.transform import PreprocessCfg, image_transform_v2

    transform: Any = image_transform_v2(PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)
    return transform


def _tokenizer(name: str, config: dict[str, Any]) -> Callable[[list[str]], Tensor]:
    """The tokenizer for the model's context length; contacts the hub only if the tokenizer is there and not cached."""
    import open_clip

    source = config.get("text_cfg", {}).get("hf_tokenizer_name")
    if not source:
        return open_clip.get_tokenizer(name)
    what = f"the tokenizer {source!r} of {name!r}"
    cached = any(
        cached_file(source, file) for file in ("tokenizer_config.json", "tokenizer.json", "config.json")
    )
    if not cached:
        require_hub(what)
    with hub_failures(what):
        options: dict[str, Any] = {"local_files_only": True} if cached else {}
        return open_clip.get_tokenizer(name, **options)


def _unreadable(name: str, file: str, error: Exception) -> str:
    """The error for a file that does not hold the weights of an architecture, in one sentence."""
    if "TorchScript" in str(error):
        return (
            f"{Path(file).name!r} is a TorchScript archive, which may run code; if you trust it, convert it with "
            "torch.save(torch.jit.load(file).state_dict(), new_file), without input_resolution, context_length "
            "and vocab_size"
        )
    reason = str(error).strip().splitlines()
    detail = reason[0] if reason else type(error).__name__
    if detail.startswith("Weights only load failed"):  # torch suggests to run the file's code
        detail = "it holds objects other than tensors, or no tensors"
    return (
        f"{Path(file).name!r} must hold weights of {name!r}, but: {detail}; pass the name it was trained as"
    )
