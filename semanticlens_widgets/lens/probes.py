"""Probes of a lens: the directions that queries ask for, the last texts kept in its memo."""

from collections.abc import Sequence
from dataclasses import dataclass

from semanticlens_widgets import analysis
from semanticlens_widgets._choices import Baseline
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
    baseline: Baseline | None


def probe(
    session: Session,
    source: analysis.QuerySource,
    layer: str | None = None,
    *,
    templates: Sequence[str] | None = None,
    baseline: Baseline | None = "embedding",
) -> analysis.Probe:
    """The direction in the foundation model's space that a query asks for; `#12` is component 12 of `layer`."""
    query = analysis.read_query(source)

    def embed() -> analysis.Probe:
        model = model_for(session, [query])
        return analysis.probe(
            session.database, model, query, layer=layer, templates=templates, baseline=baseline
        )

    if query.text is None:
        with session.lock:
            return embed()
    key = ProbeKey(query.text, layer if query.names_components else None, tuple(templates or ()), baseline)
    return session.memo.get(key, embed, session.lock)


def probes(
    session: Session, queries: Sequence[analysis.Query], layer: str, templates: Sequence[str] | None
) -> list[analysis.Probe]:
    """The probes of several queries, embedded together."""
    model = model_for(session, queries)
    return analysis.probes(session.database, model, queries, layer=layer, templates=templates)


def model_for(session: Session, queries: Sequence[analysis.Query]) -> FoundationModel | None:
    """The foundation model; None for queries of components alone, which are answered without its weights."""
    return session.foundation_model if any(query.needs_model for query in queries) else None
