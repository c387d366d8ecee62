"""A list of samples to drop or mask, each once, with the reasons."""

import pandas as pd
import pytest

from semanticlens_widgets.correction import retraining_list


@pytest.fixture
def samples():
    return pd.DataFrame(
        {
            "component": ["l:1", "l:1", "l:2"],
            "sample": [7, 3, 3],
            "name": ["g.png", "<b>c.png", "<b>c.png"],
            "label": ["ox", "ox", "ox"],
            "class": ["ox", "ox", "ox"],
            "score": [5.0, 4.0, 9.0],
            "quantile": [0.999, 0.99, 0.995],
            "relevance": [1.0, 0.5, 0.75],
        }
    )


def test_every_sample_is_there_once_with_all_its_components_and_the_most_driving_first(samples, tmp_path):
    found = retraining_list(samples, action="mask", reason="palm tree")
    assert list(found["sample"]) == [3, 7]
    assert list(found["n_components"]) == [2, 1]
    assert list(found["relevance"]) == [1.25, 1.0]
    assert set(found["action"]) == {"mask"}
    assert (
        found["reason"][0] == "palm tree: l:2 (above 99.5% of the samples), l:1 (above 99.0% of the samples)"
    )
    found.to_csv(tmp_path / "list.csv", index=False)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "list.csv"), found)


def test_a_table_that_is_no_list_of_samples_is_said(samples):
    with pytest.raises(ValueError, match="has no column 'quantile'"):
        retraining_list(samples.drop(columns="quantile"))
    with pytest.raises(ValueError, match="has no rows"):
        retraining_list(samples[:0])
    with pytest.raises(ValueError, match="action must be 'drop', 'mask' or 'review'"):
        retraining_list(samples, action="delete")
