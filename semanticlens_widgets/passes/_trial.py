"""Trial of batch sizes and memory formats on the first batches of the pass itself.

A wrong choice can cost half of the time. The batches that are timed count like any other, so nothing is computed twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

# Below this gain it is noise, and noise should not decide in which order sums are rounded.
_GAIN = 0.9
# A first batch this much slower than the best so far is neither warm-up nor noise.
_HOPELESS = 2.0
_TRIALS = 2

_NAMES = {
    torch.channels_last: "channels_last",
    torch.contiguous_format: "contiguous",
}


def format_named(name: str) -> torch.memory_format:
    """The memory format of a name in `Setting.as_json`."""
    return next(memory_format for memory_format, known in _NAMES.items() if known == name)


@dataclass(frozen=True)
class Setting:
    """Batch size and memory format."""

    batch_size: int
    memory_format: torch.memory_format

    def as_json(self) -> dict[str, Any]:
        """For the provenance; `format_named` reads the format back."""
        return {"batch_size": self.batch_size, "memory_format": _NAMES[self.memory_format]}


@dataclass(frozen=True)
class Candidates:
    """The sizes, ascending, and formats to choose from."""

    sizes: Sequence[int]
    formats: Sequence[torch.memory_format]


@dataclass(frozen=True)
class Trial:
    """One full batch, timed."""

    setting: Setting
    seconds: float
    """Per sample."""

    def as_json(self) -> dict[str, Any]:
        """For the provenance."""
        return {**self.setting.as_json(), "seconds_per_image": round(self.seconds, 6)}


def candidates_for(device: str, n_samples: int, convolutional: bool) -> Candidates:
    """The settings worth trying: fewer for few samples, and one format for models that hardly convolve."""
    if device == "cuda":
        sizes = [size for size in (32, 64, 128) if size == 32 or 8 * size <= n_samples]
        return Candidates(sizes, [torch.channels_last])
    if device == "mps":
        return Candidates([32], [torch.contiguous_format])
    formats = [torch.channels_last, torch.contiguous_format] if convolutional else [torch.contiguous_format]
    sizes = [size for size in (16, 32) if size == 16 or 16 * size <= n_samples]
    # With few samples the trial of a slow format costs more than it can save.
    return Candidates(sizes, formats if n_samples >= 100 else formats[:1])


def within(candidates: Candidates, limit: int) -> Candidates:
    """The candidates up to `limit`, the largest batch known to fit into memory."""
    return Candidates([size for size in candidates.sizes if size <= limit] or [limit], candidates.formats)


def next_setting(candidates: Candidates, trials: Sequence[Trial]) -> tuple[Setting, bool]:
    """The setting for the next batch, and True if that batch is a trial.

    First the formats at the smallest size, then larger sizes in the best format for as long as they gain. The first
    trial does not count: the images that are to wait for the model are still being decoded beside it.
    """
    trials = trials[1:]
    smallest = candidates.sizes[0]
    if len(candidates.formats) * len(candidates.sizes) == 1:
        return Setting(smallest, candidates.formats[0]), False
    formats = [Setting(smallest, memory_format) for memory_format in candidates.formats]
    if unsettled := [setting for setting in formats if _unsettled(setting, trials)]:
        # In turns: a busy machine then slows all of them.
        return min(unsettled, key=lambda setting: _n_trials(setting, trials)), True
    best = formats[0]
    for setting in formats[1:]:
        best = setting if _gains(setting, best, trials) else best
    for size in candidates.sizes[1:]:
        larger = Setting(size, best.memory_format)
        if _unsettled(larger, trials):
            return larger, True
        if not _gains(larger, best, trials):
            break
        best = larger
    return best, False


def _gains(other: Setting, best: Setting, trials: Sequence[Trial]) -> bool:
    return _seconds(other, trials) < _GAIN * _seconds(best, trials)


def _unsettled(setting: Setting, trials: Sequence[Trial]) -> bool:
    own = [trial for trial in trials if trial.setting == setting]
    others = [trial.seconds for trial in trials if trial.setting != setting]
    hopeless = bool(own and others) and own[0].seconds > _HOPELESS * min(others)
    return len(own) < _TRIALS and not hopeless


def _n_trials(setting: Setting, trials: Sequence[Trial]) -> int:
    return sum(trial.setting == setting for trial in trials)


def _seconds(setting: Setting, trials: Sequence[Trial]) -> float:
    return min((trial.seconds for trial in trials if trial.setting == setting), default=float("inf"))
