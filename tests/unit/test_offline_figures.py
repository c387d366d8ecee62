"""The offline foundation model on real photos: the figures that the demo stands on."""

import pytest
import torch

from tests.benchmarks import bench_offline as bench

pytestmark = [pytest.mark.offline, pytest.mark.slow]


@pytest.fixture(scope="module")
def photos():
    """Labels and categories of the 522 photos with the images' embeddings: one pass for all tests."""
    if bench.missing() is not None:
        pytest.skip(f"{bench.missing()} of the extra `offline` is not installed")
    if not bench.PHOTOS.is_dir():
        pytest.skip("notebooks/photos is not in this checkout")
    images, labels, categories = bench.read_photos()
    return bench.offline_model().embed_images(images), labels, categories


def reached(what, images, truth, k):
    options = sorted(set(truth))
    share = bench.zero_shot(images, bench.offline_model().embed_texts(options), truth, options, k)
    print(f"{what}: {share:.1f} % of {len(truth)} photos, {len(options)} texts, top-{k}")
    return share


def test_categories_are_recognized(photos):
    images, _, categories = photos
    assert reached("category", images, categories, 1) >= 58
    assert reached("category", images, categories, 5) >= 78


def test_labels_are_recognized(photos):
    images, labels, _ = photos
    assert reached("label", images, labels, 1) >= 33
    assert reached("label", images, labels, 5) >= 48


def test_a_category_finds_its_photos(photos):
    images, _, categories = photos
    common = sorted(category for category in set(categories) if categories.count(category) >= 10)
    texts = bench.offline_model().embed_texts(common)
    precision = bench.precision_at(images, texts, categories, common, 10)
    base = 100 * sum(categories.count(category) for category in common) / len(common) / len(categories)
    print(
        f"text to image: precision@10 {precision:.1f} % over {len(common)} categories, by chance {base:.1f} %"
    )
    assert precision >= 5 * base


def test_random_embeddings_are_at_chance(photos):
    images, labels, categories = photos
    random = torch.randn(images.shape, generator=torch.Generator().manual_seed(0))
    assert reached("random embeddings, category", random, categories, 1) < 12
    assert reached("random embeddings, label", random, labels, 5) < 5
