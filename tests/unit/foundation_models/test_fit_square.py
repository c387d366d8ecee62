import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from semanticlens_widgets.foundation_models.offline.fit_square import FitSquare, has_white_border


@pytest.fixture
def cut_out():
    image = Image.new("RGB", (100, 60), "white")
    image.paste("black", (30, 10, 60, 50))
    return image


def test_black_and_white_become_minus_and_plus_one():
    black, white = (FitSquare(8)(Image.new("RGB", (20, 20), colour)) for colour in ("black", "white"))
    assert torch.equal(black, torch.full((3, 8, 8), -127 / 128))
    assert torch.equal(white, torch.ones(3, 8, 8))


def test_a_crop_keeps_the_centre_at_the_share_the_weights_were_trained_with():
    image = Image.new("RGB", (64, 64), "white")
    image.paste("black", (16, 16, 48, 48))
    pixels = FitSquare(32)(image)  # 32 of 64: exactly the black square
    assert pixels.shape == (3, 32, 32)
    assert pixels[:, 2:-2, 2:-2].max() < -0.99


def test_a_crop_equals_resizing_first_and_cutting_then():
    generator = np.random.default_rng(0)
    image = Image.fromarray(generator.integers(0, 255, (512, 512, 3), dtype=np.uint8))
    slow = image.resize((256, 256), Image.Resampling.BICUBIC).crop((16, 16, 240, 240))
    expected = (torch.from_numpy(np.array(slow, dtype=np.float32)).permute(2, 0, 1) - 127) / 128
    assert (FitSquare(224)(image) - expected).abs().max() < 0.05


def test_padding_keeps_the_whole_cut_out(cut_out):
    padded = FitSquare(50, "pad")(cut_out)
    assert padded[:, 0].min() == 1  # white above and below
    assert (padded < 0).any(0).float().mean() == pytest.approx(30 * 40 / 100**2, abs=0.01)


def test_auto_pads_cut_outs_and_crops_photos(cut_out):
    photo = Image.new("RGB", (100, 60), "green")
    assert has_white_border(cut_out)
    assert not has_white_border(photo)
    assert torch.equal(FitSquare(50, "auto")(cut_out), FitSquare(50, "pad")(cut_out))
    assert torch.equal(FitSquare(50, "auto")(photo), FitSquare(50, "crop")(photo))


def test_an_unknown_fit_is_refused_with_the_choices():
    with pytest.raises(
        ValueError, match="fit must be 'crop', 'pad' or 'auto', not 'padd'; did you mean 'pad'"
    ):
        FitSquare(8, "padd")


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 70),
    st.integers(1, 70),
    st.sampled_from(["L", "RGB", "RGBA", "1"]),
    st.sampled_from(["crop", "pad"]),
)
def test_any_picture_becomes_a_square_within_range(width, height, mode, fit):
    pixels = FitSquare(16, fit)(Image.new(mode, (width, height)))
    assert pixels.shape == (3, 16, 16)
    assert pixels.min() >= -1
    assert pixels.max() <= 1
