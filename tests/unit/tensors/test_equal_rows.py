"""Equal rows, and how much a mean of examples with copies among them varies."""

import pytest
import torch

from semanticlens_widgets.tensors._equal_rows import distinct_size, first_of_equals


def test_the_first_of_equal_rows_stands_for_all():
    rows = torch.tensor([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0], [3.0, 4.5], [3.0, 4.0], [1.0, 2.0]])
    assert first_of_equals(rows).tolist() == [0, 1, 0, 3, 1, 0]
    assert first_of_equals(rows[:, :1].T.contiguous().T).tolist() == [0, 1, 0, 1, 1, 0]
    assert first_of_equals(torch.zeros(0, 3)).tolist() == []
    wide = torch.zeros(5, 9)
    wide[torch.tensor([1, 3]), 8] = 1.0
    assert first_of_equals(wide).tolist() == [0, 1, 0, 1, 0]


@pytest.mark.parametrize(
    ("members", "size"),
    [
        ([0, 1, 2, 3], 4),
        ([5, 5, 9, 9], 2),
        ([5, 5, 5, 9], 1),
        ([3, 3, 3, 3], 1),
        ([-1, 4, 2, -1], 2),
        ([-1] * 4, 0),
    ],
)
def test_copies_make_a_mean_vary_as_that_of_fewer(members, size):
    assert distinct_size(torch.tensor([members])).tolist() == [size]
    counts = [members.count(one) for one in set(members) - {-1}]
    assert size == (sum(counts) ** 2 // sum(count**2 for count in counts) if counts else 0)
