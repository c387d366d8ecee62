"""The state of the shards, as the bar shows it."""

import io

import pytest
import tqdm.auto

from tests.noise_world import build
from tests.unit.executors.test_spreading import Workers


@pytest.fixture
def shown(monkeypatch):
    """The texts at the end of bars, in order."""
    texts = []

    class Bar(tqdm.std.tqdm):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **{**options, "file": io.StringIO()})

        def set_postfix_str(self, s="", refresh=True):
            texts.append(s)
            super().set_postfix_str(s, refresh)

    monkeypatch.setattr(tqdm.auto, "tqdm", Bar)
    return texts


def test_the_bar_counts_shards_workers_and_those_that_run(shown):
    build(Workers(3), n=24, progress=True)
    assert shown[:4] == [
        "0 of 3 shards, 3 running",
        "1 of 3 shards by 1 worker, 2 running",
        "2 of 3 shards by 1 worker, 1 running",
        "3 of 3 shards by 1 worker",
    ]


@pytest.mark.filterwarnings("ignore:shard")
def test_the_bar_counts_shards_that_run_again(shown):
    build(Workers(1, lost=lambda number: number == 1), n=24, progress=True)
    assert shown[1:3] == ["0 of 1 shards, 1 running, 1 run again", "1 of 1 shards by 1 worker, 1 run again"]


def test_without_workers_the_bar_says_nothing_of_shards(shown):
    build(n=24, progress=True)
    assert not any(shown)
