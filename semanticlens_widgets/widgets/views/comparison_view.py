"""Base class of the widgets of one comparison, whose sides take the place of a lens's layers."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import traitlets
from ipywidgets import Layout
from PIL import Image

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.analysis import Comparison
from semanticlens_widgets.lens.vocabularies import VocabularySource
from semanticlens_widgets.widgets.answers.comparisons.protocol import SideInfo
from semanticlens_widgets.widgets.answers.comparisons.sides import ServedSide
from semanticlens_widgets.widgets.answers.neurons.example_pictures import check_examples_as, choices
from semanticlens_widgets.widgets.comparison_session import comparison_session_of
from semanticlens_widgets.widgets.page.comparison import write_comparison
from semanticlens_widgets.widgets.page.contents import WidgetState
from semanticlens_widgets.widgets.page.file import PageForm, page_html, page_module
from semanticlens_widgets.widgets.views.view import View

Selected = tuple[str, str]
"""The name of a side, and of a component of its lens: ("before", "layer4:12")."""


def browser_names(selection: Sequence[Selected], _widget: object) -> list[str]:
    """Returns a selection as the browser has it: "before:12"."""
    return [f"{side}:{component.rpartition(':')[2]}" for side, component in selection]


class ComparisonView(View):
    """A view of a comparison whose query and selection follow the reader and can be set and observed."""

    sides = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True, typescript="SideInfo[]")
    selection = traitlets.List().tag(sync=True, to_json=browser_names, typescript="string[]")
    """Pairs of a side and a component; set to such pairs, the second maybe a number, or to texts like "before:12"."""

    pair = traitlets.List(traitlets.Unicode()).tag(sync=True)
    """The names of the two sides whose matches are shown; in a series on a map, `step` decides."""

    def __new__(cls, comparison: object, *given: Any, **rest: Any) -> Any:
        """Raises TypeError for anything but a comparison."""
        if not isinstance(comparison, Comparison):
            raise TypeError(
                f"comparison must be a comparison, not a {type(comparison).__name__}; make one with slw.compare(...)"
            )
        return super().__new__(cls, comparison, *given, **rest)

    def __init__(
        self,
        comparison: Comparison,
        *,
        query: str | Image.Image | Sequence[Image.Image] = "",
        pair: Sequence[str] | None = None,
        examples_as: str | None = None,
        linked: bool | Iterable[str] = True,
        layout: Layout | Mapping[str, str] | None = None,
        **traits: Any,
    ) -> None:
        """Opens a view of `comparison`: of its first and last side, with examples as every side's were embedded."""
        self.comparison = comparison
        session = comparison_session_of(comparison)
        cropped = all(one.side.database.crops is not None for one in session.sides)
        super().__init__(
            session,
            query=query,
            linked=linked,
            layout=layout,
            pair=[comparison.sides[0], comparison.sides[-1]] if pair is None else list(pair),
            examples_as=("crop" if cropped else "frame") if examples_as is None else examples_as,
            **traits,
        )

    def can_show(self, layer: str) -> bool:
        """Tells whether the view can show this side; "" is all of them."""
        return layer in ("", *self.comparison.sides)

    def to_html(
        self,
        path: str | Path,
        *,
        words: VocabularySource = "general",
        n_examples: int | None = None,
        progress: bool = True,
    ) -> Path:
        """Writes the widget as one file that works without Python and without a network; returns the path.

        All sides are kept, and what chance gives is drawn first. Controls that need a kernel (pictures as queries, heat
        maps) say so.

        Args:
            path: The file to write; an existing file is replaced once the new one is complete.
            words: Texts that the file can be searched for, as in `NeuronGallery.to_html`; the foundation model of each
                side embeds them.
            n_examples: Examples to keep per neuron, some 2 kB a picture; all by default.
            progress: Whether to show a progress bar.

        Raises ValueError for a path that cannot be written and for more than 20,000 neurons on all sides together, and
        what a layout, labels or words raise.
        """
        return self._write(path, page_html, n_examples, words=words, progress=progress)

    def to_module(
        self,
        path: str | Path,
        *,
        words: VocabularySource = "general",
        n_examples: int | None = None,
        progress: bool = True,
    ) -> Path:
        """Writes the widget as an ES module, as `NeuronGallery.to_module` does; arguments are those of `to_html`."""
        return self._write(path, page_module, n_examples, words=words, progress=progress)

    def _write(self, path: str | Path, form: PageForm, n_examples: int | None, **kept: Any) -> Path:
        state = WidgetState(
            title=self._title(),
            traits=self.get_state(),
            layers=self.comparison.sides,
            joint=True,
            vocabulary=None,
            n_examples=n_examples,
        )
        vocabularies = getattr(self, "_vocabularies", ())
        return write_comparison(self._session, path, state, form, vocabularies=vocabularies, **kept)

    def _title(self) -> str:
        return f"{type(self).__name__} of {' and '.join(self.comparison.sides)}"

    def _describe(self) -> None:
        served = self._session.sides
        made = [one.side.database.provenance for one in served]
        self.set_trait("sides", [_info(one) for one in served])
        self.set_trait("layers", [{"name": one.name, "n_components": one.n_components} for one in served])
        self.set_trait(
            "examples_choices", [way for way in choices(served[0].by.lens) if self._can_show_as(way)]
        )
        self.set_trait("foundation_model", " and ".join(dict.fromkeys(one.foundation_model for one in made)))
        caveats = dict.fromkeys(one.foundation_model_caveat for one in made)
        self.set_trait("caveat", " ".join(filter(None, caveats)))

    def _can_show_as(self, way: str) -> bool:
        return all(way in choices(one.lens) for one in self._session.sides.lenses)

    @traitlets.validate("layer")
    def _check_layer(self, proposal: Any) -> str:
        return proposal["value"] and self._session.sides.checked(proposal["value"])

    @traitlets.validate("pair")
    def _check_pair(self, proposal: Any) -> list[str]:
        names = [self._session.sides.checked(name) for name in proposal["value"]]
        if len(names) != 2 or names[0] == names[1]:
            sides = " and ".join(map(repr, self.comparison.sides[:2]))
            raise ValueError(f"pair must be the names of two sides, such as {sides}, not {shown(names)}")
        return names

    @traitlets.validate("selection")
    def _check_selection(self, proposal: Any) -> list[Selected]:
        return list(dict.fromkeys(map(self._selected, proposal["value"])))

    @traitlets.validate("examples_as")
    def _check_examples_as(self, proposal: Any) -> str:
        for one in self._session.sides.lenses:
            check_examples_as(one.lens, proposal["value"])
        return proposal["value"]

    def _selected(self, given: object) -> Selected:
        """Returns a side and a component's name; raises ValueError for what names neither."""
        name, component = _parts(given)
        one = self._session.sides.named(name)
        number = str(component).rpartition(":")[2].removeprefix("#")
        return one.name, one.side.examples.name(one.side.examples.component(number))

    def __repr__(self) -> str:
        sides = " and ".join(f"{one.name} ({one.n_components:,})" for one in self._session.sides)
        return self._described(sides)


def _parts(given: object) -> tuple[object, object]:
    if isinstance(given, str) and ":" in given:
        side, _, number = given.rpartition(":")
        return side, number
    if isinstance(given, list | tuple) and len(given) == 2:
        return given[0], given[1]
    raise ValueError(
        "a component of a side is a pair like ('before', 12), or text like 'before:12', not " + shown(given)
    )


def _info(one: ServedSide) -> SideInfo:
    made = one.side.database.provenance
    return {
        "name": one.name,
        "model": made.model,
        "layer": one.side.layer,
        "foundation_model": made.foundation_model,
        "n_components": one.n_components,
        "images": made.images_fingerprint,
    }
