import pytest
import torch

from semanticlens_widgets.analysis import probe, probes
from semanticlens_widgets.analysis.queries.query import read_query
from semanticlens_widgets.errors import LayerNotFoundError, NonFiniteError
from tests.word_space import DIM, WordSpace, database_of, examples_like, picture, word


@pytest.fixture
def database():
    empty = torch.full((1, 4, DIM), torch.nan)
    late = torch.cat([examples_like(["wheel", "fur"]), empty])
    return database_of({"early": examples_like(["frog", "toad", "car"]), "late": late})


@pytest.fixture
def space():
    return WordSpace()


def unit(vector):
    return vector / vector.norm()


def encoded(text):
    return WordSpace().embed_texts([text])[0]


def test_a_text_is_its_embedding_at_length_1(database, space):
    torch.testing.assert_close(probe(database, space, "frog").vector, unit(encoded("frog")))


def test_templates_are_averaged_and_what_they_say_of_nothing_is_taken_away(database, space):
    templates = ["a photo of a {}", "{} in the wild"]
    expected = sum(encoded(t.format("frog")) - encoded(t.format("")) for t in templates) / 2
    torch.testing.assert_close(probe(database, space, "frog", templates=templates).vector, unit(expected))
    torch.testing.assert_close(unit(expected), word("frog"))


def test_without_null_the_templates_are_only_averaged(database, space):
    templates = ["a photo of a {}", "{} in the wild"]
    expected = sum(encoded(t.format("frog")) for t in templates) / 2
    found = probe(database, space, "frog", templates=templates, baseline=None)
    torch.testing.assert_close(found.vector, unit(expected))


@pytest.mark.parametrize("templates", [None, ["a photo of a {}", "{} in the wild"]])
def test_the_null_may_be_taken_from_the_cosine_instead(database, space, templates):
    found = probe(database, space, "frog", templates=templates, baseline="cosine")
    asked = [sum(encoded(t.format(q)) for t in templates or ["{}"]) for q in ("frog", "")]
    for theta in database.component_embeddings["early"]:
        expected = theta @ unit(asked[0]) - theta @ unit(asked[1])
        torch.testing.assert_close(theta @ found.vector, expected)


def test_several_queries_and_several_templates_are_not_mixed_up(database, space):
    templates, queries = ["a photo of a {}", "{} in the wild", "{}"], ["frog", "car", "fur"]
    together = probes(database, space, queries, templates=templates)
    alone = [probe(database, space, query, templates=templates) for query in queries]
    for one, other in zip(together, alone, strict=True):
        torch.testing.assert_close(one.vector, other.vector)


def test_every_text_is_embedded_once(database, space):
    probes(database, space, ["frog - car", "car", "car - frog"], templates=["a {}", "the {}"])
    assert sorted(space.texts) == sorted(["a frog", "the frog", "a car", "the car", "a ", "the "])


def test_negative_terms_are_taken_away_as_unit_vectors(database, space):
    expected = unit(unit(encoded("wheel")) - unit(encoded("car")))
    torch.testing.assert_close(probe(database, space, "wheel - car").vector, expected)


def test_negative_terms_under_the_null_of_cosines_take_their_null_away_too(database, space):
    found = probe(database, space, "wheel - car", baseline="cosine")
    length = (unit(encoded("wheel")) - unit(encoded("car"))).norm()
    torch.testing.assert_close(found.vector, (unit(encoded("wheel")) - unit(encoded("car"))) / length)


def test_braces_in_a_query_are_text(database, space):
    assert probe(database, space, "{0.__class__} {}", templates=["a {}"]).is_text
    assert "a {0.__class__} {}" in space.texts


def test_a_component_is_a_probe_in_its_own_layer_or_by_its_full_name(database):
    embedding = database.component_embeddings["late"][1]
    for query, layer in (("#1", "late"), ("late:1", None), ("like late:1", "early")):
        torch.testing.assert_close(probe(database, None, query, layer=layer).vector, embedding)


def test_an_image_is_a_probe_and_a_list_of_images_is_their_mean(database, space):
    torch.testing.assert_close(probe(database, space, picture("red")).vector, word("frog"))
    both = probe(database, space, [picture("red"), picture("lime")])
    torch.testing.assert_close(both.vector, unit(word("frog") + word("car")))
    assert [term.text for term in both.terms] == ["2 images"]


def test_an_image_of_another_mode_is_made_rgb(database, space):
    torch.testing.assert_close(probe(database, space, picture("red").convert("RGBA")).vector, word("frog"))


def test_a_list_of_texts_is_their_sum(database, space):
    expected = unit(unit(encoded("frog")) + unit(encoded("car")))
    torch.testing.assert_close(probe(database, space, ["frog", "car"]).vector, expected)


def test_a_list_may_mix_texts_images_and_vectors(database, space):
    found = probe(database, space, ["- car", picture("red"), word("fur")])
    torch.testing.assert_close(found.vector, unit(word("frog") - unit(encoded("car")) + word("fur")))
    assert not found.is_text


def test_a_vector_is_a_probe_whatever_its_length_and_type(database):
    torch.testing.assert_close(probe(database, None, 5 * word("fur").double()).vector, word("fur"))


def test_terms_that_cancel_out_are_refused(database, space):
    with pytest.raises(ValueError, match="'frog frog' cancel out"):
        probe(database, space, "frog - frog")


def test_a_template_without_a_place_for_the_query_is_refused(database, space):
    with pytest.raises(
        ValueError, match="a template must hold {} where the query goes, and 'a photo' does not"
    ):
        probe(database, space, "frog", templates=["a photo"])
    with pytest.raises(TypeError, match="templates must be a list of texts"):
        probe(database, space, "frog", templates="a {}")


def test_a_component_that_is_not_there_is_refused(database):
    with pytest.raises(ValueError, match="layer 'late' has components 0 to 2, not '7'"):
        probe(database, None, "late:7")
    with pytest.raises(LayerNotFoundError, match="no layer 'lat'; did you mean 'late'"):
        probe(database, None, "lat:1")


def test_a_number_without_a_layer_asks_for_the_layer_when_there_are_several(database):
    with pytest.raises(ValueError, match="'#1' is in which layer\\? write 'early:1'"):
        probe(database, None, "#1")


def test_nothing_is_like_a_component_without_examples(database):
    with pytest.raises(ValueError, match="component 'late:2' has no concept examples"):
        probe(database, None, "late:2")


def test_a_vector_of_another_shape_is_refused(database):
    with pytest.raises(ValueError, match=r"shape \(32,\), not \(3,\)"):
        probe(database, None, torch.ones(3))


@pytest.mark.parametrize("query", ["frog", picture("red")])
def test_texts_and_images_need_a_foundation_model(database, query):
    with pytest.raises(ValueError, match="need a foundation model, and there is none here"):
        probe(database, None, query)


def test_a_foundation_model_of_another_space_is_refused(database, space):
    space.dim = 3
    with pytest.raises(
        ValueError, match="has 3 dimensions and the lens 32; use the one it was built with, 'word space'"
    ):
        probe(database, space, "frog")


def test_embeddings_that_are_no_numbers_are_refused(database, space):
    space.embed_texts = lambda texts: torch.full((len(texts), DIM), torch.nan)
    with pytest.raises(NonFiniteError, match="a query vector must hold finite numbers"):
        probe(database, space, torch.full((DIM,), torch.inf))
    with pytest.raises(NonFiniteError, match="embed_texts of 'word space' must return finite numbers"):
        probe(database, space, "frog")


def test_an_empty_list_and_a_list_of_other_things_are_refused(database, space):
    with pytest.raises(ValueError, match="the query is an empty list"):
        probe(database, space, [])
    with pytest.raises(TypeError, match="a list holds texts, images and vectors, not dict"):
        read_query([{}])
    with pytest.raises(TypeError, match="a query is a text, an image, a vector or a list of these, not int"):
        read_query(12)
