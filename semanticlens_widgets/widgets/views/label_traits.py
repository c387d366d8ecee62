"""Traits of every widget that shows neuron labels."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import traitlets

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets.analysis import EmbeddedVocabulary
from semanticlens_widgets.widgets.answers.labels.labels import Labeller, Vocabulary
from semanticlens_widgets.widgets.views.trait_types import VocabularyTrait


class LabelTraits(traitlets.HasTraits):
    """The vocabulary that labels are chosen from."""

    vocabulary = VocabularyTrait(None)
    vocabulary_info = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(
        sync=True, typescript="VocabularyInfo | null"
    )
    label_choices = traitlets.List(traitlets.Unicode(), read_only=True).tag(sync=True)
    """The names of the methods whose labels can be shown; empty where there is one."""
    labels_by = traitlets.Unicode().tag(sync=True)
    """The method whose labels are shown; "" where there is one."""
    _vocabularies: Sequence[Vocabulary] = ()
    """That of every labeller; empty without a vocabulary."""

    def _labellers(self) -> Sequence[Labeller]:
        """Returns the labeller of every lens that is shown."""
        raise NotImplementedError

    def _use_vocabulary(self, source: Any) -> Any:
        """Switches to a vocabulary and returns its source; an invalid one raises and changes nothing."""
        whole = not isinstance(source, Iterable) or isinstance(
            source, str | bytes | Path | EmbeddedVocabulary | Mapping
        )
        texts: Any = source if whole else list(source)
        self._vocabularies = [] if texts is None else [each.add(texts) for each in self._labellers()]
        methods = list(self._vocabularies[0].methods) if self._vocabularies else []
        self.set_trait("label_choices", methods if len(methods) > 1 else [])
        self.labels_by = methods[0] if len(methods) > 1 else ""
        self.set_trait("vocabulary_info", self._vocabularies[0].info if self._vocabularies else None)
        return texts

    @traitlets.validate("labels_by")
    def _check_labels_by(self, proposal: Any) -> str:
        if self.label_choices or proposal["value"]:
            check_choice("labels_by", proposal["value"], self.label_choices)
        return proposal["value"]

    @traitlets.observe("labels_by")
    def _show_labels_by(self, change: Any) -> None:
        if change["new"]:
            self._vocabularies = [each.methods[change["new"]] for each in self._vocabularies]
            self.set_trait("vocabulary_info", self._vocabularies[0].info)
