"""The streaming loop: samples are decoded ahead, batched and run; the state is merged, reported, saved and resumed.

A user of it describes a `Pass`: the samples, a step (what to do with a batch) and the state before the first batch. It
gets back the `Progress` after the last one. The modules: `_pass`, its description; `_run`, from the start or a
checkpoint to the end; `_spread`, over the workers of an executor; `_loop`, batch by batch; `_step`, the protocols of
step and state; `_rows`, the state that grows by a row a sample; `_batches`, decoded samples as batches; `_hardware`,
device and precision; `_trial`, the choice of batch size and memory format; `_progress`, bar, steps, reports and saves
on the way; `_checkpoint`, an interrupted pass on disk; `_encoding`, its state as tensors and JSON; `_files`, its
files; `_memory`, buffers kept while a model runs.
"""

from semanticlens_widgets.passes._checkpoint import Checkpoint
from semanticlens_widgets.passes._encoding import moved
from semanticlens_widgets.passes._files import Entry, Parts, Stored
from semanticlens_widgets.passes._hardware import Hardware, hardware_of
from semanticlens_widgets.passes._memory import kept_buffers
from semanticlens_widgets.passes._pass import Pass
from semanticlens_widgets.passes._progress import Report, Steps, watched
from semanticlens_widgets.passes._rows import Rows
from semanticlens_widgets.passes._run import run_pass
from semanticlens_widgets.passes._step import Batch, Fold, Progress, State, Step, merged_by_key
from semanticlens_widgets.passes._trial import format_named

__all__ = [
    "Batch",
    "Checkpoint",
    "Entry",
    "Fold",
    "Hardware",
    "Parts",
    "Pass",
    "Progress",
    "Report",
    "Rows",
    "State",
    "Step",
    "Steps",
    "Stored",
    "format_named",
    "hardware_of",
    "kept_buffers",
    "merged_by_key",
    "moved",
    "run_pass",
    "watched",
]
