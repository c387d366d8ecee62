"""Numbers that colour a map: a score of the components, or their alignment with a query."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from semanticlens_widgets.analysis import Ranking
from semanticlens_widgets.widgets.answers.map.protocol import EncodingResult
from semanticlens_widgets.widgets.answers.neurons.rankings import COMPARING, Rankings, RankQuery
from semanticlens_widgets.widgets.kernel.request import Answer, Request, number

SCORES = ("clarity", "polysemanticity", "redundancy")


def score_encoding(
    rankings: Rankings, layers: Sequence[str], score: str, request: Request
) -> Answer[EncodingResult]:
    """Returns a score of every component. Of large layers the request is told how far the work is."""
    columns = []
    for layer in layers:
        request.check()
        table = rankings.scores(layer, request.reporter(COMPARING))
        columns.append(table[score].to_numpy(dtype=float))
    return numbers("sequential", np.concatenate(columns))


def alignment_encoding(
    rankings: Rankings, queries: Sequence[RankQuery], check: Callable[[], None]
) -> Answer[EncodingResult]:
    """Returns the alignment of every component, given one query a layer. Raises ValueError without a query."""
    found = [rankings.ranking(query, check) for query in queries]
    answered = [ranking for ranking in found if ranking is not None]
    if not answered:
        raise ValueError("encoding: 'alignment' needs a query; type one")
    values = np.concatenate([ranking.alignment.numpy() for ranking in answered])
    return numbers("diverging", values, weakness(answered), answered[0].caveat)


def weakness(rankings: Sequence[Ranking]) -> str:
    """Returns the reason to distrust the best answer; "" if it is trustworthy or its strength is unknown."""
    best = max(rankings, key=lambda ranking: -1.0 if ranking.strength is None else ranking.strength)
    if not best.weak or best.strength is None:
        return ""
    return f"{100 * (1 - best.strength):.0f} % of unrelated words find a neuron that answers better."


def numbers(
    kind: Literal["sequential", "diverging"], values: np.ndarray, doubt: str = "", caveat: str = ""
) -> Answer[EncodingResult]:
    """Returns numbers as colours; `doubt` is the reason to distrust the best one."""
    finite = values[np.isfinite(values)]
    result: EncodingResult = {
        "kind": kind,
        "min": number(finite.min()) if len(finite) else None,
        "max": number(finite.max()) if len(finite) else None,
        "weak": doubt != "",
        "message": doubt,
        "caveat": caveat,
    }
    return Answer(result, [values.astype("<f4").tobytes()])
