"""The way back: take components out, see what the model is worth without them, and which samples to look at."""

from semanticlens_widgets.correction._ablate import ablated
from semanticlens_widgets.correction._accuracy import Accuracy
from semanticlens_widgets.correction._components import Components, by_layer
from semanticlens_widgets.correction._control import Ablation, against_random
from semanticlens_widgets.correction._draws import equally_relevant
from semanticlens_widgets.correction._evaluate import evaluate
from semanticlens_widgets.correction._means import mean_activations
from semanticlens_widgets.correction._retraining import retraining_list
from semanticlens_widgets.correction._weights import ablated_state_dict

__all__ = [
    "Ablation",
    "Accuracy",
    "Components",
    "ablated",
    "ablated_state_dict",
    "against_random",
    "by_layer",
    "equally_relevant",
    "evaluate",
    "mean_activations",
    "retraining_list",
]
