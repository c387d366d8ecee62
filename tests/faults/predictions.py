"""Single predictions of architectures with random weights, against a plain computation.

Every layer is tried in four ways: the explanation of an image, its places, steering, and latents that are the layer
itself; every pair of layers as a graph.
"""

import random
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor

import semanticlens_widgets as slw
from semanticlens_widgets.explanations import Explanation
from tests.faults import plain
from tests.faults.architectures import BATCH, N_SAMPLES, ZOO, World
from tests.faults.outcome import Outcome, judge, main
from tests.faults.zoo import Architecture

SAMPLE = 0


def explained(world: World, layer: str) -> Explanation:
    """The explanation of one sample by three components."""
    name = f"c{world.targets[SAMPLE]}"
    return world.lens(layer).explain(SAMPLE, class_name=name, vocabulary=None, top=3)


def explanation(world: World, layer: str) -> str | None:
    """The difference of output, relevance, sum, effects, and output without the layer."""
    architecture, model, pixels = world.architecture, world.model, world.batch[SAMPLE]
    found, target = explained(world, layer), world.targets[SAMPLE]
    if architecture.logits is None:
        return "an explanation for an output of a model without classes"
    outputs = plain.logits_of(architecture, model, pixels)
    relevance = plain.relevance(architecture, model, layer, pixels[None], [target])[0].float()
    with plain.scaled(architecture, model, layer, dict.fromkeys(range(len(relevance)), 0.0)):
        without = plain.logits_of(architecture, model, pixels)[target]
    shown = found.shown().tolist()
    effects = torch.tensor([effect(world, layer, outputs, component) for component in shown])
    total = torch.tensor([found.relevance.double().sum() + found.rest])
    size = float(outputs.abs().max())
    for what, one, other in (
        ("outputs", found.prediction.outputs, outputs),
        ("relevance", found.relevance, relevance),
        ("sum", total, outputs[target][None]),
    ):
        if problem := plain.difference(one, other, world.tolerance):
            return f"{what}: {problem}"
    errors = (found.effects[shown] - effects).abs().max(), abs(found.without_layer - float(without))
    worst = max(float(error) for error in errors)
    return (
        f"effects or without the layer: off by {worst:.2g} of {size:.3g}"
        if worst > world.tolerance * size
        else None
    )


def effect(world: World, layer: str, outputs: Tensor, component: int) -> Tensor:
    """The output less the output without a component."""
    with plain.scaled(world.architecture, world.model, layer, {component: 0.0}):
        without = plain.logits_of(world.architecture, world.model, world.batch[SAMPLE])
    return (outputs - without)[world.targets[SAMPLE]]


def places(world: World, layer: str) -> str | None:
    """The difference of the highest cell from the score, and of the sum of cells from the relevance."""
    found, architecture = explained(world, layer), world.architecture
    index = int(found.shown()[0])
    component = found.examples.name(index)
    cells, highest = found.relevance_map(component), found.highest(component)
    if architecture.layout(layer) in ("vector", "shuffled", "first", "sequence"):
        return "places of components that have none"
    if architecture.prefix and architecture.layout(layer) == "tokens":
        return None if cells.isfinite().all() else "relevance that is not finite"
    score = max(0.0, float(found.scores[index]))
    pairs = torch.tensor([[highest, float(cells.sum())], [score, float(found.relevance[index])]])
    return plain.difference(pairs[0], pairs[1], world.tolerance)


def steering(world: World, layer: str) -> str | None:
    """The difference of the outputs with a component taken out, left, and doubled."""
    lens, architecture, model = world.lens(layer), world.architecture, world.model
    component = int(plain.scores(architecture, model, layer, world.batch[:1])[0].abs().argmax())
    pixels = world.batch[SAMPLE]
    for factor in (0.0, 1.0, 2.0):
        done = lens.steer({f"{layer}:{component}": factor}).predict(SAMPLE)
        if architecture.logits is None:
            return "outputs of a model without classes"
        if factor == 1 and not torch.equal(done.after.outputs, done.before.outputs):
            return "a factor of 1 changes the outputs"
        with plain.scaled(architecture, model, layer, {component: factor}):
            expected = plain.logits_of(architecture, model, pixels)
        if problem := plain.difference(done.after.outputs, expected, world.tolerance):
            return f"x {factor:g}: {problem}"
    return None


def latents(world: World, layer: str) -> str | None:
    """The difference of scores, relevance and answers from the layer that an identity dictionary stands for."""
    lens = world.lens(layer)
    n = lens.database.examples[layer].n_components
    own = slw.Latents(layer, encode=torch.eye(n), decode=torch.eye(n), n=n)
    other = world.lens(own)
    found, expected = (one.database.examples[name].scores for one, name in ((other, str(own)), (lens, layer)))
    # A component that gives every sample the same has no examples.
    if problem := plain.difference(
        found.nan_to_num(neginf=0), expected.nan_to_num(neginf=0), world.tolerance
    ):
        return f"scores: {problem}"
    relevances = [
        one.attribute(layer=name, batch_size=BATCH, progress=False).relevance(name).relevance.float()
        for one, name in ((lens, layer), (other, own))
    ]
    if problem := plain.difference(relevances[1], relevances[0], world.tolerance):
        return f"relevance: {problem}"
    component = int(relevances[0].abs().sum(0).argmax())
    steered = [
        one.steer({f"{name}:{component}": 0.0}).predict(SAMPLE).after.outputs
        for one, name in ((lens, layer), (other, own))
    ]
    return plain.difference(steered[1], steered[0], world.tolerance)


def graph(world: World, layers: tuple[str, str]) -> str | None:
    """The difference of the edges."""
    architecture, name = world.architecture, f"c{world.targets[SAMPLE]}"
    found = world.lens(*layers).graph(name, top=3, weak_below=0.0, vocabulary=None, progress=False)
    if architecture.logits is None:
        return "a graph for a model without classes"
    own = [row for row in range(N_SAMPLES) if world.targets[row] == world.targets[SAMPLE]]
    known = {
        layer: plain.relevance(
            architecture, world.model, layer, world.batch[own], [world.targets[SAMPLE]] * len(own)
        )
        for layer in layers
    }
    for source, target, edge in found.edges[["source", "target", "edge"]].itertuples(index=False):
        layer, _, component = source.rpartition(":")
        if target.rpartition(":")[0] not in layers:
            expected = known[layer].double().mean(0)
        else:
            into, _, number = target.rpartition(":")
            each = [
                plain.edges(architecture, world.model, layer, into, world.batch[row], int(number))
                for row in own
            ]
            expected = torch.stack(each).double().mean(0)
        error = abs(float(expected[int(component)]) - edge) / (float(expected.abs().max()) or 1.0)
        if error > max(0.02, world.tolerance):
            return f"{source} -> {target}: off by {error:.2g} of the largest edge"
    return None


WAYS: dict[str, Callable[[World, str], str | None]] = {
    "explanation": explanation,
    "places": places,
    "steering": steering,
    "latents": latents,
}


def outcomes(architecture: Architecture, generator: random.Random) -> Iterator[Outcome]:
    """Of every layer in every way, and of every pair of neighbours."""
    world = World(architecture, generator.randrange(1 << 30))
    for layer in architecture.layers:
        for name, way in WAYS.items():
            yield judge(f"{architecture.name} {layer} {name}", partial(way, world, layer))
    for pair in pairwise(architecture.layers):
        yield judge(f"{architecture.name} {' and '.join(pair)} graph", partial(graph, world, pair))


if __name__ == "__main__":
    torch.set_num_threads(1)
    main({each.name: partial(outcomes, each) for each in ZOO}, __doc__)
