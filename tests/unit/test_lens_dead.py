"""A lens of a layer with dead components: they are marked, have no scores, and come last."""

from collections import OrderedDict

import pytest
import torch
from torch import nn

import semanticlens_widgets as slw
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.widgets.answers.neurons.query_images import QueryImages
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings, RankQuery
from tests.colour_world import COLOURS, ColourSpace, labels, pictures, to_tensor

NEVER, ALWAYS, BELOW, RED = range(4)


class Eye(nn.Module):
    """A component that is never active, two constant ones, and one for red, green and blue each."""

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        colours = pixels.mean((2, 3))
        constant = torch.tensor([0.0, 3.0, -2.0]).expand(len(pixels), 3)
        return torch.cat([constant, colours], 1)


def built(pixels, **options) -> slw.Lens:
    model = nn.Sequential(OrderedDict(eye=Eye(), head=nn.Linear(6, 3)))
    layers = {"eye": slw.Layout(components=1)}
    images = slw.as_images(pixels, labels=labels(len(pixels) // 3))
    return slw.Lens.build(
        model,
        images,
        layers,
        foundation_model=ColourSpace(),
        transform=to_tensor,
        k=4,
        progress=False,
        **options,
    )


@pytest.fixture(scope="module")
def lens():
    return built(pictures())


def test_dead_components_are_marked_and_have_no_scores(lens):
    table = lens.scores()
    assert table["dead"].tolist() == [True, True, True, False, False, False]
    dead = table[table["dead"]]
    assert dead[["clarity", "polysemanticity", "redundancy"]].isna().all(axis=None)
    assert dead["nearest"].tolist() == ["", "", ""]
    assert dead["n_examples"].tolist() == [0, 0, 0]
    assert dead["maximum"].tolist() == [0.0, 3.0, -2.0]
    assert table["clarity"].notna().sum() == 3


def test_components_that_are_active_on_few_images_have_as_many_examples(lens):
    assert lens.scores()["n_examples"].tolist()[RED:] == [4, 4, 4]
    few = built(pictures(2))
    assert few.scores()["n_examples"].tolist()[RED:] == [2, 2, 2]


def test_dead_components_are_no_answer_to_a_search(lens):
    assert lens.search("red", top=10)["index"].tolist()[0] == RED
    assert set(lens.search("red", top=10)["index"]) == {3, 4, 5}
    assert lens.rank("red").order.tolist()[-3:] == [NEVER, ALWAYS, BELOW]


def test_dead_components_have_no_label(lens):
    table = lens.label([*COLOURS, "stone"])
    assert table["best"].tolist()[:3] == ["", "", ""]
    assert table["best"].tolist()[3:] == list(COLOURS)
    assert not table["clear"][:3].any()
    assert table["labels"].tolist()[:3] == [[], [], []]


@pytest.mark.parametrize("sort", ["clarity", "maximum", "firing_rate", "component", "alignment"])
@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("query", ["", "red"])
def test_dead_components_are_last_in_every_order(lens, sort, descending, query):
    order = Rankings(lens, QueryImages(dict)).order(RankQuery("eye", query, "", sort, descending))
    assert sorted(order[-3:].tolist()) == [NEVER, ALWAYS, BELOW]


@pytest.mark.filterwarnings("ignore:in layer 'eye', 6 of 6 components are dead")
def test_images_that_no_component_tells_apart_are_refused():
    with pytest.raises(ImagesError, match="every component of eye has the same score for all 9 images"):
        built(pictures(3) * 0 + 128)


def test_a_lens_with_dead_components_is_saved_and_opened(lens, tmp_path):
    lens.save(tmp_path / "lens")
    assert slw.open(tmp_path / "lens").scores()["dead"].tolist() == lens.scores()["dead"].tolist()
