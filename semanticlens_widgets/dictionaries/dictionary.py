"""A learned dictionary: latents that know how well they reconstruct, and that a lens is saved with."""

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from torch import Tensor

from semanticlens_widgets.dictionaries.coding import Coding
from semanticlens_widgets.layers import Latents, tensor_bytes


class Dictionary(Latents):
    """Latents that were learned; made by `slw.learn_dictionary`, and restored with a lens that is opened."""

    coding: Coding
    report: Mapping[str, Any]
    """On rows that were held out: `explained_variance`, `l0` (latents that are not 0 in a row), `dead` (the share that
    never is), `stability` over seeds with `stability_chance`, and how it was learned."""

    @classmethod
    def of(
        cls, layer: str, coding: Coding, report: Mapping[str, Any], name: str | None = None
    ) -> "Dictionary":
        """The dictionary of a layer; its name is "<layer>.<method>" by default."""
        made = cls(
            layer,
            encode=coding.encode,
            decode=coding.decode,
            n=len(coding.decoder),
            name=name or f"{layer}.{coding.method}",
        )
        assert isinstance(made, Dictionary)  # noqa: S101 (for type checkers)
        made.coding, made.report = coding, dict(report)
        return made

    @cached_property
    def fingerprint(self) -> tuple[str, str]:
        """A hash of tensors and settings, twice: no code of yours decides what the latents are."""
        coding = self.coding
        total = hashlib.blake2b(digest_size=20)
        total.update(repr((self.layer, coding.method, coding.active, coding.threshold)).encode())
        for tensor in coding.tensors.values():
            total.update(tensor_bytes(tensor))
        return total.hexdigest(), total.hexdigest()

    @property
    def settings(self) -> dict[str, Any]:
        """All that is no tensor, as JSON."""
        return {**self.coding.settings, "report": dict(self.report)}


def restored_dictionary(
    name: str, layer: str, tensors: Mapping[str, Tensor], settings: Mapping[str, Any]
) -> Dictionary:
    """The dictionary that a lens was saved with; the inverse of its `coding.tensors` and `settings`."""
    return Dictionary.of(layer, Coding.restored(tensors, settings), settings["report"], name)
