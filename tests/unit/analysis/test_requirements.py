import pandas as pd
import pytest
import torch
from PIL import Image

from semanticlens_widgets.analysis import Concept, Requirement, read_requirements, requirement_of_each

CLASSES = ("ox", "cat", "dog")


def names(concepts):
    return [concept.name for concept in concepts]


def lists(requirements):
    return {one.class_name: (names(one.valid), names(one.spurious)) for one in requirements}


def test_a_requirement_holds_the_concepts_of_a_class():
    ox = Requirement("ox", valid=["horns", "cattle"], spurious=["palm tree"])
    assert (ox.class_name, names(ox.valid), names(ox.spurious)) == ("ox", ["horns", "cattle"], ["palm tree"])
    assert repr(ox) == "Requirement('ox', valid=['horns', 'cattle'], spurious=['palm tree'])"


def test_a_concept_is_anything_that_can_be_asked_for():
    image = Image.new("RGB", (2, 2))
    spurious = ["wheel - car", "like #12", image, [image, image], torch.ones(3), [image]]
    found = Requirement(None, spurious=spurious).spurious
    assert names(found) == ["wheel - car", "like #12", "image", "2 images", "vector"]
    assert found[2].query.source is image


def test_pictures_can_have_a_name_and_two_without_are_told_apart():
    one, other = Image.new("RGB", (2, 2)), Image.new("RGB", (2, 2))
    assert names(Requirement("ox", spurious={"ruler": [one, other], "ink": other}).spurious) == [
        "ruler",
        "ink",
    ]
    assert names(Requirement("ox", spurious=[one, other]).spurious) == ["image", "image 2"]
    assert names(Requirement("ox", spurious=[Concept("ruler", one)]).spurious) == ["ruler"]


def test_a_concept_that_is_listed_twice_counts_once():
    assert names(Requirement("ox", valid=["palm tree", " Palm  tree"]).valid) == ["palm tree"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("ox", [], []), ValueError, "the requirement of class 'ox' has no concepts; name some"),
        ((None, [], []), ValueError, "the requirement of every class has no concepts"),
        (("ox", ["a palm"], [" A  Palm"]), ValueError, "class 'ox' has 'A Palm' in both lists; a concept is"),
        (
            ("ox", ["  "], []),
            ValueError,
            "the valid concepts of class 'ox' hold a blank one, '  '; leave it out",
        ),
        (
            ("ox", [], ["a", 3]),
            TypeError,
            "the spurious concepts of class 'ox' hold one that cannot be asked for",
        ),
        (("ox", [[]], []), ValueError, "cannot be asked for: the query is an empty list"),
        (("ox", ["- - x"], []), ValueError, "cannot be asked for: '-' is followed by '-'"),
        (("ox", "horns", []), TypeError, r"must be a list, not 'horns'; write \['horns'\]"),
        ((" ", ["horns"], []), ValueError, "the class name ' ' is blank"),
    ],
)
def test_what_is_no_requirement_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        Requirement(*arguments)


def test_one_picture_in_both_lists_is_refused():
    image = Image.new("RGB", (2, 2))
    with pytest.raises(ValueError, match="has 'image' in both lists"):
        Requirement("ox", valid=[image], spurious=[image])


def test_what_holds_for_every_class_is_added_to_each():
    found = requirement_of_each(
        [Requirement("cat", valid=["fur"]), Requirement(None, spurious=["text"])], CLASSES
    )
    assert list(found) == list(CLASSES)
    assert (names(found["cat"].valid), names(found["cat"].spurious)) == (["fur"], ["text"])
    assert (names(found["ox"].valid), names(found["ox"].spurious)) == ([], ["text"])


def test_a_class_overrules_what_holds_for_every_class():
    every = Requirement(None, valid=["animal"], spurious=["Human face", "text"])
    found = requirement_of_each(
        [every, Requirement("dog", valid=["human  face"], spurious=["animal"])], CLASSES
    )
    assert (names(found["dog"].valid), names(found["dog"].spurious)) == (["human face"], ["animal", "text"])


def test_classes_without_a_requirement_are_left_out_and_the_order_is_that_of_the_classes():
    found = requirement_of_each(
        [Requirement("dog", valid=["fur"]), Requirement("ox", valid=["fur"])], CLASSES
    )
    assert list(found) == ["ox", "dog"]


def test_an_unknown_class_is_refused_with_near_names():
    with pytest.raises(ValueError, match="there is no class 'dgo'; did you mean 'dog'"):
        requirement_of_each([Requirement("dgo", valid=["fur"])], CLASSES)


def test_many_unknown_classes_are_named_together_up_to_a_number():
    wrong = [Requirement(f"no such {n}", valid=["fur"]) for n in range(3000)]
    with pytest.raises(
        ValueError, match="3,000 of the named classes do not exist: 'no such 0', .* and 2,950 more"
    ):
        requirement_of_each(wrong, CLASSES)


@pytest.mark.parametrize(("name", "whose"), [("ox", "class 'ox'"), (None, "every class")])
def test_a_class_that_is_named_twice_is_refused(name, whose):
    twice = [Requirement(name, valid=["fur"]), Requirement(name, valid=["horns"])]
    for refused in (lambda: requirement_of_each(twice, CLASSES), lambda: read_requirements(twice)):
        with pytest.raises(ValueError, match=f"{whose} has two requirements; put their concepts into one"):
            refused()


YAML = """
ox: {valid: [horns, cattle], spurious: [palm tree]}
"*":
  spurious: [text]
"""
CSV = "class,concept,kind\nox,horns,valid\nox,cattle,valid\n,text,spurious\nox,palm tree,spurious\n"
WRITTEN = {"ox": (["horns", "cattle"], ["palm tree"]), None: ([], ["text"])}


def test_requirements_are_read_from_python():
    ox = Requirement("ox", valid=["horns"])
    assert read_requirements(ox) == (ox,)
    assert read_requirements([ox]) == (ox,)
    mapping = {"ox": {"valid": ["horns", "cattle"], "spurious": ["palm tree"]}, None: {"spurious": ["text"]}}
    assert lists(read_requirements(mapping)) == WRITTEN


def test_requirements_are_read_from_a_table():
    rows = [("ox", "horns", "valid"), ("ox", "cattle", "valid"), (None, "text", "spurious")]
    rows.append(("ox", "palm tree", "spurious"))
    table = pd.DataFrame(rows, columns=["class", "concept", "kind"])
    assert lists(read_requirements(table)) == WRITTEN
    assert lists(read_requirements(table.fillna(float("nan")))) == WRITTEN


def test_requirements_are_read_from_files_and_from_yaml(tmp_path):
    assert lists(read_requirements(YAML)) == WRITTEN
    for name, text in {"a.yaml": YAML, "a.yml": YAML, "a.csv": CSV}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert lists(read_requirements(tmp_path / name)) == WRITTEN
        assert lists(read_requirements(str(tmp_path / name))) == WRITTEN


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (7, TypeError, "requirements are a Requirement, a list of them, a dict, a table or a file, not int"),
        ([], ValueError, "there are no requirements; give at least one"),
        ({}, ValueError, "there are no requirements"),
        ({"ox": ["horns"]}, TypeError, "class 'ox' must hold lists under 'valid' and 'spurious', not"),
        (
            {"ox": {"vaild": ["horns"]}},
            ValueError,
            "a list of class 'ox' must be 'valid' or 'spurious', not 'vaild'",
        ),
        ({"ox": {"valid": None}}, ValueError, "class 'ox' has no concepts"),
        ("nothing.yaml", ValueError, "there is no file 'nothing.yaml' with requirements; check the path"),
        ("ox: [horns", ValueError, "the requirements are no YAML"),
        ("a: &x\n- *y", ValueError, "the requirements are no YAML"),
        ("- ox\n- cat", ValueError, "maps every class to its lists, as in .* and this is a list"),
        ("!!python/object/apply:os.getcwd []\n", ValueError, "the requirements are no YAML"),
        ("ox: {valid: [a]}\nox: {valid: [b]}", ValueError, "class 'ox' has two requirements"),
        ("7: {valid: [a]}", TypeError, "a class is named by text, or None for every class, not 7; write '7'"),
        ("ox: {valid: [yes]}", TypeError, "hold one that cannot be asked for: .* not bool"),
        (pd.DataFrame({"class": ["ox"], "concept": ["a"]}), ValueError, "and there is no 'kind'"),
        (
            pd.DataFrame([["ox", "a", "bad"]], columns=["class", "concept", "kind"]),
            ValueError,
            "kind must be",
        ),
    ],
)
def test_what_holds_no_requirements_is_refused(source, error, message):
    with pytest.raises(error, match=message):
        read_requirements(source)


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text(YAML)
    with pytest.raises(ValueError, match=r"the ending of a file with requirements must be '.yaml'"):
        read_requirements(tmp_path / "a.txt")
