"""A pass from its first sample, or from its checkpoint, to its last."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from typing import Any

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import Images, decode_ahead
from semanticlens_widgets.layers import evaluating, keeping_behaviour
from semanticlens_widgets.passes._checkpoint import Checkpoint
from semanticlens_widgets.passes._hardware import candidates_of, hardware_of
from semanticlens_widgets.passes._loop import Loop
from semanticlens_widgets.passes._memory import kept_buffers, returned_buffers
from semanticlens_widgets.passes._pass import Pass
from semanticlens_widgets.passes._progress import Report, watched
from semanticlens_widgets.passes._step import Progress, S


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
    key, started = work.key, time.perf_counter()
    start = current = (checkpoint and checkpoint.load(work.empty, key)) or Progress(work.empty)

    def save() -> None:
        if checkpoint:
            checkpoint.save(current, key)

    n_samples = len(work.samples)
    watch = watched(n_samples, start.n_done, work.label, save=save, progress=progress, report=report)
    with _running(work, start) as batches, watch as advance:
        for current in batches:
            advance(current.n_done)
    if len(current.broken) == n_samples:
        raise ImagesError(_all_broken(work.images, current))
    spent = {"seconds": round(time.perf_counter() - started, 3), "images": current.n_done - start.n_done}
    return replace(current, execution={**current.execution, **spent})


@contextmanager
def _running(work: Pass[S], start: Progress[S]) -> Iterator[Iterator[Progress[S]]]:
    """The progress after every batch, for as long as the context is open."""
    hardware = hardware_of(work.model, work.device)
    candidates = candidates_of(work, hardware.device, start.execution)
    # Two batches ahead: one being filled while the other is being run.
    depth = 2 * max(candidates.sizes)
    stream = decode_ahead(work.images, work.samples[start.n_done :], work.transform, depth=depth)
    with ExitStack() as undo:
        undo.enter_context(keeping_behaviour(work.model))
        undo.enter_context(kept_buffers() if work.keeps_buffers else returned_buffers())
        decoded = undo.enter_context(closing(stream))
        undo.enter_context(evaluating(work.model))
        fold = undo.enter_context(work.step())
        yield Loop(work, fold, hardware, candidates).run(decoded, start)


def _all_broken(images: Images, progress: Progress[Any]) -> str:
    broken = progress.broken
    shown = "; ".join(f"{images.name(sample)}: {reason}" for sample, reason in list(broken.items())[:3])
    rest = "; ..." if len(broken) > 3 else ""
    return f"none of the {len(broken)} images can be used ({shown}{rest}); check the files"
