"""Work is saved when that is due, and however it ends."""

import pytest

from semanticlens_widgets.passes import _progress
from semanticlens_widgets.passes._progress import saving


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
