"""Every request has declared types, and its answers keep to them."""

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest

import semanticlens_widgets as slw
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets import CompareGallery, Explorer
from semanticlens_widgets.widgets.typescript.protocol import REQUESTS
from tests.fakes import CATEGORIES, attributed_lens

ABOUT = {"layer": "bn1", "requirements": [{"class_name": "bird", "valid": ["bird"], "spurious": ["car"]}]}
QUERY = {"query": "bird", "query_image": ""}
JUDGING = {"threshold": 2.0, "within_class": False}
PARAMS: dict[str, dict[str, Any]] = {
    "shown": {"view": "v", "page": "p"},
    "rank": {"layer": "bn1", **QUERY, "sort": "clarity", "descending": True},
    "cards": {"layer": "bn1", "components": [0, 19]},
    "detail": {"layer": "bn1", "component": 1},
    "compare": {"names": ["bn1:1", "bn2:3"]},
    "thumbnails": {"samples": [0, 1], "size": "small"},
    "example_crops": {"layer": "bn1", "examples": [[0, 0]], "size": "large"},
    "map": {"layers": ["bn1"], "method": "pca"},
    "encoding": {"layers": ["bn1", "bn2"], "encoding": "alignment", **QUERY},
    "probe": {"layers": ["bn1"], "method": "pca", "have": "pca", **QUERY},
    "audit_classes": {"layer": "bn1"},
    "audit": {"layer": "bn1", "class_name": "bird", "valid": ["bird"], "spurious": ["car"], **JUDGING},
    "audit_summary": {**ABOUT, **JUDGING},
    "audit_samples": {"layer": "bn1", "component": 0, "class_name": "bird", "of": "class", "limit": 3},
    "audit_pictures": {"samples": [0], "size": "small"},
    "audit_export": {**ABOUT, **JUDGING, "max_spurious": 0.1, "format": "csv", "ablation": None},
    "complete": {"text": "stri", "vocabulary": ""},
}


@pytest.fixture(scope="module")
def explorer() -> Explorer:
    lens: Lens = attributed_lens()
    return Explorer(lens, vocabulary=[*CATEGORIES, "gravity"])


def plain(value: Any) -> Any:
    """A value with lists for tuples, as JSON has it."""
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def faults(value: Any, hint: Any, path: str) -> list[str]:
    """The parts of a JSON value that are not of their declared type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if is_typeddict(hint):
        hints = get_type_hints(hint)
        if not isinstance(value, dict) or set(value) != set(hints):
            return [f"{path}: {value!r} has other fields than {sorted(hints)}"]
        return [one for name in hints for one in faults(value[name], hints[name], f"{path}.{name}")]
    if origin in (Union, UnionType):
        return [] if any(not faults(value, one, path) for one in arguments) else [f"{path}: {value!r}"]
    if origin is Literal:
        return [] if value in arguments else [f"{path}: {value!r}"]
    if origin in (list, tuple):
        each = arguments * len(value or ()) if origin is list else arguments
        if not isinstance(value, list) or len(each) != len(value):
            return [f"{path}: {value!r}"]
        return [one for v, h in zip(value, each, strict=True) for one in faults(v, h, path)]
    kinds = {float: (int, float), NoneType: (NoneType,)}.get(hint, (hint,))
    return [] if isinstance(value, kinds) else [f"{path}: {value!r} is no {hint}"]


PAIR = {"source": "one", "target": "two"}
OF_SIDES: dict[str, dict[str, Any]] = {
    "nearest": PAIR,
    "chance": PAIR,
    "rank": {"layer": "one", **QUERY, "sort": "clarity", "descending": True},
    "cards": {"layer": "two", "components": [0, 19]},
    "detail": {"layer": "two", "component": 1},
    "thumbnails": {"samples": [0, 1], "size": "small"},
}


@pytest.fixture(scope="module")
def gallery() -> CompareGallery:
    lens = attributed_lens()
    return CompareGallery(slw.compare((lens, "bn1"), (lens, "bn2"), names=["one", "two"]))


def test_every_handler_has_declared_types(explorer: Explorer, gallery: CompareGallery) -> None:
    handlers = [set(widget._session.channel._handlers) for widget in (explorer, gallery)]
    assert handlers[0] | handlers[1] == set(REQUESTS)


@pytest.mark.parametrize("kind", OF_SIDES)
def test_an_answer_about_a_side_is_of_its_declared_type(gallery: CompareGallery, kind: str) -> None:
    params, result = REQUESTS[kind]
    assert not faults(plain(OF_SIDES[kind]), params, kind)
    assert not faults(plain(gallery._session.channel.answer(kind, OF_SIDES[kind]).result), result, kind)


@pytest.mark.parametrize("kind", PARAMS)
def test_an_answer_is_of_its_declared_type(explorer: Explorer, kind: str) -> None:
    params, result = REQUESTS[kind]
    assert not faults(plain(PARAMS[kind]), params, kind)
    assert not faults(plain(explorer._session.channel.answer(kind, PARAMS[kind]).result), result, kind)


def test_labels_are_of_their_declared_types(explorer: Explorer) -> None:
    about = {"layer": "bn1", "vocabulary": explorer.vocabulary_info["key"]}
    for kind, params in (("label_layer", about), ("labels", {**about, "components": [0, 1]})):
        answer = explorer._session.channel.answer(kind, params)
        assert not faults(plain(answer.result), REQUESTS[kind][1], kind)
