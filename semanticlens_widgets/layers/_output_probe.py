"""Outputs of a model for one image, tried before a pass: their number, and that they belong to the sample alone."""

from collections.abc import Callable
from math import ceil

from torch import Tensor, nn

from semanticlens_widgets.layers._devices import model_device, model_dtype
from semanticlens_widgets.layers._evaluating import evaluating
from semanticlens_widgets.layers._model_outputs import Output, output_rows
from semanticlens_widgets.layers.axes._probe_runs import probing
from semanticlens_widgets.layers.axes._stability import check_stable
from semanticlens_widgets.layers.fingerprints.behaviour import keeping_behaviour

_MORE, _FEWER = 3, 2
"""Samples in the two batches that are compared."""
_VALUES = 32
"""Outputs to compare at least: of a few, chance may happen to change none."""


def count_outputs(model: nn.Module, pixels: Tensor, output: Output | None = None) -> int:
    """The number of the model's outputs, from its input for one image (channel, height, width).

    Raises ValueError if it does not give rows of them (see `output_rows`), or gives a sample other ones by chance or
    in another batch: dropout that is always on, batch norms without running statistics.
    """
    pixels = pixels.unsqueeze(0).to(model_device(model), model_dtype(model))

    def run(n_samples: int) -> Tensor:
        # Fainter and negated copies, so that the third changes whatever the batch has in common.
        batch = pixels * pixels.new_tensor([1.0, 0.5, -1.0][:n_samples]).view(-1, 1, 1, 1)
        return output_rows(model(batch), n_samples, output).detach().clone()

    with keeping_behaviour(model), evaluating(model):
        found = run(1)
        with probing():
            _check_stable(run)
    return found.shape[1]


def _check_stable(run: Callable[[int], Tensor]) -> None:
    try:
        more = run(_MORE)
        looks = [run(_FEWER) for _ in range(ceil(_VALUES / (_FEWER * more.shape[1])))]
    except Exception:  # noqa: BLE001 (a model of one fixed batch size raises what it likes)
        return
    for fewer in looks:
        check_stable("the model's output", more[:_FEWER], fewer, lambda: run(_FEWER))
