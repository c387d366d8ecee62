"""Labels and targets: which of an item's parts is the picture, and which output a label means."""

import random
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import nn

import semanticlens_widgets as slw
from tests.colour_world import ColourSpace
from tests.faults.outcome import Group, Outcome, judge
from tests.faults.source import SIDE, TRUE, N, Source, signature


class Items:
    """A dataset of items (picture, target) or of any other kind."""

    def __init__(self, items: Sequence[Any], **attributes: Any) -> None:
        self.items = items
        self.__dict__.update(attributes)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, item: int) -> Any:
        return self.items[item]


PICTURES = [Image.fromarray(picture) for picture in TRUE]
MASKS = [Image.fromarray(np.where(picture.mean(2) > 127, 255, 0).astype(np.uint8)) for picture in TRUE]
NUMBERS = [number % 3 for number in range(N)]
_TEXTS = [str(number) for number in NUMBERS]


def _pairs(targets: Sequence[Any], **attributes: Any) -> Callable[[Path], Items]:
    return lambda _folder: Items(list(zip(PICTURES, targets, strict=True)), **attributes)


def _splits(folder: Path) -> str:
    """train/cat, train/dog, val/cat, val/dog."""
    for number, picture in enumerate(PICTURES):
        place = folder / ("train" if number < 8 else "val") / ("cat" if number % 2 == 0 else "dog")
        place.mkdir(parents=True, exist_ok=True)
        picture.save(place / f"{number:02d}.png")
    return str(folder)


_SPLIT_ORDER = [0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 9, 11]
_SPLIT_LABELS = ["cat" if n % 2 == 0 else "dog" for n in _SPLIT_ORDER]
_NONE = [None] * N


def _no_label() -> None:
    """A target that is no label."""


def _dicts(pictures: str, targets: str, values: Sequence[Any]) -> Callable[[Path], Items]:
    pairs = zip(values, PICTURES, strict=True)
    items = [{targets: value, pictures: picture} for value, picture in pairs]
    return lambda _folder: Items(items)


LABELS = [
    Source("labels/numbers", _pairs(NUMBERS), TRUE, _TEXTS),
    Source("labels/class names", _pairs(NUMBERS, classes=["a", "b", "c"]), TRUE, ["abc"[n] for n in NUMBERS]),
    Source("labels/numpy numbers", _pairs(list(np.array(NUMBERS))), TRUE, _TEXTS),
    Source("labels/tensors", _pairs([torch.tensor(n) for n in NUMBERS]), TRUE, _TEXTS),
    Source("labels/tensors of shape (1,)", _pairs([torch.tensor([n]) for n in NUMBERS]), TRUE, _TEXTS),
    Source("labels/arrays of shape (1,)", _pairs([np.array([n]) for n in NUMBERS]), TRUE, _TEXTS),
    Source("labels/lists of one", _pairs([[n] for n in NUMBERS]), TRUE, _TEXTS),
    Source("labels/bytes", _pairs([str(n).encode() for n in NUMBERS]), TRUE, _TEXTS),
    Source("labels/whole floats", _pairs([float(n) for n in NUMBERS]), TRUE, _TEXTS),
    Source("labels/one-hot", _pairs([torch.eye(3)[n] for n in NUMBERS]), TRUE, _TEXTS),
    Source("labels/one-hot of int8", _pairs([np.eye(3, dtype=np.int8)[n] for n in NUMBERS]), TRUE, _TEXTS),
    Source("labels/multi-hot", _pairs([torch.tensor([1, 1, 0])] * N), TRUE, _NONE),
    Source("labels/coordinates", _pairs([np.array([0.5, n]) for n in NUMBERS]), TRUE, _NONE),
    Source("labels/not a number", _pairs([float("nan")] * N), TRUE, _NONE),
    Source("labels/bools", _pairs([bool(n) for n in NUMBERS]), TRUE, [str(bool(n)) for n in NUMBERS]),
    Source("labels/boxes", _pairs([{"boxes": [[0, 0, 2, 2]]}] * N), TRUE, _NONE),
    Source("labels/masks", _pairs(MASKS), TRUE, _NONE),
    Source("labels/objects", _pairs([object() for _ in NUMBERS]), TRUE, _NONE),
    Source("labels/functions", _pairs([_no_label] * N), TRUE, _NONE),
    Source("labels/none", _pairs(_NONE), TRUE, _NONE),
    Source("items/mask and image", lambda _: Items(list(zip(MASKS, PICTURES, strict=True))), TRUE),
    Source("items/target and image", lambda _: Items(list(zip(NUMBERS, PICTURES, strict=True))), TRUE),
    Source("items/dict of image and label", _dicts("image", "label", NUMBERS), TRUE, _TEXTS),
    Source("items/dict of other names", _dicts("x", "y", NUMBERS), TRUE, _TEXTS),
    Source("items/dict of mask and image", _dicts("image", "mask", MASKS), TRUE),
    Source("items/two views", lambda _: Items([(one, ImageOps.mirror(one)) for one in PICTURES]), TRUE, _NONE),
    Source("folders/train and val", _splits, TRUE[_SPLIT_ORDER], _SPLIT_LABELS, warning="label|split|train"),
]  # fmt: skip


def _outputs(
    labels: Sequence[Any], n_outputs: int, expected: Mapping[str, int], *, items: bool = True
) -> str | None:
    """The difference of the outputs that labels are taken for from those that they mean."""
    images = _pairs(labels)(Path()) if items else slw.as_images(PICTURES, labels=labels)
    torch.manual_seed(1)
    model = nn.Sequential(OrderedDict(see=nn.Flatten(), head=nn.Linear(3 * SIDE * SIDE, n_outputs)))
    lens = slw.Lens.build(
        model,
        images,
        "see",
        foundation_model=ColourSpace(),
        transform=signature,
        k=4,
        batch_size=4,
        progress=False,
    ).attribute(progress=False)
    relevance = lens.relevance("see")
    found = dict(zip(relevance.classes, relevance.outputs.tolist(), strict=True))
    return None if found == dict(expected) else f"outputs {found} instead of {dict(expected)}"


_DOZEN = list(range(1, 13))
_CASES: dict[str, Callable[[], str | None]] = {
    "outputs/integers 0 to 11": partial(_outputs, list(range(12)), 12, {str(n): n for n in range(12)}),
    "outputs/integers 1 to 12": partial(_outputs, _DOZEN, 12, {str(n): n - 1 for n in _DOZEN}),
    "outputs/integers 1 to 12, given": partial(
        _outputs, _DOZEN, 12, {str(n): n - 1 for n in _DOZEN}, items=False
    ),
    "outputs/tens": partial(_outputs, [10 * n for n in _DOZEN], 12, {str(10 * n): n - 1 for n in _DOZEN}),
    "outputs/negative numbers": partial(_outputs, [-1, 0, 1] * 4, 3, {"-1": 0, "0": 1, "1": 2}),
    "outputs/some of many": partial(_outputs, [3, 7, 9] * 4, 12, {"3": 3, "7": 7, "9": 9}),
    "outputs/names": partial(_outputs, ["cat", "dog", "ox"] * 4, 3, {"cat": 0, "dog": 1, "ox": 2}),
}


def _trial(name: str, case: Callable[[], str | None], _generator: random.Random) -> Iterator[Outcome]:
    yield judge(name, case, warning="class")


LABEL_TRIALS: dict[str, Group] = {name: partial(_trial, name, case) for name, case in _CASES.items()}
