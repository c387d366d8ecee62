"""The foundation model of a database: a given one checked against it, or made again from its recipe."""

from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.errors import WeightsUnavailableError
from semanticlens_widgets.foundation_models import (
    FoundationModel,
    check_foundation_model,
    class_of_recipe,
    fingerprint_of,
    from_recipe,
)


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
