"""Handlers of the requests about classes."""

from collections.abc import Mapping

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets._texts import to_csv
from semanticlens_widgets.analysis import Audit
from semanticlens_widgets.correction import Ablation
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.audit.columns import (
    agreement,
    earlier_audit,
    judged_class,
    suspect_samples,
)
from semanticlens_widgets.widgets.answers.audit.protocol import ClassesResult, SummaryResult
from semanticlens_widgets.widgets.answers.audit.requirements import (
    Concepts,
    checked_requirements,
    judging,
    whole_audit,
)
from semanticlens_widgets.widgets.answers.audit.runs import (
    ablate,
    ablation_key,
    attribute,
    judge_within,
)
from semanticlens_widgets.widgets.answers.audit.samples import audit_heatmap, audit_pictures, audit_samples
from semanticlens_widgets.widgets.answers.audit.shares import verdict_shares
from semanticlens_widgets.widgets.answers.neurons.heatmap_pictures import heatmap_pictures
from semanticlens_widgets.widgets.answers.neurons.protocol import Nothing
from semanticlens_widgets.widgets.kernel.request import Answer, Handler, Request

SLOW = frozenset({"ablate", "attribute", "audit_agreement", "audit_heatmap", "audit_within"})
"""Kinds of request that may take many seconds."""


def audit_handlers(
    lens: Lens, concepts: Concepts, audits: Mapping[str, Audit] | None = None
) -> dict[str, Handler]:
    """Returns the handlers of all requests about classes, by kind; `audits` are earlier ones, by id."""
    heatmaps = heatmap_pictures(lens)
    return {
        "audit_classes": lambda request: _classes(lens, request),
        "audit": lambda request: judged_class(lens, concepts, request),
        "audit_agreement": lambda request: agreement(lens, concepts, request),
        "audit_before": lambda request: earlier_audit(lens, concepts, audits or {}, request),
        "audit_suspects": lambda request: suspect_samples(lens, concepts, request),
        "audit_summary": lambda request: _summary(lens, concepts, request),
        "audit_samples": lambda request: audit_samples(lens, request),
        "audit_pictures": lambda request: audit_pictures(lens, request),
        "audit_heatmap": lambda request: audit_heatmap(heatmaps, request),
        "attribute": lambda request: attribute(lens, concepts, request),
        "audit_within": lambda request: judge_within(lens, concepts, request),
        "ablate": lambda request: ablate(lens, request),
        "audit_export": lambda request: _export(lens, concepts, request),
    }


def _classes(lens: Lens, request: Request) -> Answer[ClassesResult]:
    relevance = lens.database.relevance.get(lens.database.layer_name(request.get("layer", str)))
    unknown = "missing" if lens.can_attribute else "no_model"
    classes = [] if relevance is None else zip(relevance.classes, relevance.n_samples.tolist(), strict=True)
    return Answer(
        {
            "state": unknown if relevance is None else "computed",
            "method": "" if relevance is None else relevance.method,
            "classes": [{"name": name, "n_samples": n} for name, n in classes],
            "has_heatmaps": lens.can_attribute,
            "can_ablate": lens.can_attribute,
        }
    )


def _summary(lens: Lens, concepts: Concepts, request: Request) -> Answer[SummaryResult]:
    layer, required = request.get("layer", str), checked_requirements(request.get("requirements", list))
    classes = verdict_shares(lens, concepts, layer, required, judging(request))
    request.check()
    return Answer({"classes": classes})


def _export(lens: Lens, concepts: Concepts, request: Request) -> Answer[Nothing]:
    layer, kind = request.get("layer", str), request.get("format", str)
    check_choice("format", kind, ("csv", "json", "html"))
    required = checked_requirements(request.get("requirements", list))
    audit = whole_audit(lens, concepts, layer, required, judging(request))
    if audit is None:
        raise ValueError("there is nothing to save yet; name a concept of a class first")
    made = {
        "csv": lambda: to_csv(audit.table),
        "json": audit.to_json,
        "html": lambda: audit.to_html(
            max_spurious=request.number("max_spurious"), ablation=_measured(lens, request)
        ),
    }
    return Answer({}, [made[kind]().encode()])


def _measured(lens: Lens, request: Request) -> Ablation | None:
    """Returns the ablation that the request names; None for none, and for one that was not measured."""
    if request.params.get("ablation") is None:
        return None
    named = Request(request.rid, request.kind, request.get("ablation", dict), ())
    return lens._session.memo.peek(ablation_key(named))
