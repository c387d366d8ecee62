"""Threads that share a model wait for one another, and hooks see the passes of their own thread alone."""

import threading

import torch
from torch import nn

from semanticlens_widgets.layers import capture, evaluating, intervene, model_behaviour
from semanticlens_widgets.layers._evaluating import alone_with


def model() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Dropout())


def in_thread(work) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_another_thread_waits_until_the_context_ends():
    shared, order = model(), []

    def other():
        with evaluating(shared):
            order.append("other")

    with evaluating(shared):
        thread = in_thread(other)
        with evaluating(shared):  # the same thread goes on
            order.append("own")
        assert thread.is_alive()
    thread.join()
    assert order == ["own", "other"]
    assert shared.training


def test_other_models_do_not_wait():
    with alone_with(model()):
        thread = in_thread(lambda: alone_with(model()).__enter__())
        thread.join(20)
        assert not thread.is_alive()


def test_passes_of_other_threads_are_neither_kept_nor_changed():
    shared, kept = model().eval(), []
    pixels = torch.rand(2, 3, 8, 8)
    with torch.no_grad():
        expected = shared(pixels)
    found = []

    def other():
        with torch.no_grad():
            found.append(shared(pixels))

    with (
        capture(shared, ["0"], lambda _, output: kept.append(output)),
        intervene(shared, {"1": torch.zeros_like}),
    ):
        in_thread(other).join()
        assert not kept
        assert not shared(pixels).any()
    assert len(kept) == 1
    torch.testing.assert_close(found[0], expected)


def test_the_mode_is_put_back_after_errors_and_nested_contexts():
    shared = model()
    shared[2].eval()
    try:
        with evaluating(shared), capture(shared, ["0"], lambda *_: None):
            shared(torch.rand(1, 2, 8, 8))
    except RuntimeError:
        pass
    assert [module.training for module in shared.modules()] == [True, True, True, False]
    assert not shared[0]._forward_hooks


def test_the_hooks_of_a_pass_elsewhere_do_not_make_another_model():
    shared, found = model(), []
    expected = model_behaviour(shared)
    with capture(shared, ["0"], lambda *_: None):
        thread = in_thread(lambda: found.append(model_behaviour(shared)))
    thread.join()
    assert found == [expected]


def test_two_threads_with_hooks_of_their_own_do_not_see_each_others():
    shared, kept, opened, done = model().eval(), [], threading.Event(), threading.Event()
    pixels = torch.rand(2, 3, 8, 8)
    with torch.no_grad():
        expected = shared[0](pixels)

    def other():
        with intervene(shared, {"0": torch.zeros_like}):
            opened.set()
            done.wait(20)

    thread = in_thread(other)
    opened.wait(20)
    with capture(shared, ["0"], lambda _, output: kept.append(output.clone())):
        shared(pixels)
    done.set()
    thread.join()
    torch.testing.assert_close(kept[0], expected)
    assert not shared[0]._forward_hooks
