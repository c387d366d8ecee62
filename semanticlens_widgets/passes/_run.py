"""A pass from its first sample, or from its checkpoint, to its last."""

import time
from dataclasses import replace
from typing import Any

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.executors import workers_now
from semanticlens_widgets.images import Images
from semanticlens_widgets.passes._checkpoint import Checkpoint
from semanticlens_widgets.passes._loop import running
from semanticlens_widgets.passes._pass import Pass
from semanticlens_widgets.passes._progress import Report, watched
from semanticlens_widgets.passes._spread import spread_pass
from semanticlens_widgets.passes._step import Progress, S


def run_pass(
    work: Pass[S],
    *,
    checkpoint: Checkpoint | None = None,
    progress: bool = True,
    report: Report | None = None,
) -> Progress[S]:
    """The progress after the last sample, here or over the workers of the context (see `executors.spreading_to`).

    With a checkpoint it goes on where an interrupted run stopped, and is saved on the way and when it ends early. Only
    the caller deletes the checkpoint, when the results are safe. A batch that does not fit into the device's memory is
    halved. Raises ImagesError when no image can be used, and what the step and `report` raise.
    """
    started, workers = time.perf_counter(), workers_now()
    n_before, end = (
        spread_pass(work, workers, checkpoint, progress=progress, report=report)
        if workers
        else _run_here(work, checkpoint, progress=progress, report=report)
    )
    if len(end.broken) == len(work.samples):
        raise ImagesError(_all_broken(work.images, end))
    spent = {"seconds": round(time.perf_counter() - started, 3), "images": end.n_done - n_before}
    return replace(end, execution={**end.execution, **spent})


def _run_here(
    work: Pass[S], checkpoint: Checkpoint | None, *, progress: bool, report: Report | None
) -> tuple[int, Progress[S]]:
    """The number of samples done before, and the progress at the end."""
    key = work.key
    start = current = (checkpoint and checkpoint.load(work.empty, key)) or Progress(work.empty)

    def save() -> None:
        if checkpoint:
            checkpoint.save(current, key)

    n_samples = len(work.samples)
    watch = watched(n_samples, start.n_done, work.label, save=save, progress=progress, report=report)
    with running(work, start) as batches, watch as advance:
        for current in batches:
            advance(current.n_done)
    return start.n_done, current


def _all_broken(images: Images, progress: Progress[Any]) -> str:
    broken = progress.broken
    shown = "; ".join(f"{images.name(sample)}: {reason}" for sample, reason in list(broken.items())[:3])
    rest = "; ..." if len(broken) > 3 else ""
    return f"none of the {len(broken)} images can be used ({shown}{rest}); check the files"
