"""Architectures with random weights: what a lens finds in each layer, against a plain computation.

Every layer is tried in six ways: the scores that are collected, activation x gradient, heat map, ablation, LRP and its
heat map. With DEVICE=cuda in the environment the lens's model is there, and the plain one stays on the CPU. LRP is held
to conservation: in a model without shifts the relevance of a layer sums to the output, and that
of the pixels to the activations.
"""

import copy
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

import semanticlens_widgets as slw
from semanticlens_widgets._choices import AttributionMethod
from semanticlens_widgets.attribution import heatmap
from tests.colour_world import ColourSpace
from tests.faults import plain
from tests.faults.outcome import Outcome, judge, main
from tests.faults.zoo import Architecture, prepared
from tests.faults.zoo_own import OWN
from tests.faults.zoo_timm import TIMM
from tests.faults.zoo_torchvision import TORCHVISION
from tests.faults.zoo_transformers import TRANSFORMERS

ZOO = [*OWN, *TORCHVISION, *TIMM, *TRANSFORMERS]
N_SAMPLES = 8
BATCH = 4
DEVICE = os.environ.get("DEVICE", "cpu")
CONSERVED = 0.1
"""The largest distance of the sum of relevance from the output, as a share of it."""

BRANCHES = {
    *((f"own/{name}", "body") for name in ("adds_in_place", "adds_unassigned", "stacks_and_sums")),
    ("own/written_attention", "qkv"),
    ("torchvision/resnet", "layer4.0.conv2"),
    ("torchvision/convnext", "features.3.0.block.3"),
    ("torchvision/convnext_wide", "features.3.0.block.3"),
    ("timm/test_convnext", "stages.3.blocks.0.mlp.fc1"),
}
"""Layers beside a shortcut, which carry a part of the relevance, of any size and sign; the shortcut has the rest."""


ENCODED = {"timm/xcit_nano_12_p8_224"}
"""Models whose position encodings, computed and not learned, take or give a part of the pixels' relevance."""


@dataclass(frozen=True)
class World:
    """A model of the zoo and the images that it sees."""

    architecture: Architecture
    seed: int
    biases: bool = True
    _lenses: dict[tuple[str, ...], Any] = field(default_factory=dict)

    @cached_property
    def model(self) -> nn.Module:
        """With random weights, the same each time."""
        return prepared(self.architecture, biases=self.biases)

    @cached_property
    def studied(self) -> Any:
        """The model as the lens gets it."""
        return self.architecture.wrap(copy.deepcopy(self.model).to(DEVICE) if DEVICE != "cpu" else self.model)

    @cached_property
    def pictures(self) -> np.ndarray:
        """(sample, height, width, 3): blots and noise."""
        height, width = self.architecture.sides
        generator = np.random.default_rng(self.seed)
        blots = generator.integers(0, 256, (N_SAMPLES, 4, 4, 3), np.uint8)
        large = [np.asarray(Image.fromarray(blot).resize((width, height))) for blot in blots]
        noise = generator.integers(-30, 30, (N_SAMPLES, height, width, 3))
        return (np.stack(large) + noise).clip(0, 255).astype(np.uint8)

    @cached_property
    def batch(self) -> Tensor:
        """The model's input."""
        dtype = next(self.model.parameters()).dtype
        return torch.stack([to_input(Image.fromarray(picture)) for picture in self.pictures]).to(dtype)

    @cached_property
    def targets(self) -> list[int]:
        """The output of largest size of every sample; the first where there are no classes."""
        logits = self.architecture.logits
        if logits is None:
            return [0] * N_SAMPLES
        with torch.no_grad():
            return [int(logits(self.model(pixels[None]))[0].abs().argmax()) for pixels in self.batch]

    def lens(self, *layers: str) -> slw.Lens:
        """A lens of some layers, built once."""
        if layers not in self._lenses:
            source = slw.as_images(self.pictures, labels=[f"c{target}" for target in self.targets])
            self._lenses[layers] = slw.Lens.build(
                self.studied, source, list(layers), foundation_model=ColourSpace(),
                transform=to_input, k=N_SAMPLES, batch_size=BATCH, memory_format=torch.contiguous_format,
                output=self.architecture.output,
                classes={f"c{target}": target for target in sorted(set(self.targets))}, progress=False,
            )  # fmt: skip
        return self._lenses[layers]

    def attributed(self, layer: str, method: AttributionMethod) -> Tensor:
        """(sample, component): the relevance that the lens finds."""
        lens = self.lens(layer).attribute(layer=layer, method=method, batch_size=BATCH, progress=False)
        return lens.relevance(layer).relevance.float()

    @property
    def tolerance(self) -> float:
        """A share of the largest value; halves of floats round by batch."""
        return 0.05 if next(self.model.parameters()).dtype in (torch.float16, torch.bfloat16) else 0.01


def to_input(image: Image.Image) -> Tensor:
    """Values around 0, as models are fed."""
    return torch.from_numpy(np.asarray(image, np.float32) / 64 - 2).permute(2, 0, 1).contiguous()


def collected(world: World, layer: str) -> str | None:
    """The difference of the scores of all samples."""
    examples = world.lens(layer).database.examples[layer]
    expected = plain.scores(world.architecture, world.model, layer, world.batch).float()
    found = torch.zeros(N_SAMPLES, examples.n_components)
    if found.shape != expected.shape:
        return f"{examples.n_components} components instead of {expected.shape[1]}"
    ids, scores = examples.sample_ids, examples.scores
    for component in range(examples.n_components):
        known = ids[component] >= 0
        found[ids[component][known], component] = scores[component][known]
        given = expected[:, component]
        # A component that gives every sample the same, but for rounding, has no examples.
        if not known.any() and given.max() - given.min() <= 1e-5 * given.abs().max():
            found[:, component] = given
    return plain.difference(found, expected, world.tolerance)


def gradient(world: World, layer: str) -> str | None:
    """The difference of activation x gradient."""
    found = world.attributed(layer, "gradient")
    if world.architecture.logits is None:
        return "relevance for an output of a model without classes"
    expected = plain.relevance(world.architecture, world.model, layer, world.batch, world.targets)
    return plain.difference(found, expected.float(), max(world.tolerance, 0.01))


def lrp(world: World, layer: str) -> str | None:
    """The difference of the sums of relevance from the outputs, which only the layer's own components explain."""
    found = world.attributed(layer, "lrp").sum(1)
    if (world.architecture.name, layer) in BRANCHES:
        return None if found.isfinite().all() else "relevance that is not finite"
    logits = world.architecture.logits
    if logits is None:
        return "relevance for an output of a model without classes"
    with torch.no_grad():
        outputs = torch.cat([logits(world.model(pixels[None])) for pixels in world.batch]).float()
    expected = outputs[range(N_SAMPLES), world.targets]
    ratio = found / expected
    worst = ratio[(ratio - 1).abs().argmax()]
    return None if abs(worst - 1) <= CONSERVED else f"relevance sums to {worst:.3g} x the output"


def lrp_heat_map(world: World, layer: str) -> str | None:
    """The difference of the sums of the pixels' relevance from the positive activations of the strongest components."""
    expected = plain.positive_sums(world.architecture, world.model, layer, world.batch[:2])
    components = expected.argmax(1).tolist()
    world.lens(layer)  # refuses what cannot be studied
    heat = heatmap(world.studied, world.batch[:2], layer, components, "lrp").sum((1, 2))
    ratio = heat / expected.amax(1).float()
    if world.architecture.name in ENCODED:
        return None if ratio.isfinite().all() else "relevance that is not finite"
    worst = ratio[(ratio - 1).abs().argmax()]
    return None if abs(worst - 1) <= CONSERVED else f"pixels sum to {worst:.3g} x the activations"


def heat_map(world: World, layer: str) -> str | None:
    """The difference of the activation maps of the strongest components of two samples."""
    expected = plain.scores(world.architecture, world.model, layer, world.batch).float()
    for sample in (0, N_SAMPLES - 1):
        for component in expected[sample].topk(2).indices.tolist():
            found = world.lens(layer).heatmap(f"{layer}:{component}", sample)
            if world.architecture.layout(layer) in ("vector", "shuffled", "first", "sequence"):
                return "a map of components that have no known places"
            known = plain.heatmap(world.architecture, world.model, layer, world.batch[sample], component)
            if problem := plain.difference(found, known.float(), max(0.02, world.tolerance)):
                return f"component {component}, sample {sample}: {problem}"
    return None


def ablation(world: World, layer: str) -> str | None:
    """The difference of the answers, as they are and without the first half of the components."""
    lens, architecture = world.lens(layer), world.architecture
    n_components = plain.scores(architecture, world.model, layer, world.batch[:1]).shape[1]
    gone = list(range(n_components // 2))
    lens.attribute(layer=layer, batch_size=BATCH, progress=False)
    names = [f"{layer}:{component}" for component in gone]
    # Random logits of a single output may all lie in 0 to 1, as probabilities do.
    with torch.no_grad():
        is_single = bool(
            architecture.logits and architecture.logits(world.model(world.batch[:1])).numel() == 1
        )
    threshold = 0.0 if is_single else None
    done = lens.ablation(names, n_draws=1, threshold=threshold, progress=False)
    if architecture.logits is None:
        return "accuracy of a model without classes"
    expected = plain.predictions(architecture, world.model, world.batch)
    before, after = (one.predicted.int().flatten().tolist() for one in (done.before, done.after))
    if before != expected:
        return f"before: {before} instead of {expected}"
    expected = plain.ablated(architecture, world.model, layer, world.batch, gone)
    return f"after: {after} instead of {expected}" if after != expected else None


WAYS: dict[str, Callable[[World, str], str | None]] = {
    "collect": collected,
    "gradient": gradient,
    "heat map": heat_map,
    "ablation": ablation,
}


def outcomes(architecture: Architecture, generator: random.Random) -> Iterator[Outcome]:
    """Of every layer in every way."""
    seed = generator.randrange(1 << 30)
    world, unshifted = World(architecture, seed), World(architecture, seed, biases=False)
    for layer in architecture.layers:
        for name, way in WAYS.items():
            yield judge(f"{architecture.name} {layer} {name}", partial(way, world, layer))
        yield judge(f"{architecture.name} {layer} LRP", partial(lrp, unshifted, layer))
        yield judge(f"{architecture.name} {layer} LRP heat map", partial(lrp_heat_map, unshifted, layer))


if __name__ == "__main__":
    torch.set_num_threads(1)
    main({each.name: partial(outcomes, each) for each in ZOO}, __doc__)
