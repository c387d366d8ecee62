"""A map at once, improved in the background."""

import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Literal

from numpy import ndarray
from torch import Tensor

from semanticlens_widgets.projection._clusters import with_regions
from semanticlens_widgets.projection._layout_process import (
    Cancelled,
    find_regions_in_child,
    lay_out_in_child,
)
from semanticlens_widgets.projection._project import (
    Settings,
    first_projection,
    graph_of,
    laid_out,
    needs_layout,
    one_at_a_time,
)
from semanticlens_widgets.projection._projection import Projection
from semanticlens_widgets.projection._regions import dense_regions

_SEARCH = 0.2
"""Share of the progress that the search for neighbours accounts for."""
_FEW = 1500
"""The regions of so few points take under 50 ms: less than a child takes to start."""

Stage = Literal["UMAP", "clusters", ""]


def project_in_background(
    embeddings: Tensor | Mapping[str, Tensor],
    *,
    pca: Projection | None = None,
    on_change: Callable[["ProjectionTask"], None] = lambda task: None,
    **options: Any,
) -> "ProjectionTask":
    """Returns at once a task with the PCA, which goes on to what `project` gives and to its dense regions.

    `pca` is the PCA of the same embeddings, if it is known already. `on_change` is called from a thread of the task
    whenever its projection, progress or state changes. For the other options and for errors see `project`.
    """
    settings = Settings(**options)
    first = first_projection(embeddings, settings) if pca is None else pca
    first = replace(first, parameters=settings.parameters())
    return ProjectionTask(first, settings if needs_layout(first, settings) else None, on_change)


class ProjectionTask:
    """The best projection so far. Safe to use from any thread."""

    def __init__(
        self,
        first: Projection,
        settings: Settings | None = None,
        on_change: Callable[["ProjectionTask"], None] = lambda task: None,
    ) -> None:
        """Starts UMAP with the settings, or without them only the search for regions, if these are not known."""
        self.projection = first
        """A whole map at any time: the PCA until the UMAP replaces it, first without regions and then with them."""
        self.stage: Stage = "UMAP" if settings else "" if first.regions is not None else "clusters"
        """The step that is being computed; "" for none."""
        self.progress = 0.0 if settings else 1.0
        """The share of UMAP that is done, in [0, 1]."""
        self.error: Exception | None = None
        """The error that ended the task early."""
        self._on_change = on_change
        self._cancelled, self._final = threading.Event(), threading.Event()
        if self.stage:
            threading.Thread(target=self._work, args=(settings,), name="projection", daemon=True).start()
        else:
            self._final.set()

    @property
    def final(self) -> bool:
        """True once nothing more will come."""
        return self._final.is_set()

    def cancel(self) -> None:
        """Keeps the projection so far; returns at once, and the child process ends soon after."""
        self._cancelled.set()

    def wait(self, timeout: float | int | None = None) -> Projection:
        """Returns the final projection, or the best after `timeout` seconds. Raises the error of a failed task."""
        self._final.wait(timeout)
        if self.error is not None:
            raise self.error
        return self.projection

    def _work(self, settings: Settings | None) -> None:
        try:
            self._find_regions() if settings is None else self._lay_out(settings)
        except Cancelled:
            pass
        except Exception as error:  # noqa: BLE001 (an error in a thread reaches nobody: `wait` raises it)
            self.error = error
        self.stage = ""
        try:  # before anybody who waits goes on: what `on_change` keeps is there when the task is final
            self._on_change(self)
        finally:
            self._final.set()

    def _lay_out(self, settings: Settings) -> None:
        graph = graph_of(self.projection, settings, lambda share: self._advance(_SEARCH * share))
        if sys.executable:
            advance = lambda share: self._advance(_SEARCH + (1 - _SEARCH) * share)  # noqa: E731
            regions = lay_out_in_child(graph, self._cancelled, advance, self._replace_positions)
            self.projection = with_regions(self.projection, lambda positions: regions)
        else:  # an embedded Python cannot start another
            self._replace_positions(one_at_a_time(graph))
            self._find_regions()

    def _replace_positions(self, positions: ndarray) -> None:
        self.projection = laid_out(self.projection, positions)
        self.stage = "clusters"
        self._advance(1.0)

    def _find_regions(self) -> None:
        here = len(self.projection) <= _FEW or not sys.executable
        find = dense_regions if here else partial(find_regions_in_child, cancelled=self._cancelled)
        self.projection = with_regions(self.projection, find)

    def _advance(self, progress: float) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        self.progress = progress
        self._on_change(self)
