"""Relevance of components by layer-wise relevance propagation."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

import torch
from torch import Tensor, nn

from semanticlens_widgets.attribution.gradients.model_state import differentiable
from semanticlens_widgets.attribution.gradients.trace import Trace, gradients_beside, picked, run
from semanticlens_widgets.attribution.lrp.batch_norms import merged_batch_norms
from semanticlens_widgets.attribution.lrp.conservation import check_conserved, conserved
from semanticlens_widgets.attribution.lrp.functions import RelevanceFunctions
from semanticlens_widgets.layers import as_written, output_rows


def lrp(model: nn.Module, pixels: Tensor, found: Trace) -> dict[str, Tensor]:
    """Layer -> the relevance of every cell: the target output, distributed from layer to layer towards the input.

    Convolutions share by z+, after batch norms were merged into the layers before them; linear layers, sums, means and
    other linear functions in proportion to their terms (the epsilon rule, with an epsilon of 0); activations pass
    relevance on; normalizations are linear, with the statistics of the sample as constants; a gate only scales, and of
    two factors of one shape each gets half; the weights of attention are constants. Convolutions give no share to their
    biases; the biases of linear layers and other constants keep theirs, which makes a linear head's relevance
    x_k W[y,k] exactly.

    Conservation is measured on every batch (see `lrp.conservation`): a layer for which it is off by more than 5 %
    draws a warning, one outside 0.2 to 5 x the output a ValueError.

    Sources: S. Bach et al., On Pixel-Wise Explanations for Non-Linear Classifier Decisions by Layer-Wise Relevance
    Propagation, PLOS ONE 2015, doi 10.1371/journal.pone.0130140; R. Achtibat et al., AttnLRP, ICML 2024,
    arXiv 2402.05602, and A. Ali et al., ICML 2022, arXiv 2202.07304, for normalizations, products and attention.
    """
    with prepared(model, pixels):
        with RelevanceFunctions() as functions:
            whole_output, kept = run(model, pixels, list(found.activations))
            outputs = output_rows(whole_output, len(pixels), found.output)
        target = picked(outputs, found.targets)
        signs = torch.where(target.detach() < 0, -1.0, 1.0).to(target)
        # Samples do not meet, so each has its own relevance; of |output|, so that samples do not cancel in the check.
        whole = float(picked(found.outputs, found.targets).abs().sum(dtype=torch.float64))
        return _relevance((target * signs).sum(), whole, kept, functions.shifts.leaves, signs)


@contextmanager
def prepared(model: nn.Module, pixels: Tensor, until: nn.Module | None = None) -> Iterator[None]:
    """The model differentiable and as it was written, with its batch norms merged (see `merged_batch_norms`)."""
    with ExitStack() as undo:
        undo.enter_context(differentiable(model, in_place=False))
        undo.enter_context(merged_batch_norms(model, pixels[:1], until))
        undo.enter_context(as_written())
        yield


def _relevance(
    total: Tensor, whole: float, kept: Mapping[str, Tensor], leaves: list[Tensor], signs: Tensor
) -> dict[str, Tensor]:
    gradients, found = gradients_beside(total, kept, leaves, retain=True)
    shares = {leaf: share for leaf, share in zip(leaves, found, strict=True) if share is not None}
    check_conserved(conserved(total, whole, kept, gradients, shares))
    return {
        layer: kept[layer].detach() * gradient * signs.view(-1, *[1] * (gradient.ndim - 1))
        for layer, gradient in gradients.items()
    }
