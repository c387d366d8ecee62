"""Labels of real components over real photos: the figures of `make bench`, held with margin."""

import pytest

from tests.benchmarks import bench_labels as bench
from tests.benchmarks.bench_offline import PHOTOS, missing, offline_model

pytestmark = [pytest.mark.offline, pytest.mark.slow]


@pytest.fixture(scope="module")
def photos():
    """The lens over the 522 photos and the category of every sample."""
    if missing() is not None:
        pytest.skip(f"{missing()} of the extra `offline` is not installed")
    if not PHOTOS.is_dir():
        pytest.skip("notebooks/photos is not in this checkout")
    return bench.photos()


@pytest.mark.parametrize("layer", ["bn2", "classifier"])
def test_components_get_the_label_that_their_examples_share(photos, layer):
    from semanticlens_widgets.analysis.labels.labels import top_labels
    from semanticlens_widgets.analysis.labels.vocabulary import embed_vocabulary

    lens, truth = photos
    vocabulary = embed_vocabulary(lens.database, offline_model(), sorted(set(truth)))
    top = [
        [vocabulary.texts[row] for row in rows]
        for rows in top_labels(lens.database, vocabulary, layer).tolist()
    ]
    first, n = bench.agreement(lens.database, layer, truth, [names[:1] for names in top])
    five, _ = bench.agreement(lens.database, layer, truth, top)
    assert n > 100
    assert first >= 75
    assert five >= 90


def test_unrelated_words_name_few_components(photos):
    assert bench.unrelated_share(photos[0]) < 5


def test_present_classes_pass_at_their_output(photos):
    assert bench.own_name_share(photos[0]) >= 80


@pytest.fixture(scope="module")
def caltech():
    """The lens over Caltech-101 that `make bench` has made, and the label of every sample."""
    found = None if missing() is not None else bench.kept_caltech()
    if found is None:
        pytest.skip("`make bench` has not made the lens over Caltech-101, which is not in the repository")
    return found


def test_on_caltech_three_of_four_components_get_their_label_and_few_an_unrelated_word(caltech):
    from semanticlens_widgets.analysis import label

    lens, truth = caltech
    found = label(lens.database, offline_model(), sorted(set(truth)), layer="conv_head")["best"]
    first, n = bench.agreement(lens.database, "conv_head", truth, [[name] for name in found])
    assert n > 80
    assert first >= 75
    assert bench.unrelated_share(lens) < 4.5
