"""Cache entries of an older way of computing are not taken for today's."""

import pytest

from semanticlens_widgets import _cache
from semanticlens_widgets.images import as_images
from semanticlens_widgets.layers.axes._probe_runs import is_probing
from semanticlens_widgets.lens import Lens
from tests.colour_world import ColourModel, ColourSpace, labels, pictures, to_tensor


def passes(cache) -> tuple[int, int]:
    """Images that a new process runs through the model to build a lens with crops and look-alikes, and to attribute."""
    model, seen = ColourModel(), []
    model.register_forward_pre_hook(lambda _, inputs: is_probing() or seen.append(len(inputs[0])))
    images = as_images(pictures(), labels=labels())
    options = {"k": 3, "transform": to_tensor, "crop": True, "look_alikes": True, "progress": False}
    lens = Lens.build(model, images, ["eye"], foundation_model=ColourSpace(), cache=cache, **options)
    n_built = sum(seen)
    lens.attribute(classes=["red", "green", "blue"], progress=False)
    return n_built, sum(seen) - n_built - 1  # one image tells how many outputs there are


@pytest.mark.parametrize(("version", "again"), [("COLLECTING", 0), ("ATTRIBUTING", 1)])
def test_another_way_of_computing_is_not_answered_from_the_cache(tmp_path, monkeypatch, version, again):
    first = passes(tmp_path)
    assert min(first) >= 24
    assert passes(tmp_path) == (0, 0)
    monkeypatch.setattr(_cache, version, getattr(_cache, version) + 1)
    assert passes(tmp_path) == tuple(first[n] if n == again else 0 for n in range(2))
    assert passes(tmp_path) == (0, 0)
