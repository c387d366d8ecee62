"""Everything that a widget may be asked for, gathered for a page that stands alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tqdm.auto import tqdm

from semanticlens_widgets._arguments import check_at_least, check_new_file, check_texts
from semanticlens_widgets.lens.vocabularies import VocabularySource
from semanticlens_widgets.widgets.answers.audit.class_query import ClassQuery
from semanticlens_widgets.widgets.answers.labels.labels import Vocabulary
from semanticlens_widgets.widgets.answers.neurons.rankings import RankQuery
from semanticlens_widgets.widgets.page.audit import kept_audits, sample_lists
from semanticlens_widgets.widgets.page.file import Columns, PageForm, check_size, page_html, write_page
from semanticlens_widgets.widgets.page.folder import PAGE, PARTS, check_page_folder, draft_of
from semanticlens_widgets.widgets.page.lens import Keeper, Report, kept_layer, kept_maps, kept_pictures
from semanticlens_widgets.widgets.page.parts import Parts, Shown, layer_in_parts
from semanticlens_widgets.widgets.page.result import own_traits
from semanticlens_widgets.widgets.page.words import kept_image, kept_words
from semanticlens_widgets.widgets.session import WidgetSession


@dataclass(frozen=True)
class WidgetState:
    """A widget as it is to be kept."""

    title: str
    traits: Mapping[str, Any]
    """Its traits, as the browser is sent them."""
    layers: Sequence[str]
    """Those that are kept."""
    joint: bool
    """True if all layers are one map too."""
    vocabulary: Vocabulary | None
    """Vocabulary of the neurons' labels."""
    n_examples: int | None
    """Number of examples kept per neuron; None for all."""

    @property
    def query(self) -> RankQuery:
        """The query."""
        return RankQuery(self.traits["layer"], self.traits["query"], self.traits["query_image"])

    @property
    def judged(self) -> ClassQuery:
        """The class and its requirement."""
        names = ("layer", "class_name", "requirements", "threshold", "within_class")
        return ClassQuery(*(self.traits[name] for name in names))

    @property
    def maps(self) -> list[list[str]]:
        """The groups of layers that have a map of their own; none without a map. Sides of a comparison share one."""
        if "method" not in self.traits:
            return []
        all_layers = [list(self.layers)] if self.joint and len(self.layers) > 1 else []
        single = [] if "sides" in self.traits else [[layer] for layer in self.layers]
        return [*single, *all_layers]


def write_widget(
    session: WidgetSession,
    path: str | Path,
    shown: WidgetState,
    form: PageForm,
    *,
    layers: Iterable[str] | None,
    words: VocabularySource,
    progress: bool,
) -> Path:
    """Writes a page or a module with these layers (None: all) besides those that are shown; returns its path.

    Raises ValueError for layers of too many neurons.
    """
    file = check_new_file("path", path)
    state = _state(session, shown, layers)
    check_size(
        {name: session.rankings.lens.database.examples[name].n_components for name in state.layers},
        f"name fewer with layers=[...], or write a folder: to_html({file.stem!r})",
    )
    columns = Columns()
    vocabulary = session.labeller.add(words)  # raises for an invalid one before any work is done
    with progress_bar(progress) as report:
        contents = _contents(Keeper(session, columns, report), state, vocabulary)
        write_page(file, form(shown.title, contents, columns))
    return file


def write_folder(
    session: WidgetSession,
    path: str | Path,
    shown: WidgetState,
    *,
    layers: Iterable[str] | None,
    words: VocabularySource,
    progress: bool,
) -> Path:
    """Writes a page in a folder, with the parts that it loads beside it; returns the path of the page."""
    folder = check_page_folder("path", path)
    state = _state(session, shown, layers)
    vocabulary = session.labeller.add(words)
    with draft_of(folder) as draft, progress_bar(progress) as report:
        columns = Parts(draft / PARTS)
        contents = _contents(Keeper(session, columns, report), state, vocabulary)
        columns.joined()
        text = page_html(shown.title, {**contents, "starts": columns.starts}, columns)
        (draft / PAGE).write_text(text, encoding="utf-8")
    return folder / PAGE


def _state(session: WidgetSession, shown: WidgetState, wanted: str | Iterable[str] | None) -> WidgetState:
    """The widget with the layers to keep, in the order of the lens."""
    if shown.n_examples is not None:
        check_at_least("n_examples", shown.n_examples, 1)
    lens = session.rankings.lens
    given = lens.layers if wanted is None else check_texts("layers", wanted)
    names = {*map(lens.database.layer_name, given), *shown.layers}
    return replace(shown, layers=[name for name in lens.layers if name in names])


def _contents(keeper: Keeper, shown: WidgetState, vocabulary: Vocabulary) -> dict[str, Any]:
    method = shown.traits.get("method", "")
    maps = kept_maps(keeper, shown.maps, method)
    layers, neurons = _layers(keeper, shown, vocabulary)
    before_id = shown.traits.get("before_id", "")
    has_audits = "requirements" in shown.traits
    audits = kept_audits(keeper, shown.judged, shown.layers, before_id) if has_audits else {}
    ids = keeper.lens.database.samples.ids.tolist()
    rows = neurons.samples | shown_samples(ids, layers, maps, audits)
    return {
        "traits": kept_traits(shown),
        "ids": ids,
        "pictures": kept_pictures(keeper, rows, neurons.crops | shown_crops(layers, shown.n_examples)),
        "layers": layers,
        "maps": maps,
        "words": kept_words(keeper, vocabulary, shown.query, shown.maps, method),
        "image": kept_image(keeper, shown.query),
        "audits": audits,
    }


def _layers(keeper: Keeper, shown: WidgetState, words: Vocabulary) -> tuple[dict[str, Any], Shown]:
    """The layers, and what their neurons show where these are in parts."""
    n_examples, vocabulary, neurons = shown.n_examples, shown.vocabulary, Shown()
    if not isinstance(columns := keeper.columns, Parts):
        kept = {layer: kept_layer(keeper, layer, n_examples, vocabulary) for layer in shown.layers}
        return kept, neurons
    unrelated = keeper.session.labeller.embedded(words, keeper.report).unrelated
    kept = {
        layer: layer_in_parts(keeper, columns, layer, n_examples, vocabulary, unrelated, neurons)
        for layer in shown.layers
    }
    return kept, neurons


def shown_samples(
    ids: Sequence[int], layers: Mapping[str, Any], maps: Sequence[Any], audits: Mapping[str, Any]
) -> set[int]:
    """The rows of the samples that anything in the page shows."""
    details = [detail for layer in layers.values() for detail in layer["details"]]
    rows = {one["row"] for detail in details for one in [*detail["examples"], *detail["look_alikes"]]}
    rows |= {cluster["sample"] for one in maps for cluster in one["result"]["clusters"]}
    behind = [found for audit in audits.values() for found in sample_lists(audit)]
    judged = {sample["sample"] for found in behind for sample in found["samples"]}
    return rows | {row for row, sample in enumerate(ids) if sample in judged}


def shown_crops(layers: Mapping[str, Any], n_examples: int | None) -> set[int]:
    """The rows of the crops that anything in the page shows."""
    tables = [layer["crops"] for layer in layers.values() if layer["crops"] is not None]
    return {
        row
        for table in tables
        for place, row in enumerate(table["rows"])
        if n_examples is None or place % table["k"] < n_examples
    }


def kept_traits(shown: WidgetState) -> dict[str, Any]:
    """Without what is of the kernel, and without ways of showing that need it."""
    state = own_traits(shown.traits)
    state["layers"] = [layer for layer in state["layers"] if layer["name"] in shown.layers]
    if "examples_choices" in state:
        state["examples_choices"] = [way for way in state["examples_choices"] if way != "heatmap"]
        state["examples_as"] = "frame" if state["examples_as"] == "heatmap" else state["examples_as"]
    return state


@contextmanager
def progress_bar(progress: bool) -> Iterator[Report]:
    """Shows what is being done, and how far it is."""
    with tqdm(total=1, disable=not progress, bar_format="{desc} {percentage:3.0f} %|{bar}|") as bar:

        def report(done: int, total: int, what: str) -> None:
            before = str(bar)
            bar.set_description(what, refresh=False)
            bar.total, bar.n = max(1, total), done
            # Asked for twenty times a second, and every refresh is a line where output is a file.
            if str(bar) != before:
                bar.refresh()

        yield report
        report(1, 1, "written")
