"""Probes of a lens: the directions that queries ask for, the last texts kept in its memo."""

from collections.abc import Sequence
from dataclasses import dataclass

from semanticlens_widgets import analysis
from semanticlens_widgets.foundation_models import FoundationModel
from semanticlens_widgets.lens.memo import Key
from semanticlens_widgets.lens.session import Session


@dataclass(frozen=True)
class ProbeKey(Key[analysis.Probe]):
    """The probe of a typed query."""

    kept = 32
    query: str
    layer: str | None
    """None for a query of words alone, which mean the same in every layer."""
    templates: tuple[str, ...]
    null: str | None


def probe(
    session: Session,
    query: analysis.Query,
    layer: str | None = None,
    *,
    templates: Sequence[str] | None = None,
    null: str | None = "embedding",
) -> analysis.Probe:
    """The direction in the foundation model's space that a query asks for; `#12` is component 12 of `layer`."""

    def embed() -> analysis.Probe:
        return analysis.probe(
            session.database,
            model_for(session, query),
            query,
            layer=layer,
            templates=templates,
            null=null,
        )

    if not isinstance(query, str):
        with session.lock:
            return embed()
    names = any(term.kind == "component" for term in analysis.parse_query(query))
    key = ProbeKey(query, layer if names else None, tuple(templates or ()), null)
    return session.memo.get(key, embed, session.lock)


def model_for(session: Session, query: object) -> FoundationModel | None:
    """The foundation model; None for a query that names components alone, which needs no weights."""
    if isinstance(query, str) and all(term.kind == "component" for term in analysis.parse_query(query)):
        return None
    return session.foundation_model


def probes(
    session: Session, queries: Sequence[analysis.Query], layer: str, templates: Sequence[str] | None
) -> list[analysis.Probe]:
    """The probes of several queries, embedded together."""
    needed = (model_for(session, query) for query in queries)
    model = next((model for model in needed if model is not None), None)
    return analysis.probes(session.database, model, queries, layer=layer, templates=templates)
