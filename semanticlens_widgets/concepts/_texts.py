"""Texts packed in tensors: names and labels of many samples, decoded when they are asked for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Generic, TypeVar, overload

import torch
from jaxtyping import Int, UInt8
from torch import Tensor

from semanticlens_widgets.concepts._packed import pack
from semanticlens_widgets.errors import LensFileError

_AT_ONCE = 4096
"""Texts that are decoded at once by a loop over all."""
_SURROGATES = "surrogatepass"
"""The error handler of UTF-8 that writes half characters, which a text in Python may hold."""
Text = TypeVar("Text", bound="str | None")


class _Listed(Sequence[Text], Generic[Text]):
    """Mixin for a sequence that decodes some of its items at once; equal to a sequence of the same items."""

    def _some(self, start: int, stop: int) -> list[Text]:
        raise NotImplementedError

    @overload
    def __getitem__(self, key: int) -> Text: ...
    @overload
    def __getitem__(self, key: slice) -> list[Text]: ...
    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return [self[row] for row in range(*key.indices(len(self)))]
        row = range(len(self))[key]
        return self._some(row, row + 1)[0]

    def __iter__(self) -> Iterator[Text]:
        for start in range(0, len(self), _AT_ONCE):
            yield from self._some(start, min(start + _AT_ONCE, len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __repr__(self) -> str:
        return f"<{len(self):,} texts>"


@dataclass(frozen=True, eq=False, repr=False)
class PackedTexts(_Listed[str]):
    """Texts in UTF-8, one after the other."""

    data: UInt8[Tensor, " byte"]
    offsets: Int[Tensor, " text_plus_one"]
    """int64; text i is `data[offsets[i]:offsets[i + 1]]`."""

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def _some(self, start: int, stop: int) -> list[str]:
        ends = self.offsets[start : stop + 1].tolist()
        content = self.data[ends[0] : ends[-1]].numpy().tobytes()
        pairs = pairwise(ends)
        try:
            return [str(content[a - ends[0] : b - ends[0]], "utf-8", _SURROGATES) for a, b in pairs]
        except UnicodeDecodeError as error:
            raise LensFileError(
                f"the names of samples are no text ({error}); copy or save the lens again"
            ) from error


@dataclass(frozen=True, eq=False, repr=False)
class PackedLabels(_Listed["str | None"]):
    """One of few texts for each sample, or None."""

    texts: PackedTexts
    codes: Int[Tensor, " sample"]
    """int32: the number of a text, -1 for None."""

    def __len__(self) -> int:
        return len(self.codes)

    def _some(self, start: int, stop: int) -> list[str | None]:
        codes = self.codes[start:stop].tolist()
        known = {code: self.texts[code] for code in set(codes) if code >= 0}
        return [known.get(code) for code in codes]


def texts_to_tensors(names: Iterable[str], labels: Iterable[str | None]) -> dict[str, Tensor]:
    """The names and labels of samples as tensors."""
    numbers: dict[str, int] = {}
    codes = [-1 if label is None else numbers.setdefault(label, len(numbers)) for label in labels]
    found = {"label_codes": torch.tensor(codes, dtype=torch.int32)}
    for kind, texts in (("name", names), ("label", numbers)):
        data, offsets = pack([text.encode("utf-8", _SURROGATES) for text in texts])
        found |= {f"{kind}_bytes": data, f"{kind}_offsets": offsets}
    return found


def texts_from_tensors(tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """The inverse of `texts_to_tensors`: "names" and "labels"."""
    names, labels = (
        PackedTexts(tensors[f"{kind}_bytes"], tensors[f"{kind}_offsets"]) for kind in ("name", "label")
    )
    return {"names": names, "labels": PackedLabels(labels, tensors["label_codes"])}
