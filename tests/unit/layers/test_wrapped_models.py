"""Models that are compiled, traced, exported, parametrized or oddly named: they work, or one sentence says why not."""

import copy
import pickle
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

import semanticlens_widgets as slw
from semanticlens_widgets.layers import check_model, find_layers
from tests.colour_world import COLOURS, ColourModel, ColourSpace, labels, pictures, to_tensor


def build(model, layers="eye") -> slw.Lens:
    images = slw.as_images(pictures(), labels=labels())
    options = {"foundation_model": ColourSpace(), "transform": to_tensor, "k": 3, "progress": False}
    return slw.Lens.build(model, images, layers, classes=list(COLOURS), **options)


def exported() -> torch.export.ExportedProgram:
    batch = {0: torch.export.Dim("batch")}
    return torch.export.export(ColourModel().eval(), (torch.zeros(4, 3, 32, 32),), dynamic_shapes=(batch,))


def test_an_exported_program_is_refused():
    with pytest.raises(TypeError, match="not an ExportedProgram; pass the module before exporting"):
        check_model(exported())


def test_the_layers_of_an_exported_module_are_refused():
    with pytest.raises(ValueError, match="'eye' did not run .*; pass the module before it was exported"):
        build(exported().module())


def relevance(model, layer="eye", method: Any = "gradient") -> torch.Tensor:
    return build(model, layer).attribute(method=method, progress=False).relevance(layer).relevance.float()


@pytest.mark.parametrize("method", ["gradient", "lrp"])
def test_a_traced_graph_is_the_model(method):
    found = relevance(torch.fx.symbolic_trace(ColourModel()), method=method)
    torch.testing.assert_close(found, relevance(ColourModel(), method=method))


def test_parametrized_weights_are_their_product():
    model, plain = ColourModel(), ColourModel()
    parametrizations.weight_norm(model.head)
    for method in ("gradient", "lrp"):
        torch.testing.assert_close(relevance(model, method=method), relevance(plain, method=method))


def test_adapters_beside_a_layer_count():
    class Adapted(nn.Module):
        """A linear layer and two of low rank, as adapters are."""

        def __init__(self, base):
            super().__init__()
            self.base, self.down, self.up = base, nn.Linear(3, 1, bias=False), nn.Linear(1, 3, bias=False)

        def forward(self, values):
            return self.base(values) + self.up(self.down(values))

    torch.manual_seed(0)
    model: Any = ColourModel()
    merged: Any = ColourModel()
    model.head = Adapted(model.head)
    merged.head.weight.data += (model.head.up.weight @ model.head.down.weight).detach()
    for method in ("gradient", "lrp"):
        torch.testing.assert_close(relevance(model, method=method), relevance(merged, method=method))


def test_a_model_of_inference_mode_is_refused_where_gradients_are_needed():
    with torch.inference_mode():
        model = ColourModel()
    lens = build(model)
    for ask in (lens.attribute, lambda **_: lens.heatmap("eye:0", 0, "gradient")):
        with pytest.raises(ValueError, match=r"were made in torch\.inference_mode\(\); make the model"):
            ask(progress=False)


def test_everything_runs_inside_inference_mode():
    model, other = ColourModel(), build(ColourModel())
    with torch.inference_mode():
        lens = build(model).attribute(method="lrp", progress=False)
        for method in ("activation", "gradient", "lrp"):
            torch.testing.assert_close(lens.heatmap("eye:0", 0, method), other.heatmap("eye:0", 0, method))


class Named(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.names = ["a/b", "c[1]", "st*r", "wh?t", "c1"]
        for name in self.names:
            self.add_module(name, nn.Conv2d(3, 3, 1))

    def forward(self, pixels):
        return torch.stack([self.get_submodule(name)(pixels) for name in self.names]).sum(0).mean((2, 3))


@pytest.mark.parametrize("name", ["a/b", "c[1]", "st*r", "wh?t"])
def test_a_name_with_wildcards_in_it_is_itself_first(name, tmp_path):
    assert find_layers(Named(), name) == [name]
    lens = build(Named(), name)
    again = slw.open(lens.save(tmp_path / "named.lens"))
    assert again.layers == [name]
    torch.testing.assert_close(
        again.database.component_embeddings[name], lens.database.component_embeddings[name]
    )


def test_a_lens_is_saved_and_neither_pickled_nor_copied():
    lens = build(ColourModel())
    for take in (pickle.dumps, copy.deepcopy, copy.copy):
        with pytest.raises(
            TypeError, match=r"write it with lens\.save\(path\), and read it with slw\.open\(path\)"
        ):
            take(lens)


def compiled_and_used() -> Any:
    """Compiled for the inputs that a lens gives it, before any hook was set: what it compiled sees none."""
    model = torch.compile(ColourModel().eval(), backend="eager")
    with torch.no_grad():
        for n_samples in (1, 2, 3, 8, 16, 24):
            model(torch.rand(n_samples, 3, 32, 32))
    return model


def test_a_compiled_model_that_was_in_use_is_studied_as_it_was_written():
    model, original = compiled_and_used(), ColourModel()
    lens, plain = build(model), build(original)
    assert torch.equal(lens.database.examples["eye"].scores, plain.database.examples["eye"].scores)
    torch.testing.assert_close(lens.relevance("eye").relevance, plain.relevance("eye").relevance)
    pixels = torch.rand(2, 3, 32, 32)
    with slw.correction.ablated(model, {"eye": [0]}), torch.no_grad():
        without = model(pixels)
    with slw.correction.ablated(original, {"eye": [0]}), torch.no_grad():
        torch.testing.assert_close(without, original(pixels))


def test_lazy_weights_are_to_be_made_first():
    with pytest.raises(
        ValueError, match=r"weight '0\.weight' is made when it first runs: run the model once"
    ):
        build(nn.Sequential(nn.LazyConv2d(3, 1), nn.Flatten()), "0")
