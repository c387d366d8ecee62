"""Requirements of many classes and concepts are read with work that grows with their number alone."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from PIL import Image

from semanticlens_widgets.analysis import Requirement, read_requirements, requirement_of_each

SOURCES: dict[str, Callable[[Path, dict[str, Any]], Any]] = {
    "dict": lambda path, data: data,
    "json": lambda path, data: _written(path / "r.json", json.dumps(data)),
    "yaml": lambda path, data: _written(path / "r.yaml", yaml.safe_dump(data)),
    "csv": lambda path, data: _written(path / "r.csv", _table(data).to_csv(index=False)),
    "table": lambda path, data: _table(data),
}
SIZES = (20, 40, 80)


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def _table(data: dict[str, Any]) -> pd.DataFrame:
    rows = [
        (name, concept, kind) for name, lists in data.items() for kind in lists for concept in lists[kind]
    ]
    return pd.DataFrame(rows, columns=["class", "concept", "kind"])


def lines_run(work: Callable[[], object]) -> int:
    """Lines of Python that run in the package's own modules, generators counted by each item."""
    n = 0

    def trace(frame: Any, event: str, _arg: object) -> Any:
        nonlocal n
        if "semanticlens_widgets" not in frame.f_code.co_filename:
            return None
        n += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return n


def many_classes(n: int) -> dict[str, Any]:
    return {f"class {row}": {"valid": [f"word {row}"], "spurious": ["tree"]} for row in range(n)}


def many_concepts(n: int) -> dict[str, Any]:
    return {"ox": {kind: [f"{kind} {row}" for row in range(n)] for kind in ("valid", "spurious")}}


@pytest.mark.parametrize("source", list(SOURCES))
@pytest.mark.parametrize("make", [many_classes, many_concepts])
def test_twice_as_many_are_twice_the_work(tmp_path: Path, source: str, make: Callable[[int], Any]) -> None:
    given = [SOURCES[source](tmp_path / str(n), make(n)) for n in SIZES]
    work = [lines_run(lambda one=one: read_requirements(one)) for one in given]
    assert work[2] - work[1] <= 2.2 * (work[1] - work[0])


def test_many_concepts_of_one_name_are_told_apart_with_work_that_grows_with_their_number() -> None:
    pictures = lambda n: [Image.new("L", (1, 1), row) for row in range(n)]  # noqa: E731
    names = [concept.name for concept in Requirement("ox", valid=pictures(3)).valid]
    assert names == ["image", "image 2", "image 3"]
    work = [lines_run(lambda n=n: Requirement("ox", valid=pictures(n))) for n in SIZES]
    assert work[2] - work[1] <= 2.2 * (work[1] - work[0])


def test_every_class_of_4000_finds_its_requirement_and_its_row() -> None:
    found = read_requirements(many_classes(4000))
    each = requirement_of_each(found, [one.class_name or "" for one in found])
    assert [concept.name for concept in each["class 3999"].valid] == ["word 3999"]


def test_of_two_equal_classes_in_a_file_one_is_not_lost(tmp_path: Path) -> None:
    path = _written(tmp_path / "r.yaml", "ox: {valid: [horns]}\nox: {valid: [fur]}\n")
    with pytest.raises(ValueError, match="class 'ox' has two requirements"):
        read_requirements(path)


def test_a_deep_file_is_refused_in_a_short_sentence(tmp_path: Path) -> None:
    for text in ("ox: " + 100_000 * "[", "ox:\n  " + 900 * "- " + "x", "ox:\n  " + 100_000 * "- " + "x"):
        with pytest.raises((ValueError, TypeError)) as error:
            read_requirements(_written(tmp_path / "r.yaml", text))
        assert len(str(error.value)) < 1000
