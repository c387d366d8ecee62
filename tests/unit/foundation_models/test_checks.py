import pytest
import torch
from PIL import Image

from semanticlens_widgets.errors import NonFiniteError
from semanticlens_widgets.foundation_models import (
    ConSE,
    check_foundation_model,
    embed_images_checked,
    embed_texts_checked,
    fingerprint_of,
)
from semanticlens_widgets.foundation_models.checks import check_images, check_texts


class Colours:
    """Embeds an image as its mean colour and a text as its letters' sum."""

    name, dim = "colours", 3

    def __init__(self, scale=1.0, rows=0):
        self.scale, self.rows = scale, rows

    def embed_images(self, images):
        colours = [[value + 1.0 for value in image.resize((1, 1)).getpixel((0, 0))] for image in images]
        return torch.tensor(colours + [[0.0] * 3] * self.rows) * torch.tensor([1.0, 1.0, self.scale])

    def embed_texts(self, texts):
        return torch.tensor([[float(len(text)), sum(map(ord, text)) * self.scale, 1.0] for text in texts])


IMAGE = Image.new("RGB", (4, 4), "red")


def test_a_complete_object_passes():
    check_foundation_model(Colours())
    assert embed_images_checked(Colours(), [IMAGE]).tolist() == [[256.0, 1.0, 1.0]]
    assert embed_texts_checked(Colours(), ["a"]).shape == (1, 3)


def test_missing_members_are_named():
    class Half:
        name = "half"

        def embed_images(self, images):
            return None

    with pytest.raises(TypeError, match=r"must have dim, embed_texts\(\), which Half lacks; pass OpenCLIP"):
        check_foundation_model(Half())


def test_a_class_and_a_name_are_answered_with_the_call_that_works():
    with pytest.raises(TypeError, match="not the class ConSE; call the class"):
        check_foundation_model(ConSE)
    with pytest.raises(TypeError, match=r"pass OpenCLIP\('ViT-B-32'\) or ConSE\(\)"):
        check_foundation_model("ViT-B-32")


def test_a_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"embed_images of 'colours' must return .* \(1, 3\), not \(2, 3\)"):
        embed_images_checked(Colours(rows=1), [IMAGE])


def test_nan_and_infinity_are_refused_with_the_row():
    with pytest.raises(
        NonFiniteError, match=r"embed_texts of 'colours' must return finite numbers, but row 0"
    ):
        embed_texts_checked(Colours(scale=float("nan")), ["a"])
    with pytest.raises(NonFiniteError):
        embed_images_checked(Colours(scale=float("inf")), [IMAGE])


def test_the_own_fingerprint_is_preferred():
    class Named(Colours):
        fingerprint = "mine"

    assert fingerprint_of(Named()) == "mine"


def test_a_fingerprint_depends_on_the_weights_alone():
    assert fingerprint_of(Colours()) == fingerprint_of(Colours())
    assert fingerprint_of(Colours()) != fingerprint_of(Colours(scale=2.0))


def test_one_text_or_image_is_not_several():
    with pytest.raises(TypeError, match=r"not the single text 'zebra'; pass \[text\]"):
        check_texts("zebra")
    with pytest.raises(TypeError, match="texts must be a list of texts, not of int"):
        check_texts([1])
    with pytest.raises(TypeError, match=r"not a single image; pass \[image\]"):
        check_images(IMAGE)
    with pytest.raises(TypeError, match="not of str; use PIL"):
        check_images(["cat.jpg"])
