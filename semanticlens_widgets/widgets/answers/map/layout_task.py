"""Layout of one map in the making: the PCA, then better positions, then clusters with captions."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from semanticlens_widgets.lens import Lens
from semanticlens_widgets.projection import Clusters, Projection, ProjectionTask, clusters
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
