"""Texts into vectors: templates, and what is taken away so that the words count and not the sentence around them."""

from collections.abc import Callable, MutableMapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import product
from typing import get_args

import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets._choices import Baseline
from semanticlens_widgets.foundation_models import FoundationModel, embed_texts_checked
from semanticlens_widgets.tensors._cosine import normalized

_TEXTS_AT_ONCE = 256
_TEXTS_A_STEP = 64

Step = Callable[[], AbstractContextManager[object]]
"""A context that is entered for every few texts; an error raised in it ends the work."""


class TextVectors:
    """The vector of every text of one request. Each text is embedded once, all in one go.

    With templates a text's vector is the mean over the templates of F(template with text) - F(template with
    nothing), for `baseline="embedding"`; otherwise nothing is taken from the mean. `nothing` is what is taken away
    after scaling instead, for `baseline="cosine"`; without templates that is the direction of the empty text.
    """

    def __init__(
        self,
        foundation_model: FoundationModel | None,
        texts: Sequence[str],
        templates: Sequence[str] | None,
        baseline: Baseline | None,
        *,
        step: Step | None = None,
        known: MutableMapping[str, Float[Tensor, " dim"]] | None = None,
    ) -> None:
        """Embeds the texts; with a `step` a few at a time, and those in `known`, which it fills, not again."""
        embed = partial(_embedded, foundation_model, step=step, known={} if known is None else known)
        distinct = list(dict.fromkeys(texts))
        # Without templates there is no sentence around the query whose direction could be taken away.
        emptied = baseline == "cosine" or (baseline == "embedding" and bool(templates))
        means = _means(embed, [*distinct, ""] if emptied else distinct, templates or ["{}"])
        nothing = means[-1] if emptied and distinct else torch.zeros(means.shape[1:])
        self.nothing: Float[Tensor, " dim"] = (
            normalized(nothing) if baseline == "cosine" else torch.zeros_like(nothing)
        )
        self._vectors = means - nothing if baseline == "embedding" else means
        self._rows = {text: row for row, text in enumerate(distinct)}

    def __getitem__(self, text: str) -> Float[Tensor, " dim"]:
        return self._vectors[self._rows[text]]


def check_templates(templates: Sequence[str] | None, baseline: Baseline | None) -> None:
    """Raises TypeError and ValueError for what is not a list of templates with {} and a known baseline."""
    if baseline is not None:
        check_choice("baseline", baseline, get_args(Baseline))
    if isinstance(templates, str):
        raise TypeError(
            f"templates must be a list of texts, not the text {templates!r}; write [{templates!r}]"
        )
    for template in templates or ():
        if not isinstance(template, str) or "{}" not in template:
            raise ValueError(f"a template must hold {{}} where the query goes, and {template!r} does not")


def needed(foundation_model: FoundationModel | None) -> FoundationModel:
    """The foundation model; raises ValueError when there is none."""
    if foundation_model is None:
        raise ValueError(
            "texts and images need a foundation model, and there is none here; ask for a component, as in '#12'"
        )
    return foundation_model


def _means(
    embed: Callable[[Sequence[str]], Tensor], texts: Sequence[str], templates: Sequence[str]
) -> Float[Tensor, "text dim"]:
    """The mean embedding of every text over the templates, texts outermost."""
    # The order in which the texts are laid out is the order in which the rows are folded back: text by text.
    filled = [template.replace("{}", text) for text, template in product(texts, templates)]
    return embed(filled).unflatten(0, (len(texts), len(templates))).mean(1)


def _embedded(
    foundation_model: FoundationModel | None,
    texts: Sequence[str],
    *,
    step: Step | None,
    known: MutableMapping[str, Float[Tensor, " dim"]],
) -> Float[Tensor, "text dim"]:
    model, size = needed(foundation_model), _TEXTS_AT_ONCE if step is None else _TEXTS_A_STEP
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    for start in range(0, len(missing), size):
        batch = missing[start : start + size]
        with nullcontext() if step is None else step():
            known.update(zip(batch, embed_texts_checked(model, batch), strict=True))
    return torch.stack([known[text] for text in texts])
