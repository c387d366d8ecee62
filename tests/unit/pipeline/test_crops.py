"""Concept examples that are crops: which part of an image, each embedded once, and what follows from it."""

import io
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from semanticlens_widgets.analysis import look_alikes
from semanticlens_widgets.attribution import crop_boxes
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import as_images
from semanticlens_widgets.pipeline import build_database
from tests.colour_world import ColourModel, ColourSpace, to_tensor

WIDTH, HEIGHT = 96, 64
CENTRE = 64
"""The model sees the middle square alone."""


def scenes(n=6):
    """Green pictures with a red patch and a blue one; the last shows a blue patch alone, at the very border."""
    found = []
    for number in range(n):
        pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        pixels[..., 1] = 60 + 4 * number
        top, left = 8 + 6 * number % 30, 20 + 5 * number % 40
        pixels[top : top + 8, left : left + 8] = (255, 0, 0)
        pixels[48:52, 70:78] = (0, 0, 250 - number)
        found.append(Image.fromarray(pixels))
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[:4, 16:20] = (0, 0, 255)
    return [*found, Image.fromarray(pixels)]


def centre(image):
    """The middle square, as a function without `input_region`, so that the box is measured."""
    left, top = (image.width - CENTRE) // 2, (image.height - CENTRE) // 2
    return to_tensor(image.crop((left, top, left + CENTRE, top + CENTRE)))


class Centre:
    def __call__(self, image):
        return centre(image)

    def input_region(self, image):
        left, top = (image.width - CENTRE) // 2, (image.height - CENTRE) // 2
        return left, top, left + CENTRE, top + CENTRE


def build(images=None, layers=("act",), foundation_model=None, model=None, **options):
    options = {"k": 3, "transform": Centre(), "crop": True, "progress": False, **options}
    return build_database(
        model or ColourModel(),
        scenes() if images is None else images,
        list(layers),
        foundation_model=foundation_model or ColourSpace(),
        **options,
    )


def slow_box(image, component, threshold=0.01):
    """The box of the up-sampled activation map, moved to where the middle square lies in the picture."""
    with torch.no_grad():
        heat = ColourModel().eye(centre(image)[None])[0, component].clamp(min=0)
    left, top, right, bottom = crop_boxes(heat[None], threshold)[0].tolist()
    offset = (image.width - CENTRE) // 2
    return [left + offset, top, right + offset, bottom]


@pytest.mark.parametrize("threshold", [0.01, 0.5])
def test_boxes_and_embeddings_follow_the_definition_written_out(threshold):
    database, images, space = build(crop_threshold=threshold), scenes(), ColourSpace()
    crops, examples = database.crops, database.examples["act"]
    assert crops.threshold == threshold
    for component, ids in enumerate(examples.sample_ids.tolist()):
        vectors = []
        for rank, sample in enumerate(ids):
            row = crops.rows["act"][component, rank]
            box = slow_box(images[sample], component, threshold)
            assert int(crops.sample_ids[row]) == sample
            assert crops.boxes[row].tolist() == box
            assert crops.sizes[row].tolist() == [WIDTH, HEIGHT]
            vectors.append(space.embed_images([images[sample].crop(tuple(box))])[0])
            torch.testing.assert_close(crops.embeddings[row], vectors[-1])
        mean = torch.stack([vector / vector.norm() for vector in vectors]).mean(0)
        torch.testing.assert_close(database.component_embeddings["act"][component], mean / mean.norm())
        torch.testing.assert_close(database.example_embeddings("act")[component], torch.stack(vectors))


def test_crops_say_better_what_a_component_responds_to():
    red = [build(crop=crop, crop_threshold=0.5).component_embeddings["act"][0, 0] for crop in (False, True)]
    assert red[1] > red[0] + 0.3


def test_the_frame_is_read_off_where_the_transform_does_not_tell_it():
    told, read = build(), build(transform=centre)
    assert (told.crops.boxes - read.crops.boxes).abs().max() <= 1


def test_every_image_and_every_crop_is_embedded_once():
    space = ColourSpace()
    database = build(foundation_model=space, layers=["eye", "act"], k=2)
    crops = database.crops
    assert crops is not None
    keys = torch.cat([crops.sample_ids[:, None], crops.boxes.long()], 1)
    assert len(keys.unique(dim=0)) == len(keys)
    assert space.n_images == len(database.samples) + len(crops)
    used = torch.cat([crops.rows[layer].flatten() for layer in ("eye", "act")])
    assert used.unique().tolist() == list(range(len(crops)))
    assert len(crops) < len(used)


def test_a_crop_of_the_whole_image_is_not_embedded_again():
    space = ColourSpace()
    pixels = np.stack([np.full((CENTRE, CENTRE, 3), grey, np.uint8) for grey in (120, 128, 136)])
    database = build(pixels, foundation_model=space)
    assert database.crops.boxes.tolist() == [[0, 0, CENTRE, CENTRE]] * 3
    assert space.n_images == 3


def test_where_a_component_does_not_respond_the_crop_is_all_that_the_model_is_shown():
    cyan = Image.new("RGB", (WIDTH, HEIGHT), (0, 200, 200))
    database = build([cyan], ["eye"])
    assert database.examples["eye"].scores[0, 0] < 0
    assert database.crops.boxes.tolist() == [[16, 0, 80, HEIGHT]]


@pytest.mark.parametrize("pooling", ["max", "absmax"])
def test_what_speaks_against_a_component_is_heat_only_where_its_size_is_the_score(pooling):
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[10:14, 30:34] = (100, 0, 0)
    pixels[40:44, 60:64] = (0, 200, 200)
    crops = build([Image.fromarray(pixels)], ["eye"], pooling=pooling).crops
    left, top, right, bottom = crops.boxes[crops.rows["eye"][0, 0]].tolist()
    assert left < 30 < 34 < right
    assert top < 10 < 14 < bottom
    assert (bottom > 44) == (pooling == "absmax")


def test_negative_halves_have_crops_of_their_own():
    database = build(layers=["eye"], sign="both", crop_threshold=0.5)
    rows = database.crops.rows["eye"]
    assert not torch.equal(database.crops.boxes[rows[0, 0]], database.crops.boxes[rows[3, 0]])


def test_layers_without_places_keep_whole_images():
    database = build(layers=["act", "head"])
    assert list(database.crops.rows) == ["act"]
    embeddings, rows = database.example_table("head")
    assert embeddings is database.samples.embeddings
    assert torch.equal(rows, database.samples.rows(database.examples["head"].sample_ids))
    assert build(layers=["head"]).crops is None


class Tokens(nn.Module):
    """Four by four places and a class token before them, whose features are the colours."""

    num_prefix_tokens = 1

    def __init__(self):
        super().__init__()
        self.tokens = nn.Identity()

    def forward(self, pixels):
        cells = nn.functional.avg_pool2d(pixels, CENTRE // 4).flatten(2).transpose(1, 2)
        return self.tokens(torch.cat([cells.mean(1, keepdim=True), cells], 1)).mean(1)


def test_tokens_have_places_and_the_class_token_has_none():
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[:16, 16:32] = (255, 0, 0)
    image = [Image.fromarray(pixels)]
    database = build(image, ["tokens"], model=Tokens(), crop_threshold=0.5)
    left, top, right, bottom = database.crops.boxes[database.crops.rows["tokens"][0, 0]].tolist()
    assert (left, top) == (16, 0)
    assert right <= 16 + 32
    assert bottom <= 32
    assert build(image, ["tokens"], model=Tokens(), pooling="cls").crops is None


def test_missing_examples_have_no_crop():
    database = build(scenes()[:2])
    assert database.crops.rows["act"][:, 2].tolist() == [-1, -1, -1]
    assert database.example_embeddings("act")[:, 2].isnan().all()


def test_thumbnails_show_the_crops():
    database = build(crop_threshold=0.5)
    row = int(database.crops.rows["act"][0, 0])
    left, top, right, bottom = database.crops.boxes[row].tolist()
    thumbnail = Image.open(io.BytesIO(database.crops.thumbnail(row)))
    assert thumbnail.size == (right - left, bottom - top)
    red, green, _ = np.asarray(thumbnail, float)[1:-1, 1:-1].mean((0, 1))
    assert red > green


@pytest.mark.usefixtures("instrumented")
def test_a_second_build_with_a_cache_runs_neither_model_and_another_threshold_only_cuts_anew(tmp_path):
    first = build(cache=tmp_path)
    model, space = ColourModel(), ColourSpace()
    handle = model.register_forward_pre_hook(lambda *_: pytest.fail("the model was run again"))
    again = build(model=model, foundation_model=space, cache=tmp_path)
    assert space.n_images == 0
    assert torch.equal(first.crops.boxes, again.crops.boxes)
    assert torch.equal(first.component_embeddings["act"], again.component_embeddings["act"])
    handle.remove()
    other = build(model=model, foundation_model=space, cache=tmp_path, crop_threshold=0.5)
    assert other.crops is not None
    assert 0 < space.n_images <= len(other.crops)
    assert not torch.equal(first.crops.boxes, other.crops.boxes)


def test_frames_that_the_cache_holds_are_not_embedded_again_for_crops(tmp_path):
    frames = build(crop=False, cache=tmp_path)
    space = ColourSpace()
    database = build(foundation_model=space, cache=tmp_path)
    assert database.crops is not None
    assert space.n_images == len(database.crops)
    assert torch.equal(frames.samples.embeddings, database.samples.embeddings)


@pytest.mark.usefixtures("instrumented")
def test_an_interrupted_cutting_goes_on_where_it_stopped(tmp_path):
    many, options = scenes(40), {"k": 40, "batch_size": 16}
    build(many, crop=False, cache=tmp_path, **options)
    model, passes = ColourModel(), []

    def tired(*_):
        passes.append(1)
        if len(passes) == 2:
            raise KeyboardInterrupt

    handle = model.register_forward_pre_hook(tired)
    with pytest.raises(KeyboardInterrupt):
        build(many, model=model, cache=tmp_path, **options)
    handle.remove()
    handle = model.register_forward_pre_hook(lambda *_: passes.append(1))
    database = build(many, model=model, cache=tmp_path, **options)
    # 41 pictures are three batches: one before the interruption, two after it.
    assert len(passes) == 2 + 2
    assert torch.equal(database.crops.boxes, build(many, **options).crops.boxes)


def test_pictures_of_any_size_have_boxes_inside():
    sizes = [(97, 180), (300, 70), (64, 64), (5, 3)]
    images = [Image.new("RGB", size, (255, 10 * green, 0)) for green, size in enumerate(sizes)]
    database = build(images, transform=lambda image: to_tensor(image.resize((CENTRE, CENTRE))), k=4)
    crops = database.crops
    assert (crops.boxes[:, :2] >= 0).all()
    assert (crops.boxes[:, 2:] <= crops.sizes).all()
    assert (crops.boxes[:, 2:] > crops.boxes[:, :2]).all()


def test_an_image_that_has_gone_since_is_named(tmp_path):
    class Fading:
        fingerprint, gone = "fading", False

        def __len__(self):
            return 3

        def image(self, sample):
            if self.gone and sample == 1:
                raise OSError("truncated")
            return scenes()[sample]

        def label(self, sample):
            return None

        def name(self, sample):
            return f"{sample}.png"

    images = Fading()
    build(as_images(images), crop=False, cache=tmp_path)
    images.gone = True
    with pytest.raises(
        ImagesError, match=r"1.png could be read before and cannot be read now: OSError: trunc"
    ):
        build(as_images(images), cache=tmp_path)


@pytest.mark.parametrize("threshold", [-0.1, 1.0, 1.5, float("nan")])
def test_a_threshold_that_is_no_share_is_an_error(threshold):
    with pytest.raises(ValueError, match="crop_threshold must be a share of the maximum, 0 to below 1, not"):
        build(crop_threshold=threshold)


def test_a_transform_that_turns_pictures_is_an_error_before_any_work():
    model = ColourModel()
    model.register_forward_pre_hook(lambda *_: pytest.fail("the model was run"))
    with pytest.raises(ValueError, match="crop=True needs a transform that shows an upright part"):
        build(model=model, transform=lambda image: centre(image).flip(2))


def test_a_database_without_crops_is_as_before():
    with_crops, without = build(), build(crop=False)
    assert without.crops is None
    assert torch.equal(with_crops.samples.embeddings, without.samples.embeddings)
    frames = replace(with_crops, crops=None)
    assert torch.equal(frames.example_embeddings("act"), without.example_embeddings("act"))


def test_look_alikes_are_those_of_the_crops():
    database = build(look_alikes=True, crop_threshold=0.5)
    with torch.no_grad():
        scores = torch.stack([ColourModel().eye(centre(image)[None])[0].amax((1, 2)) for image in scenes()])
    expected = look_alikes(
        replace(database, look_alikes={}), "act", scores.clamp(min=0)[database.samples.ids]
    )
    assert torch.equal(database.samples.rows(database.look_alikes["act"]), expected)
    assert (expected >= 0).any()
