"""Everything that a widget may be asked for, gathered for a page that stands alone."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tqdm.auto import tqdm

from semanticlens_widgets.widgets._lines import Line
from semanticlens_widgets.widgets._naming import Source, Vocabulary
from semanticlens_widgets.widgets._page import Columns, page_html
from semanticlens_widgets.widgets._page_audit import kept_audits
from semanticlens_widgets.widgets._page_lens import Keeper, Report, kept_layers, kept_maps, kept_pictures
from semanticlens_widgets.widgets._page_words import kept_image, kept_words
from semanticlens_widgets.widgets._rankings import Shown
from semanticlens_widgets.widgets._snapshot_audit import ShownClass

_OF_THE_HOST = ("layout", "tabbable", "tooltip")


@dataclass(frozen=True)
class ShownWidget:
    """A widget as it is to be kept."""

    title: str
    state: Mapping[str, Any]
    """Its traits, as the browser is sent them."""
    layers: Sequence[str]
    """Those that are kept."""
    joint: bool
    """Whether all layers are one map too."""
    vocabulary: Vocabulary | None
    """What the neurons are named by."""

    @property
    def query(self) -> Shown:
        """What is asked."""
        return Shown(self.state["layer"], self.state["query"], self.state["query_image"])

    @property
    def judged(self) -> ShownClass:
        """Which class, and what is required."""
        names = ("layer", "class_name", "requirements", "threshold")
        return ShownClass(*(self.state[name] for name in names))

    @property
    def maps(self) -> list[list[str]]:
        """The groups of layers that have a map of their own; none without a map."""
        if "method" not in self.state:
            return []
        all_layers = [list(self.layers)] if self.joint and len(self.layers) > 1 else []
        return [*([layer] for layer in self.layers), *all_layers]


def widget_page(line: Line, shown: ShownWidget, words: Source, progress: bool) -> str:
    """The page of a widget."""
    columns = Columns()
    with _bar(progress) as report:
        return page_html(shown.title, _contents(Keeper(line, columns, report), shown, words), columns)


def _contents(keeper: Keeper, shown: ShownWidget, words: Source) -> dict[str, Any]:
    state = shown.state
    # Its texts are embedded in one go, where they are those that name the neurons.
    vocabulary = keeper.line.naming.add(words)
    maps = kept_maps(keeper, shown.maps, state.get("method", ""))
    return {
        "traits": _traits(shown),
        "ids": keeper.lens.database.samples.ids.tolist(),
        "pictures": kept_pictures(keeper),
        "layers": kept_layers(keeper, shown.layers, shown.vocabulary),
        "maps": maps,
        "words": kept_words(keeper, vocabulary, shown.query, shown.maps, state.get("method", "")),
        "image": kept_image(keeper, shown.query),
        "audits": kept_audits(keeper, shown.judged, shown.layers) if "requirements" in state else {},
    }


def _traits(shown: ShownWidget) -> dict[str, Any]:
    """Without what is of the kernel, and without ways of showing that need it."""
    kept = [name for name in shown.state if not name.startswith("_") and name not in _OF_THE_HOST]
    state = {name: shown.state[name] for name in ("_view", "_view_id", *kept)}
    state["layers"] = [layer for layer in state["layers"] if layer["name"] in shown.layers]
    if "examples_choices" in state:
        state["examples_choices"] = [way for way in state["examples_choices"] if way != "heatmap"]
        state["examples_as"] = "frame" if state["examples_as"] == "heatmap" else state["examples_as"]
    return state


@contextmanager
def _bar(progress: bool) -> Iterator[Report]:
    """Shows what is being done, and how far it is."""
    with tqdm(total=1, disable=not progress, bar_format="{desc} {percentage:3.0f} %|{bar}|") as bar:

        def report(done: int, total: int, what: str) -> None:
            bar.set_description(what, refresh=False)
            bar.total, bar.n = max(1, total), done
            bar.refresh()

        yield report
        report(1, 1, "written")
