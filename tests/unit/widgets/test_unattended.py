"""Pictures of widgets in notebooks that a program runs: what Python asked for is in them."""

import sys
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from semanticlens_widgets.analysis import Requirement
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets import AuditTable, ConceptMap, Explorer, NeuronGallery
from semanticlens_widgets.widgets.snapshot import unattended
from semanticlens_widgets.widgets.snapshot.unattended import (
    VARIABLE,
    compute_within,
    is_unattended,
    picture_seconds,
)
from tests.fakes import CATEGORIES, WordModel, attributed_lens, fake_database, fake_lens, picture

BIRD = Requirement("bird", valid=["bird"], spurious=["tree"])
VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def run_by(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that makes a cell look as if a front end ran it that takes input, or takes none."""
    monkeypatch.delenv("SERVER_SOFTWARE", raising=False)
    monkeypatch.delenv(VARIABLE, raising=False)

    def run_by(**content: object) -> None:
        kernel = SimpleNamespace(get_parent=lambda: {"content": content})
        shell = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=kernel))
        monkeypatch.setitem(sys.modules, "IPython", shell)

    return run_by


def shown(widget: Any) -> str:
    data, _ = widget._repr_mimebundle_()
    assert set(data) == {"text/html", "text/plain"}
    return data["text/html"]


def test_a_front_end_that_takes_no_input_is_a_program(run_by: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_unattended()
    run_by(allow_stdin=True)
    assert not is_unattended()
    run_by()  # a message of a widget, not a cell
    assert not is_unattended()
    run_by(allow_stdin=False)
    assert is_unattended()
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    assert not is_unattended()


def test_an_opened_lens_loads_its_foundation_model_for_a_gallery(run_by: Any) -> None:
    run_by(allow_stdin=False)
    lens = fake_lens()
    html = shown(NeuronGallery(lens, layer="bn1", query=picture("car", 0), vocabulary=CATEGORIES))
    assert "not yet" not in html
    assert "not named" not in html
    assert "by alignment with 1 picture" in html
    assert "bn1:1<" in html


@pytest.mark.parametrize("sort", ["clarity", "redundancy", "maximum"])
def test_a_gallery_is_in_the_order_that_is_asked_for(run_by: Any, sort: str) -> None:
    run_by(allow_stdin=False)
    gallery = NeuronGallery(fake_lens(), sort=sort)
    html = shown(gallery)
    assert f"by {sort}" in html
    assert "not yet" not in html
    assert f"<b>{gallery.results['component'][0]}</b>" in html


def test_an_audit_has_its_verdicts(run_by: Any) -> None:
    run_by(allow_stdin=False)
    html = shown(AuditTable(attributed_lens(), BIRD))
    assert "not judged yet" not in html
    assert "spurious" in html


def test_a_lens_without_relevance_says_that_it_was_not_judged(run_by: Any, caplog: Any) -> None:
    run_by(allow_stdin=False)
    assert "not judged yet" in shown(AuditTable(fake_lens(), BIRD))
    assert "a part of a widget's picture failed" in caplog.text


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("alignment", "coloured by alignment with “car”"),
        ("clarity", "coloured by clarity"),
        ("relevance", "coloured by relevance for bird"),
        ("verdict", "coloured by verdict for bird"),
        ("cluster", "coloured by cluster"),
    ],
)
def test_a_map_is_laid_out_and_coloured_as_asked_for(run_by: Any, encoding: str, said: str) -> None:
    run_by(allow_stdin=False)
    html = shown(
        ConceptMap(
            attributed_lens(), layer="bn1", method="pca", query="car", encoding=encoding, requirements=BIRD
        )
    )
    assert said in html


@pytest.mark.parametrize("required", [(), BIRD])
def test_an_explorer_has_both_of_its_halves(run_by: Any, required: Any) -> None:
    run_by(allow_stdin=False)
    html = shown(Explorer(attributed_lens(), query="car", method="pca", requirements=required))
    assert "coloured by alignment with “car”" in html
    assert "not yet" not in html
    assert "not judged" not in html


def test_zero_seconds_leave_the_widget_as_it_is_in_a_browser(
    run_by: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_by(allow_stdin=False)
    monkeypatch.setenv(VARIABLE, "0")
    lens = Lens(fake_database())
    data, _ = NeuronGallery(lens, query="car")._repr_mimebundle_()
    assert VIEW in data
    assert "not yet ordered" in data["text/html"]
    assert lens._session.loaded_foundation_model is None


@pytest.mark.parametrize("said", ["soon", "-1", "inf", "nan"])
def test_what_is_no_number_of_seconds_is_refused(
    run_by: Any, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    run_by(allow_stdin=False)
    monkeypatch.setenv(VARIABLE, said)
    with pytest.raises(ValueError, match=f"{VARIABLE} must be a number of seconds, 0 for none, not '{said}'"):
        picture_seconds()


def test_what_takes_too_long_is_named_and_left_out(run_by: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run_by(allow_stdin=False)
    monkeypatch.setenv(VARIABLE, "0.2")
    enough = threading.Event()

    class Slow(WordModel):
        def embed_texts(self, texts: Any) -> Any:
            enough.wait(20)
            return super().embed_texts(texts)

    html = shown(NeuronGallery(Lens(fake_database(), foundation_model=Slow()), query="car"))
    enough.set()
    assert "not yet ordered by alignment with “car”" in html
    assert f"Not all of it was computed within 0.2 s; {VARIABLE} sets more seconds." in html


def test_steps_after_a_failed_one_are_taken(caplog: Any) -> None:
    taken: list[int] = []

    def fail(_check: object) -> None:
        raise RuntimeError("out of memory")

    assert compute_within(20, [fail, lambda _check: taken.append(1)]) == []
    assert taken == [1]
    assert "out of memory" in caplog.text


def test_no_step_begins_once_the_time_is_up() -> None:
    taken: list[int] = []
    unattended._take([lambda _check: taken.append(1)], end=0.0)
    assert taken == []
