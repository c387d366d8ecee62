"""The loop of a pass: batch after batch, in settings that are tried out on the way."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic

import torch

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import Images, decode_ahead
from semanticlens_widgets.layers import evaluating, keeping_behaviour
from semanticlens_widgets.passes._batches import Decoded, next_batch, stack
from semanticlens_widgets.passes._hardware import Hardware, candidates_of, hardware_of
from semanticlens_widgets.passes._memory import kept_buffers, returned_buffers
from semanticlens_widgets.passes._pass import Pass
from semanticlens_widgets.passes._step import Batch, Fold, Progress, S
from semanticlens_widgets.passes._trial import Candidates, Setting, Trial, next_setting, within


@dataclass(eq=False)
class Loop(Generic[S]):
    """A fold, what it runs on, and what its batches showed about time and memory."""

    work: Pass[S]
    fold: Fold[S]
    hardware: Hardware
    candidates: Candidates
    trials: list[Trial] = field(default_factory=list)

    def run(self, decoded: Iterator[tuple[int, object]], progress: Progress[S]) -> Iterator[Progress[S]]:
        """The progress after every batch, from that before the first."""
        while True:
            setting, is_trial = next_setting(self.candidates, self.trials)
            batch = next_batch(decoded, setting.batch_size)
            if not batch.n_consumed:
                return
            if self.work.must_read:
                _check_read(self.work.images, batch)
            state = self._run_batch(progress.state, batch, setting, is_trial)
            progress = Progress(
                state,
                progress.n_done + batch.n_consumed,
                {**progress.broken, **batch.broken},
                self._execution(setting, settled=not is_trial),
            )
            yield progress

    def _run_batch(self, state: S, decoded: Decoded, setting: Setting, is_trial: bool) -> S:
        n_samples = len(decoded.sample_ids)
        if not n_samples:
            return state
        pixels = stack(decoded, setting.memory_format).to(self.hardware.device, self.hardware.dtype)
        started = time.perf_counter()
        state, n_fit = _fold(self.fold, state, Batch(decoded.sample_ids, pixels, decoded.notes))
        seconds = time.perf_counter() - started
        if n_fit < n_samples:
            self.candidates = within(self.candidates, n_fit)
        elif is_trial and n_samples == setting.batch_size:
            self.trials.append(Trial(setting, seconds / n_samples))
        return state

    def _execution(self, setting: Setting, *, settled: bool) -> dict[str, Any]:
        trials = [trial.as_json() for trial in self.trials]
        return {**self.hardware.as_json(), **setting.as_json(), "settled": settled, "trials": trials}


@contextmanager
def running(work: Pass[S], start: Progress[S]) -> Iterator[Iterator[Progress[S]]]:
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
