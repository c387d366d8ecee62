"""Requirements of published cases: they parse, their classes exist, and an audit runs with each."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import semanticlens_widgets as slw
from semanticlens_widgets.analysis import read_requirements
from semanticlens_widgets.analysis.audits.cases import cases
from semanticlens_widgets.foundation_models import imagenet_class_names
from tests.architectures import Pooled, made, noisy
from tests.colour_world import ColourSpace, to_tensor

NAMES = list(slw.requirements()["name"])
CITED = re.compile(r"(arXiv \d{4}\.\d{4,5}|doi 10\.\d{4,}/\S+).*", re.DOTALL)


def test_the_list_names_every_case_with_what_an_audit_takes():
    table: Any = slw.requirements().set_index("name")
    assert list(table.index) == ["imagenet", "melanoma", "waterbirds"]
    assert list(table.columns) == ["about", "n_classes", "n_concepts", "data", "model", "foundation_model"]
    assert table.map(bool).all(axis=None)
    assert table["data"].str.contains("https://").all()
    assert table["n_classes"].to_dict() == {"imagenet": 102, "melanoma": 1, "waterbirds": 2}


@pytest.mark.parametrize("name", NAMES)
def test_every_concept_has_its_publication_and_is_read_as_a_single_text(name):
    table = slw.requirements(name)
    assert list(table.columns) == ["class", "concept", "kind", "source"]
    assert set(table["kind"]) == {"valid", "spurious"}
    assert all(re.search(r"\b(19|20)\d\d, ", source) and CITED.search(source) for source in table["source"])
    assert not table.duplicated(["class", "concept"]).any()
    for requirement in read_requirements(table):
        for concept in [*requirement.valid, *requirement.spurious]:
            (term,) = concept.query.terms
            assert (term.kind, term.text, term.weight) == ("text", concept.name, 1)
    listed = {(one.class_name or "*", len(one.valid) + len(one.spurious)) for one in read_requirements(table)}
    assert listed == set(table.groupby("class").size().items())


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_no_entry_that_is_not_read(name):
    text = (Path(cases.__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")
    assert no_key_twice(yaml.compose(text))
    case = yaml.safe_load(text)
    assert set(case) == {"about", "data", "model", "foundation_model", "requirements"}
    for part in case["requirements"]:
        assert set(part) == {"source", "classes"}
        assert all(set(lists) <= {"valid", "spurious"} for lists in part["classes"].values())


def no_key_twice(node: Any) -> bool:
    """True if no mapping has a key twice, of which YAML would keep the last."""
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        return len(set(keys)) == len(keys) and all(no_key_twice(value) for _, value in node.value)
    return not isinstance(node, yaml.SequenceNode) or all(map(no_key_twice, node.value))


def test_the_classes_of_imagenet_are_called_as_the_package_calls_them():
    names = imagenet_class_names()
    for name in set(slw.requirements("imagenet")["class"]):
        assert names.count(name) == 1, name


@pytest.mark.parametrize("name", NAMES)
def test_an_audit_runs_with_the_case_on_a_lens_with_its_classes(name):
    table = slw.requirements(name)
    classes = [each for each in dict.fromkeys(table["class"]) if each != "*"]
    frames = np.resize(noisy(), (max(24, len(classes)), 32, 32, 3))
    images = slw.as_images(frames, labels=[classes[each % len(classes)] for each in range(len(frames))])
    lens = slw.Lens.build(
        made(Pooled, n_outputs=len(classes)),
        images,
        ["last"],
        transform=to_tensor,
        foundation_model=ColourSpace(),
        classes={each: output for output, each in enumerate(classes)},
        k=4,
        progress=False,
    )
    found = lens.audit(table, layer="last")
    assert set(found.summary()["class"]) == set(classes)
    spurious = {concept.name for one in read_requirements(table) for concept in one.spurious}
    assert set(table.loc[table["kind"] == "spurious", "concept"]) == spurious


def test_another_name_is_an_error_that_lists_those_there_are():
    with pytest.raises(
        ValueError, match=r"name must be 'imagenet', 'melanoma' or 'waterbirds', not 'melanom'; did"
    ):
        slw.requirements("melanom")
    with pytest.raises(ValueError, match="name must be 'imagenet', .*not 3"):
        slw.requirements(3)  # type: ignore[arg-type]
