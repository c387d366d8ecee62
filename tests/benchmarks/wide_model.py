"""A convolutional model with any number of components in one layer, and a lens of it over noisy pictures."""

import torch
from torch import Tensor, nn

from semanticlens_widgets.lens import Lens
from tests.architectures import lens_of


class Wide(nn.Module):
    """A convolution to `n` channels over 8 x 8 cells of 32 x 32 pixels, a global average pool and a linear head."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.wide = nn.Conv2d(3, n, 4, stride=4)
        self.act = nn.ReLU()
        self.head = nn.Linear(n, 3)

    def forward(self, pixels: Tensor) -> Tensor:
        return self.head(self.act(self.wide(pixels)).mean((2, 3)))


def wide_lens(n: int) -> Lens:
    """The lens of a model with `n` components; percentiles are known."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = Wide(n).eval()
    return lens_of(model, ["act"]).attribute(progress=False)
