"""Rankings of the sides of a comparison, which refuse queries that mean another thing on each side."""

from collections.abc import Callable

from semanticlens_widgets.analysis import Probe, Ranking, read_query
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings, RankQuery


class SideRankings(Rankings):
    """Rankings of one of several sides, on each of which a number names another component."""

    def ranking(self, shown: RankQuery, check: Callable[[], None] = lambda: None) -> Ranking | None:
        """As that of `Rankings`; raises ValueError for a query that names a component."""
        return super().ranking(_checked(shown), check)

    def at_hand(self, shown: RankQuery) -> Ranking | None:
        """As that of `Rankings`; None for a query that names a component."""
        try:
            return super().at_hand(_checked(shown))
        except ValueError:
            return None

    def probe(self, shown: RankQuery, check: Callable[[], None] = lambda: None) -> Probe:
        """As that of `Rankings`; raises ValueError for a query that names a component."""
        return super().probe(_checked(shown), check)


def _checked(shown: RankQuery) -> RankQuery:
    if shown.query.strip() and (shown.parsed or read_query(shown.query)).names_components:
        raise ValueError(
            "a number names another neuron on each side; choose the neuron itself to see its match on the other side"
        )
    return shown
