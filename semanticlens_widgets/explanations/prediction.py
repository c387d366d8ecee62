"""Prediction of a model for one image: its outputs as logits and probabilities, for rival classes or one by one."""

import re
from dataclasses import dataclass

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets._arguments import did_you_mean

_SUM = 1e-3
"""The tolerance for the sum of probabilities."""


@dataclass(frozen=True, eq=False)
class Prediction:
    """A model's outputs for one image, of rival classes or of decisions that are taken one by one."""

    names: tuple[str, ...]
    """Of all outputs: the class, else what `output_names` of the lens says, or "output 7"."""
    outputs: Float[Tensor, " output"]
    """float32, as the model gives them; NaN where the lens does not hold them."""
    rivals: bool
    """True if the highest output is the answer; False if each output is a yes or no of its own."""
    are_probabilities: bool
    """True if the model ends in a softmax or a sigmoid."""
    threshold: float
    """Of decisions: above it the answer is yes; NaN for rivals."""
    answer: int
    """The highest output."""

    @property
    def probabilities(self) -> Float[Tensor, " output"]:
        """The softmax of rivals, the sigmoid of decisions; the outputs as they are where the model ends in these."""
        if self.are_probabilities:
            return self.outputs
        return self.outputs.softmax(0) if self.rivals else self.outputs.sigmoid()

    @property
    def class_name(self) -> str:
        """The name of the highest output."""
        return self.names[self.answer]

    def table(self, top: int = 5) -> pd.DataFrame:
        """The `top` highest outputs: class, output (its index), value, probability; of decisions also `yes`."""
        known = not bool(self.outputs.isnan().any())
        order = (
            self.outputs.argsort(descending=True, stable=True)[:top] if known else torch.tensor([self.answer])
        )
        table = pd.DataFrame(
            {
                "class": [self.names[output] for output in order.tolist()],
                "output": order.numpy(),
                "value": self.outputs[order].numpy(),
                "probability": self.probabilities[order].numpy(),
            }
        )
        return table if self.rivals else table.assign(yes=table["value"] > self.threshold)

    def output_of(self, class_name: str) -> int:
        """The output of a class or another name; raises ValueError with near names for none, and for several."""
        if class_name not in self.names:
            several = [name for name in self.names if re.fullmatch(rf"{re.escape(class_name)} \(\d+\)", name)]
            if len(several) > 1:
                each = " or ".join(map(repr, several))
                raise ValueError(f"{class_name!r} is the name of several outputs; say which: {each}")
            raise ValueError(f"there is no class {class_name!r}{did_you_mean(class_name, self.names)}")
        return self.names.index(class_name)

    def __repr__(self) -> str:
        name, p = self.class_name, float(self.probabilities[self.answer])
        if not self.rivals and p == p:
            said = "yes" if float(self.outputs[self.answer]) > self.threshold else "no"
            return f"<Prediction {name}: {said}, probability {p:.1%}>"
        return f"<Prediction {name}{f', probability {p:.1%}' if p == p else ''}>"


def look_like_probabilities(rows: Float[Tensor, "sample output"], rivals: bool) -> bool:
    """True if all rows lie in 0 to 1, and for rivals sum to 1, as after a softmax or a sigmoid."""
    inside = bool(((rows >= 0) & (rows <= 1)).all())
    return inside and (not rivals or bool(((rows.sum(1) - 1).abs() < _SUM).all()))
