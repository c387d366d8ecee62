"""Every way from one query to another: text, a picture, several, none; alone, held back, and linked by traitlets."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from itertools import permutations
from typing import Any

import pytest
import traitlets
from ipywidgets import Widget

import semanticlens_widgets as slw
from semanticlens_widgets.widgets import NeuronGallery
from tests.fakes import fake_lens, picture

QUERIES = {
    "none": "",
    "text": "fruit",
    "picture": picture("car", 3),
    "other picture": picture("boat", 1),
    "several": [picture("tree", 3), picture("tree", 4)],
}
HOLDS: dict[str, Callable[[NeuronGallery], Any]] = {
    "plain": lambda _: nullcontext(),
    "hold_trait_notifications": lambda gallery: gallery.hold_trait_notifications(),
    "hold_sync": lambda gallery: gallery.hold_sync(),
}


@pytest.fixture(scope="module")
def lens() -> slw.Lens:
    return fake_lens(n_components=12)


@pytest.fixture
def gallery(lens: slw.Lens) -> Iterator[NeuronGallery]:
    """The only one of its lens: those beside it are closed too."""
    yield NeuronGallery(lens)
    for widget in list(Widget.widgets.values()):
        if isinstance(widget, NeuronGallery):
            widget.close()


def shown(query: Any) -> str | int:
    """The text, or the number of pictures."""
    if isinstance(query, str):
        return query
    return len(query) if isinstance(query, list) else 1


@pytest.mark.parametrize("hold", HOLDS)
@pytest.mark.parametrize(("before", "after"), list(permutations(QUERIES, 2)))
def test_any_query_follows_any_other(gallery: NeuronGallery, before: str, after: str, hold: str) -> None:
    beside = NeuronGallery(gallery.lens)
    follower = NeuronGallery(gallery.lens, linked=False)
    traitlets.dlink((gallery, "query"), (follower, "query"))
    gallery.query = QUERIES[before]
    seen: list[str | int] = []
    gallery.observe(lambda change: seen.append(shown(change.new)), "query")
    with HOLDS[hold](gallery):
        gallery.query = QUERIES[after]
    wanted = shown(QUERIES[after])
    assert seen == [wanted]
    assert [shown(each.query) for each in (gallery, beside, follower)] == [wanted] * 3


def test_of_several_queries_in_one_hold_the_last_is_the_query(gallery: NeuronGallery) -> None:
    seen: list[str | int] = []
    gallery.observe(lambda change: seen.append(shown(change.new)), "query")
    with gallery.hold_trait_notifications():
        gallery.query = "fruit"
        gallery.query = QUERIES["several"]
    assert shown(gallery.query) == 2
    assert seen[-1] == 2
    with gallery.hold_trait_notifications():
        gallery.query = QUERIES["picture"]
        gallery.query = "bird"
    assert gallery.query == "bird"
    assert seen[-1] == "bird"


def test_the_handle_of_a_picture_that_nobody_dropped_is_refused(gallery: NeuronGallery) -> None:
    with pytest.raises(ValueError, match="no longer kept; drop it again"):
        gallery.query_image = "0123456789abcdef"
