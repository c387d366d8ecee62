"""Concept examples by relevance, against a search of all samples one by one."""

import functools

import pytest
import torch

from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from tests.architectures import MODELS, lens_of, made
from tests.colour_world import COLOURS, ColourModel, ColourSpace, labels, pictures, to_tensor

CASES = [
    ("cnn", "body"),
    ("cnn", "last"),
    ("vit", "blocks.1.mlp.act"),
    ("vit", "blocks.2"),
    ("hybrid", "block"),
]


@functools.cache
def lens(name):
    maker, layers, options = MODELS[name]
    return lens_of(made(maker), layers, **options).attribute(progress=False)


def slow(name, layer, row, class_name, k):
    """The samples of the class, from the most relevant on."""
    found = []
    values = lens(name).relevance(layer).relevance[:, row].tolist()
    for sample, value in enumerate(values):
        if value > 0 and class_name in (None, labels()[sample]):
            place = 0
            while place < len(found) and found[place][0] >= value:
                place += 1
            found.insert(place, (value, sample))
    return [sample for _, sample in found[:k]]


@pytest.mark.parametrize(("name", "layer"), CASES)
@pytest.mark.parametrize("class_name", ["red", "blue", None])
def test_the_most_relevant_samples_of_a_class_come_first(name, layer, class_name):
    examples, relevance = lens(name).database.examples[layer], lens(name).relevance(layer)
    for row in range(0, examples.n_components, 3):
        for k in (1, 4, 30):
            table = lens(name).examples(examples.name(row), class_name=class_name, k=k).table
            own = table[table["by"] == "relevance"]
            assert own["sample"].tolist() == slow(name, layer, row, class_name, k)
            assert own["rank"].tolist() == list(range(len(own)))
            for each in own.to_dict("records"):
                assert each["relevance"] == float(relevance.relevance[each["sample"], row])
                assert each["class"] == each["label"] == labels()[each["sample"]]


@pytest.mark.parametrize(("name", "layer"), CASES)
def test_beside_them_are_the_concept_examples_with_their_scores(name, layer):
    examples = lens(name).database.examples[layer]
    for row in (0, examples.n_components - 1):
        table = lens(name).examples(examples.name(row)).table
        own = table[table["by"] == "activation"]
        ids = [sample for sample in examples.sample_ids[row].tolist() if sample >= 0]
        assert own["sample"].tolist() == ids
        assert own["score"].tolist() == examples.scores[row, : len(ids)].tolist()


def test_what_a_mixed_component_also_fires_for_is_seen_by_relevance_and_hidden_by_activation():
    # It fires for blue most, and for red faintly; and for red alone something follows from it.
    model = ColourModel()
    with torch.no_grad():
        model.eye.weight[0] = torch.tensor([0.3, -1.0, 1.0])[:, None, None]
        model.head.weight.copy_(torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]))
    images = as_images(pictures(), labels=labels())
    asked = Lens.build(
        model, images, ["eye"], transform=to_tensor, foundation_model=ColourSpace(), k=4,
        classes=list(COLOURS), progress=False,
    )  # fmt: skip
    table = asked.attribute(progress=False).examples("eye:0", class_name="red").table
    assert table.groupby("by")["label"].agg(set).to_dict() == {"activation": {"blue"}, "relevance": {"red"}}


def test_a_saved_lens_knows_them_without_its_model(tmp_path):
    path = lens("cnn").save(tmp_path / "r.lens")
    opened = Lens.open(path, foundation_model=ColourSpace())
    found, whole = (
        opened.examples("last:2", class_name="red").table,
        lens("cnn").examples("last:2", class_name="red").table,
    )
    assert found["sample"].tolist() == whole["sample"].tolist()
    with pytest.raises(ValueError, match="no class 'rde'"):
        opened.examples("last:2", class_name="rde")
    with pytest.raises(ValueError, match="components 0 to 5"):
        opened.examples("last:6")
    with pytest.raises(ValueError, match="k must be at least 1"):
        opened.examples("last:2", k=0)
    with pytest.raises(ValueError, match="the relevance of layer 'last' is not known"):
        Lens(lens_of(made(MODELS["cnn"][0]), ["last"]).database, foundation_model=ColourSpace()).examples(
            "last:2"
        )


def test_they_display_as_the_pictures_of_both_kinds_with_their_classes():
    found = lens("cnn").examples("last:2", class_name="red")
    page = found._repr_html_()
    for by in ("activation", "relevance"):
        own = found.table[found.table["by"] == by].head(8)
        assert page.count(f'<img alt="By {by} ') == len(own)
        assert f"<td>{', '.join(own['class'])}</td>" in page
    assert "<strong>Examples of last:2, class red</strong>" in page
    assert repr(found) == f"<Examples of last:2, class red: {len(found.table)}>"
    assert all(len(line) <= 79 for line in str(found).splitlines())


def test_a_component_that_adds_to_no_image_says_so():
    for row in range(lens("cnn").database.examples["last"].n_components):
        for class_name in COLOURS:
            found = lens("cnn").examples(f"last:{row}", class_name=class_name)
            none = not (found.table["by"] == "relevance").any()
            assert ("none adds to its class" in found._repr_html_()) == none
