from hypothesis import given
from hypothesis import strategies as st

from semanticlens_widgets.executors import Shard, shards_of


@given(st.integers(1, 200), st.integers(1, 20), st.integers(1, 30), st.data())
def test_shards_are_all_that_is_not_done_in_whole_batches(n_items, batch, n, data):
    first = shards_of(n_items, batch, data.draw(st.integers(1, 30)))
    done = data.draw(st.sets(st.sampled_from(first)))
    found = shards_of(n_items, batch, n, done)
    covered = [item for shard in [*done, *found] for item in range(shard.start, shard.stop)]
    assert sorted(covered) == list(range(n_items))
    assert all(
        shard.start % batch == 0 and (shard.stop % batch == 0 or shard.stop == n_items) for shard in found
    )
    assert len(shards_of(n_items, batch, n)) <= n


def test_a_shard_is_as_long_as_its_range():
    assert len(Shard(8, 20)) == 12
