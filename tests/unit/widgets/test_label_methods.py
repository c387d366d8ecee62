"""Labels of several methods in widgets: which are shown, what each is worth, and where they disagree."""

import re

import pytest

import semanticlens_widgets as slw
from semanticlens_widgets.analysis import agree
from semanticlens_widgets.errors import LayerNotFoundError
from semanticlens_widgets.widgets.page.result import own_traits
from tests.fakes import CATEGORIES, attributed_lens

OTHERS = {"bird": "crow", "car": "boat", "tree": "tree"}


@pytest.fixture
def lens():
    return attributed_lens(24)


def other_tool(lens: slw.Lens):
    """A table as `import_labels` makes it: a hypernym's word for birds, another one for cars, the same for trees."""
    table = lens.label(CATEGORIES)
    texts = [OTHERS.get(label, "") for label in table["label"]]
    return table[["component", "layer", "index"]].assign(tool=texts, tool_similarity=0.25)


def answered(gallery: slw.NeuronGallery, components: list[int]):
    channel, about = gallery._session.channel, {"vocabulary": gallery.vocabulary_info["key"], "layer": "bn1"}
    channel.answer("label_layer", about)
    return channel.answer("labels", {**about, "components": components}).result["labels"]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("owl", "Owl", True),
        ("owl", "bird", True),
        ("bird", "owl", True),
        ("owl", "dog", False),
        ("a b", "c", False),
    ],
)
def test_labels_agree_if_they_are_equal_or_one_is_a_hypernym_of_the_other(first, second, same):
    assert agree(first, second) is same


def test_methods_stand_side_by_side_in_the_order_of_components_with_their_agreement(lens):
    table = lens.compare_labels({"nearest": CATEGORIES, "tool": other_tool(lens)})
    ours = lens.label(CATEGORIES)
    assert list(table["component"]) == list(ours["component"])
    assert list(table["nearest"]) == list(ours["label"])
    assert list(table["nearest_margin"]) == pytest.approx(list(ours["margin"]), nan_ok=True)
    by_label = {label: set(rows.dropna()) for label, rows in table.groupby("nearest")["agree"]}
    assert (by_label["bird"], by_label["car"], by_label["tree"], by_label["boat"]) == (
        {True}, {False}, {True}, set(),
    )  # fmt: skip
    with pytest.raises(ValueError, match="dict of at least one name"):
        lens.compare_labels({})


def test_a_labeller_is_one_of_the_methods(lens):
    table = lens.compare_labels(
        {"nearest": CATEGORIES, "mine": lambda examples, others: ["bird"]}, layer="bn1", progress=False
    )
    assert set(table["mine"]) <= {"bird", ""}


def test_a_gallery_shows_one_method_and_says_what_the_others_call_a_neuron(lens):
    gallery = slw.NeuronGallery(
        lens, layer="bn1", vocabulary={"nearest": CATEGORIES, "tool": other_tool(lens)}
    )
    assert (gallery.label_choices, gallery.labels_by) == (["nearest", "tool"], "nearest")
    labels = lens.label(CATEGORIES, layer="bn1")["label"]
    for label, answer in zip(labels, answered(gallery, list(range(24))), strict=True):
        own, other = answer["methods"]
        assert (own["label"], own["agrees"], answer["label"]) == (label, None, label)
        assert other["label"] == OTHERS.get(label, "")
        assert other["agrees"] is (None if not other["label"] else label != "car")
        assert ("margin" in own["worth"]) == (label != "")
        assert not re.search(r"\d%", own["worth"])
        assert ("similarity 0.25" in other["worth"]) == (other["label"] != "")


def test_another_method_can_be_chosen_from_python_and_the_browser(lens):
    gallery = slw.NeuronGallery(
        lens, layer="bn1", vocabulary={"nearest": CATEGORIES, "tool": other_tool(lens)}
    )
    before = gallery.vocabulary_info["key"]
    gallery.set_state({"labels_by": "tool"})
    assert gallery.vocabulary_info["key"] != before
    assert set(gallery.results["label"]) <= {*OTHERS.values(), ""}
    assert [one["label"] for one in answered(gallery, [0, 1, 2])] == list(other_tool(lens)["tool"][:3])
    with pytest.raises(ValueError, match="labels_by must be"):
        gallery.labels_by = "other"
    gallery.vocabulary = CATEGORIES
    assert (gallery.label_choices, gallery.labels_by) == ([], "")
    assert all(one["methods"] == [] for one in answered(gallery, [0, 1]))


def test_a_table_of_other_components_is_refused(lens):
    table = other_tool(lens)
    for changed in (
        table.assign(layer="conv9"),
        table.assign(index=99),
        table[["component", "layer", "index"]],
    ):
        with pytest.raises(
            (ValueError, LayerNotFoundError), match=r"conv9|components at most once|a column beside"
        ):
            slw.NeuronGallery(lens, vocabulary={"tool": changed})


def test_a_page_keeps_the_labels_of_one_method_with_those_beside_it(lens, tmp_path):
    gallery = slw.NeuronGallery(
        lens, layer="bn1", vocabulary={"nearest": CATEGORIES, "tool": other_tool(lens)}
    )
    page = gallery.to_html(tmp_path / "page.html", words=CATEGORIES, layers=["bn1"], progress=False)
    assert page.stat().st_size > 0
    kept = own_traits(gallery.get_state())
    assert (kept["label_choices"], kept["labels_by"]) == (["nearest", "tool"], "nearest")
