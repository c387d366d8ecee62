"""Names of layers: listing them, matching patterns, and finding the module of a name."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

import torch
from torch import nn
from torch.nn.parameter import UninitializedParameter

from semanticlens_widgets._arguments import did_you_mean
from semanticlens_widgets.errors import LayerNotFoundError
from semanticlens_widgets.layers.latents.latents import Latents

OUTPUT = "output"
"""The name of the model's own output, unless a module of the model has that name."""


def layer_names(model: nn.Module) -> list[str]:
    """The names of all layers in the order of the model's definition, its own output last as 'output'."""
    check_model(model)
    names = [name for name, _ in model.named_modules() if name]
    return names if OUTPUT in names else [*names, OUTPUT]


def find_layers(model: nn.Module, patterns: str | Iterable[str]) -> list[str]:
    """The names of the layers that match, in the order of the patterns, each once.

    A pattern is a name or has wildcards ('layer?', 'blocks.*.act'; `*` also matches dots). Wildcards match
    modules; the model's own output needs its exact name 'output'. `Latents` stay what they are. Raises
    LayerNotFoundError with near names for a pattern without a match, ValueError without patterns, and for different
    layers of one name, TypeError for patterns that are not text.
    """
    check_model(model)
    patterns = _patterns(model, patterns)
    if not patterns:
        raise ValueError("layers must name at least one layer, for example layers=['layer4'], not []")
    found = [name for pattern in patterns for name in _matches(model, pattern)]
    _check_distinct([name for name in found if isinstance(name, Latents)])
    return list(dict.fromkeys(found))


def module_of(model: nn.Module, layer: str) -> nn.Module:
    """The module with a layer's name; raises LayerNotFoundError with near names."""
    check_model(model)
    try:
        return model.get_submodule(layer) if layer else _unknown(model, layer)
    except AttributeError:
        return model if layer == OUTPUT else _unknown(model, layer)


def check_model(model: object) -> None:
    """Raises TypeError unless `model` is a torch module whose layers can be reached, ValueError for lazy weights."""
    if isinstance(model, torch.jit.ScriptModule):
        raise TypeError(
            "model must be a module whose layers can be reached, not a ScriptModule; pass the module before scripting"
        )
    if isinstance(model, torch.export.ExportedProgram):
        raise TypeError(
            "model must be a module whose layers can be reached, not an ExportedProgram; pass the module before "
            "exporting"
        )
    if not isinstance(model, nn.Module):
        found = f"the class {model.__name__}" if isinstance(model, type) else f"a {type(model).__name__}"
        raise TypeError(
            f"model must be a torch module, not {found}; make one and load its weights: "
            "model = torchvision.models.resnet18(weights='DEFAULT')"
        )
    for name, weight in model.named_parameters():
        if isinstance(weight, UninitializedParameter):
            raise ValueError(
                f"the model's weight {name!r} is made when it first runs: run the model once, on one batch, and load "
                "its weights"
            )


def _patterns(model: nn.Module, patterns: object) -> list[str]:
    if isinstance(patterns, str):
        return [patterns]
    # A Sequential is iterable, but not a list of names.
    if isinstance(patterns, nn.Module) or not isinstance(patterns, Iterable):
        raise TypeError(_not_a_name(model, patterns))
    return list(patterns)


def _not_a_name(model: nn.Module, found: object) -> str:
    name = next((name for name, module in model.named_modules() if name and module is found), None)
    what = f"a {type(found).__name__}" if isinstance(found, nn.Module) else repr(found)
    way_out = f"the model calls it {name!r}" if name else "the names are in layer_names(model)"
    return f"layers must be names of layers, not {what}; {way_out}"


def _matches(model: nn.Module, pattern: str) -> list[str]:
    if not isinstance(pattern, str):
        raise TypeError(_not_a_name(model, pattern))
    names = [name for name, _ in model.named_modules() if name]
    if isinstance(pattern, Latents):
        _check_latents(model, pattern)
        return [pattern]
    # A name may itself hold brackets.
    if pattern in names or not any(wildcard in pattern for wildcard in "*?["):
        module_of(model, pattern)
        return [pattern]
    found = [name for name in names if fnmatchcase(name, pattern)]
    if not found:
        raise LayerNotFoundError(
            f"no layer of the model matches {pattern!r}{did_you_mean(pattern, layer_names(model))}"
        )
    return found


def _check_latents(model: nn.Module, latents: Latents) -> None:
    for base in {latents.layer, latents.into} if latents.scores is None else ():
        module_of(model, base)
    if latents in layer_names(model):
        raise ValueError(
            f"latents must have a name of their own, and the model has a layer {str(latents)!r}: Latents(..., name=...)"
        )


def _check_distinct(found: list[Latents]) -> None:
    for name in set(found):
        if len({id(latents) for latents in found if latents == name}) > 1:
            raise ValueError(
                f"two latents have the name {str(name)!r}: give each a name of its own, Latents(..., name=...)"
            )


def _unknown(model: nn.Module, layer: str) -> nn.Module:
    raise LayerNotFoundError(
        f"the model has no layer {layer!r}{did_you_mean(layer, layer_names(model), limit=1)}"
    )
