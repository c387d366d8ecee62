"""Explaining a prediction without the model: what the lens holds of one of its samples."""

import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.concepts import ConceptDatabase, OutputNames, Relevance
from semanticlens_widgets.explanations.explaining import Found
from semanticlens_widgets.explanations.prediction import Prediction

WITHOUT_MODEL = (
    "The lens was opened without its model, so outputs, effects and heat maps are not known; pass it: "
    "Lens.open(path, model=model, images=images)"
)


def held_sample(database: ConceptDatabase, layer: str, sample: int, class_name: str | None = None) -> Found:
    """The scores and the relevance that the lens holds of a sample, for the class that was attributed.

    Raises ValueError for a layer or a sample that was not attributed, and for another class than that.
    """
    relevance = database.relevance.get(layer)
    rows = [] if relevance is None else (relevance.sample_ids == sample).nonzero()[:, 0].tolist()
    if relevance is None or not rows:
        what = f"layer {layer!r} was" if relevance is None else f"sample {sample} was"
        raise ValueError(
            f"{what} not attributed, so without its model the lens holds nothing to explain it by; pass both: "
            "Lens.open(path, model=model, images=images)"
        )
    own = relevance.classes[int(relevance.sample_classes[rows[0]])]
    prediction = _prediction(relevance, rows[0], database.output_names)
    if class_name not in (None, own):
        prediction.output_of(str(class_name))
        raise ValueError(
            f"the lens holds the relevance of sample {sample} for class {own!r} alone, not {class_name!r}; pass the "
            "model: Lens.open(path, model=model, images=images)"
        )
    return _found(relevance, rows[0], prediction)


def _found(relevance: Relevance, row: int, prediction: Prediction) -> Found:
    amounts = relevance.relevance[row].float()
    return Found(
        prediction,
        int(relevance.outputs[relevance.sample_classes[row]]),
        relevance.scores[row].float(),
        amounts,
        torch.nan,
        None,
    )


def _prediction(relevance: Relevance, row: int, known: OutputNames) -> Prediction:
    """The highest output alone; `predicted` of a single output is 1 for a no."""
    named = dict(zip(relevance.classes, relevance.outputs.tolist(), strict=True))
    answer = int(relevance.predicted[row])
    if known.count(*named.values()) == answer == 1:
        names = (*named, f"not {next(iter(named))}")
    else:
        names = known.of_all(named, known.count(*named.values(), answer))
    return Prediction(names, _unknown(len(names)), True, False, torch.nan, answer)


def _unknown(n: int) -> Float[Tensor, " output"]:
    return torch.full((n,), torch.nan)
