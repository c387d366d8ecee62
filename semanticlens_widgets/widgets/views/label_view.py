"""Widgets of one lens that show neuron labels."""

from collections.abc import Sequence

from semanticlens_widgets.widgets.answers.labels.labels import Labeller, Vocabulary
from semanticlens_widgets.widgets.views.kept_view import KeptView
from semanticlens_widgets.widgets.views.label_traits import LabelTraits


class LabelView(KeptView, LabelTraits):
    """A view whose neurons may have labels."""

    @property
    def _vocabulary(self) -> Vocabulary | None:
        return self._vocabularies[0] if self._vocabularies else None

    def _labellers(self) -> Sequence[Labeller]:
        return [self._session.labeller]
