"""Edges of components, against the chain rule written out cell by cell."""

import pytest
import torch
from torch import nn

from semanticlens_widgets.attribution import edges
from semanticlens_widgets.errors import LayerNotFoundError


class Net(nn.Module):
    """Two convolutions with a ReLU that overwrites its input, and a head."""

    def __init__(self):
        super().__init__()
        self.low = nn.Conv2d(3, 4, 3)
        self.act = nn.ReLU(inplace=True)
        self.high = nn.Conv2d(4, 5, 2)
        self.aside = nn.Conv2d(3, 2, 1)
        self.head = nn.Linear(5, 3)

    def forward(self, pixels):
        self.aside(pixels)
        return self.head(self.high(self.act(self.low(pixels))).mean((2, 3)))


@pytest.fixture
def net():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Net()


@pytest.fixture
def pixels():
    return torch.randn(3, 3, 6, 6, generator=torch.Generator().manual_seed(1))


def slow(net, pixels, component, pooling, sign):
    """One sample and one cell of the lower layer at a time, its derivative by a difference in double precision."""
    net = net.double()
    step, rows = 1e-6, []
    turned = -1.0 if component >= 5 else 1.0

    def score(low):
        scores = turned * net.high(torch.relu(low))[0, component % 5]
        return scores.max() if pooling == "max" else scores.mean()

    for sample in pixels.double():
        low = net.low(sample[None])
        found = torch.zeros(2, low.shape[1])
        for j in range(low.shape[1]):
            for y in range(low.shape[2]):
                for x in range(low.shape[3]):
                    moved = low.clone()
                    moved[0, j, y, x] += step
                    value = float(low[0, j, y, x])
                    found[int(value < 0), j] += value * float(score(moved) - score(low)) / step
        rows.append(found.flatten() if sign == "both" else found.sum(0))
    return torch.stack(rows).float()


@pytest.mark.parametrize(
    ("component", "pooling", "sign"), [(0, "max", "positive"), (3, "mean", "positive"), (7, "max", "both")]
)
@torch.no_grad()
def test_an_edge_is_activation_times_derivative_summed_over_the_cells(net, pixels, component, pooling, sign):
    found = edges(net, pixels, "low", "high", component, pooling=pooling, sign=sign)
    torch.testing.assert_close(found, slow(net, pixels, component, pooling, sign), rtol=1e-3, atol=1e-4)


def test_where_all_between_is_linear_the_edges_sum_to_the_score_without_biases(net, pixels):
    nn.init.zeros_(net.high.bias)
    found = edges(net, pixels, "act", "high", 2)
    with torch.no_grad():
        score = net.high(torch.relu(net.low(pixels)))[:, 2].flatten(1).amax(1)
    torch.testing.assert_close(found.sum(1), score, rtol=1e-4, atol=1e-5)


def test_the_model_is_left_as_found(net, pixels):
    net.train()
    before = {name: (weight.clone(), weight.requires_grad) for name, weight in net.named_parameters()}
    edges(net, pixels, "low", "high", 0)
    assert net.training
    for name, weight in net.named_parameters():
        assert torch.equal(weight, before[name][0])
        assert weight.requires_grad == before[name][1]
        assert weight.grad is None


def test_a_layer_that_is_not_below_is_refused(net, pixels):
    for below in ("head", "aside"):
        with pytest.raises(ValueError, match=f"layer '{below}' does not feed layer 'high'"):
            edges(net, pixels, below, "high", 0)


def test_a_component_or_layer_that_is_not_there_is_refused(net, pixels):
    with pytest.raises(ValueError, match="components 0 to 4"):
        edges(net, pixels, "low", "high", 10)
    with pytest.raises(LayerNotFoundError):
        edges(net, pixels, "lower", "high", 0)
