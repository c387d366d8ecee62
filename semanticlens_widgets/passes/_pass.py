"""Description of a pass: the model, the samples, and the step that is run over them."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic

import torch
from PIL import Image
from torch import nn

from semanticlens_widgets.images import Images
from semanticlens_widgets.passes._step import S, Step


@dataclass(frozen=True, eq=False)
class Pass(Generic[S]):
    """A step, and the samples that it is run over."""

    model: nn.Module
    images: Images
    samples: Sequence[int]
    transform: Callable[[Image.Image], object]
    """From a picture to a tensor (C,H,W), or to (tensor, note)."""
    step: Step[S]
    empty: S
    """The state before the first batch."""
    label: str
    """Stands before the progress bar."""
    batch_size: int | None = None
    memory_format: torch.memory_format | None = None
    device: str | torch.device | None = None
    trial: bool = False
    """Try out batch sizes and memory formats, as far as they are not named, on the first batches."""
    must_read: bool = False
    """Raise ImagesError at the first image that cannot be read, instead of noting it as broken."""
    keeps_buffers: bool = True
    """Keep freed memory with the process meanwhile; not where small parts of a state are kept between large buffers."""
    identity: Any = None
    """JSON that a checkpoint has to share, beside the samples."""

    @property
    def key(self) -> list[Any]:
        """JSON that is equal only for the same pass over the same samples in the same order."""
        digest = hashlib.blake2b(repr(list(self.samples)).encode(), digest_size=8).hexdigest()
        return [self.identity, len(self.samples), digest]
