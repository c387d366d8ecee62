"""Layout of one map in the making: the PCA, then better positions, then clusters, then their names."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from semanticlens_widgets.analysis import EmbeddedVocabulary
from semanticlens_widgets.projection import Clusters, Projection, ProjectionTask, clusters
from semanticlens_widgets.widgets.answers.map.cluster_captions import (
    Caption,
    Mapped,
    captions,
    names,
    naming_vocabulary,
)

_TICK = 0.1
"""Seconds between two looks at the progress."""


Have = tuple[str, bool]
"""Method of the positions, and whether there are clusters."""


@dataclass(frozen=True, eq=False)
class Layout:
    """State of a map at one moment."""

    projection: Projection
    clusters: Clusters | None = None
    """None until they are found."""
    captions: Sequence[Caption] = ()
    """One a cluster."""
    final: bool = False
    """True once nothing more will come: clusters have their names."""

    @property
    def have(self) -> Have:
        """Parts of a layout that a later one may improve."""
        return self.projection.method, self.clusters is not None


class LayoutTask:
    """A map in the making: first the PCA, then the positions of its method, then clusters, then their names."""

    def __init__(self, mapped: Mapped, positions: ProjectionTask) -> None:
        """Leaves the clusters until somebody waits for them."""
        self.error: Exception | None = None
        """The error that ended the task early."""
        self.vocabulary: EmbeddedVocabulary | None = None
        """Source of the clusters' names once the layout is final; None for the labels of the images."""
        self._mapped, self._positions = mapped, positions
        self._found: Layout | None = None
        self._embedded = (0, 1)
        self._guard, self._begun = threading.Lock(), False
        self._ended = threading.Event()

    @property
    def now(self) -> Layout:
        """The best layout so far; a whole map at any time."""
        return self._found or Layout(self._positions.projection)

    def better_than(
        self,
        have: Have,
        check: Callable[[], None] = lambda: None,
        report: Callable[[int, int, str], None] = lambda done, total, step: None,
    ) -> Layout:
        """Waits for a layout that is final, has clusters or is by a method that `have` has not, and returns it.

        `report` receives done, total and step whenever they change. Raises the error that ended the task, and
        whatever `check` raises, which is called several times a second.
        """
        self._begin()
        reported = None
        while (layout := self.now).have == have and not layout.final:
            check()
            if self.error is not None:
                raise self.error
            if (progress := self._progress()) != reported:
                report(*progress)
                reported = progress
            self._ended.wait(_TICK)
        return layout

    def finish(
        self,
        report: Callable[[int, int, str], None] = lambda done, total, step: None,
        check: Callable[[], None] = lambda: None,
    ) -> Layout:
        """Waits for the final layout and returns it. Reports and raises as `better_than` does."""
        layout = self.now
        while not layout.final:
            layout = self.better_than(layout.have, check, report)
        return layout

    def _progress(self) -> tuple[int, int, str]:
        if self._positions.stage == "UMAP":
            return round(100 * self._positions.progress), 100, "UMAP"
        done, total = self._embedded
        return (0, 1, "clusters") if self._found is None else (done, total, "names")

    def _begin(self) -> None:
        with self._guard:
            if self._begun:
                return
            self._begun = True
        threading.Thread(target=self._work, name="concept map", daemon=True).start()

    def _work(self) -> None:
        try:
            projection = self._positions.wait()
            found = clusters(projection)
            self._found = Layout(projection, found, captions(self._mapped, projection, found))
            self.vocabulary = naming_vocabulary(self._mapped.namer, self._report_embedded)
            named = names(self._mapped, projection, found, self.vocabulary)
            self._found = Layout(
                projection, found, captions(self._mapped, projection, found, named), final=True
            )
        except Exception as error:  # noqa: BLE001 (an error in a thread reaches nobody: `better_than` raises it)
            self.error = error
        self._ended.set()

    def _report_embedded(self, done: int, total: int) -> None:
        self._embedded = (done, total)
