"""The same embeddings give the same numbers as the authors' library, and its faults are not ours.

The faults of collection (best-k, crops, the whole dataset embedded) are tested where collection is.
"""

from typing import Any

import pytest
import torch
from threadpoolctl import threadpool_limits

from semanticlens_widgets.analysis import (
    clarity,
    polysemanticity,
    probes,
    rank,
    redundancy,
    scores,
    search,
    similarity,
)
from tests.peer import HOW, peer_module
from tests.word_space import DIM, WORDS, WordSpace, database_of, examples_like

CLOSE: dict[str, Any] = {"atol": 1e-5, "rtol": 0.0}
TEMPLATES = ["a photo of a {}", "{} in the wild", "a drawing of a {}"]


@pytest.fixture
def peer():
    module = peer_module("semanticlens.scores")
    if module is None:
        pytest.skip(f"semanticlens 0.2.1 is not installed; {HOW}")
    # Its thousands of tiny fits are slower with more threads than with one.
    with threadpool_limits(1):
        yield module


@pytest.fixture
def peer_lens(peer):
    return peer_module("semanticlens.lens")


class PeerSpace:
    """The word space with the library's interface: texts become numbers, numbers become embeddings."""

    device = "cpu"

    def __init__(self):
        self.texts = []

    def tokenize(self, texts):
        start = len(self.texts)
        self.texts += texts
        return torch.arange(start, len(self.texts))

    def encode_text(self, tokens):
        return WordSpace().embed_texts([self.texts[token] for token in tokens.tolist()])


def clip_like(n, k, dim, seed, spread=1.0):
    """Embeddings as CLIP gives them: in a narrow cone, in one or two groups, of length about 10."""
    generator = torch.Generator().manual_seed(seed)
    groups = torch.randn(n, 2, dim, generator=generator)
    member = torch.randint(0, 2, (n, k), generator=generator)
    own = groups.gather(1, member.unsqueeze(2).expand(-1, -1, dim))
    common = 1.5 * torch.randn(dim, generator=generator)
    return 0.3 * (common + own + spread * torch.randn(n, k, dim, generator=generator))


INPUTS = {
    "clip-like": clip_like(30, 20, 64, seed=0),
    "clip-like, blurred": clip_like(30, 20, 64, seed=1, spread=2.0),
    "no groups": torch.randn(30, 20, 64, generator=torch.Generator().manual_seed(2)),
    "few examples": torch.randn(30, 4, 16, generator=torch.Generator().manual_seed(3)),
    "two examples": torch.randn(20, 2, 16, generator=torch.Generator().manual_seed(4)),
    "few dimensions": torch.randn(30, 30, 3, generator=torch.Generator().manual_seed(5)),
}


@pytest.mark.parametrize("name", INPUTS)
def test_clarity_is_that_of_the_library(peer, name):
    torch.testing.assert_close(clarity(INPUTS[name]), peer.clarity_score(INPUTS[name]), **CLOSE)


@pytest.mark.parametrize("name", INPUTS)
def test_polysemanticity_is_that_of_the_library_for_every_component(peer, name):
    theirs = peer.polysemanticity_score(INPUTS[name]).float()
    torch.testing.assert_close(polysemanticity(INPUTS[name], normalize=False), theirs, **CLOSE)


@pytest.mark.parametrize("name", INPUTS)
def test_the_mean_redundancy_is_that_of_the_library(peer, name):
    embeddings = INPUTS[name].mean(1)
    torch.testing.assert_close(redundancy(embeddings).mean(), peer.redundancy_score(embeddings), **CLOSE)


def test_similarity_is_that_of_the_library_where_it_pairs_rows_with_rows(peer):
    a, b = torch.randn(5, 16), torch.randn(7, 16)
    torch.testing.assert_close(similarity(a, b), peer.similarity_score(a, b), **CLOSE)


def ours(queries, database, templates):
    found = probes(database, WordSpace(), queries, templates=templates)
    return torch.stack([rank(database, one, "layer").alignment for one in found])


@pytest.mark.parametrize("templates", [None, ["a photo of a {}"]])
def test_search_without_and_with_one_template_is_that_of_the_library(peer_lens, templates):
    database = database_of({"layer": examples_like(["frog", "car", "fur", "zebra", "dream"])})
    embeddings = database.component_embeddings["layer"]
    queries = ["frog", "striped fur"]
    theirs = peer_lens.text_probing(PeerSpace(), queries, embeddings, templates)
    torch.testing.assert_close(ours(queries, database, templates), theirs, **CLOSE)


def test_search_of_one_query_with_several_templates_is_that_of_the_library(peer_lens):
    database = database_of({"layer": examples_like(["frog", "car", "fur"])})
    theirs = peer_lens.text_probing(PeerSpace(), "frog", database.component_embeddings["layer"], TEMPLATES)
    torch.testing.assert_close(ours(["frog"], database, TEMPLATES), theirs, **CLOSE)


# Its faults, each shown to be its own and not ours.


def many_components():
    """Twenty components for each of five words, in turn."""
    words = list(WORDS[:5])
    generator = torch.Generator().manual_seed(0)
    examples = examples_like(words * 20, k=3) + 0.05 * torch.randn(100, 1, DIM, generator=generator)
    return words, database_of({"layer": examples})


def precision_at_20(alignment, n_words):
    return [
        float((row.topk(20).indices % n_words == query).float().mean()) for query, row in enumerate(alignment)
    ]


def test_several_queries_with_several_templates_each_find_their_own_components():
    words, database = many_components()
    assert precision_at_20(ours(words, database, TEMPLATES), len(words)) == [1.0] * len(words)


def test_the_library_mixes_up_several_queries_with_several_templates(peer_lens):
    words, database = many_components()
    theirs = peer_lens.text_probing(PeerSpace(), words, database.component_embeddings["layer"], TEMPLATES)
    assert sum(precision_at_20(theirs, len(words))) / len(words) < 0.7


def test_as_many_components_as_dimensions_are_searched_rightly():
    words = [*WORDS, *(f"word{index}" for index in range(DIM - len(WORDS)))]
    database = database_of({"layer": examples_like(words)})
    assert len(words) == database.dim
    alignment = ours(["frog", "zebra"], database, None)
    assert alignment.argmax(1).tolist() == [0, words.index("zebra")]


def test_the_library_multiplies_the_wrong_way_with_as_many_components_as_dimensions(peer):
    a, b = torch.randn(2, 16), torch.randn(16, 16)
    assert not torch.allclose(peer.similarity_score(a, b), similarity(a, b), atol=1e-3)


def test_as_many_queries_as_components_give_a_square_of_alignments():
    database = database_of({"layer": examples_like(["frog", "car", "fur"])})
    alignment = ours(["frog", "car", "fur"], database, None)
    assert alignment.shape == (3, 3)
    assert alignment.argmax(1).tolist() == [0, 1, 2]


def test_the_library_gives_a_vector_for_as_many_queries_as_components(peer):
    assert peer.similarity_score(torch.randn(3, 8), torch.randn(3, 8)).shape == (3,)


def test_the_clarity_of_one_example_is_nan_where_the_library_divides_by_zero(peer):
    one = torch.randn(4, 1, 8)
    assert clarity(one).isnan().all()
    assert not peer.clarity_score(one).isfinite().any()


def test_one_example_has_a_polysemanticity_where_the_library_raises(peer):
    one = torch.randn(4, 1, 8)
    torch.testing.assert_close(polysemanticity(one), torch.zeros(4), **CLOSE)
    with pytest.raises(ValueError, match="n_samples=1 should be >= n_clusters=2"):
        peer.polysemanticity_score(one)


def test_a_component_without_examples_spoils_no_other():
    examples = torch.cat([examples_like(["frog", "car"]), torch.full((1, 4, DIM), torch.nan)])
    table = scores(database_of({"layer": examples}))
    assert table[["clarity", "polysemanticity", "redundancy"]].isna().all(axis=1).tolist() == [
        False,
        False,
        True,
    ]


def test_a_component_without_examples_is_never_found():
    examples = torch.cat([torch.full((1, 4, DIM), torch.nan), examples_like(["car"])])
    found = search(database_of({"layer": examples}), WordSpace(), "not car")
    assert found["component"].tolist() == ["layer:1"]
