"""Labels of a lens are judged on images it never saw."""

import numpy as np
import pytest
import torch

from semanticlens_widgets.lens import Lens
from tests.colour_world import ColourModel, ColourSpace, pictures, to_tensor

COLOURS = ["red", "green", "blue"]


@pytest.fixture(scope="module")
def lens() -> Lens:
    return Lens.build(
        ColourModel(),
        pictures(),
        ["eye", "head"],
        transform=to_tensor,
        k=4,
        foundation_model=ColourSpace(),
        progress=False,
    )


def judged(lens, vocabulary=COLOURS, **options):
    return lens.faithfulness(vocabulary, pictures(5), progress=False, **options)


def test_right_labels_foretell_scores_and_beat_both_baselines(lens):
    table = judged(lens, lens.label(COLOURS).assign(label=lambda table: table["best"]))
    assert table["layer"].unique().tolist() == ["eye", "head"]
    assert (table["faithfulness"] > 0.9).all()
    assert table["faithfulness"].mean() > table["constant_label"].mean() + 0.3
    assert table["faithfulness"].mean() > table["random_label"].mean() + 0.3


def test_the_correlation_is_that_of_scores_and_cosines(lens):
    table = judged(lens, lens.label(COLOURS, layer="eye").assign(label=lambda table: table["best"]))
    batch = torch.stack([torch.from_numpy(one).permute(2, 0, 1) / 255 for one in pictures(5)])
    scores = ColourModel().eye(batch)[:, 0].amax((1, 2)).detach().numpy()
    colours = batch.mean((2, 3)).numpy()
    cosines = colours[:, 0] / np.linalg.norm(colours, axis=1)
    assert table["faithfulness"][0] == pytest.approx(np.corrcoef(scores, cosines)[0, 1], abs=1e-4)


def test_a_vocabulary_is_labelled_first(lens):
    table = judged(lens, layer="eye")
    assert table["component"].tolist() == ["eye:0", "eye:1", "eye:2"]
    assert table["faithfulness"].notna().tolist() == table["clear"].tolist()


def test_held_out_images_are_embedded_once_for_all_processes(lens, tmp_path):
    labels = lens.label(COLOURS)
    options = {"model": ColourModel(), "transform": to_tensor, "cache": tmp_path}
    first, second = ColourSpace(), ColourSpace()
    tables = [
        judged(Lens(lens.database, foundation_model=space, **options), labels) for space in (first, second)
    ]
    assert (first.n_images, second.n_images) == (15, 0)
    assert tables[0].equals(tables[1])
    assert tables[0].equals(judged(lens, labels))
    other = ColourSpace()
    other.fingerprint = "another"
    judged(Lens(lens.database, foundation_model=first, **options), labels, judge=other)
    assert other.n_images == 15


def test_what_cannot_be_judged_is_refused_before_the_model_runs(lens):
    with pytest.raises(ValueError, match="the lens was opened without its model"):
        judged(Lens(lens.database, foundation_model=ColourSpace()))
    with pytest.raises(ValueError, match="no column 'lable'; did you mean 'label'"):
        judged(lens, lens.label(COLOURS), column="lable")
    with pytest.raises(ValueError, match="at least 2 held-out images, not 1"):
        lens.faithfulness(COLOURS, pictures(1)[:1], progress=False)


def test_a_model_that_was_trained_on_since_is_refused(lens):
    model = ColourModel()
    changed = Lens(lens.database, foundation_model=ColourSpace(), model=model, transform=to_tensor)
    torch.nn.init.zeros_(model.head.weight)
    with pytest.raises(ValueError, match="model must be the .* that the lens was built with"):
        judged(changed)
