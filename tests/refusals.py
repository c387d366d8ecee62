"""Wrong arguments and the error message of each, checked by `python -m tests.refusals`.

Runs without the type checks of the tests, as users do. Prints every case with another answer.
"""

# Wrong arguments are the subject of this module.
# pyright: reportArgumentType=false, reportCallIssue=false, reportAttributeAccessIssue=false

import re
from collections.abc import Callable

import torch
from torch import nn

from semanticlens_widgets.analysis import assert_audit
from semanticlens_widgets.images import as_images
from semanticlens_widgets.layers import layer_names
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets import NeuronGallery
from tests.colour_world import COLOURS, ColourModel, ColourSpace, labels, pictures, to_tensor

MODEL = ColourModel()


class Narrow(ColourModel):
    """A model for pictures of another size."""

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        assert pixels.shape[-1] == 64
        return super().forward(pixels)


def build(model: object = MODEL, images: object = None, layers: object = "eye", **options: object) -> Lens:
    source = as_images(pictures(), labels=labels()) if images is None else images
    options = {
        "foundation_model": ColourSpace(),
        "transform": to_tensor,
        "k": 4,
        "progress": False,
        **options,
    }
    return Lens.build(model, source, layers, **options)


REFUSED: list[tuple[Callable[[Lens], object], type[Exception], str]] = [
    (lambda _: build(layers=MODEL.eye), TypeError, "not a Conv2d; the model calls it 'eye'"),
    (lambda _: build(layers=[MODEL.eye]), TypeError, "not a Conv2d; the model calls it 'eye'"),
    (lambda _: build(layers=nn.Sequential()), TypeError, "not a Sequential; the names are in layer_names"),
    (lambda _: build(layers=None), TypeError, "layers must be names of layers, not None"),
    (lambda _: build(model="resnet18"), TypeError, "model must be a torch module, not a str"),
    (
        lambda _: build(model=ColourModel),
        TypeError,
        "model must be a torch module, not the class ColourModel",
    ),
    (lambda _: build(model=MODEL.state_dict()), TypeError, "model must be a torch module, not a OrderedDict"),
    (
        lambda _: build(model=Narrow()),
        ValueError,
        r"the model fails on a batch of shape \(.*, 3, 32, 32\) \(Assert",
    ),
    (
        lambda _: build(model=nn.Conv2d(1, 4, 3), layers="output"),
        ValueError,
        "fails on a batch .* pass the transform",
    ),
    (lambda _: build(device="gpu"), ValueError, "device must be one that torch knows, .*, not 'gpu'"),
    (lambda _: build(device=0), ValueError, r"call model.to\('cuda:0'\) first"),
    (lambda _: build(transform="imagenet"), TypeError, "transform must be a function of a PIL image"),
    (lambda _: build(transform=lambda image: image.nothing), ValueError, "but fails: AttributeError: "),
    (lambda _: build(pooling=None), TypeError, "pooling must be a name, like 'max', or a dict of layers"),
    (lambda _: build(memory_format="channels_last"), TypeError, "memory_format must be torch.channels_last"),
    (lambda _: build(crop=True, crop_threshold="0.5"), ValueError, "crop_threshold must be a share"),
    (lambda _: build(cache=3), TypeError, "cache must be a path, not 3"),
    (lambda _: build(cache=__file__), ValueError, "cache must be a folder that can be made"),
    (
        lambda _: build(classes="red"),
        TypeError,
        "classes must be the names of all outputs in order, or a dict",
    ),
    (
        lambda _: layer_names(torch.jit.script(ColourModel())),
        TypeError,
        "not a ScriptModule; pass the module before scripting",
    ),
    (lambda lens: lens.role(1), TypeError, "a component is named by text, like 'eye:12', not 1"),
    (lambda lens: lens.heatmap(("eye", 1), 0), TypeError, "a component is named by text"),
    (lambda lens: lens.samples(1), TypeError, "components must be a text or a list of texts, not 1"),
    (lambda lens: lens.ablation(None), TypeError, "components must be a text or a list of texts"),
    (lambda lens: lens.scores([3]), TypeError, "a layer is named by text, like 'eye', not"),
    (lambda lens: lens.scores([]), ValueError, "layer must name at least one layer"),
    (lambda lens: lens.search("red", layer=0), TypeError, "layer must be a text or a list of texts, not 0"),
    (lambda lens: lens.search("red", templates=[3]), ValueError, "a template must hold {}"),
    (lambda lens: lens.search(b"red"), TypeError, "a query is a text, an image, .* not bytes"),
    (lambda lens: lens.search("a/b.png"), ValueError, r"names a picture: .* give Path\('a/b.png'\)"),
    (
        lambda lens: lens.search("red", baseline="cosin"),
        ValueError,
        "baseline must be 'embedding' or 'cosine', not 'cosin'; did you mean 'cosine'",
    ),
    (
        lambda lens: lens.label(["red"], method="nearst"),
        ValueError,
        "method must be 'nearest', 'soft-wpmi' or 'csp', not 'nearst'; did you mean",
    ),
    (
        lambda lens: lens.attribute(targets="labels"),
        ValueError,
        "targets must be 'label' or 'prediction', not 'labels'",
    ),
    (lambda lens: lens.attribute(method="lpr"), ValueError, "did you mean 'lrp'"),
    (lambda lens: lens.label(["red"], layer=[]), ValueError, "layer must name at least one layer"),
    (lambda lens: lens.label(["red"], threshold="2"), TypeError, "threshold must be a number"),
    (lambda lens: lens.heatmap("eye:1", "0"), ValueError, "sample must lie in 0 to 23, not '0'"),
    (lambda lens: lens.samples("eye:1", quantile="a"), ValueError, r"quantile must lie in \[0, 1\), not 'a'"),
    (lambda lens: lens.samples("eye:1", classes=3), TypeError, "classes must be a text or a list"),
    (lambda lens: lens.ablation("eye:1", class_name=3), ValueError, "there is no class 3; there are 'red'"),
    (lambda lens: lens.ablation("eye:1", samples=[99]), ValueError, "whole numbers from 0 to 23, not 99"),
    (lambda lens: lens.ablation("eye:1", samples=[True]), ValueError, "whole numbers from 0 to 23, not True"),
    (lambda lens: lens.ablation("eye:1", seed="a"), TypeError, "seed must be a whole number, not 'a'"),
    (
        lambda lens: lens.attribute(layer=[]),
        ValueError,
        "layer must name at least one layer, or be None for all",
    ),
    (lambda lens: lens.attribute(classes=5), TypeError, "classes must be the names of all outputs in order"),
    (lambda lens: lens.attribute(classes={0: "red"}), ValueError, "write {'name': output}"),
    (
        lambda lens: lens.faithfulness(["red"], pictures(), judge="CLIP"),
        TypeError,
        r"pass OpenCLIP\('CLIP'\)",
    ),
    (lambda lens: lens.import_labels("absent.csv"), FileNotFoundError, "there is no file 'absent.csv' with"),
    (lambda lens: lens.save(3), TypeError, "path must be a path, not 3"),
    (lambda lens: Lens.open(None), TypeError, "path must be a path, not None"),
    (lambda lens: Lens("a.lens"), TypeError, r"make a lens with Lens.build\(...\) or Lens.open"),
    (
        lambda lens: lens.audit({"red": {"valid": ["red"]}}, layer="eye").compare(3),
        TypeError,
        "after must be an audit",
    ),
    (lambda lens: assert_audit(3, {}), TypeError, "lens must be a lens, not 3"),
    (lambda lens: lens.audit({"valid": ["red"]}), ValueError, "holds the lists of every class, as in"),
    (
        lambda _: NeuronGallery("a.lens"),
        TypeError,
        r"lens must be a lens, not a str; make one with Lens.build\(...\)",
    ),
    (
        lambda _: as_images(pictures(), labels=dict(enumerate(labels()))),
        TypeError,
        "one per image, not a dict",
    ),
    (lambda _: as_images(pictures(), labels="red"), TypeError, "one per image, not a str"),
    (lambda _: as_images(pictures(), labels=3), TypeError, "one per image, not a int"),
]


def main() -> None:
    lens = build(layers=["eye", "head"]).attribute(classes=list(COLOURS), progress=False)
    for number, (ask, error, message) in enumerate(REFUSED):
        answer = _answer(ask, lens)
        if type(answer) is not error or not re.search(message, str(answer)):
            print(f"{number}: {answer!r} instead of {error.__name__}: {message}")
    print(f"{len(REFUSED)} refused")


def _answer(ask: Callable[[Lens], object], lens: Lens) -> object:
    try:
        return ask(lens)
    except Exception as error:  # noqa: BLE001
        return error


if __name__ == "__main__":
    main()
