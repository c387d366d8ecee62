"""Division of items into shards whose borders are borders of batches."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Shard:
    """Items `start` to `stop`, exclusive, by their place."""

    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start


def shards_of(n_items: int, batch: int, n: int, done: Iterable[Shard] = ()) -> list[Shard]:
    """The rest of the items, as about `n` shards of whole batches counted from the first item.

    The shards that are `done` have such borders too.
    """
    edges = sorted(done)
    gaps = zip([0, *(one.stop for one in edges)], [*(one.start for one in edges), n_items], strict=True)
    left = n_items - sum(map(len, edges))
    size = batch * max(1, -(-left // (batch * n)))
    return [
        Shard(start, min(start + size, stop)) for first, stop in gaps for start in range(first, stop, size)
    ]
