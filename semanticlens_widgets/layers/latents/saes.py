"""Autoencoders of other libraries, and plain weights, as functions of rows."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor

from semanticlens_widgets._arguments import check_at_least
from semanticlens_widgets.layers.latents.functions import Function

WEIGHTS = ("W_enc", "b_enc", "W_dec", "b_dec")
_COUNTS = ("nb_concepts", "dict_size", "d_sae")
"""Attributes that hold the number of latents: of overcomplete, dictionary_learning, SAELens and Prisma."""
_STATEFUL = ("layer_norm", "constant_norm_rescale")
"""Normalizations of SAELens and Prisma, whose decoders undo what their encoders last did to other rows."""
_OWN = "pass its functions: Latents(layer, encode=..., decode=..., n=...)"

Coder = tuple[Function, Function, int]


def coder_of(sae: Any, activation: object, apply_b_dec_to_input: bool | None) -> Coder:
    """Encode, decode and the number of latents; see `Latents.from_sae`."""
    if isinstance(sae, Mapping):
        return _of_weights(sae, activation, apply_b_dec_to_input)
    if activation is not None or apply_b_dec_to_input is not None:
        raise ValueError("activation and apply_b_dec_to_input are for weights: an autoencoder has its own")
    kind = type(sae).__name__
    if not (callable(getattr(sae, "encode", None)) and callable(getattr(sae, "decode", None))):
        own = f"pass its state_dict() for its weights, or {_OWN}" if hasattr(sae, "W_enc") else f"or {_OWN}"
        raise TypeError(
            "sae must be an autoencoder with encode and decode, as of overcomplete, SAELens, Prisma or "
            f"dictionary_learning, or a mapping of weights {', '.join(WEIGHTS)}, not a {kind}; {own}"
        )
    config = getattr(sae, "cfg", None)
    if (scaling := getattr(config, "normalize_activations", None)) in _STATEFUL:
        raise ValueError(
            f"normalize_activations={scaling!r} makes the decoder of this {kind} depend on the rows that were encoded "
            f"last; {_OWN}"
        )
    return partial(_codes, sae), sae.decode, _count(sae, config)


def _codes(sae: Any, rows: Tensor) -> Tensor:
    """The latents; overcomplete and Prisma give what leads to them first."""
    found = sae.encode(rows)
    return found[1] if isinstance(found, tuple) else found


def _count(sae: Any, config: object) -> int:
    given = (getattr(holder, name, None) for name in _COUNTS for holder in (sae, config))
    for number in given:
        if isinstance(number, int):
            return number
    raise ValueError(f"the number of latents of this {type(sae).__name__} is not known by its name; {_OWN}")


def _of_weights(weights: Mapping[str, Any], activation: object, apply_b_dec_to_input: bool | None) -> Coder:
    own = {name: _weight(weights, name) for name in WEIGHTS}
    n, dim = own["W_dec"].shape if own["W_dec"].ndim == 2 else (0, 0)
    expected = {"W_enc": (dim, n), "b_enc": (n,), "W_dec": (n, dim), "b_dec": (dim,)}
    if any(own[name].shape != shape for name, shape in expected.items()):
        found = ", ".join(f"{name} {tuple(weight.shape)}" for name, weight in own.items())
        raise ValueError(
            f"weights must be W_enc (dim, n), b_enc (n,), W_dec (n, dim) and b_dec (dim,), not {found}"
        )
    if apply_b_dec_to_input is None and own["b_dec"].any():
        raise ValueError(
            "weights do not say whether b_dec is taken off the input first: pass apply_b_dec_to_input=True, as for "
            "saev, or False"
        )
    if "threshold" in weights and activation is None:
        own["threshold"] = _weight(weights, "threshold")
    elif activation is None:
        raise ValueError(
            "weights do not say which latents are active: pass activation='relu', or the k of a TopK autoencoder"
        )
    encode = partial(_encoded, own, _active(activation), bool(apply_b_dec_to_input))
    return encode, partial(_decoded, own), n


def _active(activation: object) -> int | None:
    """The number of latents that are kept at a place: 0 for all, None for those above their thresholds."""
    if activation is None:
        return None
    return 0 if activation == "relu" else check_at_least("activation", activation, 1)


def _weight(weights: Mapping[str, Any], name: str) -> Tensor:
    if name not in weights:
        found = ", ".join(map(str, list(weights)[:9]))
        raise ValueError(
            f"weights must hold {', '.join(WEIGHTS)}, and {name} is not among {found}; or {_OWN}"
        )
    return torch.as_tensor(weights[name]).detach()


def _encoded(weights: Mapping[str, Tensor], active: int | None, centred: bool, rows: Tensor) -> Tensor:
    """ReLU, the `active` largest of it, or with None what is above a threshold."""
    moved = {name: weight.to(rows) for name, weight in weights.items()}
    linear = (rows - moved["b_dec"] if centred else rows) @ moved["W_enc"] + moved["b_enc"]
    found = linear.relu()
    if active is None:
        return found * (linear > moved["threshold"])
    if not active:
        return found
    values, places = found.topk(min(active, found.shape[1]), 1)
    return torch.zeros_like(found).scatter(1, places, values)


def _decoded(weights: Mapping[str, Tensor], latents: Tensor) -> Tensor:
    return latents @ weights["W_dec"].to(latents) + weights["b_dec"].to(latents)
