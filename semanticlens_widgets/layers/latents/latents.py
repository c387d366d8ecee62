"""A layer's name that knows how the layer is computed from another one."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal, cast

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets._arguments import check_at_least
from semanticlens_widgets.errors import NonFiniteError
from semanticlens_widgets.layers.fingerprints.behaviour import deep_identity
from semanticlens_widgets.layers.latents.functions import Function, Linear, call, check_repeatable, modules_of
from semanticlens_widgets.layers.latents.rows import placed, rows_of
from semanticlens_widgets.layers.latents.saes import coder_of

_CHECKED = 256
"""Rows on which a function is called again."""


class Latents(str):
    """Components of your own as a layer: the latents of an autoencoder, directions, probes, or scores you have.

    Pass it wherever a layer is named: `Lens.build(model, images, ["layer4", latents])`. It is a text, its own name.

    Args:
        layer: The layer that they are made of.
        encode: From rows (row, dim), float32 on the model's device, to latents (row, n); a row is what the layer gives
            at one place of one sample. A matrix (n, dim) stands for the products with its rows.
        decode: From latents (row, n) to rows (row, dim) of `into`. A matrix (n, dim) stands for the sum of its rows.
            Relevance, ablation and steering need it: the model then goes on with what decode gives, plus what it had
            missed, so that its output is the same for latents that were not changed.
        n: The number of latents; of a matrix its rows.
        scores: Instead of all that, scores that you have: a matrix (sample, component), dense or of scipy.sparse, for
            the images of the lens in their order.
        into: The layer that decode writes to, if it is a later one (transcoders); `layer` itself by default.
        name: Of the new layer; "<layer>.latents" by default.

    Raises TypeError or ValueError for arguments that do not fit together, NonFiniteError for NaN or infinity in scores.
    """

    layer: str
    into: str
    n: int
    scores: "Any | None"

    def __new__(
        cls,
        layer: str,
        *,
        encode: "Function | Tensor | np.ndarray | None" = None,
        decode: "Function | Tensor | np.ndarray | None" = None,
        n: int | None = None,
        scores: Any = None,
        into: str | None = None,
        name: str | None = None,
    ) -> "Latents":
        """Checks the arguments; the functions are called when the model first runs."""
        made = super().__new__(cls, _named(layer, name))
        made.layer, made.into, made.scores = str(layer), str(into or layer), None
        if (encode is None) == (scores is None):
            raise ValueError(f"latents {str(made)!r} must have either encode= or scores=, and not both")
        if scores is not None:
            made.scores = _checked_scores(made, scores, decode, into)
        made._encode, made._decode = _function(encode, "encode"), _function(decode, "decode")
        made.n = _number(made, n)
        return made

    _encode: Function | None
    _decode: Function | None

    @staticmethod
    def from_sae(
        layer: str,
        sae: Any,
        *,
        activation: "Literal['relu'] | int | None" = None,
        apply_b_dec_to_input: bool | None = None,
        into: str | None = None,
        name: str | None = None,
    ) -> "Latents":
        """Latents of a sparse autoencoder or transcoder that another library trained on the layer.

        Args:
            layer: The layer that it reads.
            sae: An autoencoder of overcomplete, SAELens, Prisma or dictionary_learning (`.eval()` first), or weights: a
                mapping with W_enc (dim, n), b_enc, W_dec (n, dim) and b_dec, as saev has them.
            activation: Of weights without a `threshold`: "relu", or the number of latents that TopK leaves.
            apply_b_dec_to_input: Of weights: take b_dec off the input before it is encoded, as saev does.
            into: The layer that a transcoder writes to.
            name: Of the new layer; "<layer>.latents" by default.

        Raises TypeError for other objects, ValueError for weights that leave open how they are used.
        """
        encode, decode, n = coder_of(sae, activation, apply_b_dec_to_input)
        return Latents(layer, encode=encode, decode=decode, n=n, into=into, name=name)

    def __deepcopy__(self, _memo: object) -> "Latents":
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return str.__new__, (Latents, str(self)), vars(self)

    @property
    def can_decode(self) -> bool:
        """True if the model can go on with changed latents."""
        return self._decode is not None

    @cached_property
    def fingerprint(self) -> tuple[str, str]:
        """Hashes of weights, code and settings, and of the numbers alone, which are the same under every Python."""
        return deep_identity([self.layer, self.into, self.n, self._encode, self._decode, self.scores])

    def encoded(self, output: Tensor, *, check: bool = False) -> Tensor:
        """The latents of the layer's output, at its places: (B,n,H,W), (B,T,n) or (B,n).

        `check=True` calls encode again on some rows. Raises ValueError where encode does not fit, depends on chance or
        on other rows, or is in training mode.
        """
        rows = _wide(rows_of(self.layer, output))
        self._check_mode()
        if check:
            check_repeatable(
                self._title("encode"), lambda some: self._called("encode", some, self.n), rows[:_CHECKED]
            )
        return placed(self._called("encode", rows, self.n), output)

    def decoded(self, latents: Tensor, like: Tensor) -> Tensor:
        """The rows that latents stand for, at the places and in the shape of `like`, the output of `into`."""
        self.check_decodes()
        self._check_mode()
        shape = like.shape[:1] + (like.shape[2:] if like.ndim == 4 else like.shape[1:-1])
        rows, width = rows_of(self, latents), like.shape[1 if like.ndim == 4 else -1]
        if len(rows) != shape.numel():
            raise ValueError(
                f"layers {self.layer!r} and {self.into!r} must have the same places, and one has "
                f"{len(rows) // len(like)} a sample and the other {shape.numel() // len(like)}"
            )
        found = placed(self._called("decode", rows, width), like)
        if not torch.isfinite(found.detach().sum(dtype=torch.float64)):
            raise NonFiniteError(f"{self._title('decode')} gives NaN or infinity; check its weights")
        return found

    def check_encodes(self) -> None:
        """Raises ValueError for scores that were given, which no run of the model gives."""
        if self._encode is None:
            raise ValueError(
                f"layer {str(self)!r} is a matrix of scores: heat maps, relevance and ablation need the functions that "
                "make it, Latents(..., encode=..., decode=...)"
            )

    def check_decodes(self) -> None:
        """Raises ValueError for latents that the model cannot go on with."""
        self.check_encodes()
        if not self.can_decode:
            raise ValueError(
                f"layer {str(self)!r} has no decode, which relevance, ablation and steering need: "
                "Latents(..., decode=...)"
            )

    def rows_of_samples(self, sample_ids: Sequence[int]) -> Float[Tensor, "sample component"]:
        """The given scores of some samples; raises ValueError for samples beyond the matrix."""
        scores = self.scores
        if scores is None or (sample_ids and max(sample_ids) >= scores.shape[0]):
            raise ValueError(
                f"layer {str(self)!r} has scores of {0 if scores is None else scores.shape[0]:,} samples, and not of "
                f"sample {max(sample_ids)}; give a row for each image, in the order of the images"
            )
        found = scores[list(sample_ids)]
        return torch.from_numpy(
            np.ascontiguousarray(found if isinstance(found, np.ndarray) else found.toarray())
        )

    def _called(self, part: str, rows: Tensor, width: int) -> Tensor:
        return call(self._title(part), getattr(self, f"_{part}"), rows, width)

    def _title(self, part: str) -> str:
        return f"{part} of {str(self)!r}"

    @cached_property
    def _modules(self) -> list[Any]:
        return list({id(each): each for each in modules_of([self._encode, self._decode])}.values())

    def _check_mode(self) -> None:
        for module in self._modules:
            if any(part.training for part in module.modules()):
                raise ValueError(
                    f"latents {str(self)!r} use a {type(module).__name__} in training mode, in which it may depend on "
                    "chance or on the batch: call .eval() on it first"
                )


def _named(layer: object, name: object) -> str:
    for title, value in (("layer", layer), ("name", name)):
        if not (isinstance(value, str) and value.strip()) and (title == "layer" or value is not None):
            raise TypeError(f"{title} must be text, such as 'layer4', not {value!r}")
    return str(name) if name is not None else f"{layer}.latents"


def _function(given: Any, part: str) -> Function | None:
    if given is None or (callable(given) and not isinstance(given, Tensor)):
        return cast("Function | None", given)
    weight = torch.as_tensor(np.asarray(given)) if not isinstance(given, Tensor) else given.detach()
    if weight.ndim != 2 or not weight.is_floating_point():
        raise TypeError(
            f"{part} must be a function of rows, or a matrix (latent, dim) of floats, not {weight.dtype} of shape "
            f"{tuple(weight.shape)}"
        )
    if not torch.isfinite(weight).all():
        raise NonFiniteError(f"{part} must be a matrix without NaN or infinity")
    return Linear(weight, transposed=part == "decode")


def _number(latents: Latents, n: int | None) -> int:
    known = {part.weight.shape[0] for part in (latents._encode, latents._decode) if isinstance(part, Linear)}
    known |= set() if latents.scores is None else {latents.scores.shape[1]}
    known |= set() if n is None else {check_at_least("n", n, 1)}
    if len(known) != 1:
        found = " and ".join(f"{number:,}" for number in sorted(known)) or "nothing"
        raise ValueError(f"latents {str(latents)!r} must have one number of components, n=..., not {found}")
    return known.pop()


def _checked_scores(latents: Latents, scores: Any, decode: object, into: object) -> Any:
    """A numpy or scipy.sparse matrix of float32 that rows can be taken from."""
    import scipy.sparse

    if decode is not None or into is not None:
        raise ValueError(
            f"latents {str(latents)!r} are scores, which nothing decodes: leave decode= and into= out"
        )
    if scipy.sparse.issparse(scores):
        found = scipy.sparse.csr_matrix(scores, dtype=np.float32)
        numbers = found.data
    else:
        found = numbers = np.asarray(
            scores.detach().cpu() if isinstance(scores, Tensor) else scores, dtype=np.float32
        )
    if found.ndim != 2:
        raise ValueError(f"scores must be a matrix (sample, component), not of shape {found.shape}")
    if not np.isfinite(numbers).all():
        raise NonFiniteError(f"scores of {str(latents)!r} must be finite, and hold NaN or infinity")
    return found


def _wide(rows: Tensor) -> Tensor:
    return rows.to(torch.promote_types(rows.dtype, torch.float32))
