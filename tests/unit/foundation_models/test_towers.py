import pytest
import torch

from semanticlens_widgets.foundation_models.towers import pick_device, run_in_batches


def test_the_asked_device_is_taken():
    assert pick_device("cpu") == torch.device("cpu")
    assert pick_device(torch.device("cpu")) == torch.device("cpu")
    assert pick_device(None).type in ("cuda", "mps", "cpu")


def test_an_unknown_device_is_refused():
    with pytest.raises(ValueError, match="device must be 'cuda', 'mps', 'cpu' or None, not 'gpu'"):
        pick_device("gpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA GPU")
def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(
        ValueError, match="device must be available on this computer, not 'cuda'; use device='cpu'"
    ):
        pick_device("cuda")


@pytest.mark.parametrize("batch_size", [1, 2, 3, 7, 100])
def test_batches_change_nothing(batch_size):
    rows = run_in_batches(
        lambda batch: torch.tensor([[item, 2.0 * item] for item in batch]), range(7), batch_size, 2
    )
    assert rows.tolist() == [[item, 2.0 * item] for item in range(7)]


def test_no_items_make_an_empty_table():
    assert run_in_batches(lambda batch: torch.empty(0), [], 4, 5).shape == (0, 5)
