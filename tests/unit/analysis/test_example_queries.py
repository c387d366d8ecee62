"""Queries to begin with: strong matches that the images bear out, and that differ."""

import pytest

from semanticlens_widgets.analysis import embed_vocabulary, example_queries, label, null_calibrations, rank
from semanticlens_widgets.analysis.labels.example_queries import STRONG
from semanticlens_widgets.analysis.queries.probes import probe
from tests.word_space import WordSpace, database_of, examples_like

WORDS = ["frog", "toad", "car", "wheel", "bird"]


@pytest.fixture(scope="module")
def world():
    """Two components a word, whose images say it, but for cars, which are called something else."""
    words = [word for word in WORDS for _ in range(2)]
    shown = ["planet" if word == "car" else word for word in words for _ in range(4)]
    database = database_of({"late": examples_like(words, noise=0.1)}, shown)
    vocabulary = embed_vocabulary(database, WordSpace(), WORDS)
    return database, vocabulary, label(database, None, vocabulary)


def chosen(world, **options):
    database, vocabulary, labels = world
    return example_queries(database, vocabulary, labels, "late", **options)


def test_they_are_clear_labels_each_once_and_strong(world):
    database, _, labels = world
    queries = chosen(world)
    assert len(queries) == len(set(queries)) == 3
    assert set(queries) <= set(labels.loc[labels["clear"], "label"])
    calibration = null_calibrations(database, WordSpace())["late"]
    for query in queries:
        assert rank(database, probe(database, WordSpace(), query), "late", calibration).strength >= STRONG


def test_words_that_the_images_bear_out_come_before_those_that_they_do_not(world):
    assert chosen(world, n=5)[-1] == "car"


def test_words_that_are_left_out_are_not_among_them(world):
    assert "frog" not in chosen(world, n=5, leave_out=lambda text: text == "frog")


def test_there_are_none_without_clear_labels(world):
    database, vocabulary, labels = world
    assert example_queries(database, vocabulary, labels.assign(clear=False), "late") == []


def test_a_text_that_would_be_read_otherwise_is_quoted():
    words = ["#12", "car"]
    database = database_of({"late": examples_like(words)}, ["#12"] * 4 + ["car"] * 4)
    vocabulary = embed_vocabulary(database, WordSpace(), words)
    labels = label(database, None, vocabulary).assign(clear=True, label=words)
    assert '"#12"' in example_queries(database, vocabulary, labels, "late")
