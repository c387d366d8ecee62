"""Images through a model, batch by batch."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets._memory import kept_buffers
from semanticlens_widgets.collection._batches import next_batch, stack
from semanticlens_widgets.collection._execution import candidates_of, hardware_of
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import Images, decode_ahead
from semanticlens_widgets.layers import evaluating

Transform = Callable[[Image.Image], Tensor]
Report = Callable[[int, int], object]
"""Told after every batch how many samples are done, and of how many; what it raises ends the run."""


def pixel_batches(
    model: nn.Module,
    images: Images,
    samples: Sequence[int],
    transform: Transform,
    *,
    batch_size: int | None = None,
    progress: str = "",
    report: Report | None = None,
) -> Iterator[tuple[list[int], Tensor]]:
    """Sample ids and pixels where the model wants them, while the model is in eval mode and without gradients.

    Images that cannot be read are left out. `progress` is what the bar says; there is none without it.
    Raises ImagesError when not a single image can be read.
    """
    from tqdm.auto import tqdm

    hardware = hardware_of(model, None)
    candidates = candidates_of(model, hardware.device, len(samples), batch_size, None, {})
    size, memory_format = candidates.sizes[0], candidates.formats[0]
    stream = decode_ahead(images, samples, transform, depth=2 * size)
    broken: dict[int, str] = {}
    n_done = 0
    bar = tqdm(total=len(samples), desc=progress, unit="image", disable=not progress)
    with bar, kept_buffers(), closing(stream), evaluating(model):
        while (batch := next_batch(stream, size)).n_consumed:
            broken.update(batch.broken)
            if batch.sample_ids:
                yield batch.sample_ids, stack(batch, memory_format).to(hardware.device, hardware.dtype)
            bar.update(batch.n_consumed)
            n_done += batch.n_consumed
            if report is not None:
                report(n_done, len(samples))
    if len(broken) == len(samples):
        first = next(iter(broken.items()), (-1, "no samples"))
        raise ImagesError(
            f"none of the {len(samples)} images can be used ({images.name(first[0])}: {first[1]})"
        )
