"""Concept examples by relevance beside those by activation (RelMax beside ActMax)."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import torch
from jaxtyping import Bool, Int
from torch import Tensor

from semanticlens_widgets._arguments import check_at_least
from semanticlens_widgets._plain_text import table_text
from semanticlens_widgets._result_html import Head, pictures, result_html
from semanticlens_widgets.analysis.samples import attributed, described
from semanticlens_widgets.concepts import ConceptDatabase, Relevance
from semanticlens_widgets.images import Images, thumbnail_webp

_HEADS: tuple[Head, ...] = (
    (
        "Examples",
        "By activation: the images that it scores highest; by relevance: those that it adds most to",
    ),
    ("Best first", ""),
    ("Classes", "Of the images that were attributed, in the same order"),
)
_SHOWN = 8
"""Pictures of a kind in the display."""


@dataclass(frozen=True, eq=False)
class RelevantExamples:
    """A component's examples by activation and by relevance; `lens.examples` makes it."""

    component: str
    class_name: str | None
    """The class whose samples the examples by relevance are; None for those of all classes."""
    table: pd.DataFrame
    """One row an example: see `relevant_examples`."""
    thumbnails: dict[int, bytes]
    """Sample -> WebP, of the examples whose pictures are at hand."""

    @property
    def _title(self) -> str:
        return f"Examples of {self.component}{f', class {self.class_name}' if self.class_name else ''}"

    def __repr__(self) -> str:
        return f"<{self._title}: {len(self.table)}>"

    def __str__(self) -> str:
        names = ["by", "rank", "sample", "label", "score", "relevance"]
        rows = [
            [f"{row[name]:.3g}" if isinstance(row[name], float) else str(row[name] or "0") for name in names]
            for row in self.table.to_dict("records")
        ]
        return table_text(self._title, names, rows)

    def _repr_html_(self) -> str:
        rows = []
        for by in ("activation", "relevance"):
            own = self.table[self.table["by"] == by].head(_SHOWN)
            files = [self.thumbnails[sample] for sample in own["sample"] if sample in self.thumbnails]
            classes = ", ".join(filter(None, own["class"])) if len(own) else "none adds to its class's output"
            rows.append([f"by {by}", pictures(files, f"By {by}"), classes])
        return result_html(self._title, _HEADS, rows)


def relevant_examples(
    database: ConceptDatabase,
    component: str,
    class_name: str | None = None,
    *,
    k: int | None = None,
    images: Images | None = None,
) -> RelevantExamples:
    """The samples that a component scores highest, and those for whose class it is most relevant.

    Columns of its table: by ("activation" or "relevance"), rank (0 is best); sample, its name and label; score,
    relevance and class (of the attribution; NaN and None for a concept example that was not attributed). By activation
    these are the concept examples of the lens; by relevance the samples of `class_name` (None: of all classes) with the
    highest relevance for their class, as far as it is above 0; ties go to the lower index. `k` of each, by default as
    many as the lens keeps. Without `images`, name and label are known for concept examples alone.

    Raises ValueError for a component or class that is not there, and for a layer that was not attributed.

    Source: R. Achtibat et al., From attribution maps to human-understandable explanations through concept relevance
    propagation, Nature Machine Intelligence 2023, doi 10.1038/s42256-023-00711-8 (relevance maximization). Departure: a
    sample's relevance is that for its own class, so that it is known for all classes from one pass.
    """
    layer, row = database.locate(component)
    relevance, examples = attributed(database, layer), database.examples[layer]
    k = examples.k if k is None else check_at_least("k", k, 1)
    ids = examples.sample_ids[row]
    scores = dict(zip(ids.tolist(), examples.scores[row].tolist(), strict=True))
    chosen = {"activation": ids[ids >= 0][:k], "relevance": _most_relevant(relevance, row, class_name, k)}
    table = pd.concat(
        [_table(by, samples, scores, relevance, row, database, images) for by, samples in chosen.items()],
        ignore_index=True,
    )
    shown = dict.fromkeys(sample for samples in chosen.values() for sample in samples[:_SHOWN].tolist())
    return RelevantExamples(component, class_name, table, _thumbnails(shown, database, images))


def _thumbnails(ids: Iterable[int], database: ConceptDatabase, images: Images | None) -> dict[int, bytes]:
    rows = {sample: row for row, sample in enumerate(database.samples.ids.tolist())}
    found = {sample: database.samples.thumbnail(rows[sample]) for sample in ids if sample in rows}
    if images is not None:
        found |= {sample: thumbnail_webp(images.image(sample)) for sample in ids if sample not in rows}
    return {sample: file for sample, file in found.items() if file}


def _most_relevant(
    relevance: Relevance, component: int, class_name: str | None, k: int
) -> Int[Tensor, " sample"]:
    values = relevance.relevance[:, component].float()
    inside: Bool[Tensor, " sample"] = values > 0
    if class_name is not None:
        inside = inside & (relevance.sample_classes == relevance.row(class_name))
    order = values.masked_fill(~inside, -torch.inf).argsort(descending=True, stable=True)[:k]
    return relevance.sample_ids[order[inside[order]]]


def _table(
    by: str,
    samples: Int[Tensor, " sample"],
    scores: dict[int, float],
    relevance: Relevance,
    component: int,
    database: ConceptDatabase,
    images: Images | None,
) -> pd.DataFrame:
    ids = samples.tolist()
    rows = {sample: place for place, sample in enumerate(relevance.sample_ids.tolist())}
    known = [rows.get(sample) for sample in ids]
    named = described(ids, database, images)
    return pd.DataFrame(
        {
            "by": by,
            "rank": range(len(ids)),
            "sample": ids,
            "name": [name for name, _ in named],
            "label": [label for _, label in named],
            "score": [
                scores.get(sample, torch.nan if at is None else float(relevance.scores[at, component]))
                for sample, at in zip(ids, known, strict=True)
            ],
            "relevance": [
                torch.nan if at is None else float(relevance.relevance[at, component]) for at in known
            ],
            "class": [
                None if at is None else relevance.classes[int(relevance.sample_classes[at])] for at in known
            ],
        }
    )
