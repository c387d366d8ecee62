"""Rules that Python and the browser side share, by the tables of `tests/shared`, which vitest reads too."""

import json
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from semanticlens_widgets.analysis import Requirement, parse_query, requirement_of_each
from semanticlens_widgets.widgets.page.audit import _concepts
from semanticlens_widgets.widgets.typescript.constants import foldings
from tests.fakes import fake_database

SHARED = Path(__file__).parents[2] / "shared"


def table(name: str) -> Any:
    return json.loads((SHARED / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", table("queries"), ids=str)
def test_queries_are_read_as_in_the_browser(case: dict[str, Any]) -> None:
    query = case["query"] if "query" in case else case["repeat"] * case["times"]
    if "error" in case:
        with pytest.raises(ValueError, match=re.escape(case["error"])):
            parse_query(query)
    else:
        assert [[term.weight, term.kind, term.text] for term in parse_query(query)] == case["terms"]


@pytest.mark.parametrize("case", table("concepts"), ids=str)
def test_concepts_are_merged_as_in_the_browser(case: dict[str, Any]) -> None:
    given = [Requirement(one["class_name"], one["valid"], one["spurious"]) for one in case["requirements"]]
    merged = requirement_of_each(given, ["ox", "bee"])[case["class_name"]]
    expected = {side: case[side] for side in ("valid", "spurious")}
    assert {side: [concept.name for concept in getattr(merged, side)] for side in expected} == expected
    assert _concepts(case["requirements"], case["class_name"]) == expected


@pytest.mark.parametrize("case", table("component_names"), ids=str)
def test_components_are_named_as_in_the_browser(case: dict[str, Any]) -> None:
    database = fake_database(case["n"], sign="both" if case["signed"] else "positive")
    examples = database.examples[case["layer"]]
    assert examples.n_components == case["n"]
    for component, name in case["names"].items():
        assert examples.name(int(component)) == name
        assert database.locate(name) == (case["layer"], int(component))
    for name in case["unknown"]:
        with pytest.raises(ValueError, match="layer .bn2. (has components|was collected)"):
            examples.component(name)


def test_letters_are_folded_as_in_the_browser() -> None:
    found = table("casefold")
    folded = {entry[0]: entry[1:] for entry in found["foldings"].split(" ")}
    same_unicode = unicodedata.unidata_version == found["unicode"]
    for letter in map(chr, range(0x10000)):
        if letter in folded and unicodedata.category(letter) != "Cn":
            assert letter.casefold() == folded[letter]
        elif same_unicode:
            assert letter.casefold() == letter


def test_the_browser_gets_every_folding_that_is_not_the_lower_case_of_the_upper_case() -> None:
    special = foldings()
    assert special["ẞ"] == "ss"
    every = map(chr, range(sys.maxunicode))
    assert all(letter.casefold() == special.get(letter, letter.upper().lower()) for letter in every)
