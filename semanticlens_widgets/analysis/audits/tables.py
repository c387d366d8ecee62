"""What an audit found, as tables."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from jaxtyping import Int
from torch import Tensor

from semanticlens_widgets.analysis.audits.judged import BestAnswers, Judged
from semanticlens_widgets.analysis.audits.verdicts import SPURIOUS, WORDS


def audit_table(judged: Judged) -> pd.DataFrame:
    """One row a class and component, class by class: the largest share first, then the highest mean relevance."""
    order = _order(judged)
    index = order.flatten().numpy()
    columns = {
        "class": np.repeat(_texts(judged.classes), order.shape[1]),
        "component": _texts(judged.components)[index],
        "layer": judged.layer,
        "index": index,
        "relevance": judged.relevance.gather(1, order).flatten().numpy(),
        "share": judged.share.gather(1, order).flatten().numpy(),
    }
    columns |= _columns("valid", judged, judged.best_valid, order)
    columns |= _columns("spurious", judged, judged.best_spurious, order)
    columns["verdict"] = _texts(WORDS)[judged.verdicts.gather(1, order).flatten().numpy()]
    return pd.DataFrame(columns)


def audit_summary(judged: Judged, max_spurious: float) -> pd.DataFrame:
    """One row a class: the share of positive relevance per verdict, and whether few enough of it is spurious."""
    shares = {word: judged.verdict_shares[:, code].numpy() for code, word in enumerate(WORDS)}
    worst = most_relevant(judged, SPURIOUS)
    return pd.DataFrame(
        {
            "class": judged.classes,
            **shares,
            "n_samples": judged.n_samples.numpy(),
            "most_spurious": [judged.components[row] if row >= 0 else "" for row in worst.tolist()],
            "passed": shares["spurious"] <= max_spurious,
        }
    )


def most_relevant(judged: Judged, verdict: int) -> Int[Tensor, " class"]:
    """Every class's component of this verdict with the largest share; -1 where none has any."""
    share = judged.share.masked_fill(judged.verdicts != verdict, 0.0)
    best = share.max(1)
    return best.indices.masked_fill(best.values <= 0, -1)


def _order(judged: Judged) -> Int[Tensor, "class component"]:
    """The components of every class as they are listed; ties beyond the mean relevance by the lower index."""
    by_mean = judged.relevance.nan_to_num(nan=-torch.inf).argsort(dim=1, descending=True, stable=True)
    return by_mean.gather(1, judged.share.gather(1, by_mean).argsort(dim=1, descending=True, stable=True))


def _columns(
    kind: str, judged: Judged, best: BestAnswers, order: Int[Tensor, "class component"]
) -> dict[str, np.ndarray]:
    names = _texts([*judged.answers.names, ""])  # -1, no concept, is the last
    return {
        f"{kind}_concept": names[best.concept.gather(1, order).flatten().numpy()],
        f"{kind}_alignment": best.alignment.gather(1, order).flatten().numpy(),
        f"{kind}_z": best.z_score.gather(1, order).flatten().numpy(),
    }


def _texts(texts: Sequence[str]) -> np.ndarray:
    return np.array(texts, dtype=object)
