import math

import pandas as pd
import pytest
import torch

from semanticlens_widgets.analysis.labels.faithfulness import (
    faithfulness,
    score_table,
    simulation_correlation,
)
from semanticlens_widgets.collection import collect
from tests.lookup_world import LookupModel, NumberedImages, activations, number_of
from tests.word_space import WordSpace, word


def images_of(*words):
    return torch.stack([word(each) for each in words])


@pytest.fixture
def images():
    return images_of("frog", "toad", "car", "frog", "wheel", "car")


@pytest.fixture
def scores():
    # Component 0 fires for frogs, 1 for cars, 2 always.
    return {"layer": torch.tensor([[1.0, 0, 0, 1, 0, 0], [0.0, 0, 1, 0, 0, 1], [3.0] * 6]).T}


@pytest.fixture
def labels():
    return pd.DataFrame({"layer": ["layer"] * 3, "index": [0, 1, 2], "label": ["frog", "frog", "car"]})


def slow_pearson(x, y):
    n = len(x)
    mx, my = sum(x) / n, sum(y) / n
    top = sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True))
    return top / math.sqrt(sum((a - mx) ** 2 for a in x) * sum((b - my) ** 2 for b in y))


def test_simulation_correlation_is_pearson_of_scores_and_cosines():
    generator = torch.Generator().manual_seed(0)
    scores, images, texts = (torch.randn(size, generator=generator) for size in ((8, 3), (8, 5), (4, 5)))
    ours = simulation_correlation(scores, images, texts)
    for component in range(3):
        for text in range(4):
            cosines = torch.cosine_similarity(images, texts[text], dim=1).tolist()
            expected = slow_pearson(scores[:, component].tolist(), cosines)
            assert ours[component, text] == pytest.approx(expected, abs=1e-5)


def test_a_true_label_foretells_and_a_wrong_one_does_not(labels, scores, images):
    table = faithfulness(labels, scores, images, WordSpace())
    assert table["faithfulness"][0] > 0.9
    assert table["faithfulness"][1] < 0


def test_baselines_are_the_commonest_label_and_the_mean_over_all_given_labels(labels, scores, images):
    table = faithfulness(labels, scores, images, WordSpace())
    texts = WordSpace().embed_texts(["frog", "car"])
    correlation = simulation_correlation(scores["layer"], images, texts)
    assert table["constant_label"][1] == pytest.approx(float(correlation[1, 0]))
    assert table["random_label"][0] == pytest.approx(float(2 * correlation[0, 0] + correlation[0, 1]) / 3)


def test_a_component_that_never_varies_has_no_faithfulness(labels, scores, images):
    row = faithfulness(labels, scores, images, WordSpace()).iloc[2]
    assert row[["faithfulness", "constant_label", "random_label"]].isna().all()


def test_without_a_label_there_is_no_faithfulness_but_baselines(labels, scores, images):
    labels.loc[0, "label"] = ""
    row = faithfulness(labels, scores, images, WordSpace()).iloc[0]
    assert math.isnan(row["faithfulness"])
    assert not math.isnan(row["constant_label"])


def test_a_layer_without_any_label_has_nan(labels, scores, images):
    table = faithfulness(labels.assign(label=""), scores, images, WordSpace())
    assert table[["faithfulness", "constant_label", "random_label"]].isna().all(axis=None)


def test_another_column_and_some_rows_in_any_order(labels, scores, images):
    other = labels.assign(clip=["frog", "car", None]).iloc[[1, 0]]
    table = faithfulness(other, scores, images, WordSpace(), column="clip")
    assert list(table.index) == [1, 0]
    assert (table["faithfulness"] > 0.9).all()
    assert list(labels.columns) == ["layer", "index", "label"]


def test_wrong_arguments_are_refused(labels, scores, images):
    with pytest.raises(ValueError, match="no column 'lable'; did you mean 'label'"):
        faithfulness(labels, scores, images, WordSpace(), column="lable")
    with pytest.raises(ValueError, match="scores has no layer 'layer'; did you mean 'layers'"):
        faithfulness(labels, {"layers": scores["layer"]}, images, WordSpace())
    with pytest.raises(ValueError, match="has 6 images and images 5; give the same images"):
        faithfulness(labels, scores, images[:5], WordSpace())
    with pytest.raises(ValueError, match="at least 2 images, not 1"):
        faithfulness(labels, {"layer": scores["layer"][:1]}, images[:1], WordSpace())


def collected(k, n=7, broken=()):
    table = activations(n, 3)
    found = collect(
        LookupModel(a=table),
        NumberedImages(n, broken),
        "layers.a",
        transform=number_of,
        k=k,
        batch_size=2,
        memory_format=torch.contiguous_format,
        progress=False,
    )
    return table, found.examples["layers.a"]


def test_a_collection_that_kept_all_samples_holds_all_scores():
    table, examples = collected(k=7)
    torch.testing.assert_close(score_table(examples), table)
    torch.testing.assert_close(score_table(collected(k=10)[1]), table)


def test_a_broken_sample_has_no_scores():
    table, examples = collected(k=7, broken=(2,))
    ours = score_table(examples)
    assert ours[2].isnan().all()
    torch.testing.assert_close(ours[3], table[3])


def test_a_collection_that_kept_the_best_alone_is_refused():
    with pytest.raises(ValueError, match="kept the best 4 of 7 samples; collect with k=7 or more"):
        score_table(collected(k=4)[1])
