"""Everything that a widget of a comparison may be asked for, gathered for a page that stands alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

from semanticlens_widgets._arguments import check_at_least, check_new_file
from semanticlens_widgets.lens.vocabularies import VocabularySource
from semanticlens_widgets.widgets.answers.comparisons.sides import Answering, ServedSide
from semanticlens_widgets.widgets.answers.labels.labels import Labeller, Vocabulary
from semanticlens_widgets.widgets.answers.map.layout_tasks import LayoutTasks
from semanticlens_widgets.widgets.answers.neurons.query_images import QueryImages
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings
from semanticlens_widgets.widgets.comparison_session import ComparisonSession
from semanticlens_widgets.widgets.kernel.channel import Channel
from semanticlens_widgets.widgets.kernel.request import Answer
from semanticlens_widgets.widgets.page.contents import (
    WidgetState,
    kept_traits,
    progress_bar,
    shown_crops,
    shown_samples,
)
from semanticlens_widgets.widgets.page.file import Columns, PageForm, check_size, write_page
from semanticlens_widgets.widgets.page.lens import (
    Keeper,
    Report,
    kept_layer,
    kept_maps,
    picture_files,
)
from semanticlens_widgets.widgets.page.words import kept_image, kept_words


@dataclass(frozen=True)
class SideSession:
    """The session of a comparison, for one of its lenses."""

    channel: Channel
    images: QueryImages
    layouts: LayoutTasks
    rankings: Rankings
    labeller: Labeller


class SideKeeper(Keeper):
    """Keeps the answers about one side, by its name."""

    def __init__(
        self, session: ComparisonSession, side: ServedSide, columns: Columns, report: Report
    ) -> None:
        by = side.by
        own = SideSession(session.channel, session.images, session.layouts, by.rankings, by.labeller)
        super().__init__(own, columns, report)
        self._side = side

    def ask(self, kind: str, **params: Any) -> Answer:
        """One answer about the side, where its lens has a layer."""
        return super().ask(kind, **{**params, **({"layer": self._side.name} if "layer" in params else {})})


def write_comparison(
    session: ComparisonSession,
    path: str | Path,
    shown: WidgetState,
    form: PageForm,
    *,
    vocabularies: Sequence[Vocabulary],
    words: VocabularySource,
    progress: bool,
) -> Path:
    """Writes a page or a module with all sides; `vocabularies` are those of the labels, one for each lens, or none."""
    file = check_new_file("path", path)
    if shown.n_examples is not None:
        check_at_least("n_examples", shown.n_examples, 1)
    check_size(
        {side.name: side.n_components for side in session.sides}, "compare smaller layers, or fewer sides"
    )
    for by in session.sides.lenses:
        by.labeller.add(words)  # raises for invalid ones before any work is done
    columns = Columns()
    with progress_bar(progress) as report:
        keepers = [SideKeeper(session, side, columns, report) for side in session.sides]
        contents = _contents(session, keepers, shown, vocabularies, words)
        write_page(file, form(shown.title, contents, columns))
    return file


def _contents(
    session: ComparisonSession,
    keepers: Sequence[SideKeeper],
    shown: WidgetState,
    vocabularies: Sequence[Vocabulary],
    words: VocabularySource,
) -> dict[str, Any]:
    sides, keeper = session.sides, keepers[0]
    maps = kept_maps(keeper, shown.maps, shown.traits.get("method", ""))
    spaces = _spaces(session)
    layers = {
        side.name: {
            **_layer(session, each, side, shown.n_examples, vocabularies),
            "space": spaces.index(_space_of(side.by)),
        }
        for each, side in zip(keepers, sides, strict=True)
    }
    rows = shown_samples([], layers, maps, {})
    kept = [_space(keepers, space, session, shown, words) for space in spaces]
    return {
        "traits": kept_traits(shown),
        "ids": [],
        "pictures": _pictures(keeper, sides.lenses, rows, shown_crops(layers, shown.n_examples)),
        "layers": layers,
        "maps": maps,
        **kept[0],
        "spaces": kept[1:],
        "audits": {},
        "matches": _matches(keeper, [side.name for side in sides]),
    }


def _layer(
    session: ComparisonSession,
    keeper: SideKeeper,
    side: ServedSide,
    n_examples: int | None,
    vocabularies: Sequence[Vocabulary],
) -> dict[str, Any]:
    """A side as a layer of a lens, whose crops are numbered through all lenses."""
    number = session.sides.lenses.index(side.by)
    layer = kept_layer(keeper, side.side.layer, n_examples, vocabularies[number] if vocabularies else None)
    crops = layer["crops"]
    if crops is not None:
        first = sum(_n_crops(by) for by in session.sides.lenses[:number])
        crops["rows"] = [row + first if row >= 0 else row for row in crops["rows"]]
    return layer


def _space_of(by: Answering) -> str:
    return by.lens.database.provenance.foundation_model_fingerprint


def _spaces(session: ComparisonSession) -> list[str]:
    """The foundation models of the sides, each once."""
    return list(dict.fromkeys(_space_of(by) for by in session.sides.lenses))


def _space(
    keepers: Sequence[SideKeeper],
    space: str,
    session: ComparisonSession,
    shown: WidgetState,
    words: VocabularySource,
) -> dict[str, Any]:
    """The words and the image of the query, as one foundation model embeds them."""
    pairs = zip(keepers, session.sides, strict=True)
    keeper = next(each for each, side in pairs if _space_of(side.by) == space)
    # Queries have a place on maps of embeddings alone.
    maps = shown.maps if session.sides.comparison.by == "embedding" else []
    vocabulary = keeper.session.labeller.add(words)
    method = shown.traits.get("method", "")
    return {
        "words": kept_words(keeper, vocabulary, shown.query, maps, method),
        "image": kept_image(keeper, shown.query),
    }


def _matches(keeper: Keeper, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The matches of each side in each other one."""
    found: dict[str, dict[str, Any]] = {name: {} for name in names}
    for source, target in permutations(names, 2):
        keeper.report(0, 1, f"comparing {source} with {target}")
        pair = {"source": source, "target": target}
        found[source][target] = {kind: keeper.kept(kind, **pair) for kind in ("nearest", "chance")}
    return found


def _pictures(keeper: Keeper, lenses: Sequence[Answering], rows: set[int], crops: set[int]) -> dict[str, Any]:
    """The thumbnails of the samples and crops of all lenses, one lens after the other."""
    files: Mapping[str, list[bytes]] = {"samples": [], "crops": []}
    for by in lenses:
        database = by.lens.database
        first = len(files["samples"]), len(files["crops"])
        files["samples"].extend(picture_files(database.samples, {row - first[0] for row in rows}))
        if database.crops is not None:
            files["crops"].extend(picture_files(database.crops, {row - first[1] for row in crops}))
    return {name: keeper.columns.add_files(own) for name, own in files.items() if own}


def _n_crops(by: Answering) -> int:
    crops = by.lens.database.crops
    return 0 if crops is None else len(crops)
