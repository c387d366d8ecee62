"""A map at once, and a better one as soon as it is ready."""

import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from numpy import ndarray
from torch import Tensor

from semanticlens_widgets.projection._layout_process import Cancelled, lay_out_in_child
from semanticlens_widgets.projection._project import (
    Settings,
    first_projection,
    needs_layout,
    one_at_a_time,
    refined,
)
from semanticlens_widgets.projection._projection import Projection
from semanticlens_widgets.projection._umap import Graph

_SEARCH = 0.2
"""The share of the progress that finding neighbours counts for."""


def project_in_background(
    embeddings: Tensor | Mapping[str, Tensor],
    *,
    method: str = "umap",
    seed: int = 0,
    n_neighbors: int = 15,
    min_dist: float | int = 0.1,
    n_epochs: int | None = None,
    pca: Projection | None = None,
    on_change: Callable[["ProjectionTask"], None] = lambda task: None,
) -> "ProjectionTask":
    """The PCA at once, as a task that goes on to what `project` gives for the same arguments.

    `pca` is that of the same embeddings, where it is known already. `on_change` is called from a thread of the task
    whenever its projection, progress or state changed. Raises as `project` does.
    """
    settings = Settings(method, seed, n_neighbors, min_dist, n_epochs)
    first = first_projection(embeddings, settings) if pca is None else pca
    first = replace(first, parameters=settings.parameters())
    return ProjectionTask(first, settings if needs_layout(first, settings) else None, on_change)


class ProjectionTask:
    """The best projection so far. Safe to ask from any thread."""

    def __init__(
        self, first: Projection, settings: Settings | None, on_change: Callable[["ProjectionTask"], None]
    ) -> None:
        """Starts on the refinement; without settings there is none."""
        self.projection = first
        """A whole map at any time: the PCA until the UMAP takes its place."""
        self.progress = 0.0 if settings else 1.0
        """How far the better one is, in [0, 1]."""
        self.error: Exception | None = None
        """Why there will be no better one."""
        self._on_change = on_change
        self._cancelled, self._final = threading.Event(), threading.Event()
        if settings is None:
            self._final.set()
        else:
            threading.Thread(target=self._work, args=(settings,), name="projection", daemon=True).start()

    @property
    def final(self) -> bool:
        """Whether nothing more will come."""
        return self._final.is_set()

    def cancel(self) -> None:
        """Keeps what there is; returns at once, and the child process ends soon after."""
        self._cancelled.set()

    def wait(self, timeout: float | int | None = None) -> Projection:
        """The last projection, or the best after `timeout` seconds. Raises the error of a failed refinement."""
        self._final.wait(timeout)
        if self.error is not None:
            raise self.error
        return self.projection

    def _work(self, settings: Settings) -> None:
        try:
            search = lambda share: self._advance(_SEARCH * share)  # noqa: E731
            self.projection = refined(self.projection, settings, self._lay_out, search)
            self.progress = 1.0
        except Cancelled:
            pass
        except Exception as error:  # noqa: BLE001 (told to whoever waits: nobody hears a thread)
            self.error = error
        self._final.set()
        self._on_change(self)

    def _lay_out(self, graph: Graph) -> ndarray:
        if not sys.executable:  # an embedded Python cannot start another
            return one_at_a_time(graph)
        return lay_out_in_child(
            graph, self._cancelled, lambda share: self._advance(_SEARCH + (1 - _SEARCH) * share)
        )

    def _advance(self, progress: float) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        self.progress = progress
        self._on_change(self)
