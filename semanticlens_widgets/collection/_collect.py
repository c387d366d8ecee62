"""One pass of a dataset through a model, for the samples that every component responds to most."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import partial
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets._arguments import check_at_least
from semanticlens_widgets.collection._arguments import layer_rules, sample_ids
from semanticlens_widgets.collection._examples import to_examples
from semanticlens_widgets.collection._state import LayerStates
from semanticlens_widgets.collection._step import collecting
from semanticlens_widgets.collection._ties import warn_of_ties
from semanticlens_widgets.concepts import ConceptExamples
from semanticlens_widgets.images import Images
from semanticlens_widgets.layers import Layout, find_layers, given_layouts, remember_layouts
from semanticlens_widgets.passes import Checkpoint, Pass, Report, run_pass


@dataclass(frozen=True, eq=False)
class Collected:
    """The result of one pass."""

    examples: dict[str, ConceptExamples]
    """In the order in which the layers were asked for."""
    broken: dict[int, str]
    """Samples that could not be used: id -> reason."""
    execution: dict[str, Any]
    """Device, batch size, memory format and what was tried: all that may move a score in its last digits. JSON."""


def collect(
    model: nn.Module,
    images: Images,
    layers: str | Sequence[str] | Mapping[str, Layout | None],
    *,
    transform: Callable[[Image.Image], Tensor],
    k: int = 20,
    pooling: str | Mapping[str, str] = "max",
    sign: str = "positive",
    batch_size: int | None = None,
    memory_format: torch.memory_format | None = None,
    device: str | torch.device | None = None,
    progress: bool = True,
    checkpoint: Checkpoint | None = None,
    report: Report | None = None,
    samples: Sequence[int] | None = None,
) -> Collected:
    """The k best samples and the statistics of every component of all layers, from one pass over the images.

    `pooling` makes one score of a sample's activations: 'max', 'mean', 'absmax' or 'absmean' over the places of a map
    or the tokens, or 'cls' for token 0; a mapping names it layer by layer ('max' where it does not). `sign="both"`
    adds the negated activations as further rows. `layers={"name": Layout(...)}` says which axes of an output are the
    batch and the components where the model does not tell. `samples` restricts the pass to a shard, whose results
    `merge_examples` joins. Batch size and memory format are tried out on the first batches unless given: give both
    where scores have to be equal to the last digit from run to run. An interrupted pass goes on from `checkpoint`,
    which the caller deletes. `report` receives the number of samples done and of all; the pass ends when it raises.

    A broken image is noted and left out. Raises ImagesError when there is no usable image, ValueError for a layer
    whose axes cannot be told, or whose output for a sample depends on chance or on the batch, NonFiniteError when a
    layer or the preprocessing gives NaN or infinity, LayerNotFoundError for an unknown layer. The model is left as
    it was found.

    Source: Dreyer et al., *Mechanistic understanding and validation of large AI models with SemanticLens*, Nature
    Machine Intelligence 2025, doi 10.1038/s42256-025-01084-w. Departures: scores are float32 and start at -inf, ties
    go to the lower sample.
    """
    k = check_at_least("k", k, 1)
    names = find_layers(model, layers)
    remember_layouts(model, given_layouts(model, layers))
    rules = layer_rules(names, pooling, sign, k)
    ids = sample_ids(images, samples)
    work = Pass(
        model=model,
        images=images,
        samples=ids,
        transform=transform,
        step=partial(collecting, model, rules),
        empty=LayerStates(),
        label=f"collecting {len(rules)} layer{'s' if len(rules) > 1 else ''}",
        batch_size=batch_size,
        memory_format=memory_format,
        device=device,
        trial=True,
        identity=[astuple(rule) for rule in rules],
    )
    end = run_pass(work, checkpoint=checkpoint, progress=progress, report=report)
    found = {name: end.state.layers[name].layout for name in names if end.state.layers[name].layout}
    remember_layouts(
        model, {layer: Layout(axis, batch, bool(places)) for layer, (axis, batch, places) in found.items()}
    )
    examples = {
        rule.layer: to_examples(rule.layer, rule.sign, end.state.layers[rule.layer]) for rule in rules
    }
    for each in examples.values():
        warn_of_ties(each)
    return Collected(examples, dict(end.broken), dict(end.execution))
