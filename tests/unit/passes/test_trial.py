import torch

from semanticlens_widgets.passes._trial import (
    Candidates,
    Setting,
    Trial,
    candidates_for,
    next_setting,
    within,
)

LAST, FIRST = torch.channels_last, torch.contiguous_format
CPU = Candidates([8, 16, 32], [LAST, FIRST])


def calibrate(seconds, candidates=CPU):
    """The settings that are tried, and the chosen one, if a sample takes each of them what `seconds` says."""
    trials = []
    while True:
        setting, is_trial = next_setting(candidates, trials)
        if not is_trial:
            return [trial.setting for trial in trials], setting
        trials.append(Trial(setting, seconds(setting)))


def test_the_faster_format_and_the_largest_size_that_gains_are_chosen():
    tried, chosen = calibrate(lambda s: (1 if s.memory_format is LAST else 1.2) / s.batch_size)
    assert chosen == Setting(32, LAST)
    assert Setting(32, FIRST) not in tried


def test_larger_sizes_are_left_out_once_one_does_not_gain():
    tried, chosen = calibrate(lambda s: float(s.batch_size))
    assert chosen == Setting(8, LAST)
    assert Setting(32, LAST) not in tried


def test_the_usual_format_stays_unless_another_one_clearly_gains():
    _, chosen = calibrate(lambda s: 1.0 if s.memory_format is LAST else 0.95)
    assert chosen == Setting(8, LAST)


def test_a_hopeless_format_is_tried_only_once():
    tried, _ = calibrate(lambda s: 1.0 if s.memory_format is LAST else 5.0)
    assert tried.count(Setting(8, FIRST)) == 1


def test_the_first_batch_does_not_count():
    times = {Setting(8, LAST): iter([2.0, 1.3, 1.0])}
    tried, chosen = calibrate(lambda s: next(times.get(s, iter([1.13 * s.batch_size / 8]))))
    assert chosen == Setting(8, LAST)
    assert tried[:5] == [Setting(8, form) for form in (LAST, LAST, FIRST, LAST, FIRST)]


def test_a_batch_that_was_held_up_is_forgiven():
    times = iter([3.0, 2.9, 1.5, 1.0, 1.5, 1.4, 1.4])
    _, chosen = calibrate(lambda s: next(times))
    assert chosen == Setting(8, LAST)


def test_the_only_candidate_is_not_tried():
    assert next_setting(Candidates([5], [FIRST]), []) == (Setting(5, FIRST), False)


def test_what_does_not_fit_into_memory_is_left_out():
    assert within(CPU, 16).sizes == [8, 16]
    assert within(CPU, 3).sizes == [3]


def test_few_samples_are_not_worth_a_trial():
    assert candidates_for("cpu", 60, True) == Candidates([16], [LAST])
    assert candidates_for("cpu", 600, False).formats == [FIRST]
    assert candidates_for("cuda", 10_000, True).sizes == [32, 64, 128]
