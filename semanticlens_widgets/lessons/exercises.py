"""Checks of the answers to exercises: right, or why not. Each is computed from the learner's own lens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from PIL import Image
from torch import nn

from semanticlens_widgets.analysis import Comparison, Requirement
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lessons.planted import World
from semanticlens_widgets.lessons.training import Backbone, effects, influence, responds, train
from semanticlens_widgets.tensors._cosine import normalized

STRONG = 0.95
"""A query that so many of the unrelated words are weaker than is a strong match."""
ISLAND = 5
"""The fewest neurons of an island."""
GONE = 0.5
"""Logits below which the influence of a planted object counts as removed."""
SPARED = 0.1
"""The loss of accuracy that steering may cost."""
KEPT = 2
"""The fewest concepts of a test that nothing was lost."""
_DRAWS = 1000


@dataclass(frozen=True)
class Check:
    """The outcome of an exercise."""

    right: bool
    why: str

    def __repr__(self) -> str:
        return f"{'✓ Right' if self.right else '✗ Not yet'}: {self.why}"


UNANSWERED = Check(False, "replace the dots by your answer, and run this cell again.")


def check_matches(lens: Lens, strong: str, weak: str, layer: str = "bn2") -> Check:
    """Lesson 1: one word that the layer clearly knows, and one thing that it doesn't."""
    if strong is ... or weak is ...:
        return UNANSWERED
    first, second = (lens.rank(word, layer) for word in (strong, weak))
    if (first.strength or 0) < STRONG:
        return Check(
            False, f"{strong!r} beats {first.strength:.0%} of the unrelated words, less than {STRONG:.0%}."
        )
    if second.caveat:
        return Check(False, f"{second.caveat}; so its weakness says nothing about the layer. Take an object.")
    if not second.weak:
        return Check(
            False, f"{weak!r} beats {second.strength:.0%} of the unrelated words: that is no weak match."
        )
    return Check(
        True, f"{strong!r} beats {first.strength:.0%} of the unrelated words, {weak!r} {second.strength:.0%}."
    )


def check_mixed(lens: Lens, neuron: str, layer: str = "bn2") -> Check:
    """Lesson 1: a neuron whose examples fall into two groups with names of their own."""
    if neuron is ...:
        return UNANSWERED
    row = lens.database.locate(neuron)[1]
    names = [f"{text} ({share:.0%})" for text, share in lens.label(layer=layer)["labels"][row]]
    if len(names) < 2:
        return Check(
            False,
            f"of the groups of {neuron}'s examples {names[0] if names else 'none'} alone has a clear name.",
        )
    return Check(True, f"{neuron} shows {' and '.join(names)}.")


def check_alike(lens: Lens, neuron: str, nearest: str) -> Check:
    """Lesson 2: the neuron of the same layer that is most similar to another."""
    if nearest is ...:
        return UNANSWERED
    layer, row = lens.database.locate(neuron)
    given_layer, given = lens.database.locate(nearest)
    if (given_layer, given) == (layer, row):
        return Check(False, f"{neuron} is the neuron itself; which other one is most like it?")
    if given_layer != layer:
        return Check(False, f"{nearest} is of another layer than {neuron}.")
    similarity = lens.database.component_embeddings[layer] @ lens.database.component_embeddings[layer][row]
    rank = int((similarity > similarity[given]).sum()) - 1
    if rank:
        return Check(
            False,
            f"{rank} other neurons are more similar to {neuron} than {nearest} ({similarity[given]:.2f}).",
        )
    return Check(True, f"the cosine of {neuron} and {nearest} is {similarity[given]:.2f}.")


def check_island(lens: Lens, neurons: Sequence[str], layer: str = "bn2") -> Check:
    """Lesson 2: neurons that are more alike than as many random ones of the layer."""
    if neurons is ...:
        return UNANSWERED
    rows = sorted({lens.database.locate(neuron)[1] for neuron in neurons})
    if len(rows) < ISLAND:
        return Check(False, f"select at least {ISLAND} neurons, not {len(rows)}.")
    alive = (lens.database.examples[layer].n_examples > 0).nonzero().flatten()
    generator = torch.Generator().manual_seed(0)
    drawn = [alive[torch.randperm(len(alive), generator=generator)[: len(rows)]] for _ in range(_DRAWS)]
    embeddings = lens.database.component_embeddings[layer]
    own = _mean_cosine(embeddings[rows])
    bar = float(torch.tensor([_mean_cosine(embeddings[some]) for some in drawn]).quantile(0.95))
    said = f"their mean cosine is {own:.2f}, and 95 % of random groups of {len(rows)} stay below {bar:.2f}."
    return Check(own > bar, said)


def _mean_cosine(rows: torch.Tensor) -> float:
    n = len(rows)
    return float((normalized(rows).sum(0).square().sum() - n) / (n * (n - 1)))


def check_shortcut(lens: Lens, world: World, spurious: Sequence[str]) -> Check:
    """Lesson 3: the spurious concept by its name. The truth is known: the neurons that fire for what was planted."""
    if spurious is ...:
        return UNANSWERED
    audit = lens.audit(Requirement(world.planted, valid=[world.planted], spurious=spurious))
    studied = lens._session.with_model()
    truth = responds(world, cast(nn.Sequential, studied.model), cast(Backbone, studied.transform))
    called = {name: bool(truth[lens.database.locate(name)[1]]) for name in audit.components_of(world.planted)}
    if not called:
        return Check(False, f"{world.planted} rests on no neuron that answers to {', '.join(spurious)}.")
    found = f"{sum(called.values())} of the {len(called)} neurons that answer fire for what was planted"
    if sum(called.values()) < max(len(called), int(truth.sum())) / 2:
        return Check(False, f"{found}, and {int(truth.sum())} do in all.")
    return Check(True, f"{found}.")


def check_retraining(world: World, backbone: Backbone, left_out: Sequence[int]) -> Check:
    """Lesson 3: training photos to leave out, so that training again removes the shortcut."""
    if left_out is ...:
        return UNANSWERED
    gone = {int(sample) for sample in left_out}
    clean = len(gone - set(world.contaminated))
    if clean > len(world.contaminated):
        return Check(
            False,
            f"{clean} of these {len(gone)} photos don't show the {world.thing}; look at the list again.",
        )
    left = influence(world, train(world.without(gone), backbone), backbone)
    said = f"without these {len(gone)} photos, the {world.thing} moves {world.planted} by {left:.2f} logits."
    return Check(abs(left) < GONE, said)


def check_match(comparison: Comparison, components: tuple[str, str]) -> Check:
    """Lesson 4: a component of the first side and its match on the second: above chance, and nearest both ways."""
    if components is ...:
        return UNANSWERED
    own, other = components
    name, to = comparison.sides[:2]
    of_pair = comparison.matches[(comparison.matches["from"] == name) & (comparison.matches["to"] == to)]
    found = of_pair[of_pair["component"] == own]
    if found.empty:
        return Check(False, f"{name} has no component {own!r}; its first is {of_pair['component'].iloc[0]}.")
    row = found.iloc[0]
    if row["nearest"] != other:
        return Check(False, f"of {to}, {row['nearest'] or 'nothing'} is nearest to {own}, not {other}.")
    said = f"the nearest of random groups are less similar in {row['chance_percentile']:.0%} of draws"
    if not row["matched"]:
        return Check(False, f"their similarity is {row['similarity']:.2f}, but {said}.")
    if not row["mutual"]:
        return Check(False, f"{other} is nearest to {own}, but another one of {name} is nearest to {other}.")
    return Check(True, f"their similarity is {row['similarity']:.2f}, and {said}.")


def check_kept(comparison: Comparison, concepts: Sequence[str]) -> Check:
    """Lesson 4: concepts for a test that nothing was lost: the first side knows each, and the second still does."""
    if concepts is ...:
        return UNANSWERED
    changes = comparison.concepts(list(concepts))
    before, after = comparison.sides[:2]
    of = {change: ", ".join(rows["concept"]) for change, rows in changes.groupby("change")}
    if "lost" in of:
        return Check(False, f"the test would fail: {after} no longer knows {of['lost']}.")
    if set(of) != {"kept"}:
        unknown = ", ".join(changes["concept"][changes["change"] != "kept"])
        return Check(False, f"{before} doesn't know {unknown}, so it can't lose that.")
    if len(changes) < KEPT:
        return Check(False, f"name at least {KEPT} concepts, not {len(changes)}.")
    return Check(True, f"{before} knows {of['kept']}, and {after} still does.")


def check_planted(world: World, model: nn.Sequential, backbone: Backbone, neuron: str) -> Check:
    """Lesson 5: a neuron that fires for what was planted. The truth is known."""
    if neuron is ...:
        return UNANSWERED
    raised = effects(world, model, backbone, world.swapped)
    row = int(neuron.rpartition(":")[2])
    said = f"pasting the {world.thing} raises {neuron} by {raised[row]:.1f} deviations of its scores"
    if not responds(world, model, backbone)[row]:
        return Check(False, f"{said}: it fires for something else.")
    return Check(True, f"{said}.")


def check_steering(lens: Lens, photo: Image.Image, factors: Mapping[str, float]) -> Check:
    """Lesson 5: factors that change what a photo is taken for, and spare the photos of that class."""
    if factors is ...:
        return UNANSWERED
    steering = lens.steer(factors)
    found = steering.predict(photo)
    name, after = found.before.class_name, found.after
    if after.class_name == name:
        p = float(after.probabilities[after.answer])
        return Check(False, f"the photo is still taken for {name} (probability {p:.0%}).")
    own = steering.accuracy(name, progress=False).table.iloc[0]
    said = f"the accuracy on {name} goes from {own['before']:.0%} to {own['after']:.0%}"
    if own["after"] < own["before"] - SPARED:
        return Check(False, f"the photo is now taken for {after.class_name}, but {said}.")
    return Check(True, f"the photo is now taken for {after.class_name}, and {said}.")


def check_direction(lens: Lens, direction: str, layer: str = "bn2.nmf", channels: str = "bn2") -> Check:
    """Lesson 6: a direction with a clear label that no channel has."""
    if direction is ...:
        return UNANSWERED
    lens.database.locate(direction)
    labels = lens.label(layer=[channels, layer])
    clear = labels[labels["clear"]].set_index("component")
    if direction.rpartition(":")[0] != layer:
        return Check(False, f"{direction} is not a direction of {layer}.")
    if direction not in clear.index:
        return Check(False, f"{direction} has no clear label.")
    label = clear.loc[direction, "label"]
    same = clear.index[(clear["layer"] == channels) & (clear["label"] == label)].tolist()
    if same:
        return Check(False, f"{label!r} is the clear label of {same[0]}, too.")
    return Check(True, f"{label!r} is the clear label of {direction}, and of no channel of {channels}.")


def check_effect(lens: Lens, sample: int, component: str, layer: str = "bn2.nmf") -> Check:
    """Lesson 6: the direction that lowers the output for a sample most when it is taken out."""
    if component is ...:
        return UNANSWERED
    lens.database.locate(component)
    effects = lens.explain(sample, layer=layer).table.set_index("component")["effect"].dropna()
    best = effects.idxmax()
    if component == best:
        return Check(True, f"without {component} the output falls by {effects[best]:.1f}.")
    found = f"by {effects[component]:.1f}" if component in effects.index else "hardly"
    return Check(
        False, f"without {component} the output falls {found}, and without another by {effects[best]:.1f}."
    )
