"""Correction of a model: take components out, evaluate it without them, and list the samples to look at.

The modules: `_ablate`, the model without `_components`; `_steer`, with them weaker or stronger; `_weights`, without
them for good; `_evaluate`, by one of two kinds of `_answers`, `_accuracy` or `_decisions` with `_auroc`; `_control`, an
ablation against random `_draws` by `_measures`; `_means`, the constants of ablations; `_retraining`, lists of samples.

Without components much of an artefact's influence stays in the others; training again without its samples removes it
(Dreyer et al. 2025, figure 4, doi 10.1038/s42256-025-01084-w).
"""

from semanticlens_widgets.correction._ablate import ablated
from semanticlens_widgets.correction._accuracy import Accuracy, wilson
from semanticlens_widgets.correction._components import Components, by_layer
from semanticlens_widgets.correction._control import Ablation, against_random
from semanticlens_widgets.correction._decisions import Decisions
from semanticlens_widgets.correction._draws import equally_relevant
from semanticlens_widgets.correction._evaluate import evaluate, evaluate_each
from semanticlens_widgets.correction._means import mean_activations
from semanticlens_widgets.correction._retraining import retraining_list
from semanticlens_widgets.correction._steer import Factors, check_factor, outputs_without, steered
from semanticlens_widgets.correction._weights import ablated_state_dict

__all__ = [
    "Ablation",
    "Accuracy",
    "Components",
    "Decisions",
    "Factors",
    "ablated",
    "ablated_state_dict",
    "against_random",
    "by_layer",
    "check_factor",
    "equally_relevant",
    "evaluate",
    "evaluate_each",
    "mean_activations",
    "outputs_without",
    "retraining_list",
    "steered",
    "wilson",
]
