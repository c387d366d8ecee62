import pytest
import torch

from semanticlens_widgets.tensors import check_output, grid_of, locate, pool

SLOWLY = {
    "max": lambda values: max(values),
    "mean": lambda values: sum(values) / len(values),
    "absmax": lambda values: max(abs(value) for value in values),
    "absmean": lambda values: sum(abs(value) for value in values) / len(values),
    "cls": lambda values: values[0],
}


def output(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def slowly(cells, pooling):
    """`cells` is (sample, component, cell)."""
    return torch.tensor([[SLOWLY[pooling](component) for component in sample] for sample in cells.tolist()])


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("pooling", ["max", "mean", "absmax", "absmean"])
def test_maps_are_pooled_over_height_and_width(pooling, memory_format):
    maps = output(3, 4, 5, 6).contiguous(memory_format=memory_format)
    torch.testing.assert_close(pool(maps, pooling), slowly(maps.flatten(2), pooling))


@pytest.mark.parametrize("pooling", list(SLOWLY))
def test_tokens_are_pooled_over_the_tokens(pooling):
    tokens = output(3, 7, 4)
    torch.testing.assert_close(pool(tokens, pooling), slowly(tokens.transpose(1, 2), pooling))


@pytest.mark.parametrize("pooling", ["max", "mean", "cls"])
def test_linear_outputs_are_their_own_scores(pooling):
    values = output(3, 4)
    assert torch.equal(pool(values, pooling), values)


@pytest.mark.parametrize("pooling", ["max", "mean", "cls"])
@pytest.mark.parametrize("shape", [(3, 7, 4), (3, 4)])
def test_negated_pooling_pools_the_negated_output(pooling, shape):
    values = output(*shape)
    torch.testing.assert_close(pool(values, pooling, negate=True), pool(-values, pooling))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_scores_are_float32_whatever_the_layer_computes_in(dtype):
    values = output(2, 3, 4, 4).to(dtype)
    assert pool(values, "max").dtype == torch.float32
    assert pool(values, "mean").dtype == torch.float32
    assert pool(values.flatten(1), "max").dtype == torch.float32


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_the_place_is_the_flat_index_of_the_highest_cell(memory_format):
    maps = output(2, 3, 4, 5).contiguous(memory_format=memory_format)
    samples, components = torch.tensor([0, 1, 1]), torch.tensor([2, 0, 2])
    expected = [int(maps[b, c].flatten().argmax()) for b, c in zip(samples, components, strict=True)]
    assert locate(maps, "max", samples, components).tolist() == expected
    assert maps[0, 2, expected[0] // 5, expected[0] % 5] == pool(maps, "max")[0, 2]


def test_the_place_of_a_negated_or_absolute_score_is_where_that_score_is_highest():
    tokens = torch.tensor([[[1.0], [-5.0], [3.0]]])
    pair = torch.tensor([0]), torch.tensor([0])
    assert locate(tokens, "max", *pair).item() == 2
    assert locate(tokens, "max", *pair, torch.tensor([-1.0])).item() == 1
    assert locate(tokens, "absmax", *pair).item() == 1


def test_scores_from_no_place_have_no_position_and_no_grid():
    pair = torch.tensor([0]), torch.tensor([1])
    assert locate(output(1, 2), "max", *pair).item() == -1
    assert locate(output(1, 7, 2), "cls", *pair).item() == -1
    assert grid_of(output(1, 2), "max") == ()
    assert grid_of(output(1, 7, 2), "cls") == ()


def test_the_grid_is_height_and_width_or_the_tokens():
    assert grid_of(output(1, 2, 3, 4), "max") == (3, 4)
    assert grid_of(output(1, 7, 2), "mean") == (7,)


def test_an_output_of_another_rank_is_refused_by_name_and_shape():
    with pytest.raises(ValueError, match=r"layer 'video' gives shape \(1, 2, 3, 4, 5\)"):
        check_output("video", output(1, 2, 3, 4, 5), "max")
    with pytest.raises(ValueError, match=r"layer 'loss' gives shape \(3,\)"):
        check_output("loss", output(3), "max")


def test_an_empty_output_is_refused():
    with pytest.raises(ValueError, match=r"layer 'x' gives shape \(2, 0\), which is empty"):
        check_output("x", output(2, 0), "max")


def test_a_map_has_no_cls_token():
    with pytest.raises(ValueError, match="no CLS token"):
        check_output("conv", output(1, 2, 3, 3), "cls")
