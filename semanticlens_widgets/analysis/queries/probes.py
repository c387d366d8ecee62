"""Queries into probes: directions in the space of the foundation model that components are aligned with."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets._choices import Baseline
from semanticlens_widgets.analysis.queries.language import Term
from semanticlens_widgets.analysis.queries.query import Query, QuerySource, Source, read_query
from semanticlens_widgets.analysis.queries.text_vectors import TextVectors, check_templates, needed
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.errors import NonFiniteError
from semanticlens_widgets.foundation_models import FoundationModel, embed_images_checked
from semanticlens_widgets.tensors._cosine import normalized

_CANCELLED = 1e-6


@dataclass(frozen=True, eq=False)
class Probe:
    """An embedded query. The alignment of a component is its embedding times `vector`."""

    vector: Float[Tensor, " dim"]
    """Length 1, except with `baseline="cosine"`, which takes the direction of nothing away after the scaling."""
    terms: tuple[Term, ...]
    n_pictures: int | None = None
    """Number of pictures whose mean it is: those of an image query, or a component's examples; else None."""
    caveat: str = ""
    """One sentence on words that the foundation model can't judge by what images look like; "" without any."""

    @property
    def is_text(self) -> bool:
        """True if the query is made of text alone, so that words can calibrate it."""
        return all(term.kind == "text" for term in self.terms)


def probe(
    database: ConceptDatabase,
    foundation_model: FoundationModel | None,
    query: QuerySource,
    *,
    layer: str | None = None,
    templates: Sequence[str] | None = None,
    baseline: Baseline | None = "embedding",
) -> Probe:
    """The probe of one query: see `probes`."""
    return probes(database, foundation_model, [query], layer=layer, templates=templates, baseline=baseline)[0]


def probes(
    database: ConceptDatabase,
    foundation_model: FoundationModel | None,
    queries: Sequence[QuerySource],
    *,
    layer: str | None = None,
    templates: Sequence[str] | None = None,
    baseline: Baseline | None = "embedding",
) -> list[Probe]:
    """One probe a query: the sum of its terms' unit vectors, each with its sign, scaled to length 1.

    A text's vector is the mean over `templates` ("a photo of a {}") of its embedding less that of the template
    filled with nothing (`baseline="embedding"`); with `baseline="cosine"` the cosine with the nothing is taken from the
    cosine with the text instead; with None, or without templates, nothing is taken away. `#12` is component 12 of
    `layer`. Every text is embedded once. `foundation_model` may be None when no query holds a text or an image.

    Raises ValueError for an empty or too long query, a template without {}, an unknown component, terms that
    cancel out, and a foundation model of another space; LayerNotFoundError; NonFiniteError.

    Source: Dreyer et al. 2025, doi 10.1038/s42256-025-01084-w. Its library, `semanticlens` 0.2.1, mixes the texts
    up when there are several queries and several templates.
    """
    check_templates(templates, baseline)
    _check_same_space(database, foundation_model)
    parsed = [read_query(query) for query in queries]
    texts = [term.text for query in parsed for term in query.terms if term.kind == "text"]
    vectors = TextVectors(foundation_model, texts, templates, baseline) if texts else None
    space = _Space(database, foundation_model, vectors, layer)
    return [_compose(space, query) for query in parsed]


@dataclass(frozen=True, eq=False)
class _Space:
    """All that turns a term into a vector."""

    database: ConceptDatabase
    foundation_model: FoundationModel | None
    texts: TextVectors | None
    layer: str | None


def _check_same_space(database: ConceptDatabase, foundation_model: FoundationModel | None) -> None:
    if foundation_model is not None and foundation_model.dim != database.dim:
        raise ValueError(
            f"the foundation model {foundation_model.name!r} has {foundation_model.dim} dimensions and the lens "
            f"{database.dim}; use the one it was built with, {database.provenance.foundation_model!r}"
        )


def _compose(space: _Space, query: Query) -> Probe:
    total = torch.zeros(space.database.dim)
    nothing = torch.zeros(space.database.dim)
    for term, source in query.parts:
        total += term.weight * normalized(_vector(space, term, source))
        if term.kind == "text" and space.texts is not None:
            nothing += term.weight * space.texts.nothing
    if total.norm() < _CANCELLED:
        asked = " ".join(term.text for term in query.terms)
        raise ValueError(
            f"the terms of {asked!r} cancel out, so nothing is left to search for; change one of them"
        )
    return Probe(
        (total - nothing) / total.norm(), query.terms, _n_pictures(space, query), _caveat(space, query)
    )


def _caveat(space: _Space, query: Query) -> str:
    caveat_of = getattr(space.foundation_model, "caveat_of", None)
    words = " and ".join(term.text for term in query.terms if term.kind == "text")
    return caveat_of(words) if caveat_of and words else ""


def _n_pictures(space: _Space, query: Query) -> int | None:
    (term, source), *more = query.parts
    if more or term.weight < 0:
        return None
    if isinstance(source, list):
        return len(source)
    if term.kind == "component" and isinstance(source, str):
        layer, index = _component_place(space.database, source, space.layer)
        return int(space.database.examples[layer].n_examples[index])
    return None


def _vector(space: _Space, term: Term, source: Source) -> Float[Tensor, " dim"]:
    if isinstance(source, Tensor):
        return _checked_vector(source, space.database.dim)
    if isinstance(source, list):
        images = [image.convert("RGB") for image in source]
        return embed_images_checked(needed(space.foundation_model), images).mean(0)
    if term.kind == "text" and space.texts is not None:
        return space.texts[source]
    return _component_embedding(space.database, source, space.layer)


def _component_place(database: ConceptDatabase, name: str, layer: str | None) -> tuple[str, int]:
    """Layer and row of '#12' in `layer`, or of 'layer4:12' wherever that is."""
    where, _, number = name.rpartition(":")
    if not where:
        if layer is None and len(database.layers) > 1:
            raise ValueError(
                f"{name!r} is in which layer? write '{database.layers[0]}:{name[1:]}' or give layer="
            )
        where, number = database.layer_name(layer), name.removeprefix("#")
    where = database.layer_name(where)
    return where, database.examples[where].component(number)


def _component_embedding(database: ConceptDatabase, name: str, layer: str | None) -> Float[Tensor, " dim"]:
    where, index = _component_place(database, name, layer)
    embedding = database.component_embeddings[where][index]
    if not embedding.any():
        found = database.examples[where].name(index)
        raise ValueError(f"component {found!r} has no concept examples, so nothing can be like it")
    return embedding


def _checked_vector(vector: Tensor, dim: int) -> Float[Tensor, " dim"]:
    if vector.shape != (dim,):
        raise ValueError(f"a query vector must have the shape ({dim},), not {tuple(vector.shape)}")
    if not vector.isfinite().all():
        raise NonFiniteError(
            "a query vector must hold finite numbers, not NaN or infinity; leave such vectors out"
        )
    return vector.detach().to("cpu", torch.float32)
