"""Warning about images that were left out."""

import warnings
from collections.abc import Mapping

from semanticlens_widgets._texts import isolated, visible
from semanticlens_widgets.images._protocol import Images


def warn_of_left_out(images: Images, broken: Mapping[int, str]) -> None:
    """Warns once with the number of broken images (sample -> reason) and the first reason; not for none."""
    if not broken:
        return
    first, reason = min(broken.items())
    warnings.warn(
        f"{len(broken):,} of {len(images):,} images were left out because they cannot be read or transformed; "
        f"the first is {isolated(images.name(first))}: {visible(' '.join(reason.split())[:300])}",
        stacklevel=3,
    )
