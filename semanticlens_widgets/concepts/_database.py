"""The concept database: all results of a lens, without the studied model and the dataset."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from semanticlens_widgets._arguments import check_texts, did_you_mean, shown
from semanticlens_widgets.concepts._crops import Crops
from semanticlens_widgets.concepts._examples import ConceptExamples
from semanticlens_widgets.concepts._latents import LatentsRecord
from semanticlens_widgets.concepts._output_names import OutputNames
from semanticlens_widgets.concepts._packed import Thumbnails
from semanticlens_widgets.concepts._relevance import Relevance
from semanticlens_widgets.errors import LayerNotFoundError, LensFileError


@dataclass(frozen=True, eq=False)
class Samples(Thumbnails):
    """The samples that are examples of some component, once each, ordered by id."""

    ids: Int[Tensor, " sample"]
    """int64, ascending: indices into the dataset."""
    embeddings: Float[Tensor, "sample dim"]
    """float32, not normalized."""
    labels: Sequence[str | None]
    names: Sequence[str]
    thumbnail_bytes: UInt8[Tensor, " byte"]
    """Concatenated WebP files."""
    thumbnail_offsets: Int[Tensor, " sample_plus_one"]
    """int64; thumbnail i is `thumbnail_bytes[offsets[i]:offsets[i + 1]]`."""

    def __len__(self) -> int:
        return self.ids.shape[0]

    @cached_property
    def dim(self) -> int:
        """The number of dimensions of the embedding space."""
        return self.embeddings.shape[1]

    def __repr__(self) -> str:
        return f"<{len(self):,} samples with embeddings of {self.dim:,} dimensions>"

    def rows(self, sample_ids: Int[Tensor, "*shape"]) -> Int[Tensor, "*shape"]:
        """The row of each sample id; -1 stays -1. Raises LensFileError for one that is missing in the table."""
        rows = torch.searchsorted(self.ids, sample_ids.clamp(min=0))
        missing = sample_ids >= 0
        if len(self):
            missing = missing & (self.ids[rows.clamp(max=len(self) - 1)] != sample_ids)
        if missing.any():
            raise LensFileError(
                f"sample {int(sample_ids[missing][0])} is no component's concept example, or the lens is damaged, as it"
                " lists all of these; save or build it again"
            )
        return torch.where(sample_ids >= 0, rows, -1)


@dataclass(frozen=True)
class Provenance:
    """The model, data and settings of a database, as JSON values."""

    model: str
    model_fingerprint: str
    images_fingerprint: str
    n_images: int
    preprocessing_fingerprint: str
    foundation_model: str
    foundation_model_fingerprint: str
    foundation_model_recipe: Mapping[str, object] | None
    pooling: Mapping[str, str]
    """Layer -> pooling."""
    sign: str
    k: int
    normalize_examples: bool
    created: str
    """UTC, ISO 8601."""
    foundation_model_caveat: str = ""
    """The foundation model's caveat, displayed with every result; may be empty."""
    versions: Mapping[str, str] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    """Broken samples: name -> reason."""
    execution: Mapping[str, object] = field(default_factory=dict)
    """Batch size, memory format, device, which may affect the last digits of a score."""
    layouts: Mapping[str, Mapping[str, int | bool]] = field(default_factory=dict)
    """Layer -> the fields of its `Layout`, where it was decided."""
    model_behaviour: str = ""
    """A hash of the model's hooks, attributes and code, comparable under equal `versions`; "" if not known."""

    @property
    def left_out(self) -> dict[str, Any] | None:
        """The number of images left out as broken (`n`) of all (`n_images`), and the `first`: name and reason."""
        if not self.broken:
            return None
        name, reason = next(iter(self.broken.items()))
        first = f"{name}: {' '.join(reason.split())[:300]}"
        return {"n": len(self.broken), "n_images": self.n_images, "first": first}


@dataclass(frozen=True, eq=False)
class ConceptDatabase:
    """The concept examples and the embedding of every component of every layer."""

    examples: Mapping[str, ConceptExamples]
    component_embeddings: Mapping[str, Float[Tensor, "component dim"]]
    """float32, rows of length 1; zeros for a component without examples."""
    samples: Samples
    provenance: Provenance
    relevance: Mapping[str, Relevance] = field(default_factory=dict)
    """Layer -> the relevance of its components; only layers that were attributed."""
    look_alikes: Mapping[str, Int[Tensor, "component k"]] = field(default_factory=dict)
    """Layer -> each example's look-alike, the most similar sample that the component scores below its mean, -1
    for none; only with `Lens.build(look_alikes=True)`."""
    crops: Crops | None = None
    """The parts of images that are the examples; None if these are whole images."""
    latents: Mapping[str, LatentsRecord] = field(default_factory=dict)
    """Layer -> its origin; only layers that were made of another layer of the model."""
    output_names: OutputNames = field(default_factory=OutputNames)
    """Names of the model's outputs, for predictions that are no class."""

    def __repr__(self) -> str:
        return f"<ConceptDatabase of {self.contents()}>"

    def contents(self) -> str:
        """Model, layers and their numbers of components, images, foundation model, on one line."""
        counts = ", ".join(f"{name} ({found.n_components:,})" for name, found in self.examples.items())
        made = self.provenance
        left_out = f" ({len(made.broken):,} left out)" if made.broken else ""
        return f"{made.model}: {counts}; {made.n_images:,} images{left_out}; {made.foundation_model}"

    @property
    def layers(self) -> list[str]:
        """The names of the layers, in the order of the request."""
        return list(self.examples)

    @property
    def dim(self) -> int:
        """The number of dimensions of the embedding space."""
        return self.samples.dim

    @property
    def deepest_layer(self) -> str:
        """The last layer whose components respond at positions of the image, which outputs do not; else the last."""
        spatial = [name for name, examples in self.examples.items() if examples.grid]
        return (spatial or self.layers)[-1]

    def layer_names(self, layer: str | Sequence[str] | None = None) -> list[str]:
        """The names of one layer, of several, or of all for None.

        Raises LayerNotFoundError with near names, ValueError for an empty list, TypeError for what is not text.
        """
        if layer is None:
            return self.layers
        names = check_texts("layer", layer)
        if not names:
            raise ValueError("layer must name at least one layer, or be None for all, not []")
        return [self.layer_name(name) for name in names]

    def layer_name(self, name: str | None = None) -> str:
        """`name` when the database has it, the deepest layer for None; else LayerNotFoundError with near names."""
        if name is None:
            return self.deepest_layer
        if not isinstance(name, str):
            raise TypeError(f"a layer is named by text, like {self.layers[0]!r}, not {shown(name)}")
        if name not in self.examples:
            raise LayerNotFoundError(f"the lens has no layer {shown(name)}{did_you_mean(name, self.layers)}")
        return name

    def locate(self, component: str) -> tuple[str, int]:
        """The layer and row of 'layer4:1203'; raises LayerNotFoundError or ValueError if there is none."""
        if not isinstance(component, str):
            raise TypeError(f"a component is named by text, like '{self.layers[0]}:12', not {component!r}")
        layer, _, number = component.rpartition(":")
        if not layer:
            raise ValueError(
                f"a component is named with its layer, like '{self.layers[0]}:12', not {component!r}"
            )
        layer = self.layer_name(layer)
        return layer, self.examples[layer].component(number)

    def example_rows(self, layer: str, component: int) -> list[int]:
        """The rows in `samples` of a component's examples, the best first."""
        rows = self.samples.rows(self.examples[layer].sample_ids[component]).tolist()
        return [row for row in rows if row >= 0]

    def example_labels(self, layer: str, component: int) -> list[tuple[str, int]]:
        """The labels of a component's examples with their counts, the commonest first, ties by the better rank."""
        return self.labels_of_examples(layer, [component])[0]

    def labels_of_examples(self, layer: str, components: Sequence[int]) -> list[list[tuple[str, int]]]:
        """`example_labels` of several components, which are looked up together."""
        rows = self.samples.rows(self.examples[layer].sample_ids[list(components)]).tolist()
        labels = self.samples.labels
        counts = (Counter(labels[row] for row in own if row >= 0) for own in rows)
        return [[(label, n) for label, n in own.most_common() if label is not None] for own in counts]

    def example_table(
        self, layer: str, components: Int[Tensor, " component"] | None = None
    ) -> tuple[Float[Tensor, "row dim"], Int[Tensor, "component k"]]:
        """The embeddings of a layer's examples, crops or whole images, and the row of each example.

        As the foundation model gave them; -1 where there is no example.
        """
        chosen = slice(None) if components is None else components
        if self.crops is not None and layer in self.crops.rows:
            return self.crops.embeddings, self.crops.rows[layer][chosen]
        return self.samples.embeddings, self.samples.rows(self.examples[layer].sample_ids[chosen])

    def distinct_rows(self, layer: str) -> Int[Tensor, "component k"]:
        """The rows of `example_table`, that of its first copy for an image that the dataset holds several times."""
        cropped = self.crops is not None and layer in self.crops.rows
        first = (self.crops if cropped and self.crops else self.samples).first_copies
        rows = self.example_table(layer)[1]
        return torch.where(rows >= 0, first[rows.clamp(min=0)], -1)

    def example_thumbnails(
        self, layer: str, component: int, n: int | None = None, *, as_crops: bool = True
    ) -> list[bytes]:
        """WebP files of the first `n` examples (None: all), best first: crops if there are any, or whole images."""
        if as_crops and self.crops is not None and layer in self.crops.rows:
            files, rows = self.crops, self.crops.rows[layer][component, :n]
        else:
            files, rows = self.samples, self.samples.rows(self.examples[layer].sample_ids[component, :n])
        return [files.thumbnail(row) for row in rows.tolist() if row >= 0]

    def example_embeddings(
        self, layer: str, components: Int[Tensor, " component"] | None = None
    ) -> Float[Tensor, "component k dim"]:
        """The embeddings of the concept examples, not normalized; NaN for none."""
        table, rows = self.example_table(layer, components)
        return table[rows.clamp(min=0)].masked_fill((rows < 0).unsqueeze(-1), torch.nan)
