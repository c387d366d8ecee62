"""Base class of the widgets of one lens: its layers, their components and their examples."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import traitlets
from ipywidgets import Layout
from PIL import Image

from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.neurons.component_names import component_names
from semanticlens_widgets.widgets.answers.neurons.example_pictures import check_examples_as, choices
from semanticlens_widgets.widgets.session import session_of
from semanticlens_widgets.widgets.views.view import View


def opened_layer(lens: Lens, layer: str | None = None, components: Iterable[str] = ()) -> str:
    """Returns the layer that a widget opens: `layer`, or that of the first of `components` that names its layer.

    With neither, the layer of `lens.audit`, or the last with a relevance if that has none yet.
    Raises LayerNotFoundError for an unknown layer.
    """
    named = (name.rpartition(":")[0] for name in components if isinstance(name, str) and ":" in name)
    if (wanted := next(named, None) if layer is None else layer) is not None:
        return lens.database.layer_name(wanted)
    attributed = list(lens.database.relevance)
    return lens.deepest_layer if lens.deepest_layer in attributed or not attributed else attributed[-1]


class LensView(View):
    """A view of a lens whose layer, query and selection follow the reader and can be set and observed."""

    selection = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __new__(cls, lens: object, *given: Any, **rest: Any) -> Any:
        """Raises TypeError for anything but a lens, before a view reads attributes off it."""
        if not isinstance(lens, Lens):
            raise TypeError(
                f"lens must be a lens, not a {type(lens).__name__}; make one with Lens.build(...) or slw.open(path)"
            )
        return super().__new__(cls, lens, *given, **rest)

    def __init__(
        self,
        lens: Lens,
        *,
        query: str | Image.Image | Sequence[Image.Image] = "",
        examples_as: str | None = None,
        linked: bool | Iterable[str] = True,
        layout: Layout | Mapping[str, str] | None = None,
        **traits: Any,
    ) -> None:
        """Opens a view of `lens` with initial `traits`; `examples_as=None` shows examples as they were embedded."""
        self.lens = lens
        as_embedded = "frame" if lens.database.crops is None else "crop"
        super().__init__(
            session_of(lens),
            query=query,
            linked=linked,
            layout=layout,
            examples_as=as_embedded if examples_as is None else examples_as,
            **traits,
        )

    def can_show(self, layer: str) -> bool:
        """Tells whether the view can show this layer."""
        return layer in self.lens.layers

    def _title(self) -> str:
        return f"{type(self).__name__} of {self.lens.database.provenance.model}"

    def _describe(self) -> None:
        database = self.lens.database
        layers = [{"name": name, "n_components": one.n_components} for name, one in database.examples.items()]
        self.set_trait("layers", layers)
        self.set_trait("examples_choices", choices(self.lens))
        self.set_trait("foundation_model", database.provenance.foundation_model)
        self.set_trait("caveat", database.provenance.foundation_model_caveat)
        self.set_trait("left_out", database.provenance.left_out)

    def _layers_shown(self) -> list[str]:
        return [self.layer]

    @traitlets.validate("layer")
    def _check_layer(self, proposal: Any) -> str:
        return self.lens.database.layer_name(proposal["value"])

    @traitlets.validate("selection")
    def _check_selection(self, proposal: Any) -> list[str]:
        return component_names(self.lens.database, proposal["value"], self.layer)

    @traitlets.validate("examples_as")
    def _check_examples_as(self, proposal: Any) -> str:
        check_examples_as(self.lens, proposal["value"])
        return proposal["value"]

    def __repr__(self) -> str:
        shown = self._layers_shown()
        n = sum(self.lens.database.examples[layer].n_components for layer in shown)
        return self._described(f"{', '.join(shown)}: {n:,} neurons")
