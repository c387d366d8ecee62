"""The box of an image that the model's input covers."""

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision import transforms
from torchvision.transforms.functional import to_tensor

from semanticlens_widgets.foundation_models.offline.fit_square import FitSquare
from semanticlens_widgets.layers import default_transform, input_picture, input_region_finder

SIZES = [(320, 240), (97, 180), (64, 64)]
NORMALIZE = transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def picture(size):
    y, x, channel = np.ogrid[: size[1], : size[0], :3]
    return Image.fromarray(((x * 3 + y * 2 + channel * 60) % 256).astype(np.uint8))


def hidden(transform):
    """The same transform without its method `input_region`, so that the box is measured."""
    return lambda image: transform(image)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("transform", [default_transform(), FitSquare(224)], ids=["default", "fit"])
def test_the_measured_box_is_the_one_that_the_transform_gives(transform, size):
    image = picture(size)
    given, measured = input_region_finder(transform)(image), input_region_finder(hidden(transform))(image)
    assert measured == pytest.approx(given, abs=max(size) / 300)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fit", ["crop", "pad", "auto"])
def test_the_box_is_the_part_that_the_input_covers(fit, size):
    image = picture(size)
    transform = FitSquare(48, fit)
    box = input_region_finder(transform)(image)
    left, top, right, bottom = (round(edge) for edge in box)
    shown = Image.new("RGB", (right - left, bottom - top), "white")
    shown.paste(image, (-left, -top))
    expected = np.asarray(shown.resize((48, 48), Image.Resampling.BICUBIC), dtype=float)
    given = transform(image).permute(1, 2, 0).numpy() * 128 + 127
    # A box of whole pixels may lie half a pixel beside the true one.
    assert np.abs(expected - given).mean() < 12


def test_torchvisions_resize_and_crop_is_measured():
    chain = transforms.Compose(
        [transforms.Resize(64), transforms.CenterCrop(48), transforms.ToTensor(), NORMALIZE]
    )
    # 320 x 240 becomes 85 x 64, of which columns 18.5 and rows 8 on are kept.
    expected = (18 * 320 / 85, 8 * 240 / 64, 66 * 320 / 85, 56 * 240 / 64)
    assert input_region_finder(chain)(picture((320, 240))) == pytest.approx(expected, abs=1.5)


def test_a_black_border_lies_beyond_the_picture():
    chain = transforms.Compose([transforms.CenterCrop(100), transforms.ToTensor(), NORMALIZE])
    assert input_region_finder(chain)(picture((80, 60))) == pytest.approx((-10, -20, 90, 80), abs=0.7)


def test_grey_input_of_one_channel_is_measured_too():
    chain = transforms.Compose([transforms.Grayscale(), transforms.Resize((32, 48)), transforms.ToTensor()])
    assert input_region_finder(chain)(picture((90, 60))) == pytest.approx((0, 0, 90, 60), abs=0.7)


@pytest.mark.parametrize(
    "last",
    [
        transforms.RandomHorizontalFlip(1.0),
        transforms.RandomRotation((30, 30)),
        transforms.RandomPerspective(0.6, 1.0),
    ],
    ids=["flipped", "turned", "bent"],
)
def test_a_region_that_is_not_an_upright_box_gives_none(last):
    torch.manual_seed(0)
    chain = transforms.Compose([transforms.Resize((64, 64)), last, transforms.ToTensor()])
    assert input_region_finder(chain)(picture((90, 60))) is None


def test_a_transform_that_normalizes_every_picture_by_itself_gives_none():
    def standardized(image):
        pixels = to_tensor(image.resize((32, 32)))
        return (pixels - pixels.mean()) / pixels.std().clamp(min=1e-6)

    assert input_region_finder(standardized)(picture((90, 60))) is None


def test_the_box_is_measured_once_per_size():
    calls = []

    def transform(image):
        calls.append(image.size)
        return to_tensor(image.resize((32, 32)))

    find = input_region_finder(transform)
    boxes = [find(picture(size)) for size in [(90, 60), (60, 90), (90, 60)]]
    assert boxes[0] == boxes[2] != boxes[1]
    assert calls.count((90, 60)) == calls.count((60, 90)) == 2


def pixels_of(chain, image) -> torch.Tensor:
    return chain(image)


def test_the_input_is_shown_without_its_normalization():
    image = picture((48, 48))
    chain = transforms.Compose([transforms.ToTensor(), NORMALIZE])
    shown = input_picture(chain, pixels_of(chain, image))
    assert np.abs(np.asarray(shown, int) - np.asarray(image, int)).max() <= 1


def test_an_input_of_one_channel_is_shown_in_grey():
    chain = transforms.Compose([transforms.Grayscale(), transforms.ToTensor()])
    shown = input_picture(chain, pixels_of(chain, picture((48, 48))))
    assert shown.mode == "RGB"
    assert np.ptp(np.asarray(shown, int), axis=2).max() == 0
