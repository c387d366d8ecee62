"""The arguments of `collect`, checked before work starts."""

from collections.abc import Mapping, Sequence
from typing import get_args

from semanticlens_widgets._arguments import check_choice, did_you_mean
from semanticlens_widgets._choices import Sign
from semanticlens_widgets.collection._state import LayerRule
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import Images
from semanticlens_widgets.tensors import POOLINGS


def layer_rules(names: Sequence[str], pooling: str | Mapping[str, str], sign: str, k: int) -> list[LayerRule]:
    """The rule of each layer; raises ValueError for an unknown pooling, sign or layer."""
    check_choice("sign", sign, get_args(Sign))
    poolings = poolings_of(names, pooling)
    for value in poolings.values():
        check_choice("pooling", value, POOLINGS)
        if sign == "both" and value.startswith("abs"):
            raise ValueError(
                f"sign must be 'positive' with pooling={value!r}, which drops the sign, not 'both'"
            )
    return [LayerRule(name, poolings[name], sign, k) for name in names]


def poolings_of(names: Sequence[str], pooling: str | Mapping[str, str]) -> dict[str, str]:
    """Layer -> pooling, "max" where a mapping has none; raises TypeError, or ValueError for an unknown layer."""
    if isinstance(pooling, str):
        return dict.fromkeys(names, pooling)
    if not isinstance(pooling, Mapping):
        raise TypeError(
            f"pooling must be a name, like 'max', or a dict of layers, like {{'layer4': 'mean'}}, not {pooling!r}"
        )
    for name in pooling:
        if name not in names:
            raise ValueError(
                f"pooling names the layer {name!r}, which is not collected{did_you_mean(name, names)}"
            )
    return {name: pooling.get(name, "max") for name in names}


def sample_ids(images: Images, samples: Sequence[int] | None) -> Sequence[int]:
    """The samples of the pass, in its order; raises ImagesError when there are none, ValueError for wrong ones."""
    n_images = len(images)
    if not n_images:
        raise ImagesError("there must be at least one image, not 0; check the folder or the dataset")
    if samples is None:
        return range(n_images)
    ids = [int(sample) for sample in samples]
    if not ids:
        raise ImagesError("samples must name at least one sample, not 0; leave it out for all of them")
    wrong = next((sample for sample in ids if not 0 <= sample < n_images), None)
    if wrong is not None:
        raise ValueError(f"samples must be between 0 and {n_images - 1}, not {wrong}")
    if len(set(ids)) < len(ids):
        raise ValueError("samples must not repeat; give every sample once")
    return ids
