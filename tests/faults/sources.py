"""Data sources of known pixels and labels: what the model sees through a lens, against what is in them."""

import random
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import torch

from tests.faults.outcome import Outcome, judge_apart, main
from tests.faults.source import Source, problem
from tests.faults.sources_containers import CONTAINERS
from tests.faults.sources_datasets import DATASETS
from tests.faults.sources_labels import LABEL_TRIALS, LABELS
from tests.faults.sources_pixels import PIXELS
from tests.faults.sources_places import PLACES


def outcomes(source: Source, _generator: random.Random) -> Iterator[Outcome]:
    """Of one source."""
    with tempfile.TemporaryDirectory() as folder:
        trial = partial(problem, source, Path(folder))
        options = {"warning": source.warning, "forbidden": source.forbidden, "seconds": 15}
        yield judge_apart(source.name, trial, **options)


if __name__ == "__main__":
    torch.set_num_threads(1)
    sources = [*PIXELS, *DATASETS, *LABELS, *CONTAINERS, *PLACES]
    main({**{each.name: partial(outcomes, each) for each in sources}, **LABEL_TRIALS}, __doc__)
