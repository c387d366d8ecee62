"""Layouts of maps by their layers and method: each is computed once, in the background, for all who ask."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence

from torch import Tensor

from semanticlens_widgets.projection import Projection, ProjectionTask, project_in_background
from semanticlens_widgets.widgets.answers.map.cluster_captions import Mapped, is_outdated
from semanticlens_widgets.widgets.answers.map.layout_task import Layout, LayoutTask
from semanticlens_widgets.widgets.answers.map.protocol import LayerPoints


class LayoutTasks(ABC):
    """The maps of some components; safe to use from several threads."""

    def __init__(self, mapped: Mapped) -> None:
        self.mapped = mapped
        self._guard = threading.Lock()
        self._tasks: dict[tuple[tuple[str, ...], str], LayoutTask] = {}

    @abstractmethod
    def checked(self, layer: object) -> str:
        """Returns the name of a layer; raises for anything else."""

    @abstractmethod
    def points(self, layer: str, start: int, count: int) -> LayerPoints:
        """Describes the points of a layer."""

    @abstractmethod
    def vectors(self, layers: Sequence[str]) -> dict[str, Tensor]:
        """Returns what is laid out: a row for each component."""

    @abstractmethod
    def pca(self, layers: Sequence[str], *, compute: bool = True) -> Projection | None:
        """Returns the PCA, kept from an earlier call if there was one; None if it is not to be computed."""

    @abstractmethod
    def kept(self, layers: Sequence[str]) -> Projection | None:
        """Returns the UMAP of an earlier layout; None without one."""

    @abstractmethod
    def keep(self, projection: Projection) -> None:
        """Keeps a UMAP."""

    def task(self, layers: Sequence[str], method: str, *, anew: bool = False) -> LayoutTask:
        """Returns the task of a map, the same one for every caller.

        With `anew`, a failed task is begun again, and clusters are named again if the lens has embedded a
        vocabulary since.
        """
        key = (tuple(layers), method)
        with self._guard:
            known = self._tasks.get(key)
            if known is None or (anew and known.error is not None):
                self._tasks[key] = LayoutTask(self.mapped, self._positions(layers, method))
            elif anew and known.now.final and is_outdated(self.mapped.namer, known.vocabulary):
                self._tasks[key] = LayoutTask(self.mapped, ProjectionTask(known.now.projection))
            return self._tasks[key]

    def at_hand(self, layers: Sequence[str], method: str) -> Layout | None:
        """Returns the best layout of a map so far, and computes nothing; None without any."""
        with self._guard:
            known = self._tasks.get((tuple(layers), method))
            if known is not None:
                return known.now
            laid_out = (self.kept(layers) if method == "umap" else None) or self.pca(layers, compute=False)
            return None if laid_out is None else Layout(laid_out)

    def projection(self, layers: Sequence[str], method: str, have: str) -> Projection:
        """Returns the positions by the method `have` that a browser shows: maybe not the latest."""
        latest = self.task(layers, method).now.projection
        first = self.pca(layers) if have == "pca" != latest.method else None
        return first or latest

    def _positions(self, layers: Sequence[str], method: str) -> ProjectionTask:
        known = self.kept(layers) if method == "umap" else None
        if known is not None:
            return ProjectionTask(known, on_change=self._keep)
        return project_in_background(
            self.vectors(layers), method=method, pca=self.pca(layers), on_change=self._keep
        )

    def _keep(self, task: ProjectionTask) -> None:
        """Keeps a UMAP: once it is laid out, and again with its regions."""
        if task.projection.method == "umap":
            self.keep(task.projection)
