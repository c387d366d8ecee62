import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from semanticlens_widgets.collection import collect, merge_examples
from semanticlens_widgets.errors import ImagesError, LayerNotFoundError, NonFiniteError
from tests.lookup_world import Lookup, LookupModel, NumberedImages, activations, number_of


def run(model, n, layers: str | list[str] = "layers.*", **options):
    options = {"transform": number_of, "progress": False, "k": 5, **options}
    images = options.pop("images", None) or NumberedImages(n)
    return collect(model, images, layers, **options)


def assert_same(a, b):
    for name in ("sample_ids", "scores", "positions"):
        assert torch.equal(getattr(a, name), getattr(b, name)), name


@pytest.mark.filterwarnings("ignore:in layer")
@settings(deadline=None, max_examples=25)
@given(st.integers(1, 40), st.integers(1, 45), st.integers(1, 50), st.booleans(), st.booleans())
def test_the_best_k_equal_a_sort_of_the_whole_matrix(n, k, batch_size, tied, negative):
    scores = torch.randint(0, 4, (n, 6)).float() if tied else activations(n, 6)
    scores = -scores.abs() - 1 if negative else scores
    found = run(LookupModel(a=scores), n, k=k, batch_size=batch_size).examples["layers.a"]
    best = scores.T.sort(dim=1, descending=True, stable=True)
    kept = min(n, k)
    assert torch.equal(found.scores[:, :kept], best.values[:, :k])
    assert torch.equal(found.sample_ids[:, :kept], best.indices[:, :k])
    assert found.scores[:, kept:].eq(-torch.inf).all()
    assert found.sample_ids[:, kept:].eq(-1).all()


@pytest.mark.filterwarnings("ignore:in layer")
@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1], [1, 2, 0]])
def test_shards_in_any_order_give_one_pass(order):
    model = LookupModel(a=torch.randint(0, 5, (30, 4, 3, 3)).float())
    whole = run(model, 30, batch_size=7).examples["layers.a"]
    shards = [range(4), range(4, 19), range(19, 30)]
    parts = [run(model, 30, samples=shards[i], batch_size=3).examples["layers.a"] for i in order]
    merged = merge_examples(merge_examples(parts[0], parts[1]), parts[2])
    assert_same(merged, whole)
    assert merged.n_samples == 30
    for name in ("mean", "variance", "maximum", "firing_rate"):
        torch.testing.assert_close(getattr(merged, name), getattr(whole, name))


def test_one_pass_serves_layers_of_every_shape():
    tables = {"map": activations(9, 4, 3, 5), "tokens": activations(9, 7, 6), "flat": activations(9, 8)}
    images = NumberedImages(9)
    found = run(LookupModel(**tables), 9, images=images).examples
    assert sorted(images.decoded) == list(range(9))
    assert [examples.grid for examples in found.values()] == [(3, 5), (7,), ()]
    assert torch.equal(found["layers.map"].scores[:, 0], tables["map"].amax((0, 2, 3)))
    assert torch.equal(found["layers.tokens"].scores[:, 0], tables["tokens"].amax((0, 1)))
    assert torch.equal(found["layers.flat"].scores[:, 0], tables["flat"].amax(0))


def test_positions_are_the_cells_of_the_highest_activation():
    table = activations(12, 3, 4, 4)
    found = run(LookupModel(a=table), 12).examples["layers.a"]
    components = torch.arange(3)[:, None]
    assert torch.equal(table.flatten(2)[found.sample_ids, components, found.positions.long()], found.scores)


def test_statistics_are_those_of_all_scores():
    table = activations(50, 3)
    found = run(LookupModel(a=table), 50, batch_size=8).examples["layers.a"]
    torch.testing.assert_close(found.mean, table.mean(0))
    torch.testing.assert_close(found.variance, table.var(0, correction=0))
    assert torch.equal(found.maximum, table.amax(0))
    torch.testing.assert_close(found.firing_rate, (table > 0).float().mean(0))
    assert found.n_samples == 50


def test_poolings_are_chosen_layer_by_layer():
    tables = {"a": activations(6, 3, 2, 2), "b": activations(6, 5, 3)}
    found = run(LookupModel(**tables), 6, pooling={"layers.b": "cls"}).examples
    assert torch.equal(found["layers.a"].scores[:, 0], tables["a"].amax((0, 2, 3)))
    assert torch.equal(found["layers.b"].scores[:, 0], tables["b"][:, 0].amax(0))
    assert found["layers.b"].positions.eq(-1).all()


@pytest.mark.parametrize("pooling", ["max", "mean"])
def test_both_signs_double_the_rows_with_the_negated_activations(pooling):
    table = activations(20, 4, 3, 3)
    both = run(LookupModel(a=table), 20, sign="both", pooling=pooling).examples["layers.a"]
    negated = run(LookupModel(a=-table), 20, pooling=pooling).examples["layers.a"]
    positive = run(LookupModel(a=table), 20, pooling=pooling).examples["layers.a"]
    assert both.n_components == 8
    assert both.sign == "both"
    for name in ("sample_ids", "scores", "positions", "mean", "maximum"):
        expected = torch.cat([getattr(positive, name), getattr(negated, name)])
        torch.testing.assert_close(getattr(both, name), expected)


def test_broken_images_are_noted_and_left_out():
    table = activations(12, 3)
    collected = run(LookupModel(a=table), 12, images=NumberedImages(12, broken=(0, 5, 11)), batch_size=4)
    assert collected.broken == {i: f"OSError: image {i} is truncated" for i in (0, 5, 11)}
    good = [i for i in range(12) if i not in (0, 5, 11)]
    found = collected.examples["layers.a"]
    assert found.n_samples == 9
    assert torch.equal(found.scores, table[good].T.topk(5, 1).values)
    assert set(found.sample_ids.flatten().tolist()) <= set(good)


def test_all_images_broken_is_an_error_that_quotes_the_first_reasons():
    images = NumberedImages(5, broken=tuple(range(5)))
    with pytest.raises(
        ImagesError, match=r"none of the 5 images can be used \(0.png: OSError: image 0 is truncated; "
    ):
        run(LookupModel(a=activations(5, 2)), 5, images=images)


def test_an_empty_dataset_is_an_error():
    with pytest.raises(ImagesError, match="at least one image, not 0"):
        run(LookupModel(a=activations(1, 2)), 0)


def test_one_image_is_enough():
    found = run(LookupModel(a=torch.tensor([[3.0, -2.0]])), 1, k=2).examples["layers.a"]
    assert found.sample_ids.tolist() == [[0, -1], [0, -1]]
    assert found.variance.tolist() == [0, 0]


def test_k_must_be_at_least_1():
    with pytest.raises(ValueError, match="k must be at least 1, not 0"):
        run(LookupModel(a=activations(3, 2)), 3, k=0)


def test_an_unknown_layer_is_named_with_what_was_meant():
    with pytest.raises(LayerNotFoundError, match=r"'layers.aa'; did you mean 'layers.a'"):
        run(LookupModel(a=activations(3, 2)), 3, layers="layers.aa")


def test_a_device_the_model_is_not_on_is_an_error():
    model = nn.Sequential(nn.Flatten(), nn.Linear(3, 2))
    with pytest.raises(ValueError, match=r"the model is on 'cpu' but device='cuda' was requested"):
        run(model, 3, layers="1", device="cuda")


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_nan_and_infinity_are_rejected_with_the_layer_and_the_sample(value):
    table = activations(10, 3, 2, 2)
    table[6, 1, 0, 1] = value
    with pytest.raises(NonFiniteError, match=r"layer 'layers.b' gives NaN or infinity for sample 6"):
        run(LookupModel(a=activations(10, 2), b=table), 10, batch_size=4)


def test_nan_weights_are_rejected_with_the_layer():
    model = nn.Sequential(nn.Flatten(), nn.Linear(3, 2))
    nn.init.constant_(model.get_parameter("1.weight"), torch.nan)
    with pytest.raises(NonFiniteError, match="layer '1' gives NaN"):
        run(model, 3, layers="1")


def test_nan_pixels_are_rejected_with_the_sample():
    with pytest.raises(NonFiniteError, match="NaN or infinite pixels for sample 0"):
        run(LookupModel(a=activations(3, 2)), 3, transform=lambda image: torch.full((3, 1, 1), torch.nan))


def test_finite_values_whose_sum_overflows_are_accepted():
    table = torch.full((3, 4), 3e38)
    assert run(LookupModel(a=table), 3).examples["layers.a"].scores[0, 0] == table[0, 0]


def test_images_of_different_shapes_are_an_error():
    def uneven(image):
        return torch.zeros(3, 1, 1 + int(number_of(image)[0, 0, 0]))

    with pytest.raises(ValueError, match=r"shape \(3, 1, 1\) for sample 0 and \(3, 1, 2\) for sample 1"):
        run(LookupModel(a=activations(3, 2)), 3, transform=uneven)


def test_preprocessing_that_gives_no_tensor_is_an_error():
    with pytest.raises(TypeError, match=r"must give a float tensor \(C,H,W\), not a Image"):
        run(LookupModel(a=activations(3, 2)), 3, transform=lambda image: image)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pooling": "maximum"}, "pooling must be 'max', .*, not 'maximum'"),
        ({"pooling": {"layers.b": "max"}}, "pooling names the layer 'layers.b', which is not collected"),
        ({"sign": "negative"}, "sign must be 'positive' or 'both', not 'negative'"),
        ({"sign": "both", "pooling": "absmax"}, "drops the sign"),
        ({"batch_size": 0}, "batch_size must be at least 1, not 0"),
        ({"samples": [0, 3]}, "samples must be between 0 and 2, not 3"),
        ({"samples": [0, 0]}, "samples must not repeat"),
        ({"samples": []}, "samples must name at least one sample"),
    ],
)
def test_wrong_arguments_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        run(LookupModel(a=activations(3, 2)), 3, **options)


def test_a_layer_whose_first_axis_is_not_the_samples_is_an_error():
    class Windows(Lookup):
        def forward(self, pixels):
            return super().forward(pixels).repeat(2, 1)

    with pytest.raises(ValueError, match=r"layer '0' gives shape \(6, 2\) for 3 samples"):
        run(nn.Sequential(Windows(activations(3, 2))), 3, layers="0")


def test_ties_in_most_components_are_warned_of():
    table = activations(40, 4).clamp(max=6)
    table[:30, :3] = 6.0
    with pytest.warns(
        UserWarning, match=r"layer 'layers.a', 3 of 4 components have the same score, mostly 6, for all"
    ):
        run(LookupModel(a=table), 40)


def test_a_layer_that_is_mostly_dead_is_warned_of():
    table = activations(40, 4)
    table[:, :3] = torch.tensor([0.0, 6.0, -1.0])
    with pytest.warns(UserWarning, match=r"layer 'layers.a', 3 of 4 components are dead: never active, or"):
        run(LookupModel(a=table), 40)


def test_the_model_is_left_as_it_was_found():
    model = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.Conv2d(4, 2, 1)).train()
    model[1].eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    strides = {name: tensor.stride() for name, tensor in model.state_dict().items()}
    run(model, 120, layers=["1", "2"])
    assert [module.training for module in model] == [True, False, True]
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert {name: tensor.stride() for name, tensor in model.state_dict().items()} == strides
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    assert all(parameter.grad is None and parameter.requires_grad for parameter in model.parameters())


def test_explicit_settings_win():
    model = LookupModel(a=activations(50, 2))
    execution = run(model, 50, batch_size=13, memory_format=torch.contiguous_format).execution
    assert model.batch_sizes == [13, 13, 13, 11]
    assert (execution["batch_size"], execution["memory_format"], execution["trials"]) == (
        13,
        "contiguous",
        [],
    )


def test_what_was_tried_counts_and_is_recorded():
    table = activations(600, 2)
    model = LookupModel(a=table)
    model.first, model.second = nn.Conv2d(1, 1, 1), nn.Conv2d(1, 1, 1)
    collected = run(model, 600)
    assert sum(model.batch_sizes) == 600
    assert len(collected.execution["trials"]) >= 3
    assert collected.execution["settled"]
    assert torch.equal(collected.examples["layers.a"].scores, table.T.topk(5, 1).values)


def test_a_batch_that_does_not_fit_into_memory_is_halved():
    class Small(LookupModel):
        def forward(self, pixels):
            if len(pixels) > 5:
                raise torch.cuda.OutOfMemoryError("out of memory")
            return super().forward(pixels)

    table = activations(50, 3)
    model = Small(a=table)
    collected = run(model, 50, batch_size=16)
    assert torch.equal(collected.examples["layers.a"].scores, table.T.topk(5, 1).values)
    assert model.batch_sizes[:4] == [4, 4, 4, 4]
    assert collected.execution["batch_size"] == 4
