"""Component embeddings: the mean direction of each component's concept examples."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.tensors._cosine import normalized


def component_embeddings(
    sample_embeddings: Float[Tensor, "sample dim"],
    example_rows: Int[Tensor, "component k"],
    *,
    normalize_examples: bool = True,
    chunk: int = 256,
) -> Float[Tensor, "component dim"]:
    """The mean direction of each component's examples: theta = normalize(mean_i normalize(F(example_i))).

    `example_rows` index `sample_embeddings`, -1 for no example. Rows have length 1, or are zero for a component without
    examples. `normalize_examples=False` averages the embeddings without normalizing them, as the library
    semanticlens 0.2 does, so that long embeddings weigh more.

    Source: Dreyer et al., Mechanistic understanding and validation of large AI models with SemanticLens,
    Nature Machine Intelligence 2025, doi 10.1038/s42256-025-01084-w.
    """
    sums = [_sum(sample_embeddings, rows, normalize_examples) for rows in example_rows.split(chunk)]
    # Mean and sum differ by a positive factor, which the normalization removes.
    return normalized(torch.cat(sums)) if sums else sample_embeddings.new_zeros(0, sample_embeddings.shape[1])


def _sum(
    embeddings: Float[Tensor, "sample dim"], rows: Int[Tensor, "component k"], normalize_examples: bool
) -> Float[Tensor, "component dim"]:
    if not len(embeddings):
        return embeddings.new_zeros(rows.shape[0], embeddings.shape[1])
    # Not the whole table at once: it may be a mapped file.
    examples = embeddings[rows.clamp(min=0)]
    present = (rows >= 0).to(embeddings.dtype)
    return torch.einsum("ckd,ck->cd", normalized(examples) if normalize_examples else examples, present)
