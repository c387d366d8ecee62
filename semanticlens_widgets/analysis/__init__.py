"""Questions to a concept database; none of them needs the studied model.

`queries` rank components, `labels` name them, `scores` describe them, `audits` hold requirements against them,
`cards` sum them up layer by layer, `knowledge` in words, `comparisons` match those of several models;
`samples` and `relevant_examples` lead from a component back to the data, and `role` to the classes and components that
it serves.
"""

from semanticlens_widgets.analysis.audits.assertions import assert_audit
from semanticlens_widgets.analysis.audits.audit import MAX_SPURIOUS, Audit
from semanticlens_widgets.analysis.audits.auditor import Auditor, audit
from semanticlens_widgets.analysis.audits.cases.cases import requirements
from semanticlens_widgets.analysis.audits.changes.change import AuditChange
from semanticlens_widgets.analysis.audits.read_requirements import read_requirements
from semanticlens_widgets.analysis.audits.requirements import Concept, Requirement, requirement_of_each
from semanticlens_widgets.analysis.audits.verdicts import ANSWERS_ABOVE, VERDICTS, Verdict
from semanticlens_widgets.analysis.cards.card import Card, card
from semanticlens_widgets.analysis.comparisons.assertions import check_kept
from semanticlens_widgets.analysis.comparisons.comparison import Comparison
from semanticlens_widgets.analysis.comparisons.concepts import Embed, concept_changes
from semanticlens_widgets.analysis.comparisons.correlations import ByActivations
from semanticlens_widgets.analysis.comparisons.directions import ByEmbedding, ByExamples, ByVocabulary
from semanticlens_widgets.analysis.comparisons.measures import Measure
from semanticlens_widgets.analysis.knowledge.agreeing import agree, compare_labels
from semanticlens_widgets.analysis.knowledge.summary import Knowledge, knowledge
from semanticlens_widgets.analysis.labels.agreement import agreement
from semanticlens_widgets.analysis.labels.candidates import Candidates, joined, read_candidates
from semanticlens_widgets.analysis.labels.contrastive import contrastive_embeddings, look_alikes
from semanticlens_widgets.analysis.labels.example_queries import example_queries
from semanticlens_widgets.analysis.labels.faithfulness import (
    faithfulness,
    labelled_layers,
    score_table,
    simulation_correlation,
)
from semanticlens_widgets.analysis.labels.imported import import_labels
from semanticlens_widgets.analysis.labels.labels import CLEAR_ABOVE, label, top_labels
from semanticlens_widgets.analysis.labels.side_by_side import label_column, side_by_side
from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary, embed_vocabulary
from semanticlens_widgets.analysis.queries.calibration import (
    WEAK_BELOW,
    NullCalibration,
    calibrations_by,
    null_calibration,
    null_calibrations,
)
from semanticlens_widgets.analysis.queries.language import Term, parse_query
from semanticlens_widgets.analysis.queries.null_words import NULL_WORDS
from semanticlens_widgets.analysis.queries.probes import Probe, probe, probes
from semanticlens_widgets.analysis.queries.query import Query, QuerySource, read_query
from semanticlens_widgets.analysis.queries.ranking import Ranking, rank
from semanticlens_widgets.analysis.queries.search import search, search_many
from semanticlens_widgets.analysis.relevant_examples import RelevantExamples, relevant_examples
from semanticlens_widgets.analysis.role import WEAK_EDGE_BELOW, feeding_components, served_classes
from semanticlens_widgets.analysis.samples import driving_samples
from semanticlens_widgets.analysis.scores.scores import (
    clarity,
    polysemanticity,
    redundancy,
    scores,
    similarity,
)
from semanticlens_widgets.analysis.sides import Side

__all__ = [
    "ANSWERS_ABOVE",
    "CLEAR_ABOVE",
    "MAX_SPURIOUS",
    "NULL_WORDS",
    "VERDICTS",
    "WEAK_BELOW",
    "WEAK_EDGE_BELOW",
    "Audit",
    "AuditChange",
    "Auditor",
    "ByActivations",
    "ByEmbedding",
    "ByExamples",
    "ByVocabulary",
    "Candidates",
    "Card",
    "Comparison",
    "Concept",
    "Embed",
    "EmbeddedVocabulary",
    "Knowledge",
    "Measure",
    "NullCalibration",
    "Probe",
    "Query",
    "QuerySource",
    "Ranking",
    "RelevantExamples",
    "Requirement",
    "Side",
    "Term",
    "Verdict",
    "agree",
    "agreement",
    "assert_audit",
    "audit",
    "calibrations_by",
    "card",
    "check_kept",
    "clarity",
    "compare_labels",
    "concept_changes",
    "contrastive_embeddings",
    "driving_samples",
    "embed_vocabulary",
    "example_queries",
    "faithfulness",
    "feeding_components",
    "import_labels",
    "joined",
    "knowledge",
    "label",
    "label_column",
    "labelled_layers",
    "look_alikes",
    "null_calibration",
    "null_calibrations",
    "parse_query",
    "polysemanticity",
    "probe",
    "probes",
    "rank",
    "read_candidates",
    "read_query",
    "read_requirements",
    "redundancy",
    "relevant_examples",
    "requirement_of_each",
    "requirements",
    "score_table",
    "scores",
    "search",
    "search_many",
    "served_classes",
    "side_by_side",
    "similarity",
    "simulation_correlation",
    "top_labels",
]
