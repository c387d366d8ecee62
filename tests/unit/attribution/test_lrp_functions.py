"""Relevance by LRP is the same however a model writes a sum, a product, attention or a normalization."""

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from semanticlens_widgets.attribution import relevance


class Net(nn.Module):
    """Two convolutions with `middle` between them and a linear head."""

    def __init__(self, middle) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.body = nn.Conv2d(8, 8, 3, padding=1)
        self.head = nn.Linear(8, 4)
        self.middle = middle

    def forward(self, pixels):
        start = self.stem(pixels)
        return self.head(self.middle(start, self.body(start.relu())).relu().mean((2, 3)))


def added_in_place(x, y):
    y += x
    return y


def added_unassigned(x, y):
    y.add_(x)
    return y


def added_out(x, y):
    found = torch.empty_like(y)
    torch.add(x, y, out=found)
    return found


SUMS = {
    "plain": lambda x, y: x + y,
    "in place": added_in_place,
    "unassigned": added_unassigned,
    "out": added_out,
    "method": lambda x, y: x.add(y),
    "stacked": lambda x, y: torch.stack([x, y]).sum(0),
    "mean": lambda x, y: 2 * torch.stack([x, y]).mean(0),
    "built-in sum": lambda x, y: sum([x, y]),
    "difference": lambda x, y: x - (-y),
    "einsum": lambda x, y: torch.einsum("sbchw->bchw", torch.stack([x, y])),
    "joined": lambda x, y: torch.cat([x, y], 1).unflatten(1, (2, 8)).sum(1),
    "halved": lambda x, y: (x / 0.5 + y / 0.5) / 2,
    "addcmul": lambda x, y: torch.addcmul(x, torch.ones(8, 1, 1), y),
}


def gated_in_place(x, y):
    y *= torch.sigmoid(x.mean((2, 3), keepdim=True))
    return y


def gated_unassigned(x, y):
    y.mul_(torch.sigmoid(x.mean((2, 3), keepdim=True)))
    return y


def gated_after_relu(x, y):
    found = y.relu()
    found.mul_(torch.sigmoid(x.mean((2, 3), keepdim=True)))
    return found


GATES = {
    "plain": lambda x, y: y * torch.sigmoid(x.mean((2, 3), keepdim=True)),
    "in place": gated_in_place,
    "unassigned": gated_unassigned,
    "after relu": gated_after_relu,
    "divided": lambda x, y: y / (1 + torch.exp(-x.mean((2, 3), keepdim=True))),
}


def attended(weigh):
    def middle(x: Tensor, y: Tensor) -> Tensor:
        queries, keys, values = x.flatten(2).mT, y.flatten(2).mT, (x + y).flatten(2).mT
        return weigh(queries, keys, values).mT.reshape(x.shape)

    return middle


def softmaxed(q, k):
    return torch.softmax(q @ k.mT / math.sqrt(8), -1)


def exponentials(q, k):
    found = torch.exp(q @ k.mT / math.sqrt(8))
    return found / found.sum(-1, keepdim=True)


ATTENTION = {
    "plain": attended(functional.scaled_dot_product_attention),
    "matmul": attended(lambda q, k, v: softmaxed(q, k) @ v),
    "bmm": attended(lambda q, k, v: torch.bmm(functional.softmax(torch.bmm(q, k.mT) / math.sqrt(8), 2), v)),
    "einsum": attended(lambda q, k, v: torch.einsum("bij,bjc->bic", softmaxed(q, k), v)),
    "exponentials": attended(lambda q, k, v: exponentials(q, k) @ v),
}


def normed(x, y):
    summed = x + y
    return functional.layer_norm(summed, summed.shape[1:])


def normed_by_hand(x, y):
    summed = x + y
    variance = summed.var((1, 2, 3), keepdim=True, unbiased=False)
    return (summed - summed.mean((1, 2, 3), keepdim=True)) / torch.sqrt(variance + 1e-5)


NORMS = {
    "plain": normed,
    "by hand": normed_by_hand,
    "one group": lambda x, y: functional.group_norm(x + y, 1),
}
WAYS = {
    f"{kind}, {name}": (found["plain"], written)
    for kind, found in {"sum": SUMS, "gate": GATES, "attention": ATTENTION, "norm": NORMS}.items()
    for name, written in found.items()
    if name != "plain"
}


@pytest.fixture
def pixels() -> Tensor:
    return torch.randn(3, 3, 6, 6, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(("plain", "written"), WAYS.values(), ids=WAYS)
def test_relevance_is_the_same_however_a_model_writes_it(pixels, plain, written):
    layers, targets = ["stem", "body"], [2, 0, 1]
    found, expected = (relevance(Net(middle), pixels, layers, targets, "lrp") for middle in (written, plain))
    for layer in layers:
        torch.testing.assert_close(found[layer], expected[layer], atol=1e-5, rtol=1e-5)
        assert found[layer].abs().max() > 1e-3


def test_the_terms_of_a_sum_share_in_proportion(pixels):
    model = Net(added_in_place).eval()
    start, branch = model.stem(pixels), model.body(model.stem(pixels).relu())
    weights = model.head.weight[2] / 36
    gradient = torch.where(start + branch > 0, weights[:, None, None], 0)
    found = relevance(model, pixels, "body", [2, 2, 2], "lrp")["body"]
    torch.testing.assert_close(found, (branch * gradient).sum((2, 3)).detach(), atol=1e-5, rtol=1e-4)


def test_lrp_of_probabilities_asks_for_logits():
    model = nn.Sequential(Net(SUMS["plain"]), nn.Softmax(1))
    with pytest.raises(ValueError, match="for LRP it must be logits, not a softmax of them"):
        relevance(model, torch.rand(2, 3, 8, 8), "0.stem", 0, "lrp")
