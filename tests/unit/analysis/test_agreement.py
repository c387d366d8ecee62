"""Agreement of components on a text, against its definition written out slowly."""

import itertools
import math

import pytest
import torch

from semanticlens_widgets.analysis.labels.agreement import agreement
from semanticlens_widgets.analysis.labels.vocabulary import embed_vocabulary
from semanticlens_widgets.analysis.queries.unrelated import random_rows
from tests.word_space import DIM, WORDS, WordSpace, database_of, examples_like

SHOWN = ["frog", "toad", "car", "frog", "wheel", "frog", "fur", "zebra", "stripes", "toad", "car", "frog"]
DEAD = len(SHOWN)


@pytest.fixture(scope="module")
def database():
    examples = torch.cat([examples_like(SHOWN, noise=0.3), torch.full((1, 4, DIM), torch.nan)])
    return database_of({"layer": examples, "other": examples_like(["frog"])})


@pytest.fixture(scope="module")
def vocabulary(database):
    return embed_vocabulary(database, WordSpace(), WORDS)


def names(*components):
    return [f"layer:{component}" for component in components]


def two_best_of(database, vocabulary):
    aligned = database.component_embeddings["layer"][:DEAD] @ vocabulary.directions.T
    return [
        {WORDS[row] for row in sorted(range(len(WORDS)), key=lambda row: -float(line[row]))[:2]}
        for line in aligned
    ]


def tail(n, having, size, count):
    """At least `count` of `size` drawn from `n`, each choice counted."""
    return sum(
        math.comb(having, k) * math.comb(n - having, size - k) / math.comb(n, size)
        for k in range(count, size + 1)
    )


def test_numbers_are_those_of_the_definition(database, vocabulary):
    chosen = [0, 3, 5, 6, 11]
    table = agreement(database, vocabulary, names(*chosen))
    best = two_best_of(database, vocabulary)

    def surprise(members, word):
        having = sum(word in own for own in best)
        return tail(DEAD, having, len(members), sum(word in best[one] for one in members))

    counts = {word: sum(word in best[one] for one in chosen) for word in WORDS}
    assert dict(zip(table["text"], table["n"], strict=True)) == {w: n for w, n in counts.items() if n > 1}
    least = [min(surprise(row, word) for word in WORDS) for row in random_rows(DEAD, len(chosen)).tolist()]
    for row in table.to_dict("records"):
        p_value = surprise(chosen, row["text"])
        assert row["p_value"] == pytest.approx(p_value)
        assert row["share"] == pytest.approx(row["n"] / 5)
        assert row["expected"] == pytest.approx(5 * sum(row["text"] in own for own in best) / DEAD)
        less = sum(other > p_value + 1e-12 for other in least) / (len(least) + 1)
        assert row["chance_percentile"] == pytest.approx(less, abs=1e-6)
        assert row["components"] == names(*[one for one in chosen if row["text"] in best[one]])
    assert table["p_value"].is_monotonic_increasing
    assert table["text"][0] == "frog"


def test_agreement_of_random_components_is_rarely_beyond_chance(vocabulary):
    """Of sets of components without a meaning 5 % agree beyond 95 %."""
    examples = torch.randn(300, 4, DIM, generator=torch.Generator().manual_seed(1))
    world = database_of({"layer": examples})
    draws = torch.Generator().manual_seed(2)
    beyond = 0
    for _ in range(150):
        chosen = torch.randperm(300, generator=draws)[:7].tolist()
        beyond += (agreement(world, vocabulary, names(*chosen))["chance_percentile"] >= 0.95).any()
    assert beyond / 150 < 0.10


def test_components_that_share_a_word_are_found_though_it_is_none_of_their_best(vocabulary):
    generator = torch.Generator().manual_seed(3)
    world_words = torch.eye(DIM)
    others = torch.randn(200, 1, DIM, generator=generator).expand(-1, 4, -1).clone()
    share = world_words[WORDS.index("wheel")]
    chosen = list(range(7))
    for one, own in zip(chosen, itertools.cycle(("frog", "car", "fur")), strict=False):
        others[one] = (world_words[WORDS.index(own)] + 0.8 * share).expand(4, -1)
    table = agreement(database_of({"layer": others}), vocabulary, names(*chosen)).set_index("text")
    assert table.index[0] == "wheel"
    assert table["n"]["wheel"] == 7
    assert table["chance_percentile"]["wheel"] >= 0.95


def test_what_cannot_agree_is_refused(database, vocabulary):
    with pytest.raises(ValueError, match="at least two that are not dead, not 1"):
        agreement(database, vocabulary, names(0))
    with pytest.raises(ValueError, match="at least two that are not dead, not 2"):
        agreement(database, vocabulary, names(0, DEAD))
    with pytest.raises(ValueError, match="of one layer, not of layer, other"):
        agreement(database, vocabulary, ["layer:0", "other:0"])
