"""LRP measures on every batch that relevance is conserved, and warns or refuses where it is not."""

import warnings

import pytest
import torch
from torch import Tensor, nn

from semanticlens_widgets.attribution import relevance
from tests.unit.attribution.test_lrp_functions import ATTENTION, GATES, SUMS, Net


class Bent(Net):
    """Outputs that are bent by `bend`."""

    def __init__(self, bend) -> None:
        super().__init__(SUMS["in place"])
        self.bend = bend

    def forward(self, pixels):
        return self.bend(super().forward(pixels))


@pytest.fixture
def pixels() -> Tensor:
    return torch.randn(3, 3, 6, 6, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("middle", [*SUMS.values(), *GATES.values(), *ATTENTION.values()])
def test_relevance_that_is_conserved_draws_no_warning(pixels, middle):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        relevance(Net(middle), pixels, ["stem", "body", "head"], [2, 0, 1], "lrp")


def hyperbolic(size: float):
    """sinh at +-size, for which activation x gradient is size / tanh(size) x the output."""
    return lambda outputs: torch.sinh(size * outputs / outputs.detach().abs())


def test_a_function_without_a_rule_that_adds_a_share_draws_one_warning_with_the_figure(pixels):
    message = r"layer '\w+', with the share of biases, sums to 1.08 x the outputs instead of 1 x"
    with pytest.warns(UserWarning, match=message) as said:
        relevance(Bent(hyperbolic(0.5)), pixels, ["stem", "body"], [2, 0, 1], "lrp")
    assert len(said) == 1


def test_a_function_that_multiplies_relevance_is_refused_with_layer_figure_and_way_out(pixels):
    with pytest.raises(ValueError, match=r"layer '\w+', .* sums to 6 x the outputs .* use method='gradient'"):
        relevance(Bent(hyperbolic(6)), pixels, ["stem", "body"], [2, 0, 1], "lrp")


def test_a_batch_norm_whose_input_has_a_shortcut_is_not_merged(pixels):
    class Shortcut(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.stem = nn.Conv2d(3, 8, 3, bias=False)
            self.norm = nn.BatchNorm2d(8)
            self.norm.running_mean.normal_()
            self.head = nn.Linear(8, 4)

        def forward(self, x):
            x = self.stem(x)
            return self.head((self.norm(x).relu() + x).mean((2, 3)))

    model = Shortcut().eval()
    found = relevance(model, pixels, "head", [2, 0, 1], "lrp")["head"]
    torch.testing.assert_close(found.sum(1), model(pixels).detach()[range(3), [2, 0, 1]])
