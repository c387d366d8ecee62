"""Results as a page keeps them: the traits of their widget, and whole answers."""

from collections.abc import Mapping
from typing import Any

_OF_THE_HOST = ("layout", "tabbable", "tooltip")


def own_traits(traits: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the traits of a widget without what is of the kernel or of the host."""
    kept = [name for name in traits if not name.startswith("_") and name not in _OF_THE_HOST]
    state = {name: traits[name] for name in ("_view", "_view_id", *kept)}
    # A page keeps the labels of one method.
    return {**state, **({"label_choices": []} if "label_choices" in state else {})}


def result_contents(traits: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the contents of a page that shows a result and no neurons; `answers` are by kind of request."""
    no_words = {"texts": [], "dim": 0, "vectors": [0, 0], "scales": [0, 0], "unrelated": [0, 0]}
    return {
        "traits": own_traits(traits),
        "ids": [],
        "pictures": {"samples": {"at": [0, 0], "offsets": [0]}},
        "layers": {},
        "maps": [],
        "words": {**no_words, "caveats": {}, "places": []},
        "image": None,
        "audits": {},
        "answers": dict(answers),
    }
