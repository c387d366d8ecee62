"""What a widget leaves where no kernel answers: a picture in the notebook, and a file that works by itself."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import traitlets

from semanticlens_widgets._arguments import check_at_least, check_new_file
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.labels.labels import Source
from semanticlens_widgets.widgets.kernel.hearing import HeardWidget
from semanticlens_widgets.widgets.page.contents import ShownWidget, widget_page
from semanticlens_widgets.widgets.page.file import check_size, write_page
from semanticlens_widgets.widgets.session import Line
from semanticlens_widgets.widgets.snapshot.html import snapshot_page


class WithoutKernel(HeardWidget):
    """A widget that can be seen, and sent, without its kernel."""

    lens: Lens
    _line: Line
    _picture = traitlets.Unicode().tag(sync=True)
    """The last snapshot: what a page shows that restores the widget from a notebook, and finds no kernel."""

    def can_show(self, layer: str) -> bool:
        """Whether it has this layer to show."""
        raise NotImplementedError

    def _layers_shown(self) -> list[str]:
        raise NotImplementedError

    def to_html(
        self,
        path: str | Path,
        *,
        words: Source = "general",
        layers: Iterable[str] | None = None,
        n_examples: int | None = None,
        progress: bool = True,
    ) -> Path:
        """Writes the widget as one file that works without Python and without a network; gives back the path.

        In it the neurons are sorted, filtered and opened, the map is moved, coloured and lassoed, classes are looked
        through; what needs a kernel (pictures as queries, other concepts, ablation, heat maps) says so.

        Args:
            path: Of the file; one that is there is replaced when the new one is complete.
            words: What the file can be asked for, alone or together ("wheel - car"): "general", "imagenet", a text file
                or a list of texts. They are embedded, which takes seconds when they are new.
            layers: The layers that are kept besides the one that is shown; all by default, at some 2 kB a neuron.
            n_examples: How many examples of a neuron are kept; all by default, at some 2 kB a picture.
            progress: Whether to show how far it is.

        Raises ValueError for a path that cannot be written and for more than 20,000 neurons, and what a layout, labels
        or words raise.
        """
        file = check_new_file("path", path)
        if n_examples is not None:
            check_at_least("n_examples", n_examples, 1)
        shown = ShownWidget(
            title=f"{type(self).__name__} of {self.lens.database.provenance.model}",
            state=self.get_state(),
            layers=self._kept_layers(layers),
            joint=self.can_show(""),
            vocabulary=getattr(self, "_vocabulary", None),
            n_examples=n_examples,
        )
        write_page(file, widget_page(self._line, shown, words, progress))
        return file

    def _kept_layers(self, layers: Iterable[str] | None) -> list[str]:
        """The layers of a file, in the lens's order."""
        asked = self.lens.layers if layers is None else [layers] if isinstance(layers, str) else layers
        wanted = {*map(self.lens.database.layer, asked), *self._layers_shown()}
        kept = [name for name in self.lens.layers if name in wanted]
        check_size({name: self.lens.database.examples[name].n_components for name in kept})
        return kept

    def _snapshot(self) -> str:
        """What the widget shows at this moment, as HTML that stands alone."""
        try:
            return snapshot_page(
                f"{type(self).__name__} of {self.lens.database.provenance.model}", *self._drawn()
            )
        except Exception:  # whatever is wrong with a picture, the widget itself is shown
            self.log.error("the snapshot could not be drawn", exc_info=True)
            return ""

    def _drawn(self) -> Sequence[str]:
        """The parts of the snapshot."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget for who can show it; else its snapshot, else a line of text."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        self._picture = self._snapshot()
        return {**data, **({"text/html": self._picture} if self._picture else {})}, metadata
