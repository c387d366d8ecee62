"""What widgets have that show concept examples: as what they show them."""

from typing import Any

import traitlets

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.neurons.example_pictures import EXAMPLES_AS, choices
from semanticlens_widgets.widgets.views.lens_view import LensWidget

_NEEDS = {
    "crop": "crops, which this lens was built without; build it with Lens.build(..., crop=True)",
    "heatmap": "the studied model and the images; pass both: Lens.open(path, model=model, images=images)",
}


class ExampleWidget(LensWidget):
    """A view of a lens that shows examples: unless told otherwise, as what was embedded."""

    examples_as = traitlets.Unicode().tag(sync=True, options=EXAMPLES_AS)
    examples_choices = traitlets.List(traitlets.Unicode(), read_only=True).tag(sync=True)
    """What `examples_as` may be for this lens."""

    def _describe_lens(self) -> None:
        super()._describe_lens()
        self.set_trait("examples_choices", choices(self.lens))

    @traitlets.default("examples_as")
    def _what_examples_are(self) -> str:
        return "frame" if self.lens.database.crops is None else "crop"

    def __init__(self, lens: Lens, *, examples_as: str | None = None, **rest: Any) -> None:
        """A view of `lens`; None shows its examples as what they are."""
        given = {} if examples_as is None else {"examples_as": examples_as}
        super().__init__(lens, **given, **rest)

    @traitlets.validate("examples_as")
    def _check_examples_as(self, proposal: Any) -> str:
        way = proposal["value"]
        check_choice("examples_as", way, EXAMPLES_AS)
        if way not in choices(self.lens):
            raise ValueError(f"examples_as={way!r} needs {_NEEDS[way]}")
        return way
