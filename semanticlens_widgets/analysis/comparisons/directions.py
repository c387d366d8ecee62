"""Measures by direction: components as unit vectors in a space that the sides share, compared by their cosine."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.analysis.comparisons.measures import BLOCK, Blocks
from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary
from semanticlens_widgets.analysis.queries.unrelated import SEED
from semanticlens_widgets.analysis.sides import Side, n_sets_for, random_sets
from semanticlens_widgets.tensors._cosine import normalized

_MOST_DIMENSIONS = 2048
"""Of the vectors of lists of examples."""
_N_CENTRE = 10
"""Random sets whose mean answer is taken away from every answer to a vocabulary."""


class ByEmbedding:
    """The cosine of component embeddings: for sides with one foundation model.

    Source: Dreyer et al., Mechanistic understanding and validation of large AI models with SemanticLens, Nature
    Machine Intelligence 2025, doi 10.1038/s42256-025-01084-w.
    """

    def __init__(self, sides: Sequence[Side]) -> None:
        self.sides = sides

    def similarities(self, left: int, right: int) -> Blocks:
        """Cosines."""
        return _products(self.sides[left].embeddings, self.sides[right].embeddings)

    def vectors(self) -> list[Float[Tensor, "component dim"]]:
        """The component embeddings."""
        return [side.embeddings for side in self.sides]

    def with_random(self, left: int, right: int) -> Iterator[Blocks]:
        """Cosines with the embeddings of random groups of the right side's images."""
        own, side = self.sides[left].embeddings, self.sides[right]
        for rows in side.random_sets(n_sets_for(own.numel() * len(side.names))):
            yield _products(own, side.embedded(rows))


class ByVocabulary:
    """The cosine of answers to one vocabulary: for sides with different foundation models.

    The answer of a component to a text is its alignment in standard deviations above that with unrelated words, less
    the mean of random groups of images: a text that fits any image tells components no more apart than another. Of a
    side's answers only as many numbers are kept as its space has dimensions: they lie in a space as small.
    """

    def __init__(self, sides: Sequence[Side], vocabularies: Sequence[EmbeddedVocabulary]) -> None:
        """`vocabularies` hold the same texts, embedded by each side's foundation model."""
        self.sides = sides
        self._answers = [_Answers(side, words) for side, words in zip(sides, vocabularies, strict=True)]

    def similarities(self, left: int, right: int) -> Blocks:
        """Cosines of answers."""
        return _products(self._turned(left, right), self._answers[right].of_components)

    def vectors(self) -> list[Float[Tensor, "component dim"]]:
        """Answers in an orthonormal basis of all that the sides can give."""
        basis = torch.linalg.qr(torch.cat([one.basis for one in self._answers], 1))[0]
        return [one.of_components @ (one.basis.T @ basis) for one in self._answers]

    def with_random(self, left: int, right: int) -> Iterator[Blocks]:
        """Cosines with the answers of random groups of the right side's images."""
        own, answers, side = self._turned(left, right), self._answers[right], self.sides[right]
        for rows in side.random_sets(n_sets_for(own.numel() * len(side.names))):
            yield _products(own, answers.of(side.embedded(rows)))

    def _turned(self, left: int, right: int) -> Float[Tensor, "component dim"]:
        """The left side's answers in the coordinates of the right side's."""
        theirs, ours = self._answers[right], self._answers[left]
        return ours.of_components @ (ours.basis.T @ theirs.basis)


class _Answers:
    """A side's answers to a vocabulary, as unit vectors in an orthonormal basis of all answers that it can give."""

    def __init__(self, side: Side, words: EmbeddedVocabulary) -> None:
        self._unrelated = words.unrelated
        # The answer to a text is linear in the embedding over the deviation: texts x dim numbers say it for any.
        of_texts = words.directions - words.unrelated.mean(0)
        self.basis, self._weights = torch.linalg.qr(of_texts.double())
        self.basis, self._weights = self.basis.float(), self._weights.float()
        groups = torch.cat(
            [self._scaled(side.embedded(rows)[side.present]) for rows in side.random_sets(_N_CENTRE)]
        )
        self._centre = groups.mean(0)
        self.of_components = self.of(side.embeddings)

    def of(self, embeddings: Float[Tensor, "component dim"]) -> Float[Tensor, "component kept"]:
        """Unit rows, zeros for zeros."""
        answers = (self._scaled(embeddings) - self._centre) @ self._weights.T
        return normalized(answers.masked_fill(~embeddings.any(1, keepdim=True), 0.0))

    def _scaled(self, embeddings: Float[Tensor, "component dim"]) -> Float[Tensor, "component dim"]:
        deviation = (embeddings @ self._unrelated.T).std(1, correction=0, keepdim=True)
        return embeddings / deviation.clamp(min=torch.finfo(embeddings.dtype).tiny)


class ByExamples:
    """The overlap of concept examples: for sides over the same images.

    The cosine of two lists of examples, in which the example of rank r (from 0) weighs 1 / log2(r + 2): 1 for the same
    images in the same order, 0 for no image in common. Of equally many common images, better ranks weigh more.
    """

    def __init__(self, sides: Sequence[Side]) -> None:
        self.sides = sides
        self._listed = cache(self._of_components)

    def similarities(self, left: int, right: int) -> Blocks:
        """Overlaps."""
        return _overlaps(self._listed(left), self._listed(right))

    def vectors(self) -> list[Float[Tensor, "component dim"]]:
        """Weighted lists of examples; of more than 2,048 images by random projection, which keeps cosines to 0.02."""
        lists = [self._listed(number) for number in range(len(self.sides))]
        n_images = lists[0].shape[1]
        if n_images <= _MOST_DIMENSIONS:
            return [torch.from_numpy(one.toarray()) for one in lists]
        generator = torch.Generator().manual_seed(SEED)
        directions = torch.randn(n_images, _MOST_DIMENSIONS, generator=generator).numpy()
        return [torch.from_numpy(one @ directions) for one in lists]

    def with_random(self, left: int, right: int) -> Iterator[Blocks]:
        """Overlaps with random groups of the right side's images."""
        own, side = self._listed(left), self.sides[right]
        sizes = side.examples.n_examples.masked_fill(~side.present, 0)
        n_sets = n_sets_for(10 * own.nnz * len(side.names))
        for ids in random_sets(sizes, side.database.samples.ids, n_sets):
            yield _overlaps(own, _lists(ids, side.database.provenance.n_images))

    def _of_components(self, number: int) -> Any:
        side = self.sides[number]
        ids = side.examples.sample_ids.masked_fill(~side.present.unsqueeze(1), -1)
        return _lists(ids, side.database.provenance.n_images)


def _products(left: Float[Tensor, "row dim"], right: Float[Tensor, "column dim"]) -> Blocks:
    return (part @ right.T for part in left.split(BLOCK))


def _lists(ids: Int[Tensor, "component k"], n_images: int) -> Any:
    """Sparse unit rows over all images."""
    from scipy.sparse import csr_array

    weights = 1 / torch.log2(torch.arange(ids.shape[1]) + 2.0)
    values = normalized(torch.where(ids >= 0, weights, 0.0))
    present = ids >= 0
    rows = torch.arange(len(ids)).unsqueeze(1).expand_as(ids)[present]
    return csr_array(
        (values[present].numpy(), (rows.numpy(), ids[present].numpy())), shape=(len(ids), n_images)
    )


def _overlaps(left: Any, right: Any) -> Blocks:
    columns = right.T.tocsc()
    return (
        torch.from_numpy((left[start : start + BLOCK] @ columns).toarray())
        for start in range(0, left.shape[0], BLOCK)
    )
