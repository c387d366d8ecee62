import random

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torch import nn

from semanticlens_widgets.layers import default_transform, preprocessing_fingerprint, preprocessing_of


def noise(width, height):
    pixels = np.random.default_rng(width * height).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def to_tensor(image):
    return torch.from_numpy(np.array(image)).permute(2, 0, 1) / 255


@settings(max_examples=15, deadline=None)
@given(st.integers(20, 90), st.integers(20, 90))
def test_the_default_equals_torchvisions_transforms(width, height):
    transforms = pytest.importorskip("torchvision.transforms")
    theirs = transforms.Compose(
        [
            transforms.Resize(41, transforms.InterpolationMode.BICUBIC),
            transforms.CenterCrop(32),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    image = noise(width, height)
    torch.testing.assert_close(default_transform(41, 32)(image), theirs(image), rtol=0, atol=1e-6)


def test_the_default_is_224_pixels_of_imagenet():
    tensor = default_transform()(Image.new("RGB", (300, 500), (124, 116, 104)))
    assert (tensor.shape, tensor.dtype) == ((3, 224, 224), torch.float32)
    assert tensor.abs().max() < 0.02


def test_mean_and_std_are_ones_own():
    tensor = default_transform(20, 20, mean=[127 / 255] * 3, std=[128 / 255] * 3)(
        Image.new("RGB", (20, 20), (255, 127, 0))
    )
    torch.testing.assert_close(tensor[:, 0, 0], torch.tensor([1.0, 0.0, -127 / 128]))


def test_every_byte_is_normalized_to_the_last_bit_as_numpy_does():
    every = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, 2)
    mean, std = (np.array(each, np.float32) for each in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    expected = ((every.astype(np.float32) / np.float32(255) - mean) / std).transpose(2, 0, 1)
    assert np.array_equal(default_transform(16, 16)(Image.fromarray(every)).numpy(), expected)


def test_a_crop_larger_than_the_image_is_refused():
    with pytest.raises(ValueError, match=r"size must lie in 1 to resize \(256\), not 300"):
        default_transform(size=300)


def test_a_timm_model_says_what_it_was_trained_with():
    timm = pytest.importorskip("timm")
    model = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    transform = preprocessing_of(model)
    assert transform is not None
    tensor = transform(noise(300, 260))
    assert tensor.shape == (3, 224, 224)
    assert len(preprocessing_fingerprint(transform)) == 40


def test_other_models_do_not_say():
    assert preprocessing_of(nn.Linear(2, 2)) is None


def test_equal_transforms_have_equal_fingerprints_and_others_do_not():
    prints = [
        preprocessing_fingerprint(t)
        for t in (default_transform(), default_transform(257), default_transform(std=[0.2] * 3))
    ]
    assert len(set(prints)) == 3
    assert preprocessing_fingerprint(lambda image: default_transform()(image)) == prints[0]


def test_a_mirrored_image_is_another_preprocessing():
    mirrored = preprocessing_fingerprint(lambda image: to_tensor(image).flip(2))
    assert preprocessing_fingerprint(to_tensor) != mirrored


def test_a_random_transform_is_refused():
    def flipped_at_times(image):
        return to_tensor(image).flip(2) if random.random() < 0.5 else to_tensor(image)  # noqa: S311 - no secret

    random.seed(0)
    with pytest.raises(ValueError, match="the transform is random: it returns a different tensor each time"):
        preprocessing_fingerprint(flipped_at_times)


@pytest.mark.parametrize(
    ("transform", "message"),
    [
        (lambda image: image, r"not a Image: end it with torchvision.transforms.ToTensor\(\)"),
        (
            lambda image: to_tensor(image)[None],
            r"not a torch.float32 tensor \(1, 3, 240, 320\): return the first row",
        ),
        (lambda image: {"pixel_values": 1}, "not a dict: return its tensor"),
        (lambda image: torch.from_numpy(np.array(image)), r"not a torch.uint8 tensor \(240, 320, 3\)"),
        (np.array, "not a ndarray"),
    ],
)
def test_what_is_no_float_tensor_is_refused_with_the_way_out(transform, message):
    with pytest.raises(TypeError, match=message):
        preprocessing_fingerprint(transform)
