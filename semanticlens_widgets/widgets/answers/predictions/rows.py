"""Rows of components on one image, in the order that a reader chose, and the sums of all others."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.explanations import Explanation
from semanticlens_widgets.widgets.answers.neurons.component_names import checked_index
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings, RankQuery
from semanticlens_widgets.widgets.answers.predictions.explained import Explanations
from semanticlens_widgets.widgets.answers.predictions.protocol import (
    Amounts,
    ExplainedRow,
    ExplainEffectsResult,
    ExplainRowsResult,
)
from semanticlens_widgets.widgets.kernel.request import Answer, Request, number

MOST_ROWS = 1000


@dataclass(frozen=True, eq=False)
class _Columns:
    """An explanation, with what a query and a place say of every component."""

    found: Explanation
    alignment: Float[Tensor, " component"] | None = None
    firing: Int[Tensor, " row"] | None = None
    """The components that fire at the place, the strongest first."""
    strength: Float[Tensor, " component"] | None = None
    here: Float[Tensor, " component"] | None = None

    def order(self, by: str) -> Int[Tensor, " row"]:
        """The components in order; at a place those alone that fire there, the strongest first."""
        if self.firing is not None:
            return self.firing
        if by == "alignment" and self.alignment is not None:
            return _falling(self.alignment)
        return self.found.order("relevance" if by == "alignment" else by)  # type: ignore[arg-type]

    def rows(self, components: Tensor) -> list[ExplainedRow]:
        """The rows of components."""
        table = self.found.rows(components).to_dict("records") if len(components) else []
        return [self._row(row) for row in table]

    def _row(self, row: dict) -> ExplainedRow:
        component, rank = row["index"], number(row["rank"])
        at = lambda column: None if column is None else number(column[component])  # noqa: E731
        return {
            "component": component,
            "name": row["component"],
            "label": row["label"],
            "score": number(row["score"]),
            "percentile": number(row["percentile"]),
            "rank": None if rank is None else int(rank),
            "relevance": number(row["relevance"]),
            "relevance_contrast": number(row.get("relevance_contrast", torch.nan)),
            "difference": number(row.get("difference", torch.nan)),
            "alignment": at(self.alignment),
            "strength": at(self.strength),
            "here": at(self.here),
        }


def explain_rows(
    explanations: Explanations, rankings: Rankings, request: Request
) -> Answer[ExplainRowsResult]:
    """Answers with the first rows in an order, and with those of components that are named."""
    found = explanations.of(request)
    columns, caveat = _columns(found, rankings, request)
    order = columns.order(request.get("by", str, "relevance"))
    shown = order[: max(0, min(MOST_ROWS, request.get("n", int)))]
    n = found.examples.n_components
    also = torch.tensor([checked_index(one, n) for one in request.get("also", list, [])], dtype=torch.int64)
    return Answer(
        {
            "rows": columns.rows(shown),
            "also": columns.rows(also),
            "others": _others(found, shown),
            "n": len(order),
            "caveat": caveat,
        }
    )


def explain_effects(explanations: Explanations, request: Request) -> Answer[ExplainEffectsResult]:
    """Answers with the effects of components; the model runs once for each."""
    n = explanations.of(request).examples.n_components
    components = [checked_index(one, n) for one in request.get("components", list)]
    return Answer({"effects": [number(one) for one in explanations.effects(request.params, components)]})


def _columns(found: Explanation, rankings: Rankings, request: Request) -> tuple[_Columns, str]:
    place = request.get("place", list, [])
    if place:
        firing, values = found.fires_at(*_pixel(place))
        return _Columns(found, None, firing, values["strength"], values["relevance"]), ""
    asked = RankQuery(found.layer, request.get("query", str, ""), request.get("query_image", str, ""))
    ranking = rankings.ranking(asked, request.check)
    return (_Columns(found), "") if ranking is None else (_Columns(found, ranking.alignment), ranking.caveat)


def _pixel(place: list) -> tuple[float, float]:
    if len(place) == 2 and all(isinstance(one, int | float) and not isinstance(one, bool) for one in place):
        return place[0], place[1]
    raise ValueError(f"a place is a pixel [x, y], not {place}")


def _others(found: Explanation, shown: Tensor) -> Amounts:
    left = torch.ones(found.examples.n_components, dtype=torch.bool)
    left[shown] = False
    amounts = {name: number(values[left].double().sum()) for name, (values, _) in found.amounts().items()}
    return {
        "n": int(left.sum()),
        "relevance": amounts["relevance"],
        "relevance_contrast": amounts.get("relevance_contrast"),
        "difference": amounts.get("difference"),
    }


def _falling(values: Tensor) -> Int[Tensor, " component"]:
    return values.nan_to_num(nan=-torch.inf).argsort(descending=True, stable=True)
