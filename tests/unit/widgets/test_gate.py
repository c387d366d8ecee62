"""The browser sets what it may, and nothing that a widget refuses."""

from typing import Any

import pytest

from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets import AuditTable, ConceptMap, Explorer, NeuronGallery
from semanticlens_widgets.widgets.kernel.bundle import shared_bundle
from tests.fakes import attributed_lens


@pytest.fixture
def lens() -> Lens:
    return attributed_lens(12)


def sent_by(widget: Any) -> list[dict[str, Any]]:
    """Messages that the widget sends from now on."""
    sent: list[dict[str, Any]] = []
    widget._send = lambda message, buffers=None: sent.append(message)
    return sent


def set_held(widget: Any, error: Exception | None = None, **values: object) -> None:
    with widget.hold_trait_notifications():
        for name, value in values.items():
            setattr(widget, name, value)
        if error is not None:
            raise error


REFUSED = [
    ("height", 5),
    ("height", float("nan")),
    ("height", True),
    ("height", "640"),
    ("layer", "nowhere"),
    ("layer", None),
    ("selection", ["bn1:99"]),
    ("selection", "bn1:1"),
    ("query", "x" * 1001),
    ("query", "half \ud800"),
    ("query_image", "unknown"),
    ("linked", ["all"]),
    ("examples_as", "crop"),
    ("camera", [0.0, 0.0]),
    ("camera", [1e300, 0.0, 1.0]),
    ("threshold", float("inf")),
    ("threshold", 1e9),
    ("class_name", "x" * 1001),
    ("requirements", [{"class_name": 3}]),
    ("requirements", [{"class_name": "bird", "valid": [3]}]),
    ("requirements", [{"a": 1}]),
    ("sort", "beauty"),
    ("n_examples_shown", 0),
    ("max_spurious", -1),
    ("tab", "none"),
    ("caveat", "none"),
    ("layers", []),
    ("revision", 1),
    ("attributed", 7),
    ("_esm", "alert(1)"),
    ("_picture", "<script>"),
    ("_channel", "IPY_MODEL_none"),
]


@pytest.mark.parametrize(("trait", "value"), REFUSED)
def test_what_is_refused_is_not_kept_goes_back_and_takes_nothing_with_it(
    lens: Lens, trait: str, value: object
) -> None:
    widget = Explorer(lens)
    before = widget.get_state(trait)
    sent = sent_by(widget)
    widget.set_state({"descending": False, trait: value, "method": "pca"})
    assert widget.get_state(trait) == before
    assert (widget.descending, widget.method) == (False, "pca")
    updates = [message["state"] for message in sent if message["method"] == "update"]
    assert updates[-1].keys() == {trait}
    (refused,) = sent[-1]["content"]["refused"]
    assert refused["trait"] == trait
    assert 0 < len(refused["message"]) <= 600
    refused["message"].encode()


def test_what_is_there_already_and_what_is_unknown_goes_by(lens: Lens) -> None:
    widget = NeuronGallery(lens)
    sent = sent_by(widget)
    widget.set_state({"caveat": widget.caveat, "_view": "neuron_gallery", "no_trait": 1})
    assert [message["method"] for message in sent if message["method"] != "echo_update"] == []


def test_the_code_of_the_browser_side_is_not_the_browsers_to_set(lens: Lens) -> None:
    bundle = shared_bundle()
    before = bundle.get_state()
    bundle.set_state({"code": "alert(1)", "css": "", "version": "", "_esm": "alert(1)"})
    assert bundle.get_state() == before
    channel = NeuronGallery(lens)._channel
    channel.set_state({"_esm": "alert(1)"})
    assert "alert" not in channel.get_state("_esm")["_esm"]


def test_a_hold_sets_all_or_nothing_and_raises_what_refused(lens: Lens) -> None:
    widget, linked, seen = ConceptMap(lens), ConceptMap(lens), []
    widget.observe(seen.append, ["height", "layer", "query"])
    before = widget.get_state()
    with pytest.raises(ValueError, match="height must be between"):
        set_held(widget, query="frog", height=5)
    with pytest.raises(LookupError, match="nowhere"):
        set_held(widget, height=700, layer="nowhere")
    with pytest.raises(KeyError, match="body"):
        set_held(widget, KeyError("body"), height=700)
    assert (widget.get_state(), seen, linked.query) == (before, [], "")
    set_held(widget, query="frog", height=700)
    assert (widget.query, widget.height, linked.query, len(seen)) == ("frog", 700, "frog", 2)


def test_the_gate_is_shut_while_a_cell_holds_the_traits(lens: Lens) -> None:
    widget = AuditTable(lens)
    with widget.hold_sync(), widget.hold_trait_notifications():
        widget.set_state({"height": 5, "threshold": 3.0})
    assert (widget.height, widget.threshold) == (640, 3.0)


def test_linked_widgets_are_spared_what_the_browser_must_not_set(lens: Lens) -> None:
    first, second = NeuronGallery(lens), Explorer(lens)
    before = second.get_state()
    first.set_state({"layer": "", "selection": ["bn1:99"], "query": "x" * 2000})
    assert second.get_state() == before
    first.set_state({"layer": "nowhere", "query": "frog"})
    assert (second.layer, second.query) == (first.layer, "frog")


def test_the_errors_of_observers_reach_the_notebook_as_before(lens: Lens, caplog) -> None:
    def observer(_change: object) -> None:
        raise ZeroDivisionError

    widget = NeuronGallery(lens)
    widget.observe(observer, "height")
    with pytest.raises(ZeroDivisionError):
        widget.set_state({"height": 700})
    assert widget.height == 700


def test_a_query_image_that_is_no_longer_kept_leaves_the_widget_usable(lens: Lens) -> None:
    from PIL import Image

    widget = NeuronGallery(lens, query=Image.new("RGB", (8, 8)))
    for shade in range(1, 40):
        widget._session.images.add([Image.new("RGB", (8, 8), (shade, 0, 0))])
    assert widget.get_state()["query"] == ""
    assert "query of 1 image" in repr(widget)
    assert len(widget.query) == 1
