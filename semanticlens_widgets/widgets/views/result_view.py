"""Views of results that a lens has computed: they change what the other widgets of the lens show."""

from pathlib import Path
from typing import Any

from semanticlens_widgets._arguments import check_new_file
from semanticlens_widgets.widgets.page.file import Columns, PageForm, page_html, page_module, write_page
from semanticlens_widgets.widgets.page.result import result_contents
from semanticlens_widgets.widgets.views.lens_view import LensView


class ResultView(LensView):
    """A view of a result of a lens."""

    def to_html(self, path: str | Path) -> Path:
        """Writes the widget as one file that works without Python and without a network; returns the path.

        An existing file is replaced once the new one is complete. Raises ValueError for a path that cannot be written.
        """
        return self._write(path, page_html)

    def to_module(self, path: str | Path) -> Path:
        """Writes the widget as an ES module, as `to_module` of the other widgets does; otherwise as `to_html`."""
        return self._write(path, page_module)

    def _write(self, path: str | Path, form: PageForm) -> Path:
        file = check_new_file("path", path)
        columns = Columns()
        write_page(file, form(self._title(), self._contents(columns), columns))
        return file

    def _contents(self, columns: Columns) -> dict[str, Any]:
        """Returns what the file keeps; `columns` take its files."""
        return result_contents(self.get_state(), self._answers()) | self._pictures(columns)

    def _answers(self) -> dict[str, Any]:
        """Returns the answers that the file keeps, by kind of request."""
        return {}

    def _pictures(self, columns: Columns) -> dict[str, Any]:
        """Returns the parts of the contents that hold pictures of examples."""
        return {}
