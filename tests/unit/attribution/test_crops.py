"""Boxes around heat: against their definition, at the borders, and where the authors' library goes wrong."""

import pytest
import torch
from torchvision.transforms.functional import gaussian_blur

from semanticlens_widgets.attribution import crop_boxes, has_places, map_boxes
from semanticlens_widgets.attribution._crops import blurred
from semanticlens_widgets.attribution._heatmaps import upsampled
from tests.peer import HOW, peer_module


def spot(top, left, bottom, right, height=224, width=224):
    heat = torch.zeros(1, height, width)
    heat[0, top:bottom, left:right] = 1.0
    return heat


def hot_places(heat, hot=0.01):
    """Row by row and column by column: the places above a hundredth of the blurred maximum."""
    smooth = blurred(heat.abs())[0].tolist()
    peak = max(map(max, smooth))
    places = [(y, x) for y, row in enumerate(smooth) for x, value in enumerate(row) if value > hot * peak]
    return (
        min(y for y, _ in places),
        min(x for _, x in places),
        max(y for y, _ in places),
        max(x for _, x in places),
    )


def test_the_blur_is_a_gaussian_of_eight_pixels_over_51():
    heat = torch.rand(2, 224, 224, generator=torch.Generator().manual_seed(0))
    expected = gaussian_blur(heat.unsqueeze(1), kernel_size=[51, 51], sigma=[8.0, 8.0]).squeeze(1)
    torch.testing.assert_close(blurred(heat), expected)


def test_the_box_is_the_smallest_square_around_what_is_hot():
    heat = spot(100, 90, 110, 130)
    top, left, bottom, right = hot_places(heat)
    box = crop_boxes(heat)[0].tolist()
    assert box[0] == left
    assert box[2] == right + 1
    side = right + 1 - left
    assert box[3] - box[1] == side
    assert abs((box[1] + box[3]) / 2 - (top + bottom + 1) / 2) <= 0.5


SPOTS = [
    (0, 0, 10, 10),
    (214, 214, 224, 224),
    (0, 100, 5, 160),
    (100, 0, 190, 4),
    (219, 3, 224, 223),
    (50, 60, 51, 61),
]


@pytest.mark.parametrize("place", SPOTS)
def test_a_box_lies_inside_and_holds_every_hot_row_and_column(place):
    heat = spot(*place)
    left, top, right, bottom = crop_boxes(heat)[0].tolist()
    first_row, first_column, last_row, last_column = hot_places(heat)
    assert 0 <= left <= first_column
    assert last_column + 1 <= right <= 224
    assert 0 <= top <= first_row
    assert last_row + 1 <= bottom <= 224
    assert right - left == bottom - top


def test_where_the_map_is_narrow_the_box_is_as_wide_as_the_map():
    left, top, right, bottom = crop_boxes(spot(5, 20, 60, 180, height=64, width=200))[0].tolist()
    assert (top, bottom) == (0, 64)
    assert right - left > 160


def test_an_empty_map_gives_the_whole_image():
    boxes = crop_boxes(torch.cat([torch.zeros(1, 40, 60), spot(1, 1, 2, 2, 40, 60)]))
    assert boxes[0].tolist() == [0, 0, 60, 40]
    assert boxes[1, 2] < 60


def test_what_speaks_against_a_component_counts_as_heat_too():
    heat = spot(100, 90, 110, 130)
    assert torch.equal(crop_boxes(-heat), crop_boxes(heat))


def test_the_scale_of_the_heat_does_not_matter():
    heat = torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(0)) ** 8
    assert torch.equal(crop_boxes(heat * 1e-6), crop_boxes(heat))


@pytest.fixture
def peer_box():
    module = peer_module("semanticlens.utils.render")
    if module is None:
        pytest.skip(f"semanticlens 0.2.1 is not installed; {HOW}")

    def box(heat):
        smooth = gaussian_blur(heat, kernel_size=[51, 51])[0]
        top, bottom, left, right = module._get_square_crop_box(smooth / smooth.max(), 0.01)
        return int(left), int(top), int(right), int(bottom)

    return box


def test_the_library_loses_a_row_and_a_column_that_we_keep(peer_box):
    heat = spot(100, 100, 120, 120)
    left, top, right, bottom = peer_box(heat)
    assert crop_boxes(heat)[0].tolist() == [left, top, right + 1, bottom + 1]


def test_the_librarys_crops_leave_the_image_at_borders_and_ours_do_not(peer_box):
    heat = spot(100, 190, 200, 224)
    _, _, right, bottom = peer_box(heat)
    assert max(right, bottom) > 224
    assert crop_boxes(heat)[0, 2:].max() == 224


def test_the_library_has_no_box_for_an_empty_map_and_ours_is_all_of_it(peer_box):
    empty = torch.zeros(1, 224, 224)
    # Divided by 0, nothing is above the threshold; as a slice, this box is all but the last row and column.
    assert peer_box(empty) == (0, 0, -1, -1)
    assert crop_boxes(empty)[0].tolist() == [0, 0, 224, 224]


@pytest.mark.parametrize(("shape", "sides"), [((7, 7), (224, 224)), ((3, 5), (48, 80)), ((32, 32), (32, 32))])
@pytest.mark.parametrize("hot", [0.01, 0.5])
def test_boxes_of_small_maps_are_those_of_the_maps_stretched_over_the_input(shape, sides, hot):
    maps = torch.randn(12, *shape, generator=torch.Generator().manual_seed(1)) ** 3
    maps[0] = 0
    expected = crop_boxes(upsampled(maps.abs(), sides), hot)
    # Products in another order may move an edge by a pixel where the heat is all but at the threshold.
    assert (map_boxes(maps, sides, hot) - expected).abs().max() <= 1
    assert (map_boxes(maps, sides, hot) == expected).float().mean() > 0.95


def test_layers_have_places_where_their_cells_lie_on_the_input():
    assert has_places((7, 7), (224, 224))
    assert has_places((197,), (224, 224), 1)
    assert has_places((196,), (224, 224))
    assert not has_places((150,), (224, 224))
    assert not has_places((), (224, 224))
