"""Which part of an image a concept example is."""

from collections.abc import Mapping
from dataclasses import dataclass

from jaxtyping import Float, Int, UInt8
from torch import Tensor

from semanticlens_widgets.concepts._packed import packed_file

CROP_TENSORS = ("sample_ids", "boxes", "sizes", "embeddings", "thumbnail_bytes", "thumbnail_offsets")


@dataclass(frozen=True, eq=False)
class Crops:
    """Every part of an image that is a concept example of some component, once each, by sample and box."""

    sample_ids: Int[Tensor, " crop"]
    """int64, ascending: indices into the dataset."""
    boxes: Int[Tensor, "crop left_top_right_bottom"]
    """int32, in pixels of the image as people see it; right and bottom exclusive."""
    sizes: Int[Tensor, "crop width_height"]
    """int32: of the whole image, in pixels."""
    embeddings: Float[Tensor, "crop dim"]
    """As the foundation model gave them: float32, not normalized."""
    thumbnail_bytes: UInt8[Tensor, " byte"]
    """WebP files of the crops, one after the other."""
    thumbnail_offsets: Int[Tensor, " crop_plus_one"]
    """int64; thumbnail i is `thumbnail_bytes[offsets[i]:offsets[i + 1]]`."""
    rows: Mapping[str, Int[Tensor, "component k"]]
    """Layer -> the crop of every example, int64, -1 for none. The examples of layers not in it are whole images."""
    threshold: float
    """The share of a heat map's maximum above which a place belongs to the crop."""

    def __len__(self) -> int:
        return self.sample_ids.shape[0]

    def thumbnail(self, row: int) -> bytes:
        """The WebP file of one row."""
        return packed_file(self.thumbnail_bytes, self.thumbnail_offsets, row)
