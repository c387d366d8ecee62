"""The classes that a component serves and what feeds it, against sums over single samples."""

import pytest
import torch

from semanticlens_widgets.analysis import feeding_components, served_classes
from semanticlens_widgets.errors import LayerNotFoundError
from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from tests.colour_world import COLOURS, ColourModel, ColourSpace, labels, pictures, to_tensor
from tests.word_space import relevance_of


def build(**options):
    images = as_images(pictures(), labels=labels())
    options = {
        "foundation_model": ColourSpace(),
        "transform": to_tensor,
        "progress": False,
        "k": 4,
        **options,
    }
    return Lens.build(ColourModel(), images, ["eye", "head"], classes=list(COLOURS), **options)


def test_each_class_has_the_mean_the_share_and_the_number_of_its_samples():
    lens = build()
    role, relevance = lens.role("eye:1"), lens.relevance("eye")
    own = relevance.relevance.float()
    assert set(role["class"]) == set(COLOURS)
    for name, mean, maximum, share, n in role.itertuples(index=False):
        rows = [
            row for row, c in enumerate(relevance.sample_classes.tolist()) if relevance.classes[c] == name
        ]
        positive = [[max(0.0, float(value)) for value in own[row]] for row in rows]
        assert n == len(rows) == 8
        assert mean == pytest.approx(sum(float(own[row, 1]) for row in rows) / n, rel=1e-3, abs=1e-6)
        assert maximum == pytest.approx(max(float(own[row, 1]) for row in rows), rel=1e-3, abs=1e-6)
        assert share == pytest.approx(sum(row[1] for row in positive) / sum(map(sum, positive)), abs=1e-3)


def test_the_class_it_adds_to_most_comes_first():
    lens = build()
    assert [lens.role(f"eye:{component}")["class"][0] for component in range(3)] == list(COLOURS)
    assert lens.role("eye:0")["relevance"].is_monotonic_decreasing


def test_a_class_without_samples_is_not_listed():
    relevance = relevance_of("layer", {"ox": [[1.0, 2.0]], "empty": [], "cow": [[3.0, -1.0], [1.0, 0.0]]})
    assert list(served_classes(relevance, 0)["class"]) == ["cow", "ox"]
    assert list(served_classes(relevance, 1)["class"]) == ["ox", "cow"]


def test_a_component_that_is_not_there_is_refused():
    lens = build()
    with pytest.raises(LayerNotFoundError):
        lens.role("aye:1")
    with pytest.raises(ValueError, match="components 0 to 2"):
        lens.role("eye:3")


def test_without_the_model_and_relevance_it_says_what_to_pass():
    lens = Lens(build().database, foundation_model=ColourSpace())
    with pytest.raises(ValueError, match="Lens.open\\(path, model=model"):
        lens.role("eye:1")


def test_what_feeds_a_component_is_the_mean_edge_over_its_examples():
    lens = build()
    found = lens.upstream("head:1", "eye")
    pixels = torch.stack(
        [to_tensor(lens.images.image(s)) for s in lens.database.examples["head"].sample_ids[1].tolist()]
    )
    # What is left of the model: a ReLU, the mean over the places, and the identity as the head.
    green = torch.relu(ColourModel().eye(pixels)).mean((2, 3))[:, 1].mean()
    assert found["component"].tolist() == ["eye:1"]
    assert found["edge"][0] == pytest.approx(green.item(), rel=1e-5)
    assert found["share"][0] == pytest.approx(1.0)


def test_shares_are_normalized_and_weak_edges_are_dropped():
    examples = build().database.examples["eye"]
    found = feeding_components(examples, torch.tensor([-2.0, 0.01, 6.0]), 0.1)
    assert found["component"].tolist() == ["eye:2", "eye:0"]
    assert found["share"].tolist() == pytest.approx([6 / 8.01, -2 / 8.01])
    assert len(feeding_components(examples, torch.tensor([-2.0, 0.01, 6.0]), 0.0)) == 3
    assert feeding_components(examples, torch.zeros(3)).empty


def test_the_mean_can_be_over_samples_of_ones_own():
    lens = build()
    one = lens.upstream("head:1", "eye", samples=[1])["edge"][0]
    assert lens.upstream("head:1", "eye", samples=[1, 22])["edge"][0] > one
    for samples, wrong in (([], "an empty list"), ([24], "24")):
        with pytest.raises(ValueError, match=f"from 0 to 23, not {wrong}"):
            lens.upstream("head:1", "eye", samples=samples)


def test_a_lens_without_its_model_says_what_to_pass_for_what_feeds_a_component():
    with pytest.raises(ValueError, match="opened without its model"):
        Lens(build().database).upstream("head:1", "eye")
