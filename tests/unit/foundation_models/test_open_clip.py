import dataclasses
import json
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from semanticlens_widgets.errors import NonFiniteError, WeightsUnavailableError
from semanticlens_widgets.foundation_models import (
    FoundationModel,
    OpenCLIP,
    check_foundation_model,
    from_recipe,
)
from semanticlens_widgets.lens import Lens
from tests.fakes import fake_database


@pytest.fixture(scope="module")
def tiny(tiny_name, tiny_checkpoint):
    return OpenCLIP(tiny_name, str(tiny_checkpoint), device="cpu", batch_size=2)


def test_a_local_checkpoint_is_a_foundation_model(tiny: OpenCLIP, tiny_name, tiny_checkpoint):
    check_foundation_model(tiny)
    assert isinstance(tiny, FoundationModel)
    assert tiny.dim == 24
    assert tiny.name == f"OpenCLIP {tiny_name} ({tiny_checkpoint})"
    assert tiny.recipe == {"type": "OpenCLIP", "name": tiny_name, "pretrained": str(tiny_checkpoint)}


def test_it_gives_what_open_clip_gives(tiny, tiny_name, tiny_checkpoint, pictures):
    import open_clip

    made: Any = open_clip.create_model_and_transforms(tiny_name, pretrained=str(tiny_checkpoint))
    model, _, transform = made
    model.eval()
    tokenizer = open_clip.get_tokenizer(tiny_name)
    texts = ["a cat", "", "a dog on a sofa"]
    with torch.inference_mode():
        images = model.encode_image(torch.stack([transform(picture) for picture in pictures]))
        embedded = model.encode_text(tokenizer(texts))
    assert torch.allclose(tiny.embed_images(pictures), images, atol=1e-5)
    assert torch.allclose(tiny.embed_texts(texts), embedded, atol=1e-5)


def test_results_are_float32_on_the_cpu_and_not_normalized(tiny, pictures):
    embeddings = tiny.embed_images(pictures)
    assert (embeddings.dtype, embeddings.device.type) == (torch.float32, "cpu")
    assert (embeddings.norm(dim=1) - 1).abs().min() > 1e-3
    assert tiny.embed_images([]).shape == (0, 24)
    assert tiny.embed_texts([]).shape == (0, 24)


def test_a_text_beyond_the_context_is_cut(tiny):
    short, long = tiny.embed_texts(["cat " * 100, "cat " * 2500])
    assert torch.allclose(short, long, atol=1e-6)


def test_grey_and_transparent_pictures_are_welcome(tiny, pictures):
    assert tiny.embed_images([pictures[0].convert("L"), pictures[1].convert("RGBA")]).shape == (2, 24)


def test_a_safetensors_file_gives_the_same_model(tiny, tiny_name, tiny_checkpoint, tmp_path):
    path = tmp_path / "tiny.safetensors"
    save_file({key: value.contiguous() for key, value in torch.load(tiny_checkpoint).items()}, path)
    again = OpenCLIP(tiny_name, str(path), device="cpu")
    assert torch.equal(again.embed_texts(["cat"]), tiny.embed_texts(["cat"]))
    assert again.fingerprint == tiny.fingerprint


def test_a_recipe_makes_the_same_model_again(tiny):
    assert from_recipe(tiny.recipe).fingerprint == tiny.fingerprint


def test_the_fingerprint_follows_the_weights_and_the_activation(tiny, tiny_name, tiny_checkpoint, tmp_path):
    weights = torch.load(tiny_checkpoint)
    weights["text_projection"][0, 0] += 1e-3
    torch.save(weights, tmp_path / "other.pt")
    assert OpenCLIP(tiny_name, str(tmp_path / "other.pt"), device="cpu").fingerprint != tiny.fingerprint
    quick = OpenCLIP(tiny_name, str(tiny_checkpoint), device="cpu", force_quick_gelu=True)
    assert quick.fingerprint != tiny.fingerprint
    assert quick.recipe == {**tiny.recipe, "force_quick_gelu": True}
    assert not torch.allclose(quick.embed_texts(["cat"]), tiny.embed_texts(["cat"]))


def test_random_weights_only_when_asked(tiny_name):
    with pytest.raises(WeightsUnavailableError, match="or random_weights=True"):
        OpenCLIP(tiny_name, device="cpu")
    model = OpenCLIP(tiny_name, device="cpu", random_weights=True)
    assert "random weights" in model.name
    assert model.recipe is None
    with pytest.raises(
        ValueError, match="random_weights must be False when pretrained is given, here 'openai'"
    ):
        OpenCLIP(tiny_name, "openai", random_weights=True)


def test_nan_weights_are_refused_when_loaded(tiny_name, tiny_checkpoint, tmp_path):
    weights = torch.load(tiny_checkpoint)
    weights["text_projection"][0, 0] = float("nan")
    torch.save(weights, tmp_path / "nan.pt")
    with pytest.raises(NonFiniteError, match="must give finite embeddings, not NaN or infinity; download"):
        OpenCLIP(tiny_name, str(tmp_path / "nan.pt"), device="cpu")


def test_a_file_of_another_architecture_is_refused(tiny_name, tmp_path):
    torch.save({"visual.conv": torch.zeros(2)}, tmp_path / "other.pt")
    with pytest.raises(
        WeightsUnavailableError, match=rf"'other.pt' must hold weights of '{tiny_name}', but: "
    ):
        OpenCLIP(tiny_name, str(tmp_path / "other.pt"), device="cpu")


def test_a_checkpoint_is_named_by_a_path_too(tiny, tiny_name, tiny_checkpoint):
    assert OpenCLIP(tiny_name, tiny_checkpoint, device="cpu").recipe == tiny.recipe


def test_a_lens_whose_checkpoint_has_moved_says_how_to_open_it(tiny_name, tiny_checkpoint, tmp_path):
    here = shutil.copy(tiny_checkpoint, tmp_path / "here.pt")
    model = OpenCLIP(tiny_name, here, device="cpu")
    made = fake_database()
    provenance = dataclasses.replace(made.provenance, foundation_model_recipe=model.recipe)
    Path(here).unlink()
    with pytest.raises(WeightsUnavailableError, match=r"here.pt'; .* Lens.open\(path, foundation_model="):
        _ = Lens(dataclasses.replace(made, provenance=provenance)).foundation_model


def test_a_file_that_would_run_code_is_refused(tiny_name, tmp_path):
    path = tmp_path / "evil.pt"
    torch.save({"state_dict": threading.Thread}, path)
    with pytest.raises(
        WeightsUnavailableError, match="'evil.pt' must hold .* it holds objects other than tensors"
    ):
        OpenCLIP(tiny_name, str(path), device="cpu")


@pytest.mark.filterwarnings("ignore:.*torch.jit:FutureWarning", "ignore:.*torch.jit:DeprecationWarning")
def test_a_torchscript_archive_says_how_to_convert_it(tiny_name, tmp_path):
    class Twice(torch.nn.Module):
        def forward(self, x):
            return 2 * x

    archive = torch.jit.trace(Twice(), torch.zeros(1))
    torch.jit.save(archive, tmp_path / "archive.pt")
    with pytest.raises(WeightsUnavailableError, match="'archive.pt' is a TorchScript archive.*state_dict"):
        OpenCLIP(tiny_name, str(tmp_path / "archive.pt"), device="cpu")


def test_a_folder_with_its_own_configuration_is_loaded(tiny, tiny_config, tiny_checkpoint, tmp_path):
    (tmp_path / "open_clip_config.json").write_text(json.dumps({"model_cfg": tiny_config}))
    (tmp_path / "open_clip_pytorch_model.bin").write_bytes(tiny_checkpoint.read_bytes())
    model = OpenCLIP(f"local-dir:{tmp_path}", device="cpu")
    assert torch.allclose(model.embed_texts(["cat"]), tiny.embed_texts(["cat"]), atol=1e-6)
    with pytest.raises(ValueError, match="pretrained and random_weights must not be given with 'local-dir:"):
        OpenCLIP(f"local-dir:{tmp_path}", "openai")


def test_wrong_arguments_are_named(tiny_name):
    with pytest.raises(ValueError, match="batch_size must be at least 1, not 0"):
        OpenCLIP(tiny_name, batch_size=0)
    with pytest.raises(ValueError, match="like must be None unless pretrained is a file, not 'openai'"):
        OpenCLIP(tiny_name, "openai", like="openai")
    with pytest.raises(ValueError, match="open_clip has no model 'ViT-B32'"):
        OpenCLIP("ViT-B32")


def test_threads_get_their_own_answers(tiny):
    texts = [f"text {number}" for number in range(6)]
    expected, found = tiny.embed_texts(texts), {}
    threads = [
        threading.Thread(target=lambda text=text: found.__setitem__(text, tiny.embed_texts([text])[0]))
        for text in texts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert torch.allclose(torch.stack([found[text] for text in texts]), expected, atol=1e-5)


def test_mobileclip2_is_built_with_its_own_pixel_scale(pictures):
    model = OpenCLIP("MobileCLIP2-S0", device="cpu", random_weights=True)
    assert model.dim == 512
    assert "mean=[0.0, 0.0, 0.0]" in str(model._transform) or "mean=(0.0, 0.0, 0.0)" in str(model._transform)
    assert torch.isfinite(model.embed_images(pictures[:1])).all()


def test_siglip2_is_built_with_its_own_pixel_scale():
    import open_clip

    from semanticlens_widgets.foundation_models.open_clip.loading import _transform
    from semanticlens_widgets.foundation_models.open_clip.settings import random_settings

    # The text tower's 197 M word vectors are left out: they take the time and say nothing here.
    name = "ViT-B-32-SigLIP2-256"
    config = open_clip.get_model_config(name)
    small = {**config["text_cfg"], "vocab_size": 100, "layers": 1}
    model: Any = open_clip.create_model(
        name, text_cfg=small, force_preprocess_cfg=random_settings(name).preprocessing, pretrained_text=False
    )
    transform = str(_transform(model))
    assert "0.5" in transform
    assert model.encode_text(torch.zeros(1, 64, dtype=torch.long)).shape == (1, 768)
