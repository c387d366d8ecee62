"""Crops: the parts of images that are concept examples."""

from collections.abc import Mapping
from dataclasses import dataclass

from jaxtyping import Float, Int, UInt8
from torch import Tensor

from semanticlens_widgets.concepts._packed import Thumbnails

CROP_TENSORS = ("sample_ids", "boxes", "sizes", "embeddings", "thumbnail_bytes", "thumbnail_offsets")


@dataclass(frozen=True, eq=False)
class Crops(Thumbnails):
    """The parts of images that are examples of some component, once each, ordered by sample and box."""

    sample_ids: Int[Tensor, " crop"]
    """int64, ascending: indices into the dataset."""
    boxes: Int[Tensor, "crop left_top_right_bottom"]
    """int32, in pixels of the image as displayed (upright); right and bottom exclusive."""
    sizes: Int[Tensor, "crop width_height"]
    """int32, the size of the whole image in pixels."""
    embeddings: Float[Tensor, "crop dim"]
    """float32, not normalized."""
    thumbnail_bytes: UInt8[Tensor, " byte"]
    """Concatenated WebP files of the crops."""
    thumbnail_offsets: Int[Tensor, " crop_plus_one"]
    """int64; thumbnail i is `thumbnail_bytes[offsets[i]:offsets[i + 1]]`."""
    rows: Mapping[str, Int[Tensor, "component k"]]
    """Layer -> the row of each example's crop, int64, -1 for none. Examples of other layers are whole images."""
    threshold: float
    """The share of a heat map's maximum above which a pixel belongs to the crop."""

    def __len__(self) -> int:
        return self.sample_ids.shape[0]
