"""Keeps an interrupted pass in the cache."""

from dataclasses import dataclass

from semanticlens_widgets.collection import Progress, progress_from_tensors, progress_to_tensors
from semanticlens_widgets.pipeline._cache import Entry


@dataclass(frozen=True)
class StoredProgress:
    """The checkpoint of one pass, in a file whose name says which pass it is."""

    entry: Entry

    def load(self) -> Progress | None:
        """The progress that was saved last; None when there is none, or when it cannot be read."""
        found = self.entry.load()
        return progress_from_tensors(*found) if found else None

    def save(self, progress: Progress) -> None:
        """Replaces what was saved before."""
        self.entry.save(*progress_to_tensors(progress))
