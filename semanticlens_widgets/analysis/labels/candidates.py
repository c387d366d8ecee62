"""Candidates of a labeller: texts proposed for single components, as part of one vocabulary."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary


@dataclass(frozen=True, eq=False)
class Candidates:
    """For every component of some layers the texts that a labeller proposed; the label is the best of these."""

    vocabulary: EmbeddedVocabulary
    """Holds all candidates of all components, and the texts that chance chooses from besides."""
    of: dict[str, list[tuple[str, ...]]]
    """Layer -> for each component its candidates; none for a component without examples."""

    def pairs(self, layer: str) -> Int[Tensor, "2 pair"]:
        """Every component with each of its candidates, as a row of the vocabulary; both ascending."""
        rows = {text: row for row, text in enumerate(self.vocabulary.texts)}
        own = (sorted({rows[text] for text in texts}) for texts in self.of[layer])
        found = [(component, row) for component, of_component in enumerate(own) for row in of_component]
        return torch.tensor(found, dtype=torch.int64).reshape(-1, 2).T


def read_candidates(found: object, component: str) -> tuple[str, ...]:
    """The texts that a labeller gave, each once; raises TypeError with the component for what is no text or list."""
    proposed = [found] if isinstance(found, str) or not isinstance(found, Iterable) else list(found)
    texts = [text.strip() for text in proposed if isinstance(text, str)]
    if len(texts) < len(proposed):
        raise TypeError(
            f"labeller must return a text or a list of texts, and for {component} it returned {shown(found)}"
        )
    return tuple(dict.fromkeys(text for text in texts if text))


def joined(first: EmbeddedVocabulary, second: EmbeddedVocabulary) -> EmbeddedVocabulary:
    """The texts of both, embedded in one way; those of the second that the first has too are left out."""
    known = set(first.texts)
    new = [row for row, text in enumerate(second.texts) if text not in known]
    texts = (*first.texts, *(second.texts[row] for row in new))
    return EmbeddedVocabulary(texts, torch.cat([first.directions, second.directions[new]]), first.unrelated)
