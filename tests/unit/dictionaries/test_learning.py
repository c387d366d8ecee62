"""Dictionaries are learned from a layer, measured, used as latents, and saved with a lens."""

import copy
import itertools
import sys
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import semanticlens_widgets as slw
from semanticlens_widgets.dictionaries import Dictionary
from semanticlens_widgets.dictionaries.coding import Coding
from semanticlens_widgets.dictionaries.fitting import METHODS
from semanticlens_widgets.dictionaries.measures import matched_cosine, quality
from semanticlens_widgets.dictionaries.rows import sampled_rows
from semanticlens_widgets.errors import LayerNotFoundError
from semanticlens_widgets.images import decode_ahead
from semanticlens_widgets.layers import capture
from semanticlens_widgets.passes import _loop
from tests import colour_world

LABELS = ["a", "b"] * 15


def images():
    pixels = np.random.default_rng(0).integers(0, 256, (30, 4, 4, 3), dtype=np.uint8)
    return slw.as_images(pixels.repeat(4, 1).repeat(4, 2), labels=LABELS)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 4, 4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 2)
    ).eval()


def learned(model, method, n=4, **options):
    return slw.learn_dictionary(
        model, images(), "1", n, method, transform=colour_world.to_tensor, progress=False, **options
    )


def build(model, layers):
    return slw.Lens.build(
        model,
        images(),
        layers,
        foundation_model=colour_world.ColourSpace(),
        transform=colour_world.to_tensor,
        classes=["a", "b"],
        k=3,
        progress=False,
    )


def test_rows_are_places_of_the_layer_drawn_without_replacement(model):
    drawn = sampled_rows(model, images(), "1", colour_world.to_tensor, [2, 5], 0, progress=False)
    assert list(drawn) == [2, 5]
    found = []
    with capture(model, ["1"], lambda _, output: found.append(output.clone())):
        model(torch.stack([colour_world.to_tensor(images().image(number)) for number in (2, 5)]))
    places = found[0].movedim(1, -1).flatten(1, 2)
    for own, whole in zip(drawn.values(), places, strict=True):
        torch.testing.assert_close(own.sort(0).values, whole.sort(0).values)


@pytest.mark.parametrize("method", ["nmf", "pca", "kmeans"])
def test_a_dictionary_is_a_layer_of_a_lens_and_is_saved_with_it(model, method, tmp_path):
    dictionary = learned(model, method, n_seeds=1)
    lens = build(model, [dictionary]).attribute(progress=False)
    assert lens.layers == [f"1.{method}"]
    path = lens.save(tmp_path / "x.lens")
    again = slw.open(
        path,
        model=model,
        images=images(),
        transform=colour_world.to_tensor,
        foundation_model=colour_world.ColourSpace(),
    )
    component = f"1.{method}:1"
    torch.testing.assert_close(again.heatmap(component, 4), lens.heatmap(component, 4), rtol=1e-4, atol=1e-4)
    again.attribute(classes=["a", "b"], progress=False)
    torch.testing.assert_close(again.relevance().relevance, lens.relevance().relevance, rtol=1e-2, atol=1e-4)
    kept = again.database.latents[f"1.{method}"]
    assert kept.settings["report"] == dictionary.report
    assert kept.fingerprint == dictionary.fingerprint
    lens.ablation([component], n_draws=1, progress=False)


def test_nonnegative_codes_are_the_least_squares_solution():
    """Against all supports, of which the best nonnegative solution is the answer."""
    torch.manual_seed(0)
    decoder = nn.functional.normalize(torch.rand(4, 6), dim=1)
    rows = torch.rand(20, 6)
    coding = Coding("nmf", decoder, decoder, torch.zeros(4), torch.zeros(6))
    found = coding.encode(rows)

    def error(codes):
        return (rows - codes @ decoder).square().sum(1)

    best = error(torch.zeros(20, 4))
    for size in range(1, 5):
        for support in itertools.combinations(range(4), size):
            part = decoder[list(support)]
            codes = rows @ torch.linalg.pinv(part)
            full = torch.zeros(20, 4)
            full[:, list(support)] = codes
            allowed = (codes >= 0).all(1)
            best = torch.where(allowed, torch.minimum(best, error(full)), best)
    assert (found >= 0).all()
    torch.testing.assert_close(error(found), best, rtol=1e-3, atol=1e-5)


def test_codes_of_other_methods_are_as_defined():
    torch.manual_seed(0)
    matrix, bias, offset, rows = torch.randn(5, 3), torch.randn(5), torch.randn(3), torch.randn(7, 3)
    top = Coding("sae", matrix, matrix, bias, offset, active=2).encode(rows)
    above = Coding("sae", matrix, matrix, bias, offset, threshold=0.5).encode(rows)
    nearest = Coding("kmeans", matrix, matrix, torch.zeros(5), torch.zeros(3)).encode(rows)
    for number, row in enumerate(rows):
        linear = [max(0.0, float(matrix[k] @ (row - offset) + bias[k])) for k in range(5)]
        second = sorted(linear)[-2]
        for k in range(5):
            assert float(top[number, k]) == pytest.approx(linear[k] if linear[k] >= second else 0, abs=1e-5)
            assert float(above[number, k]) == pytest.approx(linear[k] if linear[k] >= 0.5 else 0, abs=1e-5)
        own = min(range(5), key=lambda k: float((row - matrix[k]).norm()))
        along = max(0.0, float(row @ matrix[own] / matrix[own].square().sum()))
        assert nearest[number].tolist() == pytest.approx(
            [along if k == own else 0 for k in range(5)], abs=1e-5
        )


def test_the_report_is_as_defined(model):
    coding = learned(model, "pca", 3, n_seeds=1).coding
    rows = torch.rand(50, 8)
    found = quality(coding, rows)
    codes = (rows - coding.offset) @ coding.decoder.T
    missed = (rows - coding.offset - codes @ coding.decoder).square().sum()
    share = float(1 - missed / (rows - rows.mean(0)).square().sum())
    assert found["explained_variance"] == pytest.approx(share, abs=1e-5)
    assert (found["l0"], found["dead"]) == (3, 0)


def test_directions_are_matched_one_to_one():
    one = torch.tensor([[1.0, 0], [0.9, 0.1]])
    best = max(
        sum(float(nn.functional.cosine_similarity(one[a], one[b], 0)) for a, b in enumerate(order)) / 2
        for order in itertools.permutations(range(2))
    )
    assert matched_cosine(one, one) == pytest.approx(best)
    assert matched_cosine(one, one.flip(0) * 3) == pytest.approx(1)


def test_the_same_seed_gives_the_same_dictionary_and_stability_has_a_chance_level(model):
    first, again = (learned(model, "nmf", seed=3) for _ in range(2))
    assert first.fingerprint == again.fingerprint
    assert 0 < first.report["stability_chance"] < first.report["stability"] <= 1 + 1e-6
    assert learned(model, "nmf", n_seeds=1).report["stability"] is None


def test_arguments_that_do_not_fit_are_refused(model):
    with pytest.raises(ValueError, match="method must be"):
        learned(model, "ica")
    with pytest.raises(ValueError, match="n must be at most 8"):
        learned(model, "pca", 9)
    with pytest.raises(ValueError, match="need as many rows"):
        learned(model, "kmeans", 10_000)
    with pytest.raises(LayerNotFoundError):
        slw.learn_dictionary(model, images(), "9", 4, transform=colour_world.to_tensor, progress=False)


def test_negative_activations_draw_a_warning(model):
    with pytest.warns(UserWarning, match="squared activations are below 0"):
        slw.learn_dictionary(
            model, images(), "0", 3, n_seeds=1, transform=colour_world.to_tensor, progress=False
        )


@pytest.mark.parametrize("method", ["sae", "batchtopk"])
def test_autoencoders_are_those_of_overcomplete(model, method):
    sae = pytest.importorskip("overcomplete.sae", reason="overcomplete needs Python before 3.13")
    from semanticlens_widgets.dictionaries.autoencoders import coding

    dictionary = learned(model, method, 12, active=3, n_seeds=2)
    assert isinstance(dictionary, Dictionary)
    assert dictionary.report["l0"] <= 3 if method == "sae" else dictionary.report["l0"] > 0
    assert dictionary.report["explained_variance"] > 0
    torch.manual_seed(0)
    kind, kept = (sae.TopKSAE, 3) if method == "sae" else (sae.BatchTopKSAE, 3 * 64)
    trained = kind(8, 12, top_k=kept)
    trained.encode(torch.randn(64, 8))  # a BatchTopK autoencoder learns its threshold
    trained.eval()
    rows = torch.randn(20, 8)
    found = coding(trained, torch.zeros(8))
    torch.testing.assert_close(found.encode(rows), trained.encode(rows)[1], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found.decode(found.encode(rows)), trained(rows)[2], rtol=1e-4, atol=1e-5)


def test_an_autoencoder_without_its_package_says_how_to_install_it_and_what_failed(model, monkeypatch):
    monkeypatch.setitem(sys.modules, "overcomplete", None)
    with pytest.raises(ImportError, match=r"which gave: import of overcomplete .*\[dictionaries\]"):
        learned(model, "sae", 12)


@pytest.mark.parametrize("method", ["nmf", "pca", "kmeans", "sae", "batchtopk"])
def test_every_step_of_a_fit_is_reported(method):
    if method in ("sae", "batchtopk"):
        pytest.importorskip("overcomplete.sae", reason="overcomplete needs Python before 3.13")
    steps = []
    rows = torch.rand(3000, 8, generator=torch.Generator().manual_seed(0))
    METHODS[method](rows, 4, 0, 2, lambda *given: steps.append(given))
    (total,) = {total for _, total in steps}
    assert [number for number, _ in steps] == list(range(1, len(steps) + 1))
    assert total >= len(steps) >= (3 if method == "pca" else 5)


@pytest.mark.filterwarnings("ignore:Maximum number of iterations")
def test_a_watched_estimator_finds_what_the_plain_one_finds():
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.decomposition import MiniBatchNMF

    rows = torch.rand(3000, 8, generator=torch.Generator().manual_seed(0))
    own = METHODS["nmf"](rows, 4, 0, 0, lambda *_: None).decoder
    factors: Any = MiniBatchNMF
    plain = factors(4, random_state=0, batch_size=1024, init=None, max_iter=100).fit(rows.numpy())
    expected = nn.functional.normalize(torch.from_numpy(plain.components_).float(), dim=1)
    torch.testing.assert_close(own, expected)
    own = METHODS["kmeans"](rows, 4, 0, 0, lambda *_: None).decoder
    clusters: Any = MiniBatchKMeans
    plain = clusters(4, random_state=0, batch_size=1024, n_init=3).fit(rows.numpy())
    torch.testing.assert_close(own, torch.from_numpy(plain.cluster_centers_).float())


@pytest.fixture
def n_read(monkeypatch):
    """The number of images of every pass."""
    passes = []

    def counted(images, samples, *rest, **options):
        passes.append(len(samples))
        return decode_ahead(images, samples, *rest, **options)

    monkeypatch.setattr(_loop, "decode_ahead", counted)
    return passes


def test_a_dictionary_is_found_again_without_the_model(model, tmp_path, n_read):
    first = learned(model, "nmf", cache=tmp_path)
    again = learned(model, "nmf", cache=tmp_path)
    assert (again.fingerprint, again.report) == (first.fingerprint, first.report)
    assert n_read == [30]
    retrained = copy.deepcopy(model)
    retrained[0].weight.data *= 2
    learned(retrained, "nmf", cache=tmp_path)
    for other in ({"seed": 1}, {"n": 5}, {"method": "pca"}):
        learned(model, **{"method": "nmf", **other}, cache=tmp_path)
    assert n_read == [30] * 5


def test_an_interrupted_run_goes_on_after_the_seeds_that_are_finished(model, tmp_path, monkeypatch, n_read):
    whole, fitted = learned(model, "nmf", n_seeds=3), []
    fit = METHODS["nmf"]

    def interrupted(rows, n, seed, active, report):
        fitted.append(seed)
        if len(fitted) == 3:
            raise KeyboardInterrupt
        return fit(rows, n, seed, active, report)

    monkeypatch.setitem(METHODS, "nmf", interrupted)
    with pytest.raises(KeyboardInterrupt):
        learned(model, "nmf", n_seeds=3, cache=tmp_path)
    again = learned(model, "nmf", n_seeds=3, cache=tmp_path)
    assert fitted == [0, 1, 2, 2]
    assert n_read == [30, 30, 0]
    assert (again.fingerprint, again.report) == (whole.fingerprint, whole.report)
    assert not list((tmp_path / "checkpoints").glob("*"))


def test_images_that_cannot_be_read_are_left_out_before_a_fifth_is_held_out(model, tmp_path):
    for number in range(30):
        images().image(number).save(tmp_path / f"{number:02d}.png")
    for number in range(20):
        (tmp_path / f"{number:02d}.png").write_bytes(b"torn")
    with pytest.warns(UserWarning, match="20"):
        found = slw.learn_dictionary(
            model, tmp_path, "1", 3, n_seeds=1, transform=colour_world.to_tensor, progress=False
        )
    assert (found.report["n_rows"], found.report["n_held_out"]) == (8 * 16, 2 * 16)


def test_bars_show_images_and_steps(model, capsys):
    slw.learn_dictionary(model, images(), "1", 3, n_seeds=2, transform=colour_world.to_tensor)
    shown = capsys.readouterr().err
    assert "reading 1" in shown
    assert "fitting 3 by nmf, 1 of 2" in shown
    assert "fitting 3 by nmf, 2 of 2" in shown
    assert "step/s" in shown
