"""Labels by soft weighted pointwise mutual information, the measure of CLIP-Dissect.

Source: T. Oikarinen and T.-W. Weng, CLIP-Dissect: Automatic Description of Neuron Representations in Deep Vision
Networks, ICLR 2023, arXiv 2204.10965; the constants are the defaults of `soft_wpmi` in the authors' code,
github.com/Trustworthy-ML-Lab/CLIP-dissect (similarity.py). Departures: the paper's examples are the 100 best images of
a component, ours are the k that the database keeps, and their membership falls over the k ranks as it falls there over
the 100; the 1e-7 that the code adds inside the logarithm is left out, since no term is below 1 - 0.998.

The constants are made for CLIP, whose cosines of an image with texts differ little. ConSE's differ by 0.6: the evidence
of one component for a text is then many nats above all others', the prior is that component's evidence, and taking all
of it away leaves noise. On the 522 photos 11 % of the components get the category that their examples share, 89 % with
lambda = 0.3, and 87 % with a = 1. With ConSE use "nearest".
"""

from collections.abc import Iterator

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.analysis.labels.two_best import blocks_of
from semanticlens_widgets.tensors._cosine import normalized

SHARPNESS = 10.0
"""Factor of the cosines before the softmax over the texts: the authors' a."""
PRIOR_WEIGHT = 1.0
"""The authors' lambda: how much a text is held back that fits every component."""
FIRST_MEMBERSHIP, LAST_MEMBERSHIP = 0.998, 0.97
"""Probabilities that the best and the last example belong to the images that excite the component."""


def soft_wpmi(
    samples: Float[Tensor, "sample dim"],
    example_rows: Int[Tensor, "component k"],
    texts: Float[Tensor, "text dim"],
) -> Iterator[Float[Tensor, "component some"]]:
    """log E[p(t | B_c)] - lambda log p(t) of every component c and text t, a block of texts at a time.

    p(t | x) is the softmax over all texts of a cos(x, t); log E[p(t | B_c)] = sum over the examples x of
    log(1 + p(x in B_c) (p(t | x) - 1)); p(t) is the mean of the former over the components. `example_rows` index
    `samples`, -1 for no example, which adds nothing.
    """
    unit = normalized(samples)
    totals = torch.cat([(SHARPNESS * part @ texts.T).logsumexp(1) for part in unit.split(1024)])
    some = (example_rows >= 0).any(1)
    for block in blocks_of(texts):
        evidence = _evidence((SHARPNESS * unit @ block.T - totals.unsqueeze(1)).exp(), example_rows)
        prior = evidence[some].logsumexp(0) - torch.log(some.sum())
        yield evidence - PRIOR_WEIGHT * prior


def _evidence(
    shares: Float[Tensor, "sample some"], example_rows: Int[Tensor, "component k"]
) -> Float[Tensor, "component some"]:
    """log E[p(t | B_c)]."""
    k = example_rows.shape[1]
    evidence = shares.new_zeros(len(example_rows), shares.shape[1])
    for rank in range(k):
        membership = FIRST_MEMBERSHIP - rank / k * (FIRST_MEMBERSHIP - LAST_MEMBERSHIP)
        rows = example_rows[:, rank]
        terms = (membership * (shares[rows.clamp(min=0)] - 1)).log1p()
        evidence += terms.masked_fill((rows < 0).unsqueeze(1), 0.0)
    return evidence
