"""The loop that runs a pass."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Generic

import torch
from PIL import Image
from torch import nn

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import Images, decode_ahead
from semanticlens_widgets.layers import evaluating
from semanticlens_widgets.passes._batches import Decoded, next_batch, stack
from semanticlens_widgets.passes._checkpoint import Checkpoint
from semanticlens_widgets.passes._hardware import Hardware, candidates_of, hardware_of
from semanticlens_widgets.passes._memory import kept_buffers
from semanticlens_widgets.passes._progress import Report, watched
from semanticlens_widgets.passes._step import Batch, Fold, Progress, S, Step
from semanticlens_widgets.passes._trial import Candidates, Setting, Trial, next_setting, within


@dataclass(frozen=True, eq=False)
class Pass(Generic[S]):
    """A step, and the samples that it is run over."""

    model: nn.Module
    images: Images
    samples: Sequence[int]
    transform: Callable[[Image.Image], object]
    """From a picture to a tensor (C,H,W), or to (tensor, note)."""
    step: Step[S]
    empty: S
    """The state before the first batch."""
    label: str
    """Stands before the progress bar."""
    batch_size: int | None = None
    memory_format: torch.memory_format | None = None
    device: str | torch.device | None = None
    trial: bool = False
    """Try out batch sizes and memory formats, as far as they are not named, on the first batches."""
    must_read: bool = False
    """Raise ImagesError at the first image that cannot be read, instead of noting it as broken."""
    identity: Any = None
    """JSON that a checkpoint has to share, beside the samples."""


def run_pass(
    work: Pass[S],
    *,
    checkpoint: Checkpoint | None = None,
    progress: bool = True,
    report: Report | None = None,
) -> Progress[S]:
    """The progress after the last sample.

    With a checkpoint it goes on where an interrupted run stopped, and is saved on the way and when it ends early. Only
    the caller deletes the checkpoint, when the results are safe. A batch that does not fit into the device's memory is
    halved. Raises ImagesError when no image can be used, and what the step and `report` raise.
    """
    identity = [work.identity, len(work.samples), _digest(work.samples)]
    loaded = checkpoint.load(work.empty, identity) if checkpoint else None
    start = current = loaded or Progress(work.empty)
    hardware = hardware_of(work.model, work.device)
    candidates = candidates_of(
        work.model,
        hardware.device,
        len(work.samples),
        work.batch_size,
        work.memory_format,
        start.execution,
        work.trial,
    )
    # Two batches ahead: one being filled while the other is being run.
    stream = closing(
        decode_ahead(
            work.images, work.samples[start.n_done :], work.transform, depth=2 * max(candidates.sizes)
        )
    )
    watch = watched(
        len(work.samples),
        start.n_done,
        work.label,
        save=lambda: checkpoint.save(current, identity) if checkpoint else None,
        progress=progress,
        report=report,
    )
    started = time.perf_counter()
    with watch as advance, kept_buffers(), stream as decoded, evaluating(work.model), work.step() as fold:
        for current in _batches(work, decoded, fold, start, hardware, candidates):
            advance(current.n_done)
    if len(current.broken) == len(work.samples):
        raise ImagesError(_all_broken(work.images, current))
    seconds = round(time.perf_counter() - started, 3)
    images = current.n_done - start.n_done
    return replace(current, execution={**current.execution, "seconds": seconds, "images": images})


def _batches(
    work: Pass[S],
    decoded: Iterator[tuple[int, object]],
    fold: Fold[S],
    progress: Progress[S],
    hardware: Hardware,
    candidates: Candidates,
) -> Iterator[Progress[S]]:
    """The progress after every batch."""
    trials: list[Trial] = []
    limit: int | None = None
    while True:
        setting, is_trial = next_setting(within(candidates, limit), trials)
        batch = next_batch(decoded, setting.batch_size)
        if not batch.n_consumed:
            return
        if work.must_read:
            _check_read(work.images, batch)
        state, seconds, n_fit = _run_batch(fold, progress.state, batch, setting, hardware)
        if n_fit < len(batch.sample_ids):
            limit = n_fit
        if is_trial and limit is None and len(batch.sample_ids) == setting.batch_size:
            trials.append(Trial(setting, seconds / setting.batch_size))
        progress = Progress(
            state,
            progress.n_done + batch.n_consumed,
            {**progress.broken, **batch.broken},
            {
                **hardware.as_json(),
                **setting.as_json(),
                "settled": not is_trial,
                "trials": [trial.as_json() for trial in trials],
            },
        )
        yield progress


def _run_batch(
    fold: Fold[S], state: S, decoded: Decoded, setting: Setting, hardware: Hardware
) -> tuple[S, float, int]:
    """The state after the batch, the seconds spent in the step, and the size of the largest part that fitted."""
    if not decoded.sample_ids:
        return state, 0.0, 0
    pixels = stack(decoded, setting.memory_format).to(hardware.device, hardware.dtype)
    started = time.perf_counter()
    state, n_fit = _fold(fold, state, Batch(decoded.sample_ids, pixels, decoded.notes))
    return state, time.perf_counter() - started, n_fit


def _fold(fold: Fold[S], state: S, batch: Batch) -> tuple[S, int]:
    try:
        return fold(state, batch), len(batch.sample_ids)
    except torch.cuda.OutOfMemoryError:
        if len(batch.sample_ids) == 1:
            raise
    torch.cuda.empty_cache()
    first, second = batch.halves()
    state, n_first = _fold(fold, state, first)
    state, n_second = _fold(fold, state, second)
    return state, min(n_first, n_second)


def _check_read(images: Images, batch: Decoded) -> None:
    for sample, reason in batch.broken.items():
        raise ImagesError(f"{images.name(sample)} could be read before and cannot be read now: {reason}")


def _all_broken(images: Images, progress: Progress[Any]) -> str:
    broken = progress.broken
    shown = "; ".join(f"{images.name(sample)}: {reason}" for sample, reason in list(broken.items())[:3])
    rest = "; ..." if len(broken) > 3 else ""
    return f"none of the {len(broken)} images can be used ({shown}{rest}); check the files"


def _digest(samples: Sequence[int]) -> str:
    return hashlib.blake2b(repr(list(samples)).encode(), digest_size=8).hexdigest()
