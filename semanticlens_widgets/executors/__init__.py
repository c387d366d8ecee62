"""Work divided among the workers of an executor: anything with `submit` that gives futures.

An executor belongs to somebody else: `concurrent.futures`, Dask, submitit, or Ray through `RayExecutor`. The modules:
`current`, the executor of a piece of code; `shards`, the division of items; `spreading`, shards to workers and their
results back; `engines`, differences between executors; `parcels`, models and images as bytes; `worker`, the other
side; `models`, those that a function makes; `ray`, an adapter.
"""

from semanticlens_widgets.executors.current import Workers, workers_now
from semanticlens_widgets.executors.models import made, made_by
from semanticlens_widgets.executors.ray import RayExecutor
from semanticlens_widgets.executors.shards import Shard, shards_of
from semanticlens_widgets.executors.spreading import Job, spread, spreading_to

__all__ = [
    "Job",
    "RayExecutor",
    "Shard",
    "Workers",
    "made",
    "made_by",
    "shards_of",
    "spread",
    "spreading_to",
    "workers_now",
]
