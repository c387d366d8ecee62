"""Traits of widgets that show neuron labels."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import traitlets

from semanticlens_widgets.analysis import EmbeddedVocabulary
from semanticlens_widgets.widgets.answers.labels.labels import Vocabulary
from semanticlens_widgets.widgets.views.lens_view import LensView
from semanticlens_widgets.widgets.views.trait_types import VocabularyTrait


class LabelView(LensView):
    """A view whose neurons may have labels."""

    vocabulary = VocabularyTrait(None)
    vocabulary_info = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(
        sync=True, typescript="VocabularyInfo | null"
    )
    _vocabulary: Vocabulary | None = None

    def _use_vocabulary(self, source: Any) -> Any:
        """Switches to a vocabulary and returns its source; an invalid one raises and changes nothing."""
        whole = not isinstance(source, Iterable) or isinstance(
            source, str | bytes | Path | EmbeddedVocabulary
        )
        texts: Any = source if whole else list(source)
        self._vocabulary = None if texts is None else self._session.labeller.add(texts)
        self.set_trait("vocabulary_info", self._vocabulary and self._vocabulary.info)
        return texts
