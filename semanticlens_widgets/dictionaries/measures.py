"""The worth of a dictionary: reconstruction and sparsity on rows that were held out, and stability over seeds."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from semanticlens_widgets.dictionaries.coding import Coding


def quality(coding: Coding, rows: Float[Tensor, "row dim"]) -> dict[str, float]:
    """`explained_variance`, `l0` (mean number of latents that are not 0) and `dead` (share that is 0 in every row).

    Explained variance is 1 - |x - decode(encode(x))|^2 / |x - mean|^2, over all rows; it may be below 0.
    """
    codes = torch.cat([coding.encode(some) for some in rows.split(1024)])
    missed = (rows - coding.decode(codes)).double().square().sum()
    whole = (rows - rows.mean(0)).double().square().sum()
    on = codes != 0
    return {
        "explained_variance": float(1 - missed / whole),
        "l0": float(on.sum(1).double().mean()),
        "dead": float((~on.any(0)).double().mean()),
    }


def matched_cosine(one: Float[Tensor, "latent dim"], other: Float[Tensor, "latent dim"]) -> float:
    """The mean cosine of directions, matched one to one so that it is largest."""
    from scipy.optimize import linear_sum_assignment

    cosines = nn.functional.normalize(one, dim=1) @ nn.functional.normalize(other, dim=1).T
    rows, columns = linear_sum_assignment(cosines.numpy(), maximize=True)
    return float(cosines[rows, columns].double().mean())


def stability(codings: list[Coding], rows: Float[Tensor, "row dim"], seed: int) -> dict[str, float | None]:
    """`stability`: the mean matched cosine of the first dictionary with those of other seeds; None without any.

    `stability_chance`: that with as many random rows instead, around the same offset: directions that nothing was
    learned for, in the cone that the layer's activations take.
    """
    first, *others = codings
    if not others:
        return {"stability": None, "stability_chance": None}
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.randint(len(rows), (len(first.decoder),), generator=generator)
    chance = matched_cosine(first.decoder, rows[chosen] - first.offset)
    cosines = [matched_cosine(first.decoder, other.decoder) for other in others]
    return {"stability": sum(cosines) / len(cosines), "stability_chance": chance}
