"""Layers by name, of which some are latents: all that differs between the two."""

from collections.abc import Iterable, Sequence

from torch import Tensor

from semanticlens_widgets.layers.latents.latents import Latents


def base_of(layer: str) -> str:
    """The layer that latents are made of; other layers as they are."""
    return layer.layer if isinstance(layer, Latents) else layer


def layer_identity(layer: str) -> tuple[str, ...]:
    """The layer's name, and the fingerprint of latents: all that tells its output from that of another."""
    return (str(layer), *layer.fingerprint) if isinstance(layer, Latents) else (layer,)


def given_scores(layer: str, sample_ids: Sequence[int]) -> Tensor:
    """The scores of some samples in a layer that was given as scores; raises ValueError for any other."""
    if not isinstance(layer, Latents):
        raise ValueError(f"layer {layer!r} has no scores that were given")
    return layer.rows_of_samples(sample_ids)


def check_scores(layers: Iterable[str], n_images: int) -> None:
    """Raises ValueError for scores that were given for another number of images."""
    for layer in layers:
        if isinstance(layer, Latents) and layer.scores is not None and layer.scores.shape[0] != n_images:
            raise ValueError(
                f"scores of {str(layer)!r} must have a row for each of the {n_images:,} images, in their order, not "
                f"{layer.scores.shape[0]:,}"
            )


def check_method(layers: Iterable[str], method: str, known: Sequence[str] = ("gradient",)) -> None:
    """Raises ValueError for latents and a method that runs through modules, which they are not."""
    for layer in layers:
        if isinstance(layer, Latents) and method not in known:
            raise ValueError(
                f"method must be {' or '.join(map(repr, known))} for layers of latents, such as {str(layer)!r}, not "
                f"{method!r}"
            )


def observed(layers: Iterable[str]) -> list[str]:
    """The layers that a forward pass gives, which scores that were given are not."""
    return [layer for layer in layers if not (isinstance(layer, Latents) and layer.scores is not None)]
