"""Lenses as a page keeps them: the answers about every neuron, as the channel gives them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from semanticlens_widgets.concepts import Crops, Samples
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.labels.labels import Labeller, Vocabulary
from semanticlens_widgets.widgets.answers.map.layout_tasks import LayoutTasks
from semanticlens_widgets.widgets.answers.neurons.query_images import QueryImages
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings
from semanticlens_widgets.widgets.kernel.channel import Channel
from semanticlens_widgets.widgets.kernel.request import Answer
from semanticlens_widgets.widgets.page.file import Columns

Report = Callable[[int, int, str], None]
_AT_ONCE = 500
"""Neurons, as the browser asks for them."""
FULL_SCALE = 32767
"""The number 1 in two bytes."""


class KeptSession(Protocol):
    """The part of a session that is kept."""

    @property
    def channel(self) -> Channel:
        """The channel that answers."""
        ...

    @property
    def rankings(self) -> Rankings:
        """The rankings of the lens."""
        ...

    @property
    def labeller(self) -> Labeller:
        """The labeller of the lens."""
        ...

    @property
    def images(self) -> QueryImages:
        """The images that are a query."""
        ...

    @property
    def layouts(self) -> LayoutTasks:
        """The layouts of maps."""
        ...


class Keeper:
    """Asks the line of a lens what a browser would, and keeps the answers."""

    def __init__(self, session: KeptSession, columns: Columns, report: Report) -> None:
        self.session, self.columns, self.report = session, columns, report

    @property
    def lens(self) -> Lens:
        """The lens."""
        return self.session.rankings.lens

    def ask(self, kind: str, **params: Any) -> Answer:
        """One answer."""
        return self.session.channel.answer(kind, params)

    def kept(self, kind: str, **params: Any) -> dict[str, Any]:
        """One answer to be given again as it is."""
        answer = self.ask(kind, **params)
        return {
            "result": answer.result,
            "buffers": [self.columns.add(bytes(part)) for part in answer.buffers],
        }


def kept_layer(
    keeper: Keeper, layer: str, n_examples: int | None, vocabulary: Vocabulary | None
) -> dict[str, Any]:
    """Details and labels of its neurons, their embeddings, and the crops that their examples are."""
    examples = keeper.lens.database.examples[layer]
    return {
        "signed": examples.sign == "both",
        "details": list(_details(keeper, layer, examples.n_components, n_examples)),
        "names": None if vocabulary is None else _names(keeper, layer, vocabulary),
        "embeddings": keeper.columns.add(halves(keeper.lens.database.component_embeddings[layer].numpy())),
        "crops": crop_table(keeper, layer),
    }


def _details(keeper: Keeper, layer: str, n: int, n_examples: int | None) -> Iterator[Mapping[str, Any]]:
    for component in range(n):
        if component % _AT_ONCE == 0:
            keeper.report(component, n, f"keeping {layer}")
        found = keeper.ask("detail", layer=layer, component=component).result
        card = {**found["card"], "samples": found["card"]["samples"][:n_examples]}
        # Controls would bring pictures and scores into the page that little else in it shows.
        yield {**found, "card": card, "examples": found["examples"][:n_examples], "controls": []}


def _names(keeper: Keeper, layer: str, vocabulary: Vocabulary) -> dict[str, Any]:
    keeper.session.labeller.labels(layer, vocabulary, keeper.report)
    about = {"layer": layer, "vocabulary": vocabulary.key}
    named = keeper.ask("label_layer", **about).result
    parts = [
        keeper.ask("labels", **about, components=list(range(start, min(start + _AT_ONCE, named["n"]))))
        for start in range(0, named["n"], _AT_ONCE)
    ]
    return {"named": named, "labels": [label for part in parts for label in part.result["labels"]]}


def crop_table(keeper: Keeper, layer: str) -> dict[str, Any] | None:
    """The row of every example's crop, -1 for none; None where the examples are whole images."""
    crops = keeper.lens.database.crops
    if crops is None or layer not in crops.rows:
        return None
    return {"k": crops.rows[layer].shape[1], "rows": crops.rows[layer].flatten().tolist()}


def kept_pictures(keeper: Keeper, rows: Collection[int], crops: Collection[int]) -> dict[str, Any]:
    """The thumbnails of samples and of crops; those of other rows are empty."""
    database = keeper.lens.database
    files = {"samples": picture_files(database.samples, rows)}
    if database.crops is not None:
        files["crops"] = picture_files(database.crops, crops)
    return {name: keeper.columns.add_files(own) for name, own in files.items()}


def picture_files(table: Samples | Crops, wanted: Collection[int]) -> Iterator[bytes]:
    """The thumbnails of a table; empty ones for rows that are not wanted."""
    return (table.thumbnail(row) if row in wanted else b"" for row in range(len(table)))


def kept_maps(keeper: Keeper, maps: Sequence[Sequence[str]], method: str) -> list[dict[str, Any]]:
    """The maps of groups of layers, each laid out to the end; raises what a layout raises."""
    # Each is laid out in a process of its own: begun together, they share what cores there are.
    tasks = [keeper.session.layouts.task(layers, method, anew=True) for layers in maps]
    for task in tasks:
        task.finish(lambda done, total, step: keeper.report(done, total, f"laying out the map: {step}"))
    return [
        {"layers": list(layers), **keeper.kept("map", layers=list(layers), method=method)} for layers in maps
    ]


def halves(numbers: np.ndarray) -> bytes:
    """Numbers from -1 to 1 in two bytes each: off by at most 0.000015."""
    return np.rint(numbers.clip(-1, 1) * FULL_SCALE).astype("<i2").tobytes()
