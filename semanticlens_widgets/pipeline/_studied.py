"""The models of a database, the studied one and the foundation model: recognised for a saved lens, or made again."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets._arguments import did_you_mean
from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.concepts import (
    ConceptDatabase,
    LatentsRecord,
    OutputNames,
    OutputNaming,
    Provenance,
    as_output_names,
)
from semanticlens_widgets.dictionaries import Dictionary, restored_dictionary
from semanticlens_widgets.errors import ImagesError, WeightsUnavailableError
from semanticlens_widgets.foundation_models import (
    FoundationModel,
    check_foundation_model,
    class_of_recipe,
    fingerprint_of,
    from_recipe,
)
from semanticlens_widgets.images import Images, first_decoded
from semanticlens_widgets.layers import (
    Latents,
    Layout,
    Output,
    check_model,
    check_output_choice,
    count_outputs,
    default_transform,
    layer_names,
    model_behaviour,
    model_fingerprint,
    preprocessing_fingerprint,
    preprocessing_of,
    remember_layouts,
    versions_now,
)
from semanticlens_widgets.pipeline._class_names import Classes, class_outputs

_NUMBERS, _USUAL = 2**24, 64
"""Of the latents of a batch, and samples in the largest batch that is chosen for speed."""


@dataclass(frozen=True, eq=False)
class Studied:
    """The model of a database with its preprocessing, and the cache of its results."""

    model: nn.Module
    transform: Callable[[Image.Image], Tensor]
    cache: Path | None = None
    classes: Classes | None = None
    """The outputs that are classes, by default."""
    output: Output | None = None
    """The part of the model's output that holds the classes, by default (see `layers.output_rows`)."""
    latents: Mapping[str, Latents | None] = field(default_factory=dict)
    """The layers that are latents, None for those that were not passed."""

    def layer(self, name: str) -> str:
        """The layer of a name, as the model's passes take it; raises ValueError for latents that were not passed."""
        found = self.latents.get(name, name)
        if found is None:
            raise ValueError(
                f"layer {str(name)!r} holds latents, whose functions a saved lens does not hold; pass them too: "
                "slw.open(path, model=model, images=images, latents=[...])"
            )
        return found


def studied_again(
    model: nn.Module,
    transform: Callable[[Image.Image], Tensor] | None,
    provenance: Provenance,
    cache: Path | None = None,
    output: Output | None = None,
    latents: Mapping[str, Latents | None] | None = None,
) -> Studied:
    """The model with its preprocessing; raises ValueError unless both are those that the database was built with.

    Warns as `warn_of_behaviour` does.
    """
    check_model(model)
    check_output_choice(output)
    transform = transform or preprocessing_of(model) or default_transform()
    if model_fingerprint(model) != provenance.model_fingerprint:
        raise ValueError(
            f"model must be the {provenance.model} that the lens was built with, and its weights or architecture "
            "differ; load the same checkpoint, or build a lens of this one"
        )
    if preprocessing_fingerprint(transform) != provenance.preprocessing_fingerprint:
        raise ValueError("transform must be the one that the lens was built with; pass it: transform=...")
    warn_of_behaviour(model, provenance)
    latents = latents or {}
    layers, decided = layer_names(model), provenance.layouts
    known = {layer: layer for layer in layers} | {
        name: one for name, one in latents.items() if one is not None
    }
    remember_layouts(
        model,
        {
            known[layer]: Layout(found["components"], found["batch"], bool(found["places"]))
            for layer, found in decided.items()
            if layer in known
        },
    )
    return Studied(model, transform, cache, output=output, latents=latents)


def fitting_latents(database: ConceptDatabase, given: object) -> dict[str, Latents | None]:
    """The latents of the database's layers, None for those that were neither given nor kept.

    Raises TypeError for other things, ValueError for latents of no layer, and for others than the layer was built
    with; under another version of Python or torch only the numbers are compared.
    """
    found: dict[str, Latents | None] = {
        name: restored_dictionary(name, record.of, record.tensors, record.settings)
        if record.tensors
        else None
        for name, record in database.latents.items()
    }
    for latents in list(given) if isinstance(given, list | tuple) else [given]:
        if not isinstance(latents, Latents):
            raise TypeError(f"latents must be slw.Latents(...), not {latents!r}")
        if latents not in found:
            raise ValueError(
                f"the lens has no layer of latents {str(latents)!r}{did_you_mean(latents, found)}"
            )
        _check_same(latents, database.latents[latents], database.provenance)
        found[str(latents)] = latents
    return found


def record_of(latents: Latents) -> LatentsRecord:
    """The record by which a database keeps latents; whole for a dictionary that was learned."""
    learned = isinstance(latents, Dictionary)
    tensors = {name: part.cpu() for name, part in latents.coding.tensors.items()} if learned else {}
    settings = latents.settings if learned else {}
    return LatentsRecord(latents.layer, latents.into, latents.fingerprint, tensors, settings)


def _check_same(latents: Latents, record: LatentsRecord, provenance: Provenance) -> None:
    code, numbers = latents.fingerprint
    comparable = provenance.versions == versions_now()
    if numbers != record.fingerprint[1] or (comparable and code != record.fingerprint[0]):
        raise ValueError(
            f"latents {str(latents)!r} must be those that the lens was built with, and their weights, code or settings "
            "differ; load the same ones, or build a lens of these"
        )


def warn_of_behaviour(model: nn.Module, provenance: Provenance) -> None:
    """Warns of a model with hooks, attributes or code other than when the database was built.

    Other versions of Python or torch write these in another way, so that under them nothing is compared.
    """
    known = provenance.model_behaviour
    if known and provenance.versions == versions_now() and model_behaviour(model) != known:
        warn_user(
            "the model has the weights that the lens was built with, and other hooks, attributes or code (a patched "
            "forward, for example), so that it may give other outputs; build a lens of the model as it is now, or "
            "restore what changed"
        )


def affordable(layer: str, grid: Sequence[int], n_components: int) -> int | None:
    """The largest batch whose latents take at most 64 MB; None for a layer of the model, and where that is no limit."""
    found = max(1, _NUMBERS // (math.prod(grid) * n_components))
    return found if isinstance(layer, Latents) and found < _USUAL else None


def n_outputs(studied: Studied, images: Images) -> int:
    """The number of the model's outputs, from the first image that can be read.

    Raises ImagesError without one, and ValueError as `layers.count_outputs` does.
    """
    pixels = first_decoded(images, studied.transform)
    if not isinstance(pixels, Tensor):
        raise ImagesError("none of the images can be read; check the files")
    return count_outputs(studied.model, pixels, studied.output)


def fitting_output_names(
    given: OutputNaming, studied: Studied | None, images: Images | None = None
) -> OutputNames:
    """The names of outputs; raises ValueError for others than the model has, as far as it and an image are at hand.

    The model runs on one image. Raises as `as_output_names` does, and for classes that have the name of another output.
    """
    names = as_output_names(given)
    if studied is not None and images is not None:
        check_model(studied.model)
        n_all = n_outputs(studied, images)
        named = studied.classes is not None
        names.of_all(class_outputs(studied.classes, images, n_all) if named else {}, n_all)
    return names


def fitting_foundation_model(database: ConceptDatabase, model: FoundationModel) -> FoundationModel:
    """The model, if its space is the database's; warns when the dimensions fit and the weights differ.

    Raises TypeError when it cannot embed, ValueError when its dimensions do not fit.
    """
    check_foundation_model(model)
    provenance = database.provenance
    if model.dim != database.dim:
        raise ValueError(
            f"{model.name} has {model.dim} dimensions and the lens {database.dim}; it was built with "
            f"{provenance.foundation_model}"
        )
    if fingerprint_of(model) != provenance.foundation_model_fingerprint:
        warn_user(
            f"{model.name} is not the foundation model that the lens was built with "
            f"({provenance.foundation_model}, other weights); its texts may not fit"
        )
    return model


def described_foundation_model(database: ConceptDatabase) -> type | None:
    """The class of the foundation model in the database's recipe, which loads no weights; None without a recipe."""
    return class_of_recipe(database.provenance.foundation_model_recipe)


def restored_foundation_model(database: ConceptDatabase) -> FoundationModel:
    """The foundation model, made again from the database's recipe.

    Raises ValueError without a recipe, WeightsUnavailableError when its weights cannot be had.
    """
    provenance = database.provenance
    if provenance.foundation_model_recipe is None:
        raise ValueError(
            f"the foundation model {provenance.foundation_model!r} cannot be made again from "
            "the saved lens; pass it: Lens.open(path, foundation_model=...)"
        )
    try:
        made = from_recipe(provenance.foundation_model_recipe)
    except WeightsUnavailableError as error:
        raise WeightsUnavailableError(
            f"the foundation model of the lens cannot be made again, for {error}; or make it yourself: "
            "Lens.open(path, foundation_model=...)"
        ) from error
    return fitting_foundation_model(database, made)
