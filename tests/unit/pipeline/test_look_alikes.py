"""The images that look like a component's examples and do not excite it, against their definition."""

import pytest
import torch
from torch import nn

from semanticlens_widgets.analysis import look_alikes
from semanticlens_widgets.concepts import open_database, save_database
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.pipeline import build_database
from tests.colour_world import ColourSpace, to_tensor


def noise(n: int = 24):
    generator = torch.Generator().manual_seed(0)
    return (255 * torch.rand(n, 8, 8, 3, generator=generator)).byte().numpy()


class Tired(nn.Sequential):
    """A model that is interrupted once no batches are left."""

    left = 10_000

    def forward(self, pixels):
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        return super().forward(pixels)


def small_model() -> Tired:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Tired(nn.Conv2d(3, 8, 3), nn.Tanh(), nn.AdaptiveAvgPool2d(1), nn.Flatten())


OPTIONS = {"k": 3, "transform": to_tensor, "progress": False, "look_alikes": True}


def build(images=None, model=None, **options):
    options = {**OPTIONS, "batch_size": 4, **options}
    pictures = noise() if images is None else images
    return build_database(
        model or small_model(), pictures, ["0", "3"], foundation_model=ColourSpace(), **options
    )


def scores_of(images, layer: str, sign: str):
    pixels = torch.stack([to_tensor(as_images(images).image(sample)) for sample in range(len(images))])
    with torch.no_grad():
        maps = nn.Sequential(*small_model()[: int(layer) + 1])(pixels)
    flat = maps.flatten(2).amax(2) if layer == "0" else maps
    turned = (-maps).flatten(2).amax(2) if layer == "0" else -maps
    return torch.cat([flat, turned], 1) if sign == "both" else flat


def slow(database, scores, layer: str, component: int, example: int) -> int:
    """Candidate by candidate: not an example, below the mean, and the most similar."""
    examples, samples = database.examples[layer], database.samples
    own = examples.sample_ids[component].tolist()
    place = samples.ids.tolist().index(own[example])
    best, best_cosine = -1, -2.0
    for row, sample in enumerate(samples.ids.tolist()):
        if sample in own or scores[sample, component] >= examples.mean[component]:
            continue
        cosine = float(torch.cosine_similarity(samples.embeddings[place], samples.embeddings[row], dim=0))
        if cosine > best_cosine:
            best, best_cosine = sample, cosine
    return best


@pytest.mark.parametrize("sign", ["positive", "both"])
def test_a_look_alike_is_the_most_similar_sample_that_scores_below_the_mean(sign):
    database = build(sign=sign)
    assert len(database.samples) > 12, "more than one batch of candidates"
    for layer in database.layers:
        scores, found = scores_of(noise(), layer, sign), database.look_alikes[layer]
        expected = [[slow(database, scores, layer, c, rank) for rank in range(3)] for c in range(len(found))]
        assert found.tolist() == expected


def test_where_every_sample_excites_every_component_alike_there_is_nothing_to_look_like():
    with pytest.raises(ImagesError, match="has the same score for all 4 images"):
        build(noise(1).repeat(4, 0))


def test_without_being_asked_there_are_none():
    assert not build(look_alikes=False).look_alikes


def test_they_are_saved_and_come_back_and_feed_the_contrastive_labels(tmp_path):
    database = build()
    opened = open_database(save_database(database, tmp_path / "a.lens"))
    assert list(opened.look_alikes) == database.layers
    for layer in database.layers:
        assert torch.equal(opened.look_alikes[layer], database.look_alikes[layer])
        rows = look_alikes(opened, layer)
        assert torch.equal(opened.samples.ids[rows], database.look_alikes[layer])
    assert not torch.equal(look_alikes(build(look_alikes=False), "0"), look_alikes(database, "0"))


@pytest.mark.usefixtures("instrumented")
def test_an_interrupted_search_goes_on_where_it_stopped(tmp_path):
    build(look_alikes=False, cache=tmp_path)
    tired = small_model()
    tired.left = 2
    with pytest.raises(KeyboardInterrupt):
        build(model=tired, cache=tmp_path)
    rested = small_model()
    resumed, fresh = build(model=rested, cache=tmp_path), build()
    n_batches = -(-len(fresh.samples) // 4)
    assert n_batches > 3
    assert 10_000 - rested.left == n_batches - 2
    for layer in fresh.layers:
        assert torch.equal(resumed.look_alikes[layer], fresh.look_alikes[layer])


def test_a_second_build_with_a_cache_does_not_search_again(tmp_path):
    first, rested = build(cache=tmp_path), small_model()
    again = build(model=rested, cache=tmp_path)
    assert rested.left == 10_000
    assert torch.equal(first.look_alikes["0"], again.look_alikes["0"])


def test_a_lens_is_built_with_them():
    lens = Lens.build(small_model(), noise(), ["3"], foundation_model=ColourSpace(), **OPTIONS)
    assert list(lens.database.look_alikes) == ["3"]
