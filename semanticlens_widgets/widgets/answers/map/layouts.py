"""Where the components of a lens lie: computed once for all maps of the lens, in the background."""

import threading
from collections.abc import Sequence
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


@dataclass(frozen=True, eq=False)
class Layout:
    """What is known of a map at one moment."""

    projection: Projection
    clusters: Clusters | None = None
    """None while they are being looked for."""
    captions: Sequence[Caption] = ()
    """One a cluster."""
    progress: float = 1.0
    """How far better positions are, in [0, 1]."""

    @property
    def final(self) -> bool:
        """Whether nothing more will come."""
        return self.clusters is not None


class LayoutTask:
    """A map in the making: first the best positions, then the clusters in them."""

    def __init__(self, lens: Lens, positions: ProjectionTask) -> None:
        """The positions are on their way; the clusters wait for `go_on`."""
        self.error: Exception | None = None
        """Why there will be no more than there is."""
        self.vocabulary = latest_vocabulary(lens)
        """What names the clusters, besides the labels of the images."""
        self._lens, self._positions = lens, positions
        self._final: Layout | None = None
        self._guard, self._begun = threading.Lock(), False
        self._found = threading.Event()

    @property
    def now(self) -> Layout:
        """A whole map at any time, the better the later."""
        return self._final or Layout(self._positions.projection, progress=self._positions.progress)

    def go_on(self) -> None:
        """Looks for the clusters: once somebody has the positions, whose first picture that would hold up."""
        with self._guard:
            if self._begun:
                return
            self._begun = True
        threading.Thread(target=self._work, name="concept map", daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Until there is nothing more to come of what `go_on` began, or for so long."""
        self._found.wait(seconds)

    def _work(self) -> None:
        try:
            projection = self._positions.wait()
            labels = component_labels(self._lens, list(projection.layers), self.vocabulary)
            found = clusters(projection, labels)
            self._final = Layout(projection, found, captions(self._lens.database, projection, found))
        except Exception as error:  # noqa: BLE001 (told to whoever asks next: nobody hears a thread)
            self.error = error
        self._found.set()


class Layouts:
    """The maps of one lens, by their layers and method; safe to use from several threads."""

    def __init__(self, lens: Lens) -> None:
        self.lens = lens
        self._guard = threading.Lock()
        self._tasks: dict[tuple[tuple[str, ...], str], LayoutTask] = {}
        self._pcas: dict[tuple[str, ...], Projection] = {}

    def task(self, layers: Sequence[str], method: str, *, anew: bool = False) -> LayoutTask:
        """The task of a map, the same for whoever asks.

        With `anew`, one that failed is begun again, and clusters are named again where the lens has learned a
        vocabulary since.
        """
        key = (tuple(layers), method)
        with self._guard:
            known = self._tasks.get(key)
            if known is None or (anew and known.error is not None):
                self._tasks[key] = LayoutTask(self.lens, self._positions(layers, method))
            elif anew and known.now.final and known.vocabulary is not latest_vocabulary(self.lens):
                self._tasks[key] = LayoutTask(self.lens, _finished(known.now.projection))
            return self._tasks[key]

    def at_hand(self, layers: Sequence[str], method: str) -> Layout | None:
        """What is known of a map without anything being begun or computed; None for nothing."""
        with self._guard:
            known = self._tasks.get((tuple(layers), method))
            if known is not None:
                return known.now
            laid_out = self.lens._session.projection(layers) if method == "umap" else None
            laid_out = laid_out or self._pcas.get(tuple(layers))
            return None if laid_out is None else Layout(laid_out)

    def projection(self, layers: Sequence[str], method: str, have: str) -> Projection:
        """The positions that a browser was sent as those of method `have`: maybe not the latest."""
        latest = self.task(layers, method).now.projection
        if have == "pca" != latest.method:
            return self._pca(layers)
        return latest

    def _positions(self, layers: Sequence[str], method: str) -> ProjectionTask:
        known = self.lens._session.projection(layers) if method == "umap" else None
        if known is not None:
            return _finished(known)
        return project_in_background(
            self._embeddings(layers), method=method, pca=self._pcas.get(tuple(layers)), on_change=self._keep
        )

    def _pca(self, layers: Sequence[str]) -> Projection:
        key = tuple(layers)
        if key not in self._pcas:
            self._pcas[key] = project(self._embeddings(layers), method="pca")
        return self._pcas[key]

    def _keep(self, task: ProjectionTask) -> None:
        if task.final and task.projection.method == "umap":
            self.lens._session.keep_projection(task.projection)

    def _embeddings(self, layers: Sequence[str]) -> dict[str, Tensor]:
        return {layer: self.lens.database.component_embeddings[layer] for layer in layers}


def _finished(projection: Projection) -> ProjectionTask:
    return ProjectionTask(projection, None, lambda task: None)
