"""The prediction widget: one image, the components that fire on it, and the prediction as they are steered."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args
from uuid import uuid4

import traitlets
from ipywidgets import Layout

from semanticlens_widgets._arguments import check_choice, shown
from semanticlens_widgets.attribution import METHODS
from semanticlens_widgets.explanations import Explanation
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.explaining import Question, is_path, picture_of, sample_number
from semanticlens_widgets.lens.vocabularies import VocabularySource
from semanticlens_widgets.widgets.answers.neurons.component_names import component_names
from semanticlens_widgets.widgets.answers.predictions.explained import Asking, Explanations
from semanticlens_widgets.widgets.answers.predictions.protocol import Order
from semanticlens_widgets.widgets.page.file import Columns
from semanticlens_widgets.widgets.page.lens import Keeper
from semanticlens_widgets.widgets.page.prediction import prediction_contents
from semanticlens_widgets.widgets.snapshot.unattended import Step
from semanticlens_widgets.widgets.views.result_view import ResultView
from semanticlens_widgets.widgets.views.trait_types import Choice

_ONE_OF = (("sample", "picture"), ("contrast_class", "contrast_sample", "contrast_picture"))
"""Traits of which one is set: setting another empties it."""
_SUBJECT = (
    "layer",
    "sample",
    "picture",
    "class_name",
    "contrast_class",
    "contrast_sample",
    "contrast_picture",
)
"""Traits that name what is explained."""


class PredictionView(ResultView):
    """One image with what the model predicts, the components that fire on it and what each adds, to be steered.

    `image`, `class_name`, `contrast`, `layer`, `component`, `place`, `by`, `query` and `factors` follow the reader and
    can be set and observed; `explanation` is what is shown, as `lens.explain` returns it.
    """

    _view = traitlets.Unicode("prediction_view").tag(sync=True)

    asking = traitlets.Unicode(read_only=True).tag(sync=True)
    """The id of the options in requests."""
    n_images = traitlets.Int(0, read_only=True).tag(sync=True)
    has_model = traitlets.Bool(False, read_only=True).tag(sync=True)
    """True if any image can be explained, and not only samples by what the lens holds."""
    sample = traitlets.Int(None, allow_none=True).tag(sync=True, typescript="number | null")
    """The number of the explained sample; None for an image that is no sample."""
    picture = traitlets.Unicode().tag(sync=True)
    """The handle of an explained image that is no sample; "" for a sample."""
    class_name = traitlets.Unicode().tag(sync=True)
    """The class whose output is explained; "" for the predicted one."""
    contrast_class = traitlets.Unicode().tag(sync=True)
    contrast_sample = traitlets.Int(None, allow_none=True).tag(sync=True, typescript="number | null")
    contrast_picture = traitlets.Unicode().tag(sync=True)
    component = traitlets.Unicode().tag(sync=True)
    """The component whose heat map and examples are shown; "" for none."""
    place = traitlets.List(traitlets.Float()).tag(sync=True)
    """A pixel [x, y] of the model's input, whose components are shown; empty for those of the whole image."""
    by = Choice(get_args(Order)).tag(sync=True)
    """The order of the components."""
    factors = traitlets.Dict().tag(sync=True, typescript="Record<string, number>")
    """The factor of each steered component, 0 to 3, as in `lens.steer`."""

    def __init__(
        self,
        lens: Lens,
        image: object,
        *,
        layer: str | None = None,
        class_name: str | None = None,
        contrast: object = None,
        method: str = "gradient",
        threshold: float | None = None,
        vocabulary: VocabularySource | None = "general",
        component: str = "",
        by: str | None = None,
        factors: Mapping[str, float] | None = None,
        height: int = 720,
        linked: bool | Iterable[str] = True,
        layout: Layout | Mapping[str, str] | None = None,
    ) -> None:
        """Opens the widget of one image; `lens.explain(image)` shows it too.

        Args:
            lens: The lens to ask.
            image: The number of a sample, a path, a PIL image or an array, as in `lens.explain`; or an explanation,
                with its layer, class, contrast, method, threshold and vocabulary.
            layer: The initial layer; by default the one that `lens.explain` takes.
            class_name: The class that is explained; by default the predicted one.
            contrast: Another class, or another image for the same class, as in `lens.explain`.
            method: As in `lens.explain`.
            threshold: As in `lens.explain`.
            vocabulary: As in `lens.explain`; None for no labels.
            component: The name of the component whose heat map and examples are shown at first.
            by: The order of the components: "relevance", "difference" (in a contrast, where it is the default),
                "percentile", "score", or "alignment" with the query.
            factors: The factors of components that are steered at first, as in `lens.steer`.
            height: In pixels, 240 to 4,000.
            linked: The changes to share with the other widgets of the lens, as in `NeuronGallery`.
            layout: As in `NeuronGallery`.

        Raises what `lens.explain` raises.
        """
        asked = _question(
            lens, image, lens.database.layer_name(layer), class_name, contrast, method, threshold, vocabulary
        )
        super().__init__(lens, layer=asked.layer, height=height, linked=linked, layout=layout)
        self._asking = Asking(asked.method, asked.threshold, asked.vocabulary)
        asking = uuid4().hex
        self._explanations.asked[asking] = self._asking
        self.set_trait("asking", asking)
        self.set_trait("n_images", lens.database.provenance.n_images)
        self.set_trait("has_model", lens._session.studied is not None)
        self.image, self.contrast, self.class_name = asked.image, asked.contrast, asked.class_name or ""
        self.by = by or ("relevance" if asked.contrast is None else "difference")
        if isinstance(image, Explanation):
            self._explanations.keep(self._about, image)
        self._explanations.at(self._about)  # raises in the cell for what is not there
        self.component, self.factors = component, dict(factors or {})

    @property
    def image(self) -> Any:
        """The explained image: the number of a sample, or a PIL image. Takes what `lens.explain` takes."""
        return self._explanations.image(self.sample, self.picture)

    @image.setter
    def image(self, image: object) -> None:
        with self.hold_trait_notifications():
            self.place = []
            self._set_image(image, "sample", "picture")

    @property
    def contrast(self) -> Any:
        """The class or the image that the image is contrasted with; None for none."""
        if self.contrast_class or (self.contrast_sample is None and not self.contrast_picture):
            return self.contrast_class or None
        return self._explanations.image(self.contrast_sample, self.contrast_picture)

    @contrast.setter
    def contrast(self, contrast: object) -> None:
        is_class = isinstance(contrast, str) and not is_path(contrast)
        with self.hold_trait_notifications():
            self.contrast_class = contrast if is_class else ""
            self._set_image(None if is_class else contrast, "contrast_sample", "contrast_picture")
        if self.by in ("relevance", "difference"):
            self.by = "relevance" if contrast is None else "difference"

    @property
    def explanation(self) -> Explanation:
        """The explanation that is shown, with effects, as `lens.explain` returns it."""
        return self._explanations.whole(self._about)

    @property
    def _explanations(self) -> Explanations:
        return self._session.explanations

    @property
    def _about(self) -> dict[str, Any]:
        """The parameters of requests about what is shown."""
        return {name: getattr(self, name) for name in ("asking", *_SUBJECT)}

    def _set_image(self, image: object, sample: str, picture: str) -> None:
        session = self.lens._session
        number = None if image is None else sample_number(session, image)
        handle = ""
        if image is not None and number is None:
            session.with_model()
            handle = self._explanations.pictures.add([picture_of(session, image)])
        with self.hold_trait_notifications():
            self.set_trait(sample, number)
            self.set_trait(picture, handle)

    def _contents(self, columns: Columns) -> dict[str, Any]:
        orders = ["relevance", *([] if self.contrast is None else ["difference"]), "percentile", "score"]
        opened = [self.lens.database.locate(self.component)[1]] if self.component else []
        keeper = Keeper(self._session, columns, lambda _done, _total, _what: None)
        return prediction_contents(keeper, self.get_state(), self._about, orders, opened)

    def _drawn(self) -> Sequence[str]:
        return [self._explanations.at(self._about)._repr_html_()]

    def _steps(self) -> Iterable[Step]:
        yield lambda _check: self.explanation

    def _title(self) -> str:
        return f"A prediction of {self.lens.database.provenance.model}"

    @traitlets.observe(*(name for names in _ONE_OF for name in names))
    def _empty_others(self, change: Any) -> None:
        names = next(names for names in _ONE_OF if change["name"] in names)
        if change["new"] not in (None, ""):
            for other in set(names) - {change["name"]}:
                self.set_trait(other, self.trait_defaults(other))

    @traitlets.validate("sample", "contrast_sample")
    def _check_sample(self, proposal: Any) -> int | None:
        return None if proposal["value"] is None else sample_number(self.lens._session, proposal["value"])

    @traitlets.validate("picture", "contrast_picture")
    def _check_picture(self, proposal: Any) -> str:
        if proposal["value"]:
            self._explanations.pictures.get(proposal["value"])
        return proposal["value"]

    @traitlets.validate("component")
    def _check_component(self, proposal: Any) -> str:
        return next(
            iter(component_names(self.lens.database, filter(None, [proposal["value"]]), self.layer)), ""
        )

    @traitlets.validate("place")
    def _check_place(self, proposal: Any) -> list[float]:
        if len(proposal["value"]) not in (0, 2):
            raise ValueError(f"place must be a pixel [x, y], or empty, not {shown(proposal['value'])}")
        return proposal["value"]

    @traitlets.validate("by")
    def _check_by(self, proposal: Any) -> str:
        if proposal["value"] == "difference" and self.contrast is None:
            raise ValueError(
                "by='difference' needs a contrast: set view.contrast to a class or an image first"
            )
        return proposal["value"]

    @traitlets.validate("factors")
    def _check_factors(self, proposal: Any) -> dict[str, float]:
        if proposal["value"]:
            self.lens.steer(proposal["value"])
        return proposal["value"]

    def __repr__(self) -> str:
        found = self._explanations.at(self._about)
        return f"<PredictionView of {found!r}; open the notebook in Jupyter to see it>"


def _question(lens: Lens, image: object, layer: str, *options: Any) -> Question:
    """Returns the question that is asked, of an explanation the one that it answers."""
    if isinstance(image, Explanation):
        if image.question is None or image.question.lens is not lens:
            raise ValueError("image must be an explanation by this lens: lens.explain(image)")
        return image.question
    check_choice("method", options[2], METHODS)
    return Question(lens, image, layer, *options)
