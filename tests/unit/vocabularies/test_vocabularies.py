import re
from pathlib import Path

import pytest

import semanticlens_widgets.vocabularies as home
from semanticlens_widgets.foundation_models import imagenet_class_names
from semanticlens_widgets.vocabularies import VOCABULARIES, vocabulary

FOLDER = Path(home.__file__).parent


def lines_of(name):
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def test_imagenet_is_the_names_of_a_classifiers_outputs_each_once():
    assert vocabulary("imagenet") == tuple(dict.fromkeys(imagenet_class_names()))


def test_general_holds_some_thousand_words_of_many_kinds():
    words = vocabulary("general")
    assert 3000 <= len(words) <= 4000
    assert {"dog", "wheel", "wood", "stripe", "red", "kitchen", "running"} <= set(words)


@pytest.mark.parametrize("name", VOCABULARIES)
def test_a_built_in_list_has_no_duplicates_not_even_by_case_and_is_trimmed(name):
    words = [line for line in lines_of(name) if line and not line.startswith("#")]
    assert words == [word.strip() for word in words]
    assert len(words) == len({word.lower() for word in words}) or name == "imagenet"
    assert len(words) == len(set(words))


def test_general_is_grouped_by_kind_and_says_where_it_is_from():
    lines = lines_of("general")
    headings = [line for line in lines if re.fullmatch(r"# [a-z][a-z ,]*", line)]
    assert len(headings) > 30
    assert {"# material", "# texture", "# colour", "# activity"} <= set(headings)
    assert "written for this project" in lines[1]


def test_a_list_is_taken_in_order_trimmed_and_without_repeats():
    assert vocabulary(["frog", " toad ", "frog", ""]) == ("frog", "toad")
    assert vocabulary(word for word in ("b", "a")) == ("b", "a")


@pytest.mark.parametrize("as_text", [True, False])
def test_a_file_has_one_text_a_line_without_comments(tmp_path, as_text):
    path = tmp_path / "words.txt"
    path.write_text("\ufeff# animals\nfrog\n\n  palm tree \n# end\n", encoding="utf-8")
    assert vocabulary(str(path) if as_text else path) == ("frog", "palm tree")


def test_an_unknown_name_is_refused_with_near_names():
    with pytest.raises(ValueError, match="no vocabulary and no file 'imagnet'; did you mean 'imagenet'"):
        vocabulary("imagnet")
    with pytest.raises(ValueError, match="there are 'general', 'imagenet'"):
        vocabulary("x" * 5000)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no vocabulary file"):
        vocabulary(tmp_path / "none.txt")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    (tmp_path / "latin.txt").write_bytes("café".encode("latin-1"))
    with pytest.raises(ValueError, match="must be UTF-8 text, but byte 3 is not; save it as UTF-8"):
        vocabulary(tmp_path / "latin.txt")


@pytest.mark.parametrize("source", [[], [" "], ()])
def test_nothing_to_choose_from_is_refused(source):
    with pytest.raises(ValueError, match="the vocabulary holds no text; give at least one"):
        vocabulary(source)


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "empty.txt").write_text("# nothing\n")
    with pytest.raises(ValueError, match="holds no text"):
        vocabulary(tmp_path / "empty.txt")


def test_what_is_not_text_is_refused():
    # Without a match: the tests' run-time type checker looks at an item at random, and may speak first.
    with pytest.raises(TypeError):
        vocabulary(["frog", 3])  # pyright: ignore[reportArgumentType] - wrong on purpose
