"""The same foundation model again, from what a saved lens says of it."""

from collections.abc import Mapping
from typing import Any

from semanticlens_widgets.foundation_models.offline.conse import ConSE
from semanticlens_widgets.foundation_models.open_clip.model import OpenCLIP

_OPTIONS = {"OpenCLIP": ("name", "pretrained", "like", "force_quick_gelu"), "ConSE": ()}


def from_recipe(recipe: Mapping[str, Any] | None) -> OpenCLIP | ConSE:
    """The foundation model that a recipe describes, on the fastest device here.

    Raises ValueError for a recipe of a type that this package does not make, or None; WeightsUnavailableError when its
    weights are not to be had from here.
    """
    kind = recipe.get("type") if isinstance(recipe, Mapping) else None
    if recipe is None or kind not in _OPTIONS:
        said = "no recipe" if recipe is None else f"a recipe of type {kind!r}"
        raise ValueError(
            f"a foundation model cannot be made from {said}; pass foundation_model= with the one that was used"
        )
    options = {key: recipe[key] for key in _OPTIONS[kind] if key in recipe}
    wrong = sorted(key for key, value in options.items() if not isinstance(value, (str, bool, type(None))))
    if wrong:
        raise ValueError(
            f"the recipe's {wrong[0]!r} must be a text, not {options[wrong[0]]!r}; pass foundation_model="
        )
    return OpenCLIP(**options) if kind == "OpenCLIP" else ConSE()
