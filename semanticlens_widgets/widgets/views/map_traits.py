"""Traits of every map: the method of its layout, and the camera."""

from typing import Any, get_args

import traitlets

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.widgets.answers.map.protocol import Method
from semanticlens_widgets.widgets.views.trait_types import Choice

METHODS: tuple[str, ...] = get_args(Method)
_FAR = 1_000_000
"""Largest number of a camera."""


class MapTraits(traitlets.HasTraits):
    """A layout, and the part of it that is shown."""

    method = Choice(METHODS, "umap").tag(sync=True)
    camera = traitlets.List(traitlets.Float(), [0.5, 0.5, 1.0]).tag(sync=True)
    """x and y of the centre of the view (0 to 1 along the longer side of the map), and the zoom (1 shows all of it)."""

    @traitlets.validate("camera")
    def _check_camera(self, proposal: Any) -> list[float]:
        camera = proposal["value"]
        if len(camera) != 3 or not all(abs(value) <= _FAR for value in camera) or camera[2] <= 0:
            raise ValueError(
                f"camera must be x, y and a zoom above 0, within {_FAR:,}, not {shown(camera)}; "
                "[0.5, 0.5, 1] shows the whole map"
            )
        return camera
