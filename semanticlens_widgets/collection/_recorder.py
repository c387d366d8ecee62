"""Between the hooks of a model and the frozen states of its layers."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext

import torch
from torch import Tensor, nn

from semanticlens_widgets.collection._state import LayerRule, LayerState, observe


class Recorder:
    """Takes every output as its hook sees it, and keeps a batch only when all of it went well.

    Outputs are scored inside the hook, because an in-place operation may overwrite them right after; so an
    interrupt or an error can strike between two layers, and then the whole batch has to count as not seen.
    """

    def __init__(self, rules: Sequence[LayerRule], states: Mapping[str, LayerState]):
        self.states = dict(states)
        self.limit: int | None = None
        """The largest batch that may still fit, once one did not."""
        self._rules = {rule.layer: rule for rule in rules}
        self._pending: dict[str, LayerState] = {}
        self._sample_ids: Sequence[int] = ()

    def __call__(self, layer: str, output: Tensor) -> None:
        """What `layers.capture` calls."""
        state = self._pending.get(layer, self.states.get(layer))
        self._pending[layer] = observe(state, self._rules[layer], output, self._sample_ids)

    def run(
        self, model: nn.Module, pixels: Tensor, sample_ids: Sequence[int], autocast: torch.dtype | None
    ) -> None:
        """One forward pass over a batch; halved, and again, when the device's memory does not suffice."""
        self._sample_ids, self._pending = sample_ids, {}
        try:
            with torch.autocast(pixels.device.type, autocast) if autocast else nullcontext():
                model(pixels)
        except torch.cuda.OutOfMemoryError:
            if len(sample_ids) == 1:
                raise
        else:
            self.states, self._pending = self._pending, {}
            return
        torch.cuda.empty_cache()
        half = self.limit = len(sample_ids) // 2
        self.run(model, pixels[:half], sample_ids[:half], autocast)
        self.run(model, pixels[half:], sample_ids[half:], autocast)
