"""Memory of a lens of 32,768 sparse latents over 10,000 samples: built, attributed, audited, saved and opened.

It runs in a process of its own, whose largest memory is what counts. Dense tables of relevance and scores alone would
take 1.31 GB in float16, and twice that while they are put together.
"""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

import semanticlens_widgets as slw
from tests import colour_world

N_SAMPLES, N_LATENTS, N_CLASSES, ACTIVE, DIM = 10_000, 32_768, 100, 128, 64
MOST = 2.0


def figures() -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.benchmarks.bench_latents"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    ours = float(found.split()[-2])
    return [
        {
            "name": f"most memory of {N_LATENTS:,} sparse latents over {N_SAMPLES:,} samples, attributed",
            "ours": ours,
            "peer": None,
            "ratio": None,
            "target": f"<= {MOST:g}",
            "unit": "GB",
            "falls_short": ours > MOST,
        }
    ]


class Network(nn.Module):
    """Features of 2 x 2 places, and a head over their mean."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, DIM, 8, 8), nn.GELU())
        self.head = nn.Linear(DIM, N_CLASSES)

    def forward(self, pixels: Tensor) -> Tensor:
        return self.head(self.features(pixels).mean((2, 3)))


class TopK(nn.Module):
    """A sparse autoencoder with random weights, of which the largest latents are active."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(nn.functional.normalize(torch.randn(N_LATENTS, DIM), dim=1))

    def encode(self, rows: Tensor) -> Tensor:
        values, places = (rows @ self.weight.T).relu().topk(ACTIVE, 1)
        return torch.zeros(len(rows), N_LATENTS).scatter(1, places, values)


def peak() -> float:
    """The most memory that the process had, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**30 if sys.platform == "darwin" else 2**20)


def main() -> None:
    torch.manual_seed(0)
    model, coder = Network().eval(), TopK().eval()
    latents = slw.Latents("features", encode=coder.encode, decode=coder.weight, n=N_LATENTS)
    pixels = np.random.default_rng(0).integers(0, 256, (N_SAMPLES, 4, 4, 3), dtype=np.uint8)
    labels = [f"{number % N_CLASSES:02d}" for number in range(N_SAMPLES)]
    print(f"before: {peak():.2f} GB", flush=True)
    lens = slw.Lens.build(
        model,
        slw.as_images(pixels.repeat(4, 1).repeat(4, 2), labels=labels),
        latents,
        foundation_model=colour_world.ColourSpace(),
        transform=colour_world.to_tensor,
        k=5,
        classes=sorted(set(labels)),
        progress=False,
    )
    print(f"built: {peak():.2f} GB", flush=True)
    relevance = lens.attribute(progress=False).relevance()
    kept = (relevance.scores[:100] != 0).sum() / 100
    print(f"attributed, {kept:,.0f} latents kept a sample: {peak():.2f} GB", flush=True)
    lens.audit(slw.Requirement("07", valid=["red"]))
    lens.samples("features.latents:5")
    with tempfile.TemporaryDirectory() as folder:
        again = slw.open(lens.save(Path(folder) / "x.lens")).relevance()
        assert torch.equal(again.relevance[:9], relevance.relevance[:9])
    print(f"audited, saved, opened: {peak():.2f} GB")


if __name__ == "__main__":
    main()
