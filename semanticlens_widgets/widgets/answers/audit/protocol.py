"""Parameters and results of the requests about classes; `typescript` writes them for the browser side."""

from typing import Literal, TypedDict

from semanticlens_widgets.widgets.answers.neurons.protocol import Nothing, PicturesResult, Size


class RequirementInfo(TypedDict):
    """The concepts that the decision for a class may rest on (valid), and those it must not rest on (spurious)."""

    class_name: str | None
    """Null applies to every class."""
    valid: list[str]
    spurious: list[str]


class LayerParams(TypedDict):
    """Parameters of `audit_classes`."""

    layer: str


class AttributeParams(LayerParams):
    """Parameters of `attribute`; the classes of the requirements are checked before the model runs."""

    requirements: list[RequirementInfo]


class ClassInfo(TypedDict):
    """A class of the model."""

    name: str
    n_samples: int


class ClassesResult(TypedDict):
    """Answer to `audit_classes`."""

    state: Literal["computed", "missing", "no_model"]
    """Without a relevance: "missing" if the lens has a model to compute it with, else "no_model"."""
    method: str
    """The method of attribution."""
    classes: list[ClassInfo]
    has_heatmaps: bool
    can_ablate: bool


class JudgingParams(TypedDict):
    """Settings of an audit."""

    threshold: float
    within_class: bool
    """True to judge components by the samples of the class too."""


class AuditParams(JudgingParams):
    """Parameters of `audit`: the concepts of one class."""

    layer: str
    class_name: str
    valid: list[str]
    spurious: list[str]


class ConceptTexts(TypedDict):
    """A text for every concept of the two lists, in order."""

    valid: list[str]
    spurious: list[str]


class AuditResult(TypedDict):
    """Answer to `audit`, with thirteen columns by component.

    Relevance and share (Float32); for valid and then for spurious concepts the z-score, its percentile among random
    groups of images, the alignment (Float32) and the index of the concept in its list (Uint16, 65535 is none); the
    verdict (Uint8, an index into `VERDICTS`); the bounds of the interval of the share (Float32).
    """

    n: int
    n_samples: int
    bar: float
    """A neuron answers to a concept from this percentile on, if its z-score reaches the threshold too."""
    shares: list[float]
    """Of positive relevance, in the order of `VERDICTS`; all 0 without positive relevance."""
    intervals: list[list[float]]
    """The two bounds of each share over the samples of the class; none without concepts, each empty for one sample."""
    calibrations: ConceptTexts
    """The baseline of the z-score of each concept: "words" or "pictures"."""
    caveats: ConceptTexts
    """Sentence on words of the concept that the foundation model is blind to; "" without any."""
    suspects: list[str]
    """Names of the spurious and ambiguous neurons with relevance, the largest share first."""


class BeforeParams(AuditParams):
    """Parameters of `audit_before`: a class of an earlier audit, and how it is judged now."""

    before_id: str


class BeforeResult(TypedDict):
    """Answer to `audit_before`, with two columns by component: share (Float32) and verdict (Uint8)."""

    n: int
    """0 if the audit is of another layer or without this class."""
    n_samples: int
    shares: list[float]
    intervals: list[list[float]]
    """As in `AuditResult`."""
    valid: list[str]
    spurious: list[str]
    differences: str
    """One sentence that names every setting in which the audits differ; "" for none."""


class WithinParams(TypedDict):
    """Parameters of `audit_within`, after which `audit` and `audit_summary` are quick with `within_class`."""

    layer: str
    requirements: list[RequirementInfo]
    threshold: float


class SummaryParams(JudgingParams):
    """Parameters of `audit_summary`."""

    layer: str
    requirements: list[RequirementInfo]


class ClassShares(TypedDict):
    """A class with the shares of its relevance in the order of `VERDICTS`."""

    name: str
    shares: list[float]
    spurious: list[float]
    """The two bounds of the spurious share over the samples of the class; none for one sample."""


class SummaryResult(TypedDict):
    """Answer to `audit_summary`: every class that has a requirement."""

    classes: list[ClassShares]


class AuditSamplesParams(TypedDict):
    """Parameters of `audit_samples`."""

    layer: str
    component: int
    class_name: str
    of: Literal["class", "all"]
    limit: int


class AuditSample(TypedDict):
    """A sample behind a component."""

    sample: int
    """The index in the dataset."""
    name: str
    label: str | None
    class_name: str
    """The class whose output was attributed."""
    predicted: str | None
    """The prediction of the model; null if it has no name."""
    score: float | None
    relevance: float | None


class SamplesResult(TypedDict):
    """Answer to `audit_samples`."""

    samples: list[AuditSample]
    """The most relevant of the class, or those of any class with the highest scores, best first."""
    n: int
    """The number of all such samples."""


class AuditPicturesParams(TypedDict):
    """Parameters of `audit_pictures`."""

    samples: list[int]
    """Indices in the dataset."""
    size: Size


class AuditHeatmapParams(TypedDict):
    """Parameters of `audit_heatmap`."""

    layer: str
    component: int
    samples: list[int]
    """Indices in the dataset."""


class AblateParams(TypedDict):
    """Parameters of `ablate`, and of a report with its result."""

    components: list[str]
    class_name: str
    threshold: float | None
    """For outputs that are judged one by one: yes above it. Null is 0, for logits."""


class MeasureChange(TypedDict):
    """A measure of the model's answers before and after ablation; null and no bounds where it is not defined."""

    measure: Literal["accuracy", "sensitivity", "specificity", "auroc"]
    before: float | None
    after: float | None
    before_interval: list[float]
    """The two bounds with 95 % confidence."""
    after_interval: list[float]
    random: float | None
    """With as many random neurons of about the same relevance ablated instead: mean over the draws."""


class Accuracy(TypedDict):
    """The answers on a class, or on all classes, before and after ablation."""

    class_name: str
    n: int
    measures: list[MeasureChange]
    """The accuracy; where outputs are judged one by one, for a class all four."""


class AblationResult(TypedDict):
    """Answer to `ablate`."""

    overall: Accuracy
    classes: list[Accuracy]
    n_draws: int


class SharedText(TypedDict):
    """A text that unexpected neurons of a class have among their two best."""

    text: str
    n: int
    expected: float
    """Number among as many random neurons of the layer."""
    chance_percentile: float
    components: list[str]


class AgreementResult(TypedDict):
    """Answer to `audit_agreement`."""

    n: int
    """Number of the unexpected neurons that were compared, the most relevant of the class."""
    texts: list[SharedText]
    """The most surprising first."""


class ExportParams(JudgingParams):
    """Parameters of `audit_export`, whose answer is a file in its buffer."""

    layer: str
    requirements: list[RequirementInfo]
    max_spurious: float
    format: Literal["csv", "json", "html"]
    ablation: AblateParams | None
    """An ablation that was measured, for a report."""


REQUESTS = {
    "audit_classes": (LayerParams, ClassesResult),
    "audit": (AuditParams, AuditResult),
    "audit_within": (WithinParams, Nothing),
    "audit_summary": (SummaryParams, SummaryResult),
    "audit_samples": (AuditSamplesParams, SamplesResult),
    "audit_pictures": (AuditPicturesParams, PicturesResult),
    "audit_heatmap": (AuditHeatmapParams, PicturesResult),
    "audit_agreement": (AuditParams, AgreementResult),
    "audit_before": (BeforeParams, BeforeResult),
    "audit_suspects": (AuditParams, Nothing),
    "attribute": (AttributeParams, Nothing),
    "ablate": (AblateParams, AblationResult),
    "audit_export": (ExportParams, Nothing),
}
"""Types of the parameters and of the answer by kind of request."""
