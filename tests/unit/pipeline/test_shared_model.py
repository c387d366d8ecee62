"""Threads that build, attribute, ablate and draw heat maps with one model get what they would get alone."""

import threading

import torch

from semanticlens_widgets.correction import ablated, evaluate
from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from tests.colour_world import COLOURS, ColourModel, ColourSpace, labels, pictures, to_tensor

IMAGES = as_images(pictures(), labels=labels())


def build(model) -> Lens:
    options = {"foundation_model": ColourSpace(), "transform": to_tensor, "k": 3, "progress": False}
    return Lens.build(model, IMAGES, "eye", classes=list(COLOURS), **options)


def test_every_thread_gets_what_it_would_get_alone():
    model = ColourModel().train()
    lenses = [build(model) for _ in range(2)]
    works = {
        "build": lambda: build(model).database.examples["eye"].scores,
        "heat map": lambda: lenses[0].heatmap("eye:0", 3),
        "lrp": lambda: lenses[0].heatmap("eye:1", 4, "lrp"),
        "attribute": lambda: lenses[1].attribute(method="lrp", progress=False).relevance("eye").relevance,
        "ablation": lambda: torch.tensor(lenses[1].ablation(["eye:1"], progress=False).after.overall),
        "ablated": lambda: _without_green(model),
    }
    lenses[1].attribute(method="lrp", progress=False)
    expected = {name: work() for name, work in works.items()}
    found: dict[str, list] = {name: [] for name in works}
    threads = [
        threading.Thread(target=lambda name=name: found[name].extend(works[name]() for _ in range(3)))
        for name in works
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    for name, values in found.items():
        assert len(values) == 3, name
        assert all(torch.equal(value, expected[name]) for value in values), name
    assert all(module.training and not module._forward_hooks for module in model.modules())


def _without_green(model) -> torch.Tensor:
    with ablated(model, {"eye": [1]}):
        return evaluate(model, IMAGES, list(COLOURS), transform=to_tensor, progress=False).correct
