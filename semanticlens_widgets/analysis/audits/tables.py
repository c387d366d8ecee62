"""Tables of an audit."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from jaxtyping import Int
from torch import Tensor

from semanticlens_widgets.analysis.audits.result import AuditResult, BestAnswers
from semanticlens_widgets.analysis.audits.verdicts import SPURIOUS, WORDS


def audit_table(result: AuditResult) -> pd.DataFrame:
    """One row a class and component, class by class: the largest share first, then the highest mean relevance."""
    order = _order(result)
    index = order.flatten().numpy()
    columns = {
        "class": np.repeat(_texts(result.classes), order.shape[1]),
        "component": _texts(result.components)[index],
        "layer": result.layer,
        "index": index,
        "relevance": result.relevance.gather(1, order).flatten().numpy(),
        "share": result.share.gather(1, order).flatten().numpy(),
    }
    columns |= _columns("valid", result, result.best_valid, order)
    columns |= _columns("spurious", result, result.best_spurious, order)
    columns["verdict"] = _texts(WORDS)[result.verdicts.gather(1, order).flatten().numpy()]
    columns["dead"] = result.dead[order.flatten()].numpy()
    return pd.DataFrame(columns)


def audit_summary(result: AuditResult, max_spurious: float) -> pd.DataFrame:
    """One row a class: the share of positive relevance per verdict with its interval, and the outcome."""
    shares = {word: result.verdict_shares[:, code].numpy() for code, word in enumerate(WORDS)}
    bounds = {
        f"{word}_{bound}": result.intervals[:, code, place].numpy()
        for code, word in enumerate(WORDS)
        for place, bound in enumerate(("low", "high"))
    }
    outcomes = result.outcomes(max_spurious)
    worst = most_relevant(result, SPURIOUS)
    return pd.DataFrame(
        {
            "class": result.classes,
            **shares,
            **bounds,
            "dead": (result.share * result.dead).sum(1).numpy(),
            "n_samples": result.n_samples.numpy(),
            "most_spurious": [result.components[row] if row >= 0 else "" for row in worst.tolist()],
            "outcome": outcomes,
            "passed": [outcome == "passes" for outcome in outcomes],
        }
    )


def most_relevant(result: AuditResult, verdict: int) -> Int[Tensor, " class"]:
    """Every class's component of this verdict with the largest share; -1 where none has any."""
    share = result.share.masked_fill(result.verdicts != verdict, 0.0)
    best = share.max(1)
    return best.indices.masked_fill(best.values <= 0, -1)


def _order(result: AuditResult) -> Int[Tensor, "class component"]:
    """The components of every class as they are listed; ties beyond the mean relevance by the lower index."""
    by_mean = result.relevance.nan_to_num(nan=-torch.inf).argsort(dim=1, descending=True, stable=True)
    return by_mean.gather(1, result.share.gather(1, by_mean).argsort(dim=1, descending=True, stable=True))


def _columns(
    kind: str, result: AuditResult, best: BestAnswers, order: Int[Tensor, "class component"]
) -> dict[str, np.ndarray]:
    names = _texts([*result.answers.names, ""])  # -1, no concept, is the last
    return {
        f"{kind}_concept": names[best.concept.gather(1, order).flatten().numpy()],
        f"{kind}_alignment": best.alignment.gather(1, order).flatten().numpy(),
        f"{kind}_z": best.z_score.gather(1, order).flatten().numpy(),
        f"{kind}_percentile": best.percentile.gather(1, order).flatten().numpy(),
    }


def _texts(texts: Sequence[str]) -> np.ndarray:
    return np.array(texts, dtype=object)
