"""A query and a concept are parsed once on their way from the browser to the answer."""

from collections.abc import Callable, Iterator

import pytest

from semanticlens_widgets.analysis.queries import query as door
from semanticlens_widgets.widgets.kernel.request import Answer
from semanticlens_widgets.widgets.session import session_of
from tests.fakes import attributed_lens

REQUIREMENT = {"valid": ["red - green"], "spurious": ["a blue sky", "water"]}


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    parse = door.parse_query
    monkeypatch.setattr(door, "parse_query", lambda text: seen.append(text) or parse(text))
    return seen


@pytest.fixture
def ask() -> Iterator[Callable[..., Answer]]:
    channel = session_of(attributed_lens()).channel
    yield lambda kind, **params: channel.answer(kind, params)
    channel.close()


def without_unrelated_words(parsed: list[str]) -> list[str]:
    return [text for text in parsed if not text.startswith('"')]


def test_a_typed_query_is_parsed_once_and_not_at_all_when_it_is_known(ask, parsed) -> None:
    ask("rank", layer="bn1", query="bird - car", sort="alignment", descending=True)
    assert without_unrelated_words(parsed) == ["bird - car"]
    ask("rank", layer="bn1", query="bird - car", sort="clarity", descending=True)
    assert without_unrelated_words(parsed) == ["bird - car"]


def test_the_colours_of_several_layers_parse_the_query_once(ask, parsed) -> None:
    ask("encoding", layers=["bn1", "bn2"], encoding="alignment", query="bird")
    assert without_unrelated_words(parsed) == ["bird"]


def test_every_concept_of_an_audit_is_parsed_once(ask, parsed) -> None:
    name = ask("audit_classes", layer="bn1").result["classes"][0]["name"]
    ask("audit", layer="bn1", class_name=name, threshold=2.75, **REQUIREMENT)
    assert sorted(without_unrelated_words(parsed)) == ["a blue sky", "red - green", "water"]
