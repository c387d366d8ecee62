"""Views of neurons that can be written to a file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from semanticlens_widgets.lens.vocabularies import VocabularySource
from semanticlens_widgets.widgets.page.contents import WidgetState, write_folder, write_widget
from semanticlens_widgets.widgets.page.file import PageForm, page_html, page_module
from semanticlens_widgets.widgets.page.folder import is_folder
from semanticlens_widgets.widgets.views.lens_view import LensView


class KeptView(LensView):
    """A view of neurons, of which a file keeps everything that it shows."""

    def to_html(
        self,
        path: str | Path,
        *,
        words: VocabularySource = "general",
        layers: Iterable[str] | None = None,
        n_examples: int | None = None,
        progress: bool = True,
    ) -> Path:
        """Writes the widget as a page that works without Python and without a network; returns the page's path.

        A path that ends in .html is one file. A path without an ending is a folder with `index.html` and parts, which
        the page loads as its reader looks at them: for more than 20,000 neurons, or to put on a server. It opens from
        the disk too.

        In it readers sort, filter and open neurons, move, colour and lasso the map, and browse classes. Controls that
        need a kernel (pictures as queries, other concepts, ablation, heat maps) say so.

        Args:
            path: The file or folder to write; an existing one is replaced once the new one is complete, but a folder
                only if `to_html` wrote it.
            words: Texts that the file can be searched for, alone or combined ("wheel - car"): "general", "imagenet", a
                text file or a list of texts. New texts are embedded, which takes seconds.
            layers: Layers to keep besides the one that is shown, some 2 kB a neuron; all by default.
            n_examples: Examples to keep per neuron, some 2 kB a picture; all by default.
            progress: Whether to show a progress bar.

        Raises ValueError for a path that cannot be written and for more than 20,000 neurons in a file, and what a
        layout, labels or words raise.
        """
        return self._write(
            path,
            None if is_folder(path) else page_html,
            words=words,
            layers=layers,
            n_examples=n_examples,
            progress=progress,
        )

    def to_module(
        self,
        path: str | Path,
        *,
        words: VocabularySource = "general",
        layers: Iterable[str] | None = None,
        n_examples: int | None = None,
        progress: bool = True,
    ) -> Path:
        """Writes the widget as an ES module, which shows in a page of your own what `to_html` shows in a page alone.

        MyST takes it by its directive `{anywidget}`; elsewhere two lines of JavaScript do
        (`import widget from "./explorer.mjs"; widget.render({ el })`). Arguments, result and errors are those of
        `to_html`.
        """
        return self._write(
            path, page_module, words=words, layers=layers, n_examples=n_examples, progress=progress
        )

    def _write(self, path: str | Path, form: PageForm | None, *, n_examples: int | None, **kept: Any) -> Path:
        state = WidgetState(
            title=self._title(),
            traits=self.get_state(),
            layers=self._layers_shown(),
            joint=self.can_show(""),
            vocabulary=getattr(self, "_vocabulary", None),
            n_examples=n_examples,
        )
        if form is None:
            return write_folder(self._session, path, state, **kept)
        return write_widget(self._session, path, state, form, **kept)
