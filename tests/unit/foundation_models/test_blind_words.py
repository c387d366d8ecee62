"""Words that ConSE knows and can't see: colours, textures, materials, people, scenes."""

import pytest

from semanticlens_widgets.foundation_models import ConSE
from semanticlens_widgets.foundation_models.offline.blind_words import blind_words
from semanticlens_widgets.vocabularies import vocabulary


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("red", {"red": "colour"}),
        ("A Red car", {"red": "colour"}),
        ("reddish-brown", {"reddish": "colour", "brown": "colour"}),
        ("stripes", {"stripes": "texture"}),
        ("striped fur", {"striped": "texture", "fur": "material"}),
        ("wooden fences", {"wooden": "material"}),
        ("crowd of people", {"crowd": "people", "people": "people"}),
        ("dog in the snow", {"snow": "scenes"}),
    ],
)
def test_words_for_what_no_object_holds_are_found_with_their_kind(text, found):
    assert blind_words(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "bird",
        "musical instrument",
        "red fox",
        "red foxes",
        "orange",
        "beer glass",
        "sea turtle",
        "police car",
        "",
    ],
)
def test_objects_are_seen_whatever_their_words_are(text):
    assert blind_words(text) == {}


def test_no_class_of_imagenet_is_called_unseen():
    assert [name for name in vocabulary("imagenet") if blind_words(name)] == []


def test_the_sentence_names_each_kind_with_its_words_and_the_way_out():
    assert ConSE.caveat_of("fish") == ""
    sentence = ConSE.caveat_of("red and blue wooden toy")
    assert sentence.startswith("ConSE is blind to colour (red, blue) and material (wooden)")
    assert "OpenCLIP" in sentence
