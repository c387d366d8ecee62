import re
import warnings

import pytest

from semanticlens_widgets.errors import WeightsUnavailableError
from semanticlens_widgets.foundation_models.open_clip import settings as choose


@pytest.fixture
def file(tmp_path):
    def make(name):
        path = tmp_path / name
        path.write_bytes(b"")
        return str(path)

    return make


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("ViT-B-32", "datacomp_xl_s13b_b90k"),
        ("ViT-H-14", "laion2b_s32b_b79k"),
        ("ViT-B-16-SigLIP2", "webli"),
        ("MobileCLIP2-S0", "dfndr2b"),
        ("RN50", "openai"),
        ("ViT-B-16-plus-240", "laion400m_e31"),  # none of the preferred kinds: the first there is
    ],
)
def test_the_preferred_tag_is_the_best_openly_licensed_one(name, tag):
    assert choose.settings_of_tag(name, None).tag == tag


def test_every_model_with_weights_has_a_preferred_tag():
    import open_clip

    for name, _ in open_clip.list_pretrained():
        assert choose.settings_of_tag(name, None).tag in open_clip.list_pretrained_tags_by_model(name)


def test_openai_weights_get_quick_gelu_and_others_do_not():
    assert choose.settings_of_tag("ViT-B-32", "openai").quick_gelu
    assert not choose.settings_of_tag("ViT-B-32", "laion2b_s34b_b79k").quick_gelu
    assert choose.settings_of_tag("ViT-B-32-quickgelu", "openai").quick_gelu


def test_siglip_and_mobileclip_get_their_own_pixel_scale():
    siglip = choose.settings_of_tag("ViT-B-16-SigLIP2", "webli").preprocessing
    assert siglip["mean"] == (0.5, 0.5, 0.5)
    assert siglip["resize_mode"] == "squash"
    assert choose.settings_of_tag("MobileCLIP2-S0", None).preprocessing["mean"] == (0.0, 0.0, 0.0)


def test_an_unknown_model_is_answered_with_near_names():
    with pytest.raises(ValueError, match=r"open_clip has no model 'ViT-B32'; did you mean .*'ViT-B-32'"):
        choose.check_model_name("ViT-B32")


def test_an_unknown_tag_is_answered_with_near_tags():
    with pytest.raises(ValueError, match=r"no weights 'laion2b' for 'ViT-B-32'; did you mean .*laion2b_e16"):
        choose.settings_of_tag("ViT-B-32", "laion2b")


def test_an_architecture_without_weights_asks_for_a_file():
    with pytest.raises(
        WeightsUnavailableError, match=r"no weights of 'ViT-S-32-alt'; pass pretrained='/path/to/file'"
    ):
        choose.settings_of_tag("ViT-S-32-alt", None)


def test_a_file_takes_the_settings_of_the_tag_in_its_name(file):
    assert choose.settings_of_file("ViT-B-32", file("ViT-B-32-openai.pt"), None).quick_gelu
    assert not choose.settings_of_file("ViT-B-32", file("laion2b-s34b-b79k.safetensors"), None).quick_gelu


def test_a_file_takes_the_settings_of_the_tag_it_is_like(file):
    inception = choose.settings_of_file("ViT-L-14", file("model.pt"), "laion2b_s32b_b82k").preprocessing
    assert inception["mean"] == (0.5, 0.5, 0.5)


def test_a_file_that_does_not_say_is_guessed_with_a_warning(file):
    with pytest.warns(UserWarning, match=r"'model.pt' contains no tag; using those of 'datacomp_xl"):
        settings = choose.settings_of_file("ViT-B-32", file("model.pt"), None)
    assert not settings.quick_gelu


def test_a_file_of_an_architecture_whose_tags_agree_needs_no_warning(file):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (
            choose.settings_of_file("ViT-B-16-SigLIP2", file("model.pt"), None).preprocessing["std"]
            == (0.5,) * 3
        )


def test_a_wrong_like_is_answered_with_near_tags(file):
    with pytest.raises(
        ValueError, match=r"like must be a tag of 'ViT-B-32', not 'open-ai'; did you mean 'openai'"
    ):
        choose.settings_of_file("ViT-B-32", file("model.pt"), "open-ai")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(WeightsUnavailableError, match=re.escape("there is no file of weights '/no/such.pt'")):
        choose.settings_of_file("ViT-B-32", "/no/such.pt", None)


def test_paths_and_tags_are_told_apart(file):
    assert choose.looks_like_file("weights/model.pt")
    assert choose.looks_like_file("model.safetensors")
    assert choose.looks_like_file(file("noending"))
    assert not choose.looks_like_file("laion2b_s34b_b79k")
