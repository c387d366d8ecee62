"""What widgets have that say what neurons are called."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import traitlets

from semanticlens_widgets.analysis import EmbeddedVocabulary
from semanticlens_widgets.widgets.answers.labels.labels import Vocabulary
from semanticlens_widgets.widgets.views.example_view import ExampleWidget
from semanticlens_widgets.widgets.views.trait_types import VocabularySource


class NamedWidget(ExampleWidget):
    """A view of a lens whose neurons may have labels."""

    vocabulary = VocabularySource(None)
    vocabulary_info = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(
        sync=True, typescript="VocabularyInfo | null"
    )
    _vocabulary: Vocabulary | None = None

    def choose_vocabulary(self, source: Any) -> Any:
        """The source of the labels from now on; changes nothing and raises ValueError or TypeError for what is none."""
        if isinstance(source, Iterable) and not isinstance(source, str | Path | EmbeddedVocabulary):
            source = list(source)
        self._vocabulary = None if source is None else self._line.naming.add(source)
        self.set_trait("vocabulary_info", self._vocabulary and self._vocabulary.info)
        return source
