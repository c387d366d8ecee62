"""Foundation models rebuilt from the recipe in a saved lens."""

from collections.abc import Mapping
from typing import Any

from semanticlens_widgets.foundation_models.offline.conse import ConSE
from semanticlens_widgets.foundation_models.open_clip.model import OpenCLIP

_OPTIONS = {"OpenCLIP": ("name", "pretrained", "like", "force_quick_gelu"), "ConSE": ()}


def class_of_recipe(recipe: Mapping[str, Any] | None) -> type[OpenCLIP] | type[ConSE] | None:
    """The class of the foundation model that a recipe describes, without loading it; None for any other recipe."""
    kind = recipe.get("type") if isinstance(recipe, Mapping) else None
    return next((one for one in (OpenCLIP, ConSE) if one.__name__ == kind), None)


def from_recipe(recipe: Mapping[str, Any] | None) -> OpenCLIP | ConSE:
    """Builds the foundation model that a recipe describes, on the fastest available device.

    Raises ValueError for None and for a recipe of an unknown type; WeightsUnavailableError when the weights are neither
    on this computer nor can be downloaded.
    """
    kind = recipe.get("type") if isinstance(recipe, Mapping) else None
    if recipe is None or kind not in _OPTIONS:
        given = "no recipe" if recipe is None else f"a recipe of type {kind!r}"
        raise ValueError(
            f"a foundation model cannot be rebuilt from {given}; pass foundation_model= with the one that was used"
        )
    options = {key: recipe[key] for key in _OPTIONS[kind] if key in recipe}
    wrong = sorted(key for key, value in options.items() if not isinstance(value, (str, bool, type(None))))
    if wrong:
        raise ValueError(
            f"the recipe's {wrong[0]!r} must be a text, not {options[wrong[0]]!r}; pass foundation_model= instead"
        )
    return OpenCLIP(**options) if kind == "OpenCLIP" else ConSE()
