"""Components that relevance calls important are: without them the logit falls faster than without others."""

from tests.benchmarks.bench_attribution import logit_lost
from tests.colour_world import deletion_world


def test_deleting_components_by_relevance_costs_a_trained_cnn_more_of_its_logit_than_at_random():
    by_relevance, at_random = logit_lost(*deletion_world(), "body")
    assert by_relevance > 1.3 * at_random
    assert by_relevance > 0
