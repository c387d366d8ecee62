"""One explained image as a page keeps it: its rows in every order, and heat maps and examples of these."""

from collections.abc import Mapping, Sequence
from typing import Any

from semanticlens_widgets.widgets.page.lens import Keeper, crop_table, kept_pictures
from semanticlens_widgets.widgets.page.places import kept_places
from semanticlens_widgets.widgets.page.result import result_contents

_ROWS = 20


def prediction_contents(
    keeper: Keeper,
    traits: Mapping[str, Any],
    about: Mapping[str, Any],
    orders: Sequence[str],
    opened: Sequence[int],
) -> dict[str, Any]:
    """Returns the contents of a page about one image; `about` has the parameters of its requests.

    It keeps the first 20 rows of every order, the open component, and those that fire most at some places.
    """
    asked = {**about, "query": "", "query_image": "", "place": [], "n": _ROWS, "also": list(opened)}
    rows = {by: keeper.ask("explain_rows", **asked, by=by).result for by in orders}
    found = {row["component"] for each in rows.values() for row in [*each["rows"], *each["also"]]}
    explained = keeper.kept("explain", **about)
    measured = keeper.ask("explain_effects", **about, components=sorted(found)).result["effects"]
    effects = dict(zip(sorted(found), measured, strict=True))
    grid, sides = explained["result"]["grid"], explained["result"]["sides"]
    places = None if grid is None else kept_places(keeper, about, grid, sides, found)
    if places is not None:
        explained["result"] = {**explained["result"], "grid": places["grid"]}
        found |= places["rows"].keys()
    heatmaps = {
        one: keeper.kept("explain_heatmap", **about, component=one) for one in sorted(found) if places
    }
    kept = {
        "explain": explained,
        "rows": {by: {**each, "n": len(each["rows"])} for by, each in rows.items()},
        "effects": effects,
        "heatmaps": heatmaps,
        "places": places,
    }
    without = {**traits, "factors": {}, "place": [], "query": "", "query_image": "", "selection": []}
    contents = result_contents(without, {"prediction": kept})
    return {**contents, **_examples(keeper, about["layer"], found)}


def _examples(keeper: Keeper, layer: str, components: set[int]) -> dict[str, Any]:
    """The examples of components and their pictures; other components of the layer are None."""
    database = keeper.lens.database
    examples, crops = database.examples[layer], database.crops
    details = [
        {**keeper.ask("detail", layer=layer, component=one).result, "controls": [], "look_alikes": []}
        if one in components
        else None
        for one in range(examples.n_components)
    ]
    samples = {example["row"] for detail in details if detail for example in detail["examples"]}
    shown = [] if crops is None or layer not in crops.rows else crops.rows[layer][sorted(components)]
    layers = {
        layer: {
            "signed": examples.sign == "both",
            "details": details,
            "names": None,
            "embeddings": [0, 0],
            "crops": crop_table(keeper, layer),
        }
    }
    wanted = {int(row) for rows in shown for row in rows}
    return {
        "layers": layers,
        "ids": database.samples.ids.tolist(),
        "pictures": kept_pictures(keeper, samples, wanted),
    }
