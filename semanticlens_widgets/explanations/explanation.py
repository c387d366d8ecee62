"""Explanation of one prediction by the components of a layer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, get_args

import pandas as pd
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets._choices import ExplainedBy
from semanticlens_widgets._display import mimebundle_of
from semanticlens_widgets._plain_text import table_text, wrapped
from semanticlens_widgets.concepts import ConceptExamples
from semanticlens_widgets.explanations.html import explanation_html
from semanticlens_widgets.explanations.places import Places
from semanticlens_widgets.explanations.prediction import Prediction
from semanticlens_widgets.explanations.standing import Standing

REST = "bias and rest"
"""The row of what no component of the layer adds."""


@dataclass(frozen=True, eq=False)
class Explanation:
    """One image, one output, one layer: what every component scores there and adds to the output.

    All tensors have one number a component, signed halves included, in the order of the lens; NaN is what is not known.
    """

    examples: ConceptExamples
    """Of the layer."""
    prediction: Prediction
    class_name: str
    """The class that is explained: the predicted one, or the one that was asked for."""
    method: str
    scores: Float[Tensor, " component"]
    relevance: Float[Tensor, " component"]
    standing: Standing
    effects: Float[Tensor, " component"]
    """The output less the output without the component, on this image, for the rows of `table`.

    In a contrast with another class the output is the class's less the other's.
    """
    without_layer: float
    """The output where the method has nothing to share out: with zeros for the layer, or as for an image of zeros."""
    labels: tuple[str, ...] | None
    """Of every component, "" for none; None if they were not asked for or the foundation model is not at hand."""
    places: Places | None
    picture: Image.Image | None
    """The model's input as a picture, in whose pixels `heatmap` and `at` count; without the model the sample's."""
    sample: int | None
    notes: tuple[str, ...]
    """Sentences on what is not known, and on what does not add up."""
    n_rows: int = 20
    """Components in `table`."""
    contrast: "Explanation | None" = None
    """The same of another class or another image."""
    question: Any = None
    """The `lens.explaining.Question` that it answers, of which the widget asks more; None for one made by hand."""

    @property
    def layer(self) -> str:
        """The layer whose components these are."""
        return self.examples.layer

    @property
    def output(self) -> float:
        """The model's output for the class."""
        return float(self.prediction.outputs[self.prediction.output_of(self.class_name)])

    @property
    def rest(self) -> float:
        """The output less the sum of all relevances: biases, ways around the layer, and what is not additive."""
        return self.output - float(self.relevance.sum(dtype=torch.float64))

    @property
    def not_additive(self) -> float:
        """The part of the rest that neither biases nor ways around the layer explain; 0 where contributions add up.

        It is the output, less the sum of the relevances, less `without_layer`.
        """
        return self.rest - self.without_layer

    @cached_property
    def table(self) -> pd.DataFrame:
        """The components that add most to the output or take most away, in a contrast to the difference.

        Columns: component, layer, index; score; percentile and rank (see `Standing`); relevance (with sign, in the unit
        of the output); effect (see `effects`); label. A contrast adds relevance_contrast and difference (of the
        relevances), one with another image also score_contrast. The last two rows are the other components together,
        and "bias and rest": the relevances of all rows sum to the output.
        """
        order = self.order("difference" if self.contrast else "relevance")
        table = self.rows(order[: self.n_rows])
        others, columns = order[self.n_rows :], self.amounts()
        rest = [
            {"component": f"{len(others):,} other component{'s' * (len(others) != 1)}", "index": -1}
            | {name: float(values[others].sum()) for name, (values, _) in columns.items()},
            {"component": REST, "index": -1} | {name: of_rest for name, (_, of_rest) in columns.items()},
        ]
        last = pd.DataFrame(rest if len(others) else rest[1:]).assign(layer=self.layer, label="")
        return pd.concat([table, last], ignore_index=True)[list(table)]

    def rows(self, components: Tensor) -> pd.DataFrame:
        """Rows of the table for components by their numbers, in this order."""
        index = components.tolist()
        table = pd.DataFrame(
            {
                "component": [self.examples.name(row) for row in index],
                "layer": self.layer,
                "index": index,
                "score": self.scores[components].numpy(),
                "percentile": self.standing.percentile[components].numpy(),
                "rank": self.standing.rank[components].numpy(),
                "effect": self.effects[components].numpy(),
            }
        )
        if self.contrast and self.contrast.class_name == self.class_name:
            table["score_contrast"] = self.contrast.scores[components].numpy()
        for name, (values, _) in self.amounts().items():
            table[name] = values[components].numpy()
        return table.assign(label=[self.labels[row] if self.labels else "" for row in index])

    def order(self, by: ExplainedBy = "relevance") -> Tensor:
        """The numbers of all components, those first that matter most; unknown ones last.

        "relevance" and "difference" go by size, "percentile" by how unusual the score is, then by relevance, "score" as
        it is.
        """
        check_choice("by", by, get_args(ExplainedBy))
        if by == "difference" and self.contrast is None:
            raise ValueError("by='difference' needs a contrast: lens.explain(image, contrast=...)")
        size = self.relevance.abs().nan_to_num(nan=-1.0)
        if by == "relevance":
            return size.argsort(descending=True, stable=True)
        if by == "percentile":
            order = size.argsort(descending=True, stable=True)
            seen = self.standing.percentile[order].nan_to_num(nan=-1.0)
            return order[seen.argsort(descending=True, stable=True)]
        values = self.scores if by == "score" else self.amounts()["difference"][0].abs()
        return values.nan_to_num(nan=-torch.inf).argsort(descending=True, stable=True)

    def shown(self) -> Tensor:
        """The numbers of the components in `table`."""
        return self.order("difference" if self.contrast else "relevance")[: self.n_rows]

    def with_effects(self, components: Sequence[int], effects: Tensor) -> "Explanation":
        """The same explanation with the effects of some components."""
        known = self.effects.clone()
        known[list(components)] = effects
        return replace(self, effects=known)

    def heatmap(self, component: str) -> Float[Tensor, "height width"]:
        """The strength of a component in every pixel of the model's input, in [0, 1], as `Lens.heatmap`.

        Raises ValueError for a layer without places on the image, and for a lens that has not got its model.
        """
        return self._located().heatmap(self.examples.component(component))

    def relevance_map(self, component: str) -> Float[Tensor, "rows columns"]:
        """The amount that each cell of a component adds to the output; raises as `heatmap`."""
        return self._located().relevance_map(self.examples.component(component))

    def at(self, x: float, y: float, top: int = 10) -> pd.DataFrame:
        """The components that fire at a pixel of the model's input, as counted in `picture`, the strongest first.

        Columns: component, layer, index; activation (as in the heat map); strength (the activation over the
        component's highest score on any image of the lens, by which the rows are ordered); relevance (of that cell
        alone); label. Raises ValueError for a pixel outside, and as `heatmap`.
        """
        order, values = self.fires_at(x, y)
        order = order[:top]
        table = self.rows(order)[["component", "layer", "index", "label"]]
        for place, (name, column) in enumerate(values.items()):
            table.insert(3 + place, name, column[order].numpy())
        return table

    def fires_at(self, x: float, y: float) -> tuple[Tensor, dict[str, Tensor]]:
        """The components that fire at a pixel, and activation, strength and relevance of all, as in `at`."""
        here, added = self._located().at(x, y)
        strength = (here / self.examples.maximum).masked_fill(self.examples.maximum <= 0, torch.nan)
        order = strength.nan_to_num(nan=-torch.inf).argsort(descending=True, stable=True)
        return order[here[order] > 0], {"activation": here, "strength": strength, "relevance": added}

    def highest(self, component: str) -> float:
        """The highest activation of a component in any cell, 0 where it fires nowhere; raises as `heatmap`."""
        return self._located().highest(self.examples.component(component))

    def _located(self) -> Places:
        if self.places is None:
            raise ValueError(
                f"layer {self.layer!r} has no activation maps here: its components have no places on the image, or the "
                "lens was opened without its model (Lens.open(path, model=model, images=images))"
            )
        return self.places

    def amounts(self) -> dict[str, tuple[Tensor, float]]:
        """Column -> one amount a component, and that of the rest."""
        own = {"relevance": (self.relevance, self.rest)}
        if self.contrast is None:
            return own
        other = self.contrast.relevance, self.contrast.rest
        difference = self.relevance - other[0], self.rest - other[1]
        return {**own, "relevance_contrast": other, "difference": difference}

    def __repr__(self) -> str:
        return f"<Explanation of {self.class_name!r} by {self.layer}: {self.prediction!r}>"

    def __str__(self) -> str:
        names = [
            "component",
            "label",
            "relevance",
            *(["difference"] if self.contrast else ["effect"]),
            "percentile",
        ]
        cells = [[_cell(row[name]) for name in names] for row in self.table.to_dict("records")]
        return "\n".join([table_text(self._title(), names, cells), *map(wrapped, self.notes)])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        return None if self.question is None else mimebundle_of(self, include=include, exclude=exclude)

    def _repr_html_(self) -> str:
        return explanation_html(self._title(), self.prediction.table(), self.table, self.notes, self.picture)

    def _title(self) -> str:
        against = "" if self.contrast is None else f" against {self._against()}"
        return f"{self.class_name} ({self.output:.3g}){against}, explained by {self.layer} ({self.method})"

    def _against(self) -> str:
        other = self.contrast
        if other is None or other.class_name != self.class_name:
            return "" if other is None else f"{other.class_name} ({other.output:.3g})"
        return f"another image ({other.output:.3g})"


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value != value else f"{value:.3g}"
