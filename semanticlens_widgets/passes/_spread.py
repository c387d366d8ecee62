"""A pass over the workers of an executor, shard by shard."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.executors import Job, Shard, Workers, spread
from semanticlens_widgets.passes._checkpoint import Checkpoint
from semanticlens_widgets.passes._encoding import decode, encode, rows_of
from semanticlens_widgets.passes._files import Stored
from semanticlens_widgets.passes._hardware import candidates_of, hardware_of
from semanticlens_widgets.passes._loop import running
from semanticlens_widgets.passes._pass import Pass
from semanticlens_widgets.passes._progress import Report, watched
from semanticlens_widgets.passes._rows import Rows
from semanticlens_widgets.passes._step import Progress, S

_ROWS = "rows."


def spread_pass(
    work: Pass[S], workers: Workers, checkpoint: Checkpoint | None, *, progress: bool, report: Report | None
) -> tuple[int, Progress[S]]:
    """The number of samples done before, and the progress at the end.

    Batch size and memory format are those of the pass, else the first that a trial would try. With a checkpoint the
    results of finished shards are saved at once, and found again whatever the number of workers.
    """
    work = _settled(work)
    parts, end = checkpoint.shards if checkpoint else None, Progress(work.empty)
    identity, done = json.dumps([work.key, work.batch_size, str(work.memory_format)]), []
    for stored in parts.load() if parts else ():
        if stored[1]["identity"] == identity:
            done.append(Shard(*stored[1]["shard"]))
            end = _merged(work, end, stored)

    def keep(shard: Shard, stored: Stored) -> None:
        nonlocal end
        _check_read(work, stored[1]["broken"])
        name = {"identity": identity, "shard": [shard.start, shard.stop]}
        if parts:
            parts.add(stored[0], {**stored[1], **name}, f"{shard.start}")
        end = _merged(work, end, stored)

    n_before = end.n_done
    job = Job(
        partial(run_part, replace(work, samples=(), device=None)),
        work.samples,
        work.batch_size or 1,
        {"model": work.model, "images": work.images},
    )
    watch = watched(len(work.samples), n_before, work.label, save=bool, progress=progress, report=report)
    with watch as advance:
        spread(job, workers, done=done, keep=keep, advance=lambda standing: advance(end.n_done, standing))
    return n_before, replace(end, broken=dict(sorted(end.broken.items())))


def run_part(work: Pass[Any], samples: list[int]) -> Stored:
    """The state after some samples alone, on a worker."""
    end = Progress(work.empty)
    with running(replace(work, samples=samples), end) as batches:
        for progress in batches:
            end = progress
    tensors, state = encode(end.state)
    rows = rows_of(end.state)
    columns = rows.since(0) if len(rows) else {}
    return {**tensors, **{_ROWS + name: column for name, column in columns.items()}}, {
        "state": state,
        "n_done": end.n_done,
        "broken": {str(sample): reason for sample, reason in end.broken.items()},
        "execution": dict(end.execution),
    }


def _settled(work: Pass[S]) -> Pass[S]:
    worth = candidates_of(work, hardware_of(work.model, work.device).device, {})
    return replace(work, batch_size=worth.sizes[0], memory_format=worth.formats[0], trial=False)


def _merged(work: Pass[S], progress: Progress[S], stored: Stored) -> Progress[S]:
    tensors, rest = stored
    columns = {name.removeprefix(_ROWS): one for name, one in tensors.items() if name.startswith(_ROWS)}
    found = decode(type(work.empty), tensors, rest["state"], Rows((columns,)) if columns else Rows())
    return Progress(
        progress.state.merge(found),
        progress.n_done + rest["n_done"],
        {**progress.broken, **{int(sample): reason for sample, reason in rest["broken"].items()}},
        rest["execution"],
    )


def _check_read(work: Pass[Any], broken: Mapping[str, str]) -> None:
    """Raises ImagesError for an image that a worker cannot read and this process can; tries one a shard."""
    sample = next(iter(broken), None)
    if sample is not None and _can_be_read(work, int(sample)):
        raise ImagesError(
            f"{work.images.name(int(sample))} can be read here and not by a worker ({broken[sample]}); pass images "
            "that all workers can read, such as a folder that they share"
        )


def _can_be_read(work: Pass[Any], sample: int) -> bool:
    try:
        work.transform(work.images.image(sample))
    except Exception:  # noqa: BLE001 - whatever it is, it is the same there
        return False
    return True
