"""Settings of the process while a model runs: full precision, plain Python, and all put back."""

import threading
from typing import Any

import pytest
import torch

from semanticlens_widgets.attribution import relevance
from semanticlens_widgets.layers import as_written, capture
from semanticlens_widgets.layers._process import in_full_precision
from tests.colour_world import ColourModel


def settings():
    return torch.backends.cudnn.allow_tf32, torch.get_float32_matmul_precision()


@pytest.fixture
def medium():
    before = settings()
    torch.backends.cudnn.allow_tf32 = True
    torch.set_float32_matmul_precision("medium")
    yield
    torch.backends.cudnn.allow_tf32 = before[0]
    torch.set_float32_matmul_precision(before[1])


@pytest.mark.usefixtures("medium")
def test_a_model_runs_in_full_precision_and_what_was_set_is_put_back():
    seen = []

    def keep(*_: object) -> None:
        seen.append((*settings(), torch.is_autocast_enabled("cpu")))

    model = ColourModel()
    with torch.autocast("cpu", torch.bfloat16):
        with capture(model, ["eye"], keep):
            model(torch.rand(2, 3, 8, 8))
        found = relevance(model, torch.rand(2, 3, 8, 8), "eye", 0)["eye"]
    assert seen == [(False, "highest", False)]
    assert found.dtype == torch.float32
    assert settings() == (True, "medium")


@pytest.mark.usefixtures("medium")
def test_threads_that_leave_in_any_order_put_the_settings_back():
    first, second = in_full_precision(), in_full_precision()
    first.__enter__()
    other = threading.Thread(target=second.__enter__)
    other.start()
    other.join()
    first.__exit__(None, None, None)
    assert settings() == (False, "highest")
    second.__exit__(None, None, None)
    assert settings() == (True, "medium")


@pytest.mark.skipif(not hasattr(torch.backends.cudnn, "conv"), reason="torch 2.9 brought these names")
def test_settings_by_the_names_of_torch_2_9_are_put_back():
    convolutions: Any = torch.backends.cudnn.conv  # pyright: ignore[reportAttributeAccessIssue]
    before, convolutions.fp32_precision = convolutions.fp32_precision, "ieee"
    try:
        with pytest.raises(RuntimeError):
            settings()
        with in_full_precision():
            assert convolutions.fp32_precision == "ieee"
        assert convolutions.fp32_precision == "ieee"
    finally:
        convolutions.fp32_precision = before


def test_compiling_goes_on_after_models_ran_as_written_in_several_threads():
    first, second = as_written(), as_written()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    calls = []

    def backend(graph, _inputs):
        calls.append(graph)
        return graph

    torch.compile(lambda x: x + 1, backend=backend)(torch.ones(2))
    assert calls
