"""Kept scores: what float16 loses, the room they take, and comparisons without the models."""

from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch import nn

import semanticlens_widgets as slw
from semanticlens_widgets.collection import KeptScores, products_of, products_of_kept
from tests.colour_world import ColourSpace
from tests.unit.collection.test_products import Eye, lens_of, noise, scores_of, slow_cka, to_input


def kept_of(scores):
    """As the pass keeps them."""
    deviation = scores.std(0, correction=0)
    scale = torch.where(deviation > 0, deviation, 1.0).float()
    deviations = ((scores - scores.mean(0)) / scale).half()
    return KeptScores(torch.arange(len(scores)), deviations, scale)


@pytest.mark.parametrize("kind", ["normal", "few large", "far from nothing", "tiny"])
def test_correlations_move_by_less_than_a_thousandth(kind):
    generator = torch.Generator().manual_seed(0)
    x, y = (torch.randn(300, 12, generator=generator, dtype=torch.float64) for _ in range(2))
    y = 0.5 * x + y
    changed = {
        "normal": lambda z: z,
        "few large": lambda z: z.abs() ** 9,
        "far from nothing": lambda z: z + 1e4,
        "tiny": lambda z: 1e-12 * z,
    }[kind]
    sides = [changed(x), changed(y)]
    exact = np.corrcoef(torch.cat(sides, 1).T.numpy())
    again = [kept.scores(torch.arange(300)) for kept in map(kept_of, sides)]
    found = np.corrcoef(torch.cat(again, 1).T.numpy())
    print(kind, np.abs(found - exact).max())
    assert np.abs(found - exact).max() < 0.001


def test_scores_are_kept_in_two_bytes_a_number_whether_or_not_a_component_varies(tmp_path):
    lens = lens_of(Eye(0, 9), "conv")
    scores = scores_of(Eye(0, 9), "conv", to_input, slw.as_images(noise()))
    assert lens.keep_activations(progress=False) is lens
    kept = lens._session.kept_scores["conv"]
    assert kept.deviations.dtype == torch.float16
    assert kept.deviations.shape == (70, 9)
    assert kept.sample_ids.tolist() == list(range(70))
    again = kept.scores(torch.tensor([5, 2])).numpy()
    np.testing.assert_allclose(again, (scores - scores.mean(0))[[5, 2]], atol=5e-3 * scores.std())
    assert not again[:, 0].any()


def test_products_of_kept_scores_are_those_of_the_images_that_all_sides_have():
    generator = torch.Generator().manual_seed(0)
    x, y = (torch.randn(50, dim, generator=generator, dtype=torch.float64) for dim in (6, 4))
    one, other = kept_of(x), kept_of(y)
    other = KeptScores(other.sample_ids[3:], other.deviations[3:], other.scale)
    found = products_of_kept([one, other])
    expected = products_of([one.scores(torch.arange(3, 50)), other.scores(torch.arange(47))])
    assert found.n == 47
    torch.testing.assert_close(found.products[0, 1], expected.products[0, 1])
    torch.testing.assert_close(found.weighted[1, 0], expected.weighted[1, 0])
    assert {shift for _, _, shift in found.unrelated} == set(range(1, 9))


def table(*sides):
    return slw.compare(*sides, by="activations", names=["a", "b"], progress=False).table


@pytest.mark.parametrize("which", [(True, True), (True, False), (False, True)])
def test_a_lens_without_its_model_is_compared_by_the_scores_that_its_cache_keeps(tmp_path, which):
    built = [lens(seed, tmp_path / "cache") for seed in (0, 1)]
    expected = table(*built)
    sides = []
    for number, (one, without_model) in enumerate(zip(built, which, strict=True)):
        if not without_model:
            sides.append(one)
            continue
        path = one.save(tmp_path / f"{number}.lens")
        opened = slw.open(path, foundation_model=ColourSpace(), cache=tmp_path / "cache")
        with pytest.raises(
            ValueError, match=r"was opened without its model and images: .* lens.keep_activations\(\)"
        ):
            table(opened, opened)
        one.keep_activations(progress=False)
        sides.append(opened)
    found = table(*sides)
    for column in ("similarity", "cka", "cka_low", "cka_high"):
        assert list(found[column]) == pytest.approx(list(expected[column]), abs=0.002), column
    x, y = (scores_of(eye(seed), "conv", to_input, slw.as_images(noise())) for seed in (0, 1))
    assert found["cka"].iloc[0] == pytest.approx(slow_cka(x, y), abs=0.002)


def eye(seed):
    return Eye(seed, 7 + seed)


def lens(seed, cache):
    return slw.Lens.build(
        eye(seed), noise(), "conv", foundation_model=ColourSpace(), transform=to_input, k=4, batch_size=16,
        memory_format=torch.contiguous_format, cache=cache, progress=False,
    )  # fmt: skip


def test_models_run_no_more_once_their_scores_are_kept(monkeypatch):
    lens = lens_of(Eye(0, 9), "conv").keep_activations(progress=False)
    expected = table(lens, lens)
    monkeypatch.setattr(Eye, "forward", None)
    lens.keep_activations(progress=False)
    assert table(lens, lens).equals(expected)
    assert expected["similarity"].iloc[0] == pytest.approx(1, abs=1e-6)


def test_a_model_whose_weights_changed_is_refused():
    model = nn.Sequential(OrderedDict(conv=nn.Conv2d(3, 4, 3)))
    lens = lens_of(model, "conv")
    with torch.no_grad():
        model.get_submodule("conv").weight.add_(1)  # pyright: ignore[reportCallIssue, reportArgumentType, reportAttributeAccessIssue]
    with pytest.raises(ValueError, match="must have the weights that the lens was built with"):
        lens.keep_activations(progress=False)
