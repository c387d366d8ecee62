"""Relevance is right whatever its size, the model's dtype and torch's default dtype."""

import pytest
import torch
from torch import nn

from semanticlens_widgets._choices import AttributionMethod
from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from tests.colour_world import ColourModel, ColourSpace, labels, pictures, to_tensor

CLASSES = ["red", "green", "blue"]


def attributed(
    model: nn.Module, dtype: torch.dtype = torch.float32, method: AttributionMethod = "gradient"
) -> torch.Tensor:
    lens = Lens.build(
        model,
        as_images(pictures(), labels=labels()),
        ["eye"],
        foundation_model=ColourSpace(),
        k=3,
        transform=lambda image: to_tensor(image).to(dtype),
        classes=CLASSES,
        progress=False,
    )
    return lens.attribute(method=method, progress=False).relevance("eye").relevance.double()


def scaled(factor: float) -> nn.Module:
    """A model whose outputs, and so their relevance, are so many times as large."""

    class Scaled(ColourModel):
        def forward(self, x):
            return factor * super().forward(x)

    return Scaled()


@pytest.mark.parametrize("factor", [1e-8, 1e-4, 1e6, 1e9])
def test_relevance_is_neither_clipped_nor_lost_to_0(factor):
    expected = attributed(ColourModel())
    torch.testing.assert_close(attributed(scaled(factor)) / factor, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("method", ["gradient", "lrp"])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_models_of_other_dtypes_give_the_same_relevance(dtype, method):
    expected = attributed(ColourModel(), method=method)
    found = attributed(ColourModel().to(dtype), dtype, method)
    assert (found - expected).abs().max() <= 0.02 * expected.abs().max()


def test_with_float64_as_the_default_dtype_relevance_is_the_same():
    expected = attributed(ColourModel())
    torch.set_default_dtype(torch.float64)
    try:
        found = attributed(ColourModel())
    finally:
        torch.set_default_dtype(torch.float32)
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-4)
