import io

import numpy as np
import pytest
import torch
from PIL import Image

from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.audit.handlers import audit_handlers
from semanticlens_widgets.widgets.answers.neurons.heatmap_pictures import (
    HeatmapPictures,
    heatmap_pictures,
    with_heat,
)
from semanticlens_widgets.widgets.kernel.request import Cancelled, Request
from tests.colour_world import ColourModel, ColourSpace, to_tensor
from tests.fakes import attributed_lens, living_lens

LOW, HIGH = (0, 34, 78), (254, 232, 56)
"""The ends of cividis."""


@pytest.fixture(scope="module")
def lens() -> Lens:
    return living_lens(2)


def blended(grey: int, colour: tuple[int, int, int]) -> list[float]:
    return [0.4 * grey + 0.6 * part for part in colour]


def colour_of(file: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(file)).convert("RGB"), dtype=float)[16, 16]


def test_a_picture_is_grey_under_the_colours_of_the_heat_in_its_box_and_grey_alone_outside() -> None:
    image = Image.new("RGB", (40, 20), (100, 100, 100))
    drawn = np.asarray(with_heat(image, torch.tensor([[0.0, 1.0]]), (8.0, 0.0, 28.0, 20.0)), dtype=float)
    for x, expected in {0: [100] * 3, 9: blended(100, LOW), 26: blended(100, HIGH), 35: [100] * 3}.items():
        assert np.abs(drawn[10, x] - expected).max() <= 1, x


def test_a_box_beyond_the_borders_is_cut_off_there() -> None:
    image = Image.new("RGB", (10, 10), (0, 0, 0))
    drawn = np.asarray(with_heat(image, torch.tensor([[0.0, 1.0]]), (-10.0, -5.0, 10.0, 15.0)), dtype=float)
    assert drawn.shape == (10, 10, 3)
    assert np.abs(drawn[5, 9] - blended(0, HIGH)).max() <= 1


def test_where_a_neuron_responds_is_bright_and_where_it_does_not_is_dark(lens: Lens) -> None:
    pictures = HeatmapPictures(lens)
    red, green = (int(np.mean(np.asarray(lens.images.image(sample).convert("L")))) for sample in (0, 1))
    assert np.abs(colour_of(pictures.picture("eye:1", 1, 32)) - blended(green, HIGH)).max() <= 12
    assert np.abs(colour_of(pictures.picture("eye:1", 0, 32)) - blended(red, LOW)).max() <= 12


def test_where_the_input_shows_no_box_of_the_image_it_is_drawn_itself() -> None:
    frame = np.zeros((1, 32, 32, 3), np.uint8)
    frame[:, :, 16:, 1] = 255  # green on the right
    turned = Lens.build(
        ColourModel(), as_images(frame, labels=["green"]), "eye", foundation_model=ColourSpace(), k=1, progress=False,
        transform=lambda image: to_tensor(image).flip(2),
    )  # fmt: skip
    drawn = np.asarray(Image.open(io.BytesIO(HeatmapPictures(turned).picture("eye:1", 0, 32))), dtype=float)
    assert drawn[16, 4].sum() > 2 * drawn[16, 28].sum()


def test_a_layer_without_places_shows_the_gradient_and_what_was_drawn_is_kept(lens: Lens) -> None:
    pictures = HeatmapPictures(lens)
    first = pictures.picture("head:1", 1, 32)
    runs = []
    hook = lens._session.studied.model.register_forward_hook(lambda *_: runs.append(1))
    assert pictures.picture("head:1", 1, 32) is first
    assert not runs
    pictures.picture("head:1", 1, 16)
    hook.remove()
    assert runs


def test_all_widgets_of_a_lens_share_what_was_drawn(lens: Lens) -> None:
    assert heatmap_pictures(lens) is heatmap_pictures(lens)
    assert heatmap_pictures(lens) is not heatmap_pictures(living_lens(2))


def test_heat_maps_are_answered_as_pictures_and_taken_back_before_the_model_runs(lens: Lens) -> None:
    handlers = audit_handlers(lens, {})
    asked = {"layer": "eye", "component": 1, "samples": [0, 1]}
    answer = handlers["audit_heatmap"](Request("1", "audit_heatmap", asked, ()))
    first, second = answer.result["offsets"][1:]
    assert answer.buffers[0][:4] == answer.buffers[0][first : first + 4] == b"RIFF"
    assert second == len(answer.buffers[0])
    with pytest.raises(ValueError, match="components 0 to 2, not 3"):
        handlers["audit_heatmap"](Request("1", "audit_heatmap", {**asked, "component": 3}, ()))
    taken_back = Request("1", "audit_heatmap", asked, ())
    taken_back.cancel()
    with pytest.raises(Cancelled):
        handlers["audit_heatmap"](taken_back)


def test_heat_maps_are_offered_where_there_are_a_model_and_images() -> None:
    for lens, layer in ((living_lens(1), "eye"), (attributed_lens(), "bn1")):
        request = Request("1", "audit_classes", {"layer": layer}, ())
        assert audit_handlers(lens, {})["audit_classes"](request).result["has_heatmaps"] is lens.can_attribute
