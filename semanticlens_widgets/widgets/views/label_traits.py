"""Traits of every widget that shows neuron labels."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import traitlets

from semanticlens_widgets.analysis import EmbeddedVocabulary
from semanticlens_widgets.widgets.answers.labels.labels import Labeller, Vocabulary
from semanticlens_widgets.widgets.views.trait_types import VocabularyTrait


class LabelTraits(traitlets.HasTraits):
    """The vocabulary that labels are chosen from."""

    vocabulary = VocabularyTrait(None)
    vocabulary_info = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(
        sync=True, typescript="VocabularyInfo | null"
    )
    _vocabularies: Sequence[Vocabulary] = ()
    """That of every labeller; empty without a vocabulary."""

    def _labellers(self) -> Sequence[Labeller]:
        """Returns the labeller of every lens that is shown."""
        raise NotImplementedError

    def _use_vocabulary(self, source: Any) -> Any:
        """Switches to a vocabulary and returns its source; an invalid one raises and changes nothing."""
        whole = not isinstance(source, Iterable) or isinstance(
            source, str | bytes | Path | EmbeddedVocabulary
        )
        texts: Any = source if whole else list(source)
        self._vocabularies = [] if texts is None else [each.add(texts) for each in self._labellers()]
        self.set_trait("vocabulary_info", self._vocabularies[0].info if self._vocabularies else None)
        return texts
