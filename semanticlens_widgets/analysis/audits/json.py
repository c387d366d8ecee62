"""Audits as text: everything an audit found, without its database."""

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import Tensor

from semanticlens_widgets.analysis.audits.evidence import Evidence
from semanticlens_widgets.analysis.audits.result import AuditResult, ConceptAnswers
from semanticlens_widgets.analysis.audits.verdicts import VERDICTS

KIND, VERSION = "semanticlens_widgets audit", 5
_TENSORS = ("n_samples", "relevance", "share", "bar")
_INTERVALS = "intervals"
_ANSWERS = ("alignment", "z_score", "percentile")
_TEXTS = ("classes", "components", "templates")
_PLAIN = ("layer", "method", "threshold", "within_class", "baseline", *_TEXTS)


def audit_to_json(result: AuditResult) -> str:
    """The audit as JSON; NaN is null."""
    answers = result.answers
    found = {
        "kind": KIND,
        "version": VERSION,
        **{name: getattr(result, name) for name in _PLAIN},
        **{name: _numbers(getattr(result, name)) for name in _TENSORS},
        "concepts": {"names": answers.names, "calibrations": answers.calibrations}
        | {name: _numbers(getattr(answers, name)) for name in _ANSWERS},
        "valid": result.valid,
        "spurious": result.spurious,
        _INTERVALS: _numbers(result.intervals),
        "audited": result.audited,
        "evidence": None if result.evidence is None else asdict(result.evidence),
    }
    return json.dumps(found)


def audit_from_json(text: str) -> dict[str, Any]:
    """The fields of `AuditResult`; raises ValueError for what is no audit, is damaged or of a newer version."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ValueError(f"the text is no audit: {error}; write one with Audit.to_json") from error
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise ValueError("the JSON is no audit; write one with Audit.to_json")
    if found.get("version") != VERSION:
        raise ValueError(
            f"the audit has version {found.get('version')!r} and this package reads {VERSION}; upgrade it"
        )
    try:
        fields = _fields(found)
        _check(fields)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"the audit is damaged: {error!r}; write it again with Audit.to_json") from error
    return fields


def _fields(found: dict[str, Any]) -> dict[str, Any]:
    concepts = found["concepts"]
    return {
        "layer": str(found["layer"]),
        "method": str(found["method"]),
        "threshold": float(found["threshold"]),
        "within_class": _flag(found["within_class"]),
        "baseline": None if found["baseline"] is None else str(found["baseline"]),
        **{name: tuple(map(str, found[name])) for name in _TEXTS},
        "n_samples": torch.tensor(found["n_samples"], dtype=torch.int64),
        "relevance": _floats(found["relevance"]),
        "share": _floats(found["share"]),
        "bar": _floats(found["bar"]),
        "stored_intervals": _floats(found[_INTERVALS]),
        "audited": str(found["audited"]),
        "stored_evidence": None if found["evidence"] is None else Evidence(**found["evidence"]),
        "answers": ConceptAnswers(
            names=tuple(map(str, concepts["names"])),
            calibrations=tuple(map(str, concepts["calibrations"])),
            **{name: _floats(concepts[name]) for name in _ANSWERS},
        ),
        **{name: tuple(tuple(map(int, rows)) for rows in found[name]) for name in ("valid", "spurious")},
    }


def _check(fields: dict[str, Any]) -> None:
    """Raises ValueError for arrays that do not fit one another."""
    answers, n_components = fields["answers"], len(fields["components"])
    n_classes, n_concepts = len(fields["classes"]), len(answers.names)
    shapes = {
        "relevance": (fields["relevance"], (n_classes, n_components)),
        "share": (fields["share"], (n_classes, n_components)),
        "n_samples": (fields["n_samples"], (n_classes,)),
        "bar": (fields["bar"], (n_classes,)),
        _INTERVALS: (fields["stored_intervals"], (n_classes, len(VERDICTS), 2)),
        **{name: (getattr(answers, name), (n_concepts, n_components)) for name in _ANSWERS},
    }
    for name, (tensor, shape) in shapes.items():
        if tuple(tensor.shape) != shape:
            raise ValueError(f"{name} has shape {tuple(tensor.shape)}, not {shape}")
    for name in ("valid", "spurious"):
        rows = [row for rows in fields[name] for row in rows]
        if len(fields[name]) != n_classes or any(not 0 <= row < n_concepts for row in rows):
            raise ValueError(f"{name} names concepts that are not there")


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"within_class is true or false, not {value!r}")
    return value


def _numbers(tensor: Tensor) -> list[Any]:
    numbers = tensor.numpy().astype(object)
    numbers[tensor.isnan().numpy()] = None
    return numbers.tolist()


def _floats(numbers: list[Any]) -> Tensor:
    return torch.from_numpy(np.array(numbers, dtype=np.float32))  # None becomes NaN
