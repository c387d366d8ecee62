"""In which order the components of a layer are shown, and why: the same for the browser and for Python."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import pandas as pd

from semanticlens_widgets.analysis import Probe, Query, Ranking, rank, read_query, scores
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.memo import Key
from semanticlens_widgets.lens.probes import probe
from semanticlens_widgets.lens.session import ScoresKey
from semanticlens_widgets.widgets.answers.neurons.protocol import Sort
from semanticlens_widgets.widgets.answers.neurons.query_images import QueryImages

SORTS: tuple[str, ...] = get_args(Sort)
CALIBRATION = ("alignment", "z_score", "null_percentile")
_LOOK_UP_SECONDS = 0.05
_ALL_AT_ONCE = 10_000
"""Components whose scores are computed together, in half a second; of more those that are shown come first."""
COMPARING = "comparing neurons"
"""Description of the work that scores take, for its progress."""
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class RankQuery:
    """Contents of a gallery: a layer, a query (text, images by their handle, or both), an order."""

    layer: str
    query: str = ""
    query_image: str = ""
    sort: str = "alignment"
    descending: bool = True
    parsed: Query | None = None
    """The text, where it is parsed already."""

    @property
    def has_query(self) -> bool:
        """True if there is anything to align with."""
        return bool(self.query.strip() or self.query_image)


@dataclass(frozen=True)
class RankingKey(Key[Ranking]):
    """The ranking of a layer for a query: text, images by their handle, or both."""

    layer: str
    query: str
    query_image: str


class Rankings:
    """The last rankings and the scores of a lens, asked for again and again while a person sorts and scrolls."""

    def __init__(self, lens: Lens, images: QueryImages) -> None:
        self.lens = lens
        self.images = images

    def ranking(self, shown: RankQuery, check: Callable[[], None] = lambda: None) -> Ranking | None:
        """The lens's answer to the query of what is shown; None without a query.

        `check` is called as long as the lens is busy with another question; what it raises ends the wait.
        """
        if not shown.has_query:
            return None
        memo, key = self.lens._session.memo, _key(shown)
        kept = memo.peek(key)
        if kept is not None:
            return kept
        with _free(self.lens, check):  # tokenizers are not safe to use from two threads at once
            return memo.get(key, lambda: self.lens.rank(self._query(shown), shown.layer))

    def at_hand(self, shown: RankQuery) -> Ranking | None:
        """As `ranking`, maybe not calibrated; None where it takes more than a moment, and for what is no query."""
        session = self.lens._session
        kept = session.memo.peek(_key(shown))
        if kept or shown.query_image or not session.lock.acquire(blocking=False):
            return kept
        try:
            return self._uncalibrated(shown)
        except Exception:  # noqa: BLE001 (whatever is wrong with the query, the widget itself will say)
            return None
        finally:
            session.lock.release()

    def order_at_hand(self, shown: RankQuery, ranking: Ranking | None) -> np.ndarray | None:
        """As `order`, by the ranking that is at hand; None where it takes more than a moment."""
        if shown.sort == "alignment" and shown.has_query:
            return None if ranking is None else _sorted(ranking.alignment.double().numpy(), shown.descending)
        known = (
            shown.sort in ("alignment", "component")
            or self.lens._session.memo.peek(ScoresKey(shown.layer)) is not None
        )
        return self.order(shown) if known else None

    def probe(self, shown: RankQuery, check: Callable[[], None] = lambda: None) -> Probe:
        """The direction that the query of what is shown asks for."""
        with _free(self.lens, check):
            return probe(self.lens._session, self._query(shown), shown.layer)

    def scores(self, layer: str, report: Report = lambda done, total: None) -> pd.DataFrame:
        """The scores of a layer, one row a component in the order of the components.

        Of a layer that takes long `report` is called with what is done and the total, and may end the work.
        """
        is_long = self.lens.database.examples[layer].n_components > _ALL_AT_ONCE
        return self.lens._session.scores(layer, *([report] if is_long else []))

    def scores_of(self, layer: str, components: Sequence[int]) -> list[dict[str, Any]]:
        """The scores of some components, which do not wait for those of all others of a large layer."""
        lens, n = self.lens, self.lens.database.examples[layer].n_components
        if n <= _ALL_AT_ONCE or lens._session.memo.peek(ScoresKey(layer)) is not None:
            table = self.scores(layer).iloc[list(components)]
        else:
            table = scores(lens.database, layer, components=components)
        return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]

    def order(self, shown: RankQuery, report: Report = lambda done, total: None) -> np.ndarray:
        """The components of the layer, in the order in which they are shown. NaN and dead ones are last either way."""
        dead = self.lens.database.examples[shown.layer].dead.numpy()
        return _sorted(np.where(dead, np.nan, self._sort_values(shown, report)), shown.descending)

    def table(self, shown: RankQuery) -> pd.DataFrame:
        """Table of the neurons shown, in order: component, layer, index, alignment and its calibration, scores."""
        table = self.scores(shown.layer).copy()
        ranking = self.ranking(shown)
        for place, name in enumerate(CALIBRATION):
            column = np.nan if ranking is None else getattr(ranking, name).numpy()
            table.insert(3 + place, name, column)
        return table.iloc[self.order(shown)].reset_index(drop=True)

    def _sort_values(self, shown: RankQuery, report: Report) -> np.ndarray:
        if shown.sort == "alignment" and (ranking := self.ranking(shown)) is not None:
            return ranking.alignment.double().numpy()
        n = self.lens.database.examples[shown.layer].n_components
        if shown.sort == "component":
            return np.arange(n, dtype=float)
        if shown.sort == "alignment":  # nothing to align with: the components as they come
            return np.arange(n, dtype=float) * (-1 if shown.descending else 1)
        return self.scores(shown.layer, report)[shown.sort].to_numpy(dtype=float)

    def _query(self, shown: RankQuery) -> Any:
        if not shown.query_image:
            return shown.parsed or shown.query
        images = list(self.images.get(shown.query_image))
        return [*images, shown.query] if shown.query.strip() else images

    def _uncalibrated(self, shown: RankQuery) -> Ranking | None:
        """Without the unrelated words, which are hundreds to embed; None where even one needs a model to be loaded."""
        session, query = self.lens._session, shown.parsed or read_query(shown.query)
        if query.needs_model and session.loaded_foundation_model is None:
            return None
        return rank(session.database, probe(session, query, shown.layer), shown.layer)


def _sorted(values: np.ndarray, descending: bool) -> np.ndarray:
    rising = -values if descending else values
    return np.argsort(np.where(np.isnan(rising), np.inf, rising), kind="stable")


def _key(shown: RankQuery) -> RankingKey:
    return RankingKey(shown.layer, shown.query.strip(), shown.query_image)


@contextmanager
def _free(lens: Lens, check: Callable[[], None]) -> Iterator[None]:
    lock = lens._session.lock
    while not lock.acquire(timeout=_LOOK_UP_SECONDS):
        check()
    try:
        check()
        yield
    finally:
        lock.release()


def report_loading(lens: Lens, report: Callable[[int, int, str], None]) -> None:
    """Reports that the foundation model is being loaded, which takes seconds, where the first query waits for it."""
    if lens._session.loaded_foundation_model is None:
        report(0, 1, f"loading {lens.database.provenance.foundation_model}")
