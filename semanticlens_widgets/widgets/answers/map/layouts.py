"""Layouts of a lens's components: computed once for all maps of the lens, in the background."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor

from semanticlens_widgets.lens import Lens
from semanticlens_widgets.projection import (
    Clusters,
    Projection,
    ProjectionTask,
    clusters,
    project,
    project_in_background,
)
from semanticlens_widgets.widgets.answers.map.cluster_captions import (
    Caption,
    captions,
    component_labels,
    latest_vocabulary,
)

_TICK = 0.1
"""Seconds between two looks at the progress."""


@dataclass(frozen=True, eq=False)
class Layout:
    """State of a map at one moment."""

    projection: Projection
    clusters: Clusters | None = None
    """None until they are found and named."""
    captions: Sequence[Caption] = ()
    """One a cluster."""

    @property
    def final(self) -> bool:
        """True once nothing more will come."""
        return self.clusters is not None


class LayoutTask:
    """A map in the making: first the PCA, then the positions of its method, then clusters with captions."""

    def __init__(self, lens: Lens, positions: ProjectionTask) -> None:
        """Leaves the captions until somebody waits for them."""
        self.error: Exception | None = None
        """The error that ended the task early."""
        self.vocabulary = latest_vocabulary(lens)
        """Source of the clusters' names, besides the labels of the images."""
        self._lens, self._positions = lens, positions
        self._final: Layout | None = None
        self._guard, self._begun = threading.Lock(), False
        self._ended = threading.Event()

    @property
    def now(self) -> Layout:
        """The best layout so far; a whole map at any time."""
        return self._final or Layout(self._positions.projection)

    def better_than(
        self,
        method: str,
        check: Callable[[], None] = lambda: None,
        report: Callable[[int, int, str], None] = lambda done, total, step: None,
    ) -> Layout:
        """Waits for a layout that is final or by another method than `method`, and returns it.

        `report` receives done, total and step whenever they change. Raises the error that ended the task, and
        whatever `check` raises, which is called several times a second.
        """
        self._begin()
        reported = None
        while (layout := self.now).projection.method == method and not layout.final:
            check()
            if self.error is not None:
                raise self.error
            if (progress := self._progress()) != reported:
                report(*progress)
                reported = progress
            self._ended.wait(_TICK)
        return layout

    def finish(self, report: Callable[[int, int, str], None]) -> Layout:
        """Waits for the final layout and returns it. Reports and raises as `better_than` does."""
        layout = self.now
        while not layout.final:
            layout = self.better_than(layout.projection.method, report=report)
        return layout

    def _progress(self) -> tuple[int, int, str]:
        if self._positions.stage == "UMAP":
            return round(100 * self._positions.progress), 100, "UMAP"
        return 0, 1, "clusters"

    def _begin(self) -> None:
        with self._guard:
            if self._begun:
                return
            self._begun = True
        threading.Thread(target=self._work, name="concept map", daemon=True).start()

    def _work(self) -> None:
        try:
            projection = self._positions.wait()
            labels = component_labels(self._lens, list(projection.layers), self.vocabulary)
            found = clusters(projection, labels)
            self._final = Layout(projection, found, captions(self._lens.database, projection, found))
        except Exception as error:  # noqa: BLE001 (an error in a thread reaches nobody: `better_than` raises it)
            self.error = error
        self._ended.set()


class Layouts:
    """The maps of one lens, by their layers and method; safe to use from several threads."""

    def __init__(self, lens: Lens) -> None:
        self.lens = lens
        self._guard = threading.Lock()
        self._tasks: dict[tuple[tuple[str, ...], str], LayoutTask] = {}
        self._pcas: dict[tuple[str, ...], Projection] = {}

    def task(self, layers: Sequence[str], method: str, *, anew: bool = False) -> LayoutTask:
        """Returns the task of a map, the same one for every caller.

        With `anew`, a failed task is begun again, and clusters are named again if the lens has embedded a
        vocabulary since.
        """
        key = (tuple(layers), method)
        with self._guard:
            known = self._tasks.get(key)
            if known is None or (anew and known.error is not None):
                self._tasks[key] = LayoutTask(self.lens, self._positions(layers, method))
            elif anew and known.now.final and known.vocabulary is not latest_vocabulary(self.lens):
                self._tasks[key] = LayoutTask(self.lens, ProjectionTask(known.now.projection))
            return self._tasks[key]

    def at_hand(self, layers: Sequence[str], method: str) -> Layout | None:
        """Returns the best layout of a map so far, and computes nothing; None without any."""
        with self._guard:
            known = self._tasks.get((tuple(layers), method))
            if known is not None:
                return known.now
            laid_out = self.lens._session.projection(layers) if method == "umap" else None
            laid_out = laid_out or self._pcas.get(tuple(layers))
            return None if laid_out is None else Layout(laid_out)

    def projection(self, layers: Sequence[str], method: str, have: str) -> Projection:
        """Returns the positions by the method `have` that a browser shows: maybe not the latest."""
        latest = self.task(layers, method).now.projection
        if have == "pca" != latest.method:
            return self._pca(layers)
        return latest

    def _positions(self, layers: Sequence[str], method: str) -> ProjectionTask:
        known = self.lens._session.projection(layers) if method == "umap" else None
        if known is not None:
            return ProjectionTask(known, on_change=self._keep)
        return project_in_background(
            self._embeddings(layers), method=method, pca=self._pcas.get(tuple(layers)), on_change=self._keep
        )

    def _pca(self, layers: Sequence[str]) -> Projection:
        key = tuple(layers)
        if key not in self._pcas:
            self._pcas[key] = project(self._embeddings(layers), method="pca")
        return self._pcas[key]

    def _keep(self, task: ProjectionTask) -> None:
        """Keeps a UMAP with the lens: once it is laid out, and again with its regions."""
        if task.projection.method == "umap":
            self.lens._session.keep_projection(task.projection)

    def _embeddings(self, layers: Sequence[str]) -> dict[str, Tensor]:
        return {layer: self.lens.database.component_embeddings[layer] for layer in layers}
