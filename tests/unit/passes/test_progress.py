"""Work is saved when that is due, and however it ends; bars say which step they are of."""

import pytest

from semanticlens_widgets.passes import _progress
from semanticlens_widgets.passes._progress import Steps, saving, watched


def test_it_is_saved_at_the_end_and_before_only_when_that_is_due(monkeypatch):
    saves = []
    with saving(lambda: saves.append("saved")) as now_and_then:
        now_and_then()
        assert saves == []
        monkeypatch.setattr(_progress, "_SECONDS_BETWEEN_SAVES", -1.0)
        now_and_then()
        assert saves == ["saved"]
    assert saves == ["saved", "saved"]


@pytest.mark.parametrize("end", [KeyboardInterrupt, ValueError])
def test_what_was_done_is_saved_when_it_ends_early(end):
    saved = []

    def work():
        done = 0
        with saving(lambda: saved.append(done)):
            for number in (1, 2):
                done = number
            raise end

    with pytest.raises(end):
        work()
    assert saved == [2]


def test_a_bar_within_a_step_says_its_number(capsys):
    steps = Steps(2)
    for label in ("collecting", "embedding"):
        with steps.next(), watched(1, 0, label, save=lambda: None, progress=True):
            pass
    with watched(1, 0, "alone", save=lambda: None, progress=True):
        pass
    shown = capsys.readouterr().err
    assert "step 1 of 2: collecting: " in shown
    assert "step 2 of 2: embedding: " in shown
    assert "\ralone: " in shown
