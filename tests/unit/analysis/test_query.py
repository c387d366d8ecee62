import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semanticlens_widgets.analysis import parse_query


def parsed(query):
    return [(term.weight, term.kind, term.text) for term in parse_query(query)]


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("frog", [(1, "text", "frog")]),
        ("  palm   tree ", [(1, "text", "palm tree")]),
        ("striped fur - zebra", [(1, "text", "striped fur"), (-1, "text", "zebra")]),
        ("fur -zebra", [(1, "text", "fur"), (-1, "text", "zebra")]),
        ("fur not zebra", [(1, "text", "fur"), (-1, "text", "zebra")]),
        ("wheel AND NOT car", [(1, "text", "wheel"), (-1, "text", "car")]),
        ("wheel - car + frog", [(1, "text", "wheel"), (-1, "text", "car"), (1, "text", "frog")]),
        ("not frog", [(-1, "text", "frog")]),
        ("t-shirt", [(1, "text", "t-shirt")]),
        ('"palm tree" beach', [(1, "text", "palm tree"), (1, "text", "beach")]),
        ('- "palm tree" beach', [(-1, "text", "palm tree"), (1, "text", "beach")]),
        ('-"palm tree"', [(-1, "text", "palm tree")]),
        ('"not a frog - #12"', [(1, "text", "not a frog - #12")]),
        ("#12", [(1, "component", "#12")]),
        ("#12-", [(1, "component", "#12-")]),
        ("layer4.1:12", [(1, "component", "layer4.1:12")]),
        ("like #12 - zebra", [(1, "component", "#12"), (-1, "text", "zebra")]),
        ("- like #12", [(-1, "component", "#12")]),
        ("-#12", [(-1, "component", "#12")]),
        ("like 12", [(1, "component", "#12")]),
        ("More like 12 - zebra", [(1, "component", "#12"), (-1, "text", "zebra")]),
        ("more like layer4:12-", [(1, "component", "layer4:12-")]),
        ("no 12 like fur", [(1, "text", "no 12 like fur")]),
        ("looks like fur", [(1, "text", "looks like fur")]),
        ("knot", [(1, "text", "knot")]),
    ],
)
def test_a_query_is_read_as_its_terms(query, terms):
    assert parsed(query) == terms


@pytest.mark.parametrize("query", ["fur -", "fur - ", "fur not", "fur +", 'fur "'])
def test_what_is_still_being_typed_is_left_out(query):
    assert parsed(query) == [(1, "text", "fur")]


@pytest.mark.parametrize("query", ["", "   ", '""', "-", "not"])
def test_an_empty_query_asks_for_a_word(query):
    with pytest.raises(ValueError, match="is empty; type a word such as"):
        parse_query(query)


def test_two_signs_in_a_row_are_refused():
    with pytest.raises(ValueError, match="'-' is followed by 'not'; put one sign before a word"):
        parse_query("fur - not zebra")


def test_a_query_of_1000_characters_is_read_and_one_more_is_refused():
    assert parsed("a" * 1000) == [(1, "text", "a" * 1000)]
    with pytest.raises(ValueError, match="at most 1,000 characters, not 10,000"):
        parse_query("a" * 10_000)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(query):
    try:
        terms = parse_query(query)
    except ValueError as error:
        assert "type a word" in str(error) or "one sign" in str(error)  # noqa: PT017
    else:
        assert all(term.text.strip() == term.text != "" and abs(term.weight) == 1 for term in terms)
