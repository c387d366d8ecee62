"""A lens of a model on a GPU: what it finds is what the CPU finds, twice the same, and the memory comes back."""

import copy
import gc

import numpy as np
import pytest
import torch
from torch import nn

import semanticlens_widgets as slw
from semanticlens_widgets import attribution, correction
from semanticlens_widgets._choices import AttributionMethod
from semanticlens_widgets.attribution import METHODS
from semanticlens_widgets.foundation_models import OpenCLIP
from tests.colour_world import ColourSpace, to_tensor

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="compares a GPU with the CPU")
CLASSES = [f"c{number}" for number in range(5)]
N_IMAGES = 40


class ConvNet(nn.Module):
    """Convolutions, a batch norm, a shortcut that is added in place, and a linear head."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(16)
        self.body = nn.Conv2d(16, 16, 3, padding=1)
        self.head = nn.Linear(16, 5)

    def forward(self, pixels):
        shortcut = torch.relu(self.norm(self.stem(pixels)))
        body = self.body(shortcut)
        body += shortcut
        return self.head(torch.relu(body).mean((2, 3)))


class Tokens(nn.Module):
    """Patches, one transformer block, and a head on the class token."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 32, 8, stride=8)
        self.cls = nn.Parameter(torch.randn(1, 1, 32))
        self.block = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True, norm_first=True)
        self.head = nn.Linear(32, 5)

    def forward(self, pixels):
        tokens = self.patches(pixels).flatten(2).mT
        return self.head(self.block(torch.cat([self.cls.expand(len(tokens), -1, -1), tokens], 1))[:, 0])


KINDS = {"stem": ConvNet, "body": ConvNet, "block": Tokens}
"""Layer -> the network that has it."""


def network(layer, dtype=torch.float32) -> nn.Module:
    torch.manual_seed(0)
    return KINDS[layer]().eval().to(dtype)


def images():
    generator = np.random.default_rng(0)
    blots = generator.integers(0, 256, (N_IMAGES, 4, 4, 3), np.uint8).repeat(8, 1).repeat(8, 2)
    noise = generator.integers(-20, 20, blots.shape)
    return slw.as_images((blots + noise).clip(0, 255).astype(np.uint8), labels=CLASSES * (N_IMAGES // 5))


def build(model, layer, **options) -> slw.Lens:
    options = {"k": 5, "transform": to_tensor, "progress": False, "classes": CLASSES, **options}
    options.setdefault("foundation_model", ColourSpace())
    return slw.Lens.build(model, images(), layer, **options)


def both(layer, dtype=torch.float32, **options) -> tuple[slw.Lens, slw.Lens]:
    """The lens of a network on the CPU, and of the same on the GPU."""
    model = network(layer, dtype)
    return build(model, layer, **options), build(copy.deepcopy(model).cuda(), layer, device="cuda", **options)


def assert_close(found, expected, tolerance=1e-3):
    """Equal up to a share of the largest value."""
    assert found.device.type == "cpu"
    torch.testing.assert_close(
        found.double(), expected.double(), rtol=0, atol=tolerance * float(expected.double().abs().max())
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("layer", KINDS)
def test_concept_examples_are_those_of_the_cpu(layer, dtype):
    tolerance = 1e-4 if dtype in (torch.float32, torch.float64) else 0.03
    on_cpu, on_gpu = (lens.database.examples[layer] for lens in both(layer, dtype))
    assert_close(on_gpu.scores, on_cpu.scores, tolerance)
    assert_close(on_gpu.mean, on_cpu.mean, tolerance)
    if dtype in (torch.float32, torch.float64):
        assert torch.equal(on_gpu.sample_ids, on_cpu.sample_ids)
        assert torch.equal(on_gpu.positions, on_cpu.positions)


def test_examples_twice_are_the_same_to_the_last_bit():
    model = network("body").cuda()
    one, other = (build(model, "body", batch_size=8).database.examples["body"] for _ in range(2))
    assert torch.equal(one.scores, other.scores)
    assert torch.equal(one.sample_ids, other.sample_ids)


@pytest.mark.parametrize(
    ("layer", "method"),
    # What is added to in place is no leaf that integrated gradients could follow.
    [
        (layer, method)
        for layer in KINDS
        for method in METHODS
        if (layer, method) != ("body", "integrated_gradients")
    ],
)
def test_relevance_is_that_of_the_cpu(layer, method: AttributionMethod):
    on_cpu, on_gpu = (lens.attribute(method=method, progress=False).relevance(layer) for lens in both(layer))
    assert_close(on_gpu.relevance, on_cpu.relevance)
    assert_close(on_gpu.scores, on_cpu.scores)
    assert torch.equal(on_gpu.predicted, on_cpu.predicted)
    assert_close(on_gpu.share, on_cpu.share)


@pytest.mark.parametrize("method", ["gradient", "lrp"])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_relevance_of_half_precision_is_near_that_of_float32(dtype, method: AttributionMethod):
    exact = build(network("body"), "body").attribute(method=method, progress=False).relevance("body")
    half = build(network("body", dtype).cuda(), "body").attribute(method=method, progress=False)
    assert_close(half.relevance("body").relevance, exact.relevance, 0.1)


@pytest.mark.parametrize("method", ["activation", "gradient", "lrp"])
@pytest.mark.parametrize("layer", KINDS)
def test_heat_maps_and_edges_are_those_of_the_cpu(layer, method):
    on_cpu, on_gpu = (lens.heatmap(f"{layer}:3", 7, method) for lens in both(layer))
    assert_close(on_gpu, on_cpu)


def test_the_components_that_feed_another_are_those_of_the_cpu():
    model = network("body")
    on_cpu, on_gpu = (build(each, ["stem", "body"]) for each in (model, copy.deepcopy(model).cuda()))
    found, expected = (lens.upstream("body:3", "stem") for lens in (on_gpu, on_cpu))
    assert found["component"].tolist() == expected["component"].tolist()


@pytest.mark.parametrize("value", ["zero", "mean"])
def test_ablation_answers_as_on_the_cpu(value):
    model, source = network("body"), images()
    on_gpu = copy.deepcopy(model).cuda()
    found = []
    for each in (model, on_gpu):
        means = correction.mean_activations(each, source, ["body"], transform=to_tensor, progress=False)
        with correction.ablated(each, {"body": [0, 3, 5]}, value, means):
            found.append(correction.evaluate(each, source, CLASSES, transform=to_tensor, progress=False))
    assert torch.equal(found[0].predicted, found[1].predicted)
    for_good = correction.ablated_state_dict(on_gpu, "body", [0, 3])
    assert {value.device.type for value in for_good.values()} == {"cuda"}


def test_against_random_components_and_crops_and_look_alikes(tmp_path):
    on_cpu, on_gpu = both("body", crop=True, crop_threshold=0.5, look_alikes=True, cache=tmp_path / "a")
    assert torch.equal(on_gpu.database.crops.boxes, on_cpu.database.crops.boxes)
    assert torch.equal(on_gpu.database.look_alikes["body"], on_cpu.database.look_alikes["body"])
    done = on_gpu.ablation(["body:0"], n_draws=2, progress=False)
    assert torch.equal(
        done.before.predicted, on_cpu.ablation(["body:0"], n_draws=2, progress=False).before.predicted
    )


def test_a_lens_saved_on_the_gpu_is_opened_with_the_model_on_the_cpu(tmp_path):
    model = network("body")
    lens = build(copy.deepcopy(model).cuda(), "body").attribute(progress=False)
    path = lens.save(tmp_path / "gpu.lens")
    again = slw.open(path, model=model, images=lens.images, transform=to_tensor)
    assert_close(again.relevance("body").relevance, lens.relevance("body").relevance)
    assert_close(
        again.attribute(method="lrp", classes=CLASSES, progress=False).relevance("body").relevance,
        lens.attribute(method="lrp", progress=False).relevance("body").relevance,
    )


def test_a_model_elsewhere_than_asked_for_and_one_on_two_devices_are_refused():
    with pytest.raises(
        ValueError, match=r"the model is on 'cpu' but device='cuda' was requested: call model.to"
    ):
        build(network("body"), "body", device="cuda")
    model = network("body")
    model.head.cuda()
    with pytest.raises(ValueError, match="must be on one device, not on 'cpu' and 'cuda:0'"):
        build(model, "body")


def test_items_that_are_tensors_on_the_gpu_are_read():
    pixels = torch.rand(N_IMAGES, 3, 32, 32, device="cuda")
    found = slw.Lens.build(
        network("body").cuda(), pixels, "body", foundation_model=ColourSpace(), k=5,
        transform=to_tensor, progress=False,
    )  # fmt: skip
    expected = slw.Lens.build(
        network("body"), pixels.cpu(), "body", foundation_model=ColourSpace(), k=5,
        transform=to_tensor, progress=False,
    )  # fmt: skip
    assert_close(found.database.examples["body"].scores, expected.database.examples["body"].scores)


def test_a_transform_that_ends_on_the_gpu_is_used():
    model = network("body")
    on_gpu = copy.deepcopy(model).cuda()
    found = build(on_gpu, "body", transform=lambda image: to_tensor(image).cuda()).attribute(progress=False)
    assert_close(found.relevance("body").relevance, build(model, "body").relevance("body").relevance)
    assert found.heatmap("body:1", 3).device.type == "cpu"


def test_a_foundation_model_on_the_gpu_embeds_as_on_the_cpu():
    pictures = [images().image(sample) for sample in range(6)]
    towers = []
    for device in ("cpu", "cuda"):
        torch.manual_seed(0)
        towers.append(OpenCLIP("RN50", random_weights=True, device=device))
    on_cpu, on_gpu = ([t.embed_images(pictures), t.embed_texts(["a cat", "dogs"])] for t in towers)
    for found, expected in zip(on_gpu, on_cpu, strict=True):
        assert found.device.type == "cpu"
        assert torch.nn.functional.cosine_similarity(found, expected).min() > 0.999
    assert towers[0].fingerprint == towers[1].fingerprint
    assert build(network("body").cuda(), "body", foundation_model=towers[1]).search("cat").shape[0]


def test_a_compiled_model_is_studied_on_the_gpu():
    model = network("body")
    compiled = torch.compile(copy.deepcopy(model).cuda(), backend="eager")
    expected = build(model, "body").database.examples["body"]
    assert_close(build(compiled, "body").database.examples["body"].scores, expected.scores)


def test_memory_comes_back_when_the_lens_is_gone():
    def work():
        lens = build(network("block").cuda(), "block").attribute(method="lrp", progress=False)
        lens.heatmap("block:1", 0, "lrp")

    work()
    gc.collect()
    before = torch.cuda.memory_allocated()
    work()
    gc.collect()
    assert torch.cuda.memory_allocated() <= before


def test_random_numbers_of_the_gpu_are_left_as_they_were():
    model = network("body").cuda()
    torch.cuda.manual_seed(1)
    expected = torch.rand(3, device="cuda")
    torch.cuda.manual_seed(1)
    build(model, "body").attribute(progress=False)
    assert torch.equal(torch.rand(3, device="cuda"), expected)


def test_relevance_in_rows_is_that_of_single_samples():
    model = network("body").cuda()
    pixels = torch.stack([to_tensor(images().image(sample)) for sample in range(4)])
    together = attribution.relevance(model, pixels, "body", [0, 1, 2, 3], "lrp")["body"]
    alone = [
        attribution.relevance(model, pixels[row : row + 1], "body", row, "lrp")["body"] for row in range(4)
    ]
    assert_close(together.cpu(), torch.cat(alone).cpu())
