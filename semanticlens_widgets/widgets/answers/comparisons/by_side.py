"""Requests about neurons and labels, passed on to the lens of the side that they name."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.widgets.answers.comparisons.sides import Answering, ServedSide, Sides
from semanticlens_widgets.widgets.answers.labels.handlers import label_handlers
from semanticlens_widgets.widgets.answers.neurons.handlers import neuron_handlers
from semanticlens_widgets.widgets.answers.neurons.pictures import packed, sample_picture, side_of
from semanticlens_widgets.widgets.answers.neurons.protocol import PicturesResult
from semanticlens_widgets.widgets.kernel.request import Answer, Handler, Request

_ABOUT_A_LAYER = ("rank", "cards", "detail", "example_crops", "example_heatmaps", "label_layer", "labels")
_OF_ANY = ("image", "query_picture", "complete")
"""Requests that every lens answers alike."""

Handlers = Mapping[str, Handler]


def side_handlers(sides: Sides) -> dict[str, Handler]:
    """Returns the handlers of the requests about neurons and labels, by kind."""
    own = {id(one): {**neuron_handlers(one.rankings), **label_handlers(one.labeller)} for one in sides.lenses}
    first = own[id(sides.lenses[0])]
    return {
        **{kind: _passed_on(sides, own, kind) for kind in _ABOUT_A_LAYER},
        **{kind: first[kind] for kind in _OF_ANY},
        "thumbnails": lambda request: _thumbnails(sides, request),
        "prepare": lambda request: _prepare(own, request),
    }


def _passed_on(sides: Sides, own: Mapping[int, Handlers], kind: str) -> Handler:
    def handle(request: Request) -> Answer[Any]:
        one = sides.named(request.get("layer", str))
        params = {**request.params, "layer": one.side.layer}
        answer = own[id(one.by)][kind](replace(request, params=params))
        return replace(answer, result=_translated(one, answer.result)) if kind in _TRANSLATED else answer

    return handle


def _translated(one: ServedSide, result: Mapping[str, Any]) -> dict[str, Any]:
    """Returns an answer with the browser's names and rows; every other field as it is."""
    return {name: _TRANSLATED_FIELDS.get(name, _same)(one, value) for name, value in result.items()}


def _same(one: ServedSide, value: Any) -> Any:
    return value


def _card(one: ServedSide, card: Mapping[str, Any]) -> dict[str, Any]:
    rows = [row + one.by.first_row for row in card["samples"]]
    return {**card, "name": one.renamed(card["name"]), "samples": rows}


def _samples(one: ServedSide, samples: list[Any]) -> list[Any]:
    return [{**sample, "row": sample["row"] + one.by.first_row} for sample in samples]


def _controls(one: ServedSide, controls: list[Any]) -> list[Any]:
    return [{**each, "samples": _samples(one, each["samples"])} for each in controls]


def _similar(one: ServedSide, similar: list[Any]) -> list[Any]:
    return [{**each, "name": one.renamed(each["name"])} for each in similar]


_TRANSLATED = ("cards", "detail")
_TRANSLATED_FIELDS: Mapping[str, Callable[[ServedSide, Any], Any]] = {
    "cards": lambda one, cards: [_card(one, card) for card in cards],
    "card": _card,
    "examples": _samples,
    "look_alikes": _samples,
    "controls": _controls,
    "similar": _similar,
    "nearest": lambda one, name: name and one.renamed(name),
}


def _thumbnails(sides: Sides, request: Request) -> Answer[PicturesResult]:
    """Returns the WebP files of rows of the sample tables of all lenses."""
    rows = [_row(sides, row) for row in request.get("samples", list)]
    side = side_of(request)
    return packed(request, rows, lambda found: _picture(*found, side))


def _picture(by: Answering, row: int, side: int) -> bytes:
    return sample_picture(by.lens, int(by.lens.database.samples.ids[row]), row, side)


def _row(sides: Sides, row: object) -> tuple[Answering, int]:
    for by in reversed(sides.lenses):
        own = row - by.first_row if type(row) is int else -1
        if 0 <= own < len(by.lens.database.samples):
            return by, own
    n = sum(len(by.lens.database.samples) for by in sides.lenses)
    raise ValueError(f"there are samples 0 to {n - 1}, not {shown(row)}")


def _prepare(own: Mapping[int, Handlers], request: Request) -> Answer[Any]:
    for handlers in own.values():
        request.check()
        handlers["prepare"](request)
    return Answer({})
