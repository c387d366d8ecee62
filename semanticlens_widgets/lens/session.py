"""State behind a lens: its parts, locks and memo, and what widgets attach to it."""

import dataclasses
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import Tensor

from semanticlens_widgets import analysis
from semanticlens_widgets.collection import KeptScores
from semanticlens_widgets.concepts import ConceptDatabase, EmbeddedExamples, Relevance
from semanticlens_widgets.correction import Ablation
from semanticlens_widgets.foundation_models import FoundationModel
from semanticlens_widgets.images import Images
from semanticlens_widgets.lens.memo import Key, Memo
from semanticlens_widgets.pipeline import (
    Cache,
    Studied,
    described_foundation_model,
    restored_foundation_model,
)
from semanticlens_widgets.projection import Projection, projection_from_tensors, projection_to_tensors

if TYPE_CHECKING:
    import pandas as pd

Stored = tuple[Mapping[str, Tensor], Mapping[str, Any]]
"""A projection as it is saved: tensors, and the rest as JSON."""


@dataclass(frozen=True)
class AuditorKey(Key[analysis.Auditor]):
    """The auditor of a layer, for the layer's present relevance."""

    layer: str
    templates: tuple[str, ...] = ()
    within_class: bool = False


@dataclass(frozen=True)
class ClassExamplesKey(Key[tuple[EmbeddedExamples | None]]):
    """The examples of a layer's components within a class, None for too few samples."""

    layer: str
    class_name: str


@dataclass(frozen=True)
class SharesKey(Key[tuple[list[float], list[float]]]):
    """The share of a class's positive relevance per verdict, and the interval of what is spurious."""

    kept = 10_000
    layer: str
    class_name: str
    own: object
    """The concepts required of the class, hashable."""
    for_all: object
    """The concepts required of every class, hashable."""
    threshold: float
    within_class: bool


@dataclass(frozen=True)
class ShareIntervalsKey(Key[Tensor]):
    """The intervals of components' shares of a class's relevance: one row a component, low and high."""

    layer: str
    class_name: str


@dataclass(frozen=True)
class AblationKey(Key[Ablation]):
    """The accuracy without components, beside random ones that are as relevant for a class."""

    components: tuple[str, ...]
    class_name: str
    threshold: float | None


@dataclass(frozen=True)
class ScoresKey(Key["pd.DataFrame"]):
    """The table of scores of a layer."""

    kept = 256
    layer: str


class Session:
    """The parts of a lens that its methods and its widgets share. Safe to use from several threads.

    A thread that needs both locks takes `lock` first.
    """

    def __init__(
        self,
        database: ConceptDatabase,
        foundation_model: FoundationModel | None,
        images: Images | None,
        studied: Studied | None,
        cache: Cache,
    ) -> None:
        self._database = database
        self._foundation_model = foundation_model
        self.images = images
        self.studied = studied
        self.cache = cache
        self.lock = threading.RLock()
        """Held while the foundation model embeds: tokenizers are not safe to use from two threads at once."""
        self.running = threading.RLock()
        """Held while the studied model runs: an ablation changes what everyone else would see of it."""
        self.memo = Memo()
        self.attached: dict[str, Any] = {}
        """Objects that widgets attach to this lens, by owner."""
        self.kept_scores: dict[str, KeptScores] = {}
        """Layer -> scores of all images that were asked to be kept, where no cache keeps them."""
        self._subscribers: dict[str, Callable[[], object]] = {}
        self._projections: dict[tuple[str, ...], Stored] = {}

    @property
    def database(self) -> ConceptDatabase:
        """The concept database."""
        return self._database

    @database.setter
    def database(self, database: ConceptDatabase) -> None:
        self._database = database
        # An auditor holds its database, and with it every relevance that was known then: 400 MB for 50,000 images
        # of 2,048 components.
        self.memo.forget(AuditorKey)
        self.memo.forget(SharesKey)
        self.memo.forget(ClassExamplesKey)
        self.memo.forget(ShareIntervalsKey)
        self.memo.forget(AblationKey)

    @property
    def foundation_model(self) -> FoundationModel:
        """The foundation model; made again from its recipe when a lens was opened without one."""
        with self.lock:
            if self._foundation_model is None:
                self._foundation_model = restored_foundation_model(self.database)
            return self._foundation_model

    @foundation_model.setter
    def foundation_model(self, foundation_model: FoundationModel) -> None:
        self._foundation_model = foundation_model

    @property
    def loaded_foundation_model(self) -> FoundationModel | None:
        """The foundation model once it is loaded, None before; never loads it."""
        return self._foundation_model

    @property
    def embeds_offline(self) -> bool:
        """True if the foundation model is loaded, or is loaded without asking a network."""
        return self._foundation_model is not None or getattr(
            described_foundation_model(self.database), "offline", False
        )

    def caveat_of(self, text: str) -> str:
        """One sentence on words of a text that the foundation model is blind to; "" without any. Never loads it."""
        kind = self._foundation_model or described_foundation_model(self.database)
        caveat_of = getattr(kind, "caveat_of", None)
        return caveat_of(text) if caveat_of else ""

    @property
    def can_attribute(self) -> bool:
        """True when the model and the images are at hand."""
        return self.studied is not None and self.images is not None

    def with_model(self) -> Studied:
        """The studied model with its preprocessing; raises ValueError when the lens was opened without it."""
        if self.studied is None:
            raise ValueError(
                "the lens was opened without its model, which this needs; pass both: "
                "Lens.open(path, model=model, images=images)"
            )
        return self.studied

    def with_images(self) -> Images:
        """The images; raises ValueError when the lens was opened without them, or with other ones."""
        if self.images is None:
            raise ValueError(
                "the lens was opened without its images, which this needs; pass them: images=..."
            )
        if self.images.fingerprint != self.database.provenance.images_fingerprint:
            raise ValueError(
                "images must be those that the lens was built with, in the same order and with their labels"
            )
        return self.images

    def learn(self, relevance: Mapping[str, Relevance]) -> None:
        """Adds the relevance of layers to the database, drops that of other outputs, and notifies the subscribers."""
        outputs = {each.output for each in relevance.values()}
        with self.lock:
            known = {layer: each for layer, each in self.database.relevance.items() if each.output in outputs}
            self.database = dataclasses.replace(self.database, relevance={**known, **relevance})
        for notify in list(self._subscribers.values()):
            notify()

    def subscribe(self, owner: str, notify: Callable[[], object]) -> None:
        """Calls `notify` whenever a relevance is computed; a later subscription of the same owner replaces it."""
        self._subscribers[owner] = notify

    def scores(
        self, layer: str, report: Callable[[int, int], None] = lambda done, total: None
    ) -> "pd.DataFrame":
        """The scores of a layer, one row a component in the order of the components; computed once.

        `report` is called with what is done and the total; what it raises ends the work.
        """
        return self.memo.get(ScoresKey(layer), lambda: analysis.scores(self.database, layer, report=report))

    def projection(self, layers: Sequence[str]) -> Projection | None:
        """The UMAP of these layers together, once a map has computed it or where the lens was saved with it."""
        stored = self._projections.get(tuple(layers))
        if stored is None:
            return None
        try:
            return projection_from_tensors(
                *stored, {layer: self.database.component_embeddings[layer] for layer in layers}
            )
        except ValueError:  # of a version that laid out differently
            return None

    def keep_projection(self, projection: Projection) -> None:
        """Keeps a map of layers of the lens: it is saved with the lens and shown by every map of these layers."""
        self._projections[tuple(projection.layers)] = projection_to_tensors(projection)

    def load_projections(self, stored: Sequence[Stored]) -> None:
        """Takes over the maps that a lens was saved with."""
        self._projections = {tuple(rest["layers"]): (tensors, rest) for tensors, rest in stored}

    @property
    def stored_projections(self) -> list[Stored]:
        """The maps to save with the lens."""
        return list(self._projections.values())
