"""LRP on a network as it is used: real weights, real photos."""

import pytest
import torch

from semanticlens_widgets.attribution import relevance
from semanticlens_widgets.images import as_images
from tests.benchmarks import bench_offline as bench

pytestmark = [pytest.mark.offline, pytest.mark.slow]

TOLERANCE = 0.01
"""Over 48 photos the largest deviation was 0.8 % of the output at the stem (median 0.02 %), 0.003 % after `blocks.1`,
whose first convolution loses the rest to the epsilon in its denominators, where nearly nothing comes in."""


@pytest.mark.skipif(bench.missing() is not None, reason="the extra `offline` is not installed")
@pytest.mark.skipif(not bench.PHOTOS.is_dir(), reason="notebooks/photos is not in this checkout")
def test_lrp_of_efficientnet_lite0_conserves_the_output_less_its_bias_down_to_the_stem():
    from semanticlens_widgets.foundation_models import efficientnet_lite

    model, transform = efficientnet_lite(0)
    photos = as_images(bench.PHOTOS)
    pixels = torch.stack([transform(photos.image(sample)) for sample in range(0, len(photos), 130)])
    outputs = model(pixels).detach()
    targets = outputs.argmax(1)
    bias = model.get_parameter("classifier.bias").detach()
    expected = outputs.gather(1, targets[:, None])[:, 0] - bias[targets]
    found = relevance(model, pixels, ["conv_stem", "blocks.3", "bn2"], targets, "lrp")
    for layer, tolerance in {"conv_stem": TOLERANCE, "blocks.3": 1e-4, "bn2": 1e-5}.items():
        torch.testing.assert_close(found[layer].sum(1), expected, rtol=tolerance, atol=0)
