"""One pass of a dataset through a model: what every component of the layers responds to most."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets._arguments import check_at_least
from semanticlens_widgets.collection._arguments import layer_rules, progress_so_far, sample_ids
from semanticlens_widgets.collection._execution import candidates_of, hardware_of
from semanticlens_widgets.collection._pass import Pass, run_pass
from semanticlens_widgets.collection._progress import Checkpoint, Progress
from semanticlens_widgets.collection._state import to_examples
from semanticlens_widgets.collection._ties import warn_of_ties
from semanticlens_widgets.concepts import ConceptExamples
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import Images
from semanticlens_widgets.layers import find_layers


@dataclass(frozen=True, eq=False)
class Collected:
    """What one pass found."""

    examples: dict[str, ConceptExamples]
    """In the order in which the layers were asked for."""
    broken: dict[int, str]
    """Samples that could not be used: id -> reason."""
    execution: dict[str, Any]
    """Device, batch size, memory format and what was tried: all that may move a score in its last digits. JSON."""


def collect(
    model: nn.Module,
    images: Images,
    layers: str | Sequence[str],
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
    samples: Sequence[int] | None = None,
) -> Collected:
    """The k best samples and the statistics of every component of all layers, from one pass over the images.

    `pooling` makes one score of a sample's activations: 'max', 'mean', 'absmax' or 'absmean' over the places of a map
    or the tokens, or 'cls' for token 0; a mapping names it layer by layer ('max' where it does not). `sign="both"`
    adds the negated activations as further rows. `samples` restricts the pass to a shard, whose results
    `merge_examples` joins. Batch size and memory format are tried out on the first batches unless given: give both
    where scores have to be equal to the last digit from run to run. An interrupted pass goes on from `checkpoint`.

    A broken image is noted and left out. Raises ImagesError when there is no usable image, NonFiniteError when a
    layer or the preprocessing gives NaN or infinity, LayerNotFoundError for an unknown layer. The model is left as
    it was found.

    Source: Dreyer et al., *Mechanistic understanding and validation of large AI models with SemanticLens*, Nature
    Machine Intelligence 2025, doi 10.1038/s42256-025-01084-w. Departures: scores are float32 and start at -inf, ties
    go to the lower sample.
    """
    k = check_at_least("k", k, 1)
    names = find_layers(model, layers)
    rules = layer_rules(names, pooling, sign, k)
    ids = sample_ids(images, samples)
    start = progress_so_far(checkpoint, rules, len(ids))
    hardware = hardware_of(model, device)
    job = Pass(
        model=model,
        images=images,
        samples=ids,
        transform=transform,
        rules=rules,
        candidates=candidates_of(
            model, hardware.device, len(ids), batch_size, memory_format, start.execution
        ),
        hardware=hardware,
        checkpoint=checkpoint,
    )
    return _finish(job, _run(job, start, progress))


def _run(job: Pass, start: Progress, show: bool) -> Progress:
    from tqdm.auto import tqdm

    what = f"collecting {len(job.rules)} layer{'s' if len(job.rules) > 1 else ''}"
    with tqdm(total=len(job.samples), initial=start.n_done, desc=what, unit="image", disable=not show) as bar:
        started = time.perf_counter()
        end = run_pass(replace(job, report=bar.update), start)
    seconds = round(time.perf_counter() - started, 3)
    return replace(end, execution={**end.execution, "seconds": seconds, "images": end.n_done - start.n_done})


def _finish(job: Pass, end: Progress) -> Collected:
    if not end.layers:
        raise ImagesError(_all_broken(job.images, end.broken))
    examples = {rule.layer: to_examples(rule, end.layers[rule.layer]) for rule in job.rules}
    for found in examples.values():
        warn_of_ties(found)
    return Collected(examples, dict(end.broken), dict(end.execution))


def _all_broken(images: Images, broken: Mapping[int, str]) -> str:
    shown = "; ".join(f"{images.name(sample)}: {reason}" for sample, reason in list(broken.items())[:3])
    rest = "; ..." if len(broken) > 3 else ""
    return f"none of the {len(broken)} images can be used ({shown}{rest}); check the files"
