"""From a model and images to a concept database, with every answer known beforehand."""

import shutil

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from semanticlens_widgets.errors import ImagesError, LayerNotFoundError, NonFiniteError
from semanticlens_widgets.layers import Layout, given_layouts, known_layout
from semanticlens_widgets.layers.axes._probe_runs import is_probing
from semanticlens_widgets.pipeline import build_database
from semanticlens_widgets.pipeline._studied import studied_again
from tests.colour_world import ColourModel, ColourSpace, pictures, to_tensor


def build(model=None, images=None, layers=("eye",), foundation_model=None, **options):
    options = {"k": 4, "transform": to_tensor, "progress": False, **options}
    return build_database(
        model or ColourModel(),
        pictures() if images is None else images,
        list(layers),
        foundation_model=foundation_model or ColourSpace(),
        **options,
    )


def test_every_channel_finds_the_brightest_pictures_of_its_colour():
    database = build()
    assert database.examples["eye"].sample_ids.tolist() == [
        [21, 18, 15, 12],
        [22, 19, 16, 13],
        [23, 20, 17, 14],
    ]
    torch.testing.assert_close(database.component_embeddings["eye"], torch.eye(3))


def test_component_embeddings_follow_the_definition_written_out():
    space = ColourSpace()
    database = build(foundation_model=space, layers=["eye", "head"], k=5)
    images = [to_tensor_image(pixels) for pixels in pictures()]
    for layer in database.layers:
        for component, sample_ids in enumerate(database.examples[layer].sample_ids.tolist()):
            vectors = [space.embed_images([images[sample]])[0] for sample in sample_ids]
            mean = torch.stack([vector / vector.norm() for vector in vectors]).mean(0)
            torch.testing.assert_close(database.component_embeddings[layer][component], mean / mean.norm())


@pytest.mark.parametrize(
    ("options", "labels"),
    [
        ({}, ["collecting 1 layer", "embedding with"]),
        (
            {"crop": True, "look_alikes": True},
            ["collecting 1 layer", "cropping", "embedding with", "finding look-alikes"],
        ),
    ],
)
def test_every_step_says_its_number_of_all(capsys, options, labels):
    build(progress=True, **options)
    shown = capsys.readouterr().err
    places = [shown.index(f"step {n} of {len(labels)}: {label}") for n, label in enumerate(labels, 1)]
    assert places == sorted(places)


def test_the_bar_has_its_place_beside_a_foundation_model_with_a_long_name(capsys):
    space = ColourSpace()
    space.name = "Colours (six of them, a mean for each, and some thirty letters more)"
    build(foundation_model=space, progress=True)
    assert "embedding with Colours: 100%" in capsys.readouterr().err


def to_tensor_image(pixels: np.ndarray):
    from PIL import Image

    return Image.fromarray(pixels)


def test_raw_averaging_weighs_long_embeddings_more():
    pixels = np.concatenate([pictures()[:1], pictures()[-1:]])  # dark red, bright blue
    model = ColourModel()
    with torch.no_grad():
        model.eye.weight.fill_(1.0)
    unit = build(model, pixels, k=2).component_embeddings["eye"][0]
    raw = build(model, pixels, k=2, normalize_examples=False).component_embeddings["eye"][0]
    assert unit[0] == pytest.approx(float(unit[2]), abs=1e-6)
    assert raw[2] > raw[0] + 0.1


def test_only_the_samples_that_some_component_needs_are_embedded_once():
    space = ColourSpace()
    database = build(foundation_model=space, k=2, layers=["eye", "act", "head"])
    assert space.n_images == len(database.samples) == 6


@pytest.mark.usefixtures("instrumented")
def test_a_second_build_with_a_cache_runs_neither_model(tmp_path):
    first = build(cache=tmp_path)
    space, model = ColourSpace(), ColourModel()
    model.register_forward_pre_hook(lambda *_: pytest.fail("the model was run again"))
    again = build(model, foundation_model=space, cache=tmp_path)
    assert space.n_images == 0
    assert torch.equal(first.examples["eye"].sample_ids, again.examples["eye"].sample_ids)
    assert torch.equal(first.component_embeddings["eye"], again.component_embeddings["eye"])
    assert [first.samples.thumbnail(row) for row in range(3)] == [
        again.samples.thumbnail(row) for row in range(3)
    ]


@pytest.mark.usefixtures("instrumented")
def test_a_copied_cache_serves_copied_images(tmp_path):
    given, copied = tmp_path / "given", tmp_path / "copied"
    (given / "photos").mkdir(parents=True)
    for number, pixels in enumerate(pictures()[:6]):
        Image.fromarray(pixels).save(given / "photos" / f"{number}.png")
    build(images=given / "photos", cache=given / "cache")
    shutil.copytree(given, copied, copy_function=shutil.copyfile)  # without the times of the files
    space, model = ColourSpace(), ColourModel()
    model.register_forward_pre_hook(lambda *_: pytest.fail("the model was run again"))
    build(model, copied / "photos", foundation_model=space, cache=copied / "cache")
    assert space.n_images == 0


def test_a_further_layer_runs_only_that_layer(tmp_path):
    build(cache=tmp_path)
    database = build(cache=tmp_path, layers=["eye", "head"])
    assert database.layers == ["eye", "head"]
    assert len(list((tmp_path / "collected").iterdir())) == 2


def test_retrained_weights_never_meet_a_stale_cache(tmp_path):
    build(cache=tmp_path)
    retrained = ColourModel()
    with torch.no_grad():
        retrained.eye.weight.copy_(retrained.eye.weight.roll(1, 0))
    fresh = build(retrained, cache=tmp_path)
    assert torch.equal(fresh.examples["eye"].sample_ids, build(retrained).examples["eye"].sample_ids)
    assert not torch.equal(fresh.examples["eye"].sample_ids, build(cache=tmp_path).examples["eye"].sample_ids)


@pytest.mark.parametrize(
    "other",
    [
        {"images": pictures()[:-3]},
        {"k": 3},
        {"sign": "both"},
        {"pooling": "mean"},
        {"transform": lambda image: 1 - to_tensor(image)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_whatever_changes_the_result_makes_another_entry(tmp_path, other):
    build(cache=tmp_path)
    build(cache=tmp_path, **other)
    assert len(list((tmp_path / "collected").iterdir())) == 2


def test_another_foundation_model_collects_nothing_again_but_embeds_anew(tmp_path):
    build(cache=tmp_path)
    other = ColourSpace()
    other.fingerprint = "colour space 2"
    build(foundation_model=other, cache=tmp_path)
    assert other.n_images > 0
    assert len(list((tmp_path / "collected").iterdir())) == 1
    assert len(list((tmp_path / "embedded").iterdir())) == 2


def test_an_interrupted_embedding_goes_on_where_it_stopped(tmp_path):
    class Tired(ColourSpace):
        def embed_images(self, images):
            if self.n_images:
                raise KeyboardInterrupt
            return super().embed_images(images)

    tired, fresh = Tired(), ColourSpace()
    many = pictures(n_each=24)
    with pytest.raises(KeyboardInterrupt):
        build(images=many, foundation_model=tired, k=24, cache=tmp_path)
    database = build(images=many, foundation_model=fresh, k=24, cache=tmp_path)
    assert tired.n_images == 32
    assert fresh.n_images == len(database.samples) - 32 > 0


@pytest.mark.usefixtures("instrumented")
def test_an_interrupted_pass_goes_on_where_it_stopped(tmp_path):
    class Tired(ColourModel):
        limit = 3

        def forward(self, pixels):
            self.limit -= not is_probing()
            if self.limit < 0:
                raise KeyboardInterrupt
            return super().forward(pixels)

    tired = Tired()
    with pytest.raises(KeyboardInterrupt):
        build(tired, cache=tmp_path, batch_size=4)
    seen = []
    tired.limit = 100
    tired.register_forward_pre_hook(lambda _, inputs: is_probing() or seen.append(len(inputs[0])))
    database = build(tired, cache=tmp_path, batch_size=4)
    assert sum(seen) == 24 - 12
    assert torch.equal(database.examples["eye"].sample_ids, build().examples["eye"].sample_ids)
    assert not list((tmp_path / "checkpoints").iterdir())


def test_a_broken_picture_is_noted_and_left_out(tmp_path):
    for number, pixels in enumerate(pictures()[:6]):
        Image.fromarray(pixels).save(tmp_path / f"{number}.png")
    (tmp_path / "3.png").write_bytes((tmp_path / "3.png").read_bytes()[:40])
    with pytest.warns(
        UserWarning, match=r"1 of 6 images were left out .*; the first is 3\.png: OSError: cannot identify"
    ):
        database = build(images=tmp_path, k=10)
    assert list(database.provenance.broken) == ["3.png"]
    assert "6 images (1 left out);" in repr(database)
    assert set(database.samples.ids.tolist()) == {0, 1, 2, 4, 5}
    assert database.provenance.n_images == 6


def test_images_that_the_transform_fails_for_are_counted_in_one_warning(tmp_path):
    def picky(image):
        if image.getpixel((0, 0))[0] > 60:
            raise RuntimeError("too red")
        return to_tensor(image)

    n_red = int((pictures()[:, 0, 0, 0] > 60).sum())
    for _ in range(2):  # the second time from the cache
        with pytest.warns(UserWarning, match=f"{n_red} of 24 images were left out .*too red") as warned:
            database = build(transform=picky, cache=tmp_path)
        assert len(warned) == 1
        assert len(database.provenance.broken) == n_red


def test_a_broken_file_that_is_listed_twice_counts_twice(tmp_path):
    from PIL import Image

    Image.fromarray(pictures()[0]).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"not a picture")
    with pytest.warns(UserWarning, match="2 of 3 images were left out"):
        database = build(images=[tmp_path / name for name in ("b.png", "a.png", "b.png")])
    assert list(database.provenance.broken) == ["b.png", "b.png (sample 2)"]


def test_one_image_is_enough():
    database = build(images=pictures()[:1], k=4)
    assert database.examples["eye"].sample_ids.tolist() == [[0, -1, -1, -1]] * 3


def test_provenance_says_where_the_database_came_from():
    provenance = build(pooling={"eye": "mean"}).provenance
    assert provenance.model == "ColourModel"
    assert provenance.foundation_model == "colour space"
    assert provenance.pooling == {"eye": "mean"}
    assert torch.__version__.startswith(provenance.versions["torch"])
    assert provenance.execution["device"] == "cpu"


def test_the_model_is_left_exactly_as_it_was_found():
    model = ColourModel().train()
    before = {name: (tensor.clone(), tensor.stride()) for name, tensor in model.state_dict().items()}
    build(model, layers=["eye", "head"])
    assert model.training
    assert all(module.training for module in model.modules())
    assert not any(module._forward_hooks for module in model.modules())
    assert all(parameter.grad is None and parameter.requires_grad for parameter in model.parameters())
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, before[name][0])
        assert tensor.stride() == before[name][1]


def test_an_unknown_layer_offers_near_names():
    with pytest.raises(LayerNotFoundError, match="the model has no layer 'eyes'; did you mean 'eye'"):
        build(layers=["eyes"])


def test_no_images_is_an_error():
    with pytest.raises(ImagesError):
        build(images=pictures()[:0])


def test_only_broken_images_is_an_error_that_says_why(tmp_path):
    (tmp_path / "a.png").write_bytes(b"not a picture")
    with pytest.raises(ImagesError, match=r"a\.png"):
        build(images=tmp_path)


@pytest.mark.parametrize("k", [0, -1])
def test_k_must_be_at_least_one(k):
    with pytest.raises(ValueError, match=f"k must be at least 1, not {k}"):
        build(k=k)


def test_nan_weights_are_named_before_anything_runs():
    model = ColourModel()
    with torch.no_grad():
        model.head.weight[1, 1] = torch.nan
    with pytest.raises(NonFiniteError, match=r"head\.weight"):
        build(model)


def test_a_model_that_is_elsewhere_is_an_error():
    with pytest.raises(ValueError, match="the model is on 'cpu'"):
        build(device="cuda")
    with pytest.raises((ValueError, NonFiniteError), match="meta"):
        build(ColourModel().to("meta"))


def test_a_random_transform_is_an_error():
    with pytest.raises(ValueError, match="the transform is random"):
        build(transform=lambda image: to_tensor(image) + torch.rand(1))


def test_a_foundation_model_that_cannot_embed_is_an_error():
    # The run-time type checker of the tests refuses it before our own sentence, which test_checks.py holds.
    with pytest.raises(TypeError):
        build(foundation_model=nn.Identity())


def test_an_unknown_sign_is_an_error():
    with pytest.raises(ValueError, match=r"sign must be 'positive' or 'both', not 'negative'"):
        build(sign="negative")


def test_pooling_for_a_layer_that_is_not_collected_is_an_error():
    with pytest.raises(ValueError, match="pooling names the layer 'eyes'.*did you mean 'eye'"):
        build(pooling={"eyes": "mean"})


def test_layouts_are_kept_named_or_decided_and_remembered_for_a_model_that_is_opened_again(tmp_path):
    decided = {"components": 1, "batch": 0, "places": True}
    assert build(cache=tmp_path).provenance.layouts == {"eye": decided}
    assert build(cache=tmp_path).provenance.layouts == {"eye": decided}
    model, options = (
        ColourModel(),
        {"foundation_model": ColourSpace(), "transform": to_tensor, "progress": False},
    )
    # Columns of the map as components: wrong here, and the caller's word.
    named = build_database(model, pictures(), {"eye": Layout(components=3)}, **options)
    height, width = build().examples["eye"].grid
    assert named.examples["eye"].n_components == width
    assert named.examples["eye"].grid == (3, height)
    again = ColourModel()
    studied_again(again, to_tensor, named.provenance)
    assert known_layout(again, "eye") == Layout(components=3)


def test_a_layout_that_is_none_is_refused():
    with pytest.raises(
        TypeError, match=r"layers\['eye'\] must be a Layout, such as Layout\(components=-1\), not -1"
    ):
        given_layouts(ColourModel(), {"eye": -1})
