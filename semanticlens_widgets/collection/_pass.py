"""One pass over the samples."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

import torch
from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets._memory import kept_buffers
from semanticlens_widgets._saving import saving
from semanticlens_widgets.collection._batches import Batch, next_batch, stack
from semanticlens_widgets.collection._calibration import Candidates, Setting, Trial, next_setting, within
from semanticlens_widgets.collection._execution import Hardware
from semanticlens_widgets.collection._progress import Checkpoint, Progress
from semanticlens_widgets.collection._recorder import Recorder
from semanticlens_widgets.collection._state import LayerRule
from semanticlens_widgets.images import Images, decode_ahead
from semanticlens_widgets.layers import capture

Decoded = Iterator[tuple[int, object]]


@dataclass(frozen=True, eq=False)
class Pass:
    """What is run, over what, and how."""

    model: nn.Module
    images: Images
    samples: Sequence[int]
    transform: Callable[[Image.Image], Tensor]
    rules: Sequence[LayerRule]
    candidates: Candidates
    hardware: Hardware
    checkpoint: Checkpoint | None
    report: Callable[[int], object] = field(default=lambda n: None)
    """Told how many samples each batch took."""


def run_pass(job: Pass, start: Progress) -> Progress:
    """The progress after the last sample; saved on the way, and when interrupted."""
    recorder = Recorder(job.rules, start.layers)
    todo = job.samples[start.n_done :]
    stream = decode_ahead(job.images, todo, job.transform, depth=_depth(job))
    progress = start
    captured = capture(job.model, [rule.layer for rule in job.rules], recorder)
    with kept_buffers(), saving(lambda: _save(job, progress)) as now_and_then, closing(stream), captured:
        for progress in _steps(job, stream, recorder, start):  # noqa: B007 - it is saved
            now_and_then()
    return progress


def _steps(job: Pass, stream: Decoded, recorder: Recorder, progress: Progress) -> Iterator[Progress]:
    """The progress after every batch."""
    trials: list[Trial] = []
    while True:
        setting, is_trial = next_setting(within(job.candidates, recorder.limit), trials)
        batch = next_batch(stream, setting.batch_size)
        if not batch.n_consumed:
            return
        seconds = _run_batch(job, recorder, batch, setting)
        if is_trial and len(batch.sample_ids) == setting.batch_size and recorder.limit is None:
            trials.append(Trial(setting, seconds / setting.batch_size))
        progress = replace(
            progress,
            layers=recorder.states,
            broken={**progress.broken, **batch.broken},
            n_done=progress.n_done + batch.n_consumed,
            execution={
                **job.hardware.as_json(),
                **setting.as_json(),
                "settled": not is_trial,
                "trials": [trial.as_json() for trial in trials],
            },
        )
        job.report(batch.n_consumed)
        yield progress


def _run_batch(job: Pass, recorder: Recorder, batch: Batch, setting: Setting) -> float:
    """Seconds spent on the device."""
    if not batch.sample_ids:
        return 0.0
    pixels = stack(batch, setting.memory_format).to(job.hardware.device, job.hardware.dtype)
    started = time.perf_counter()
    try:
        recorder.run(job.model, pixels, batch.sample_ids, job.hardware.autocast)
    except torch.cuda.OutOfMemoryError:
        raise
    except (RuntimeError, AssertionError) as error:
        raise ValueError(_refused(pixels, error)) from error
    return time.perf_counter() - started


def _refused(pixels: Tensor, error: Exception) -> str:
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return (
        f"the model fails on a batch of shape {tuple(pixels.shape)} ({said}); "
        "pass the transform that makes of a picture what the model was trained with"
    )


def _save(job: Pass, progress: Progress) -> None:
    if job.checkpoint is not None and progress.n_done:
        job.checkpoint.save(progress)


def _depth(job: Pass) -> int:
    # Two batches ahead: one being filled while the other is being run.
    return 2 * max(job.candidates.sizes)
