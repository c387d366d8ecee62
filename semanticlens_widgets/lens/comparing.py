"""Comparison of lenses: their layers side by side, and the test that nothing was lost."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import get_args

import pandas as pd

from semanticlens_widgets import analysis
from semanticlens_widgets._arguments import check_choice, check_texts, shown
from semanticlens_widgets._choices import Similarity
from semanticlens_widgets.analysis import ByActivations, ByEmbedding, ByExamples, ByVocabulary, Measure, Side
from semanticlens_widgets.collection import KeptScores, Products, products_of_kept, score_products
from semanticlens_widgets.lens import activations, vocabularies
from semanticlens_widgets.lens.lens import Lens
from semanticlens_widgets.vocabularies import vocabulary as read_vocabulary

Compared = Lens | tuple[Lens, str]


def compare(
    *sides: Compared,
    by: Similarity = "embedding",
    vocabulary: "str | Path | Iterable[str]" = "general",
    names: Sequence[str] | None = None,
    progress: bool = True,
) -> analysis.Comparison:
    """Compares what models represent: component by component, with what chance gives.

    Args:
        sides: Two or more lenses, or pairs of a lens and a layer: of models, layers, checkpoints or foundation models.
            Of a lens alone it is the deepest layer with feature maps or tokens.
        by: "embedding" compares component embeddings, of one foundation model; "vocabulary" the answers to the texts
            of a vocabulary, for different foundation models; "examples" the concept examples, over the same images;
            "activations" the scores of the same images, which runs the models over them unless
            `Lens.keep_activations` kept them.
        vocabulary: The texts for by="vocabulary", as in `Lens.label`.
        names: Of the sides; left out, models and layers make them.
        progress: Show a progress bar where the models run.

    Raises ValueError for fewer than two sides, and where the sides cannot be compared so; LayerNotFoundError.
    """
    check_choice("by", by, get_args(Similarity))
    lenses, layers = _read(sides)
    found = _sides(lenses, layers, names)
    measure = _measure(by, lenses, found, vocabulary, progress)
    return analysis.Comparison(measure, by, lenses, _embedding(lenses))


def assert_no_lost(
    before: Compared,
    after: Compared,
    concepts: "str | Path | Iterable[str]",
    *,
    names: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Compares what two lenses know, and returns the table of `Comparison.concepts` if `after` knows what `before` did.

    `concepts` are texts that must not be lost, at best few: of texts at the edge of what is known, some go by chance.
    Raises AssertionError that names the lost ones with the best component on both sides, ValueError if `before` knows
    none of them.
    """
    lenses, layers = _read((before, after))
    found = _sides(lenses, layers, names or ("before", "after"))
    return analysis.check_kept(analysis.concept_changes(found, _embedding(lenses), concepts))


def _read(sides: Sequence[object]) -> tuple[list[Lens], list[str]]:
    lenses, layers = [], []
    for side in sides:
        lens, layer = side if isinstance(side, tuple) and len(side) == 2 else (side, None)
        if not isinstance(lens, Lens):
            raise TypeError(f"a side must be a lens, or a pair of a lens and a layer, not {shown(side)}")
        lenses.append(lens)
        layers.append(lens.database.layer_name(layer))
    if len(lenses) < 2:
        raise ValueError(
            f"a comparison needs at least two sides, not {len(lenses)}; pass lenses, or (lens, layer) for two layers"
        )
    return lenses, layers


def _sides(lenses: Sequence[Lens], layers: Sequence[str], names: Sequence[str] | None) -> list[Side]:
    found = _default_names(lenses, layers) if names is None else check_texts("names", names)
    if len(found) != len(lenses) or len(set(found)) != len(found):
        raise ValueError(
            f"names must be {len(lenses)} different texts, one for each side, not {shown(found)}"
        )
    sides = [
        Side(name, lens.database, layer) for name, lens, layer in zip(found, lenses, layers, strict=True)
    ]
    for side in sides:
        if not side.present.any():
            raise ValueError(
                f"layer {side.layer!r} of {side.name!r} has no component with examples: choose another layer"
            )
    return sides


def _default_names(lenses: Sequence[Lens], layers: Sequence[str]) -> list[str]:
    """The models' names, the layers', or both, whichever tells the sides apart; otherwise with a number."""
    models = [lens.database.provenance.model for lens in lenses]
    both = [f"{model} {layer}" for model, layer in zip(models, layers, strict=True)]
    for names in (models, list(layers), both):
        if len(set(names)) == len(names):
            return names
    return [f"{name} ({number})" for number, name in enumerate(both, 1)]


def _embedding(lenses: Sequence[Lens]) -> list[analysis.Embed]:
    return [partial(vocabularies.embedded_vocabulary, lens._session) for lens in lenses]


def _measure(
    by: Similarity,
    lenses: Sequence[Lens],
    sides: Sequence[Side],
    vocabulary: "str | Path | Iterable[str]",
    progress: bool,
) -> Measure:
    if by == "embedding":
        _check_same(
            sides,
            "foundation_model_fingerprint",
            "component embeddings of different foundation models cannot be compared",
            'compare by="vocabulary" or by="examples", or build the lenses with one foundation model',
        )
        return ByEmbedding(sides)
    if by == "vocabulary":
        texts = read_vocabulary(vocabulary)
        return ByVocabulary(sides, [embed(texts) for embed in _embedding(lenses)])
    _check_same(
        sides,
        "images_fingerprint",
        f'by="{by}" needs lenses over the same images, in the same order and with the same labels',
        'compare by="embedding" or by="vocabulary", or build the lenses over the same images',
    )
    if by == "examples":
        return ByExamples(sides)
    return ByActivations(sides, _products(lenses, sides, progress))


def _check_same(sides: Sequence[Side], field: str, rule: str, way_out: str) -> None:
    first = sides[0].database.provenance
    for side in sides[1:]:
        if getattr(side.database.provenance, field) != getattr(first, field):
            raise ValueError(f"{rule}, and those of {sides[0].name!r} and {side.name!r} differ: {way_out}")


def _products(lenses: Sequence[Lens], sides: Sequence[Side], progress: bool) -> Products:
    kept = [activations.kept(lens._session, side.layer) for lens, side in zip(lenses, sides, strict=True)]
    runs = [lens.can_attribute for lens in lenses]
    if not all(runs) or None not in kept:
        return products_of_kept(_all_kept(lenses, sides, kept, progress))
    scored = [activations.scored(lens._session, side.layer) for lens, side in zip(lenses, sides, strict=True)]
    images = [lens._session.with_images() for lens in lenses]
    with ExitStack() as held:
        # In one order for all, so that two comparisons never wait for each other.
        for lens in sorted(dict.fromkeys(lenses), key=id):
            held.enter_context(lens._session.running)
        return score_products(scored, images[0], progress=progress)


def _all_kept(
    lenses: Sequence[Lens], sides: Sequence[Side], kept: Sequence[KeptScores | None], progress: bool
) -> list[KeptScores]:
    """The kept scores of every side, computed where the model is at hand; ValueError where it isn't."""
    found = []
    for lens, side, one in zip(lenses, sides, kept, strict=True):
        if one is None and not lens.can_attribute:
            raise ValueError(
                f'by="activations" needs scores of all images, and the lens of {side.name!r} was opened without its '
                "model and images: pass both, Lens.open(path, model=model, images=images), or keep its activations "
                "where they are at hand, lens.keep_activations(), and open it with the same cache"
            )
        if one is None:
            lens.keep_activations(layer=side.layer, progress=progress)
            one = activations.kept(lens._session, side.layer)
        found.append(one)
    return found
