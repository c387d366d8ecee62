"""Layouts of a lens's components: computed once for all maps of the lens, in the background."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.memo import Key
from semanticlens_widgets.projection import Projection, ProjectionTask, project, project_in_background
from semanticlens_widgets.widgets.answers.map.cluster_captions import is_outdated
from semanticlens_widgets.widgets.answers.map.layout_task import Layout, LayoutTask


@dataclass(frozen=True)
class PcaKey(Key[Projection]):
    """The PCA of layers, which starts every map of them."""

    kept = 16
    layers: tuple[str, ...]


class Layouts:
    """The maps of one lens, by their layers and method; safe to use from several threads."""

    def __init__(self, lens: Lens) -> None:
        self.lens = lens
        self._guard = threading.Lock()
        self._tasks: dict[tuple[tuple[str, ...], str], LayoutTask] = {}

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
            elif anew and known.now.final and is_outdated(self.lens, known.vocabulary):
                self._tasks[key] = LayoutTask(self.lens, ProjectionTask(known.now.projection))
            return self._tasks[key]

    def at_hand(self, layers: Sequence[str], method: str) -> Layout | None:
        """Returns the best layout of a map so far, and computes nothing; None without any."""
        with self._guard:
            known = self._tasks.get((tuple(layers), method))
            if known is not None:
                return known.now
            laid_out = self.lens._session.projection(layers) if method == "umap" else None
            laid_out = laid_out or self.lens._session.memo.peek(PcaKey(tuple(layers)))
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
            self._embeddings(layers), method=method, pca=self._pca(layers), on_change=self._keep
        )

    def _pca(self, layers: Sequence[str]) -> Projection:
        memo = self.lens._session.memo
        return memo.get(PcaKey(tuple(layers)), lambda: project(self._embeddings(layers), method="pca"))

    def _keep(self, task: ProjectionTask) -> None:
        """Keeps a UMAP with the lens: once it is laid out, and again with its regions."""
        if task.projection.method == "umap":
            self.lens._session.keep_projection(task.projection)

    def _embeddings(self, layers: Sequence[str]) -> dict[str, Tensor]:
        return {layer: self.lens.database.component_embeddings[layer] for layer in layers}
