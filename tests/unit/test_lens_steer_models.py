"""Steering, gaps and behaviour on a CNN, a ViT and a hybrid, and on their latents, against definitions by hooks."""

import functools

import numpy as np
import pytest
import torch
from PIL import Image

from semanticlens_widgets import Latents, Requirement
from tests.architectures import MODELS, lens_of, made, noisy
from tests.colour_world import COLOURS, labels, to_tensor

CASES = [("cnn", "body"), ("vit", "blocks.0"), ("hybrid", "stem")]
N_DIRECTIONS = 4
IDS = [name for name, _ in CASES]


def directions(n):
    """Directions of a layer with n components, and the way back: fewer than n, so that decoding misses something."""
    generator = torch.Generator().manual_seed(1)
    weight = torch.randn(N_DIRECTIONS, n, generator=generator)
    return weight, torch.linalg.pinv(weight).T.contiguous()


@functools.cache
def lens(name, layer):
    """A lens with the layer, and directions of it as latents."""
    maker, _, options = MODELS[name]
    model, n = made(maker), {"body": 6, "blocks.0": 24, "stem": 8}[layer]
    weight, back = directions(n)
    layers = [layer, Latents(layer, encode=weight, decode=back, name="directions")]
    return lens_of(model, layers, **options)


def all_pixels():
    return torch.stack([to_tensor(Image.fromarray(frame)) for frame in noisy()])


def times(values, component, factor, signed):
    """The values with one component times a factor; of a signed lens only its half."""
    index, own = int(component.rstrip("-")), values.clone()
    part = own[..., index]
    chosen = torch.ones_like(part, dtype=torch.bool)
    if signed:
        chosen = part < 0 if component.endswith("-") else part > 0
    own[..., index] = torch.where(chosen, part * factor, part)
    return own


def slow(name, layer, factors, pixels, latents=False):
    """The outputs, with components of the layer (or latents) multiplied in a hook."""
    asked = lens(name, layer)
    model, signed = asked._session.studied.model, asked.database.provenance.sign == "both"

    def hook(_module, _inputs, output):
        is_map = output.ndim == 4
        cells = output.flatten(2).transpose(1, 2) if is_map else output
        weight, back = directions(cells.shape[-1])
        found = cells @ weight.T if latents else cells.clone()
        changed = found
        for component, factor in factors.items():
            changed = times(changed, component, factor, signed)
        if latents:
            changed = changed @ back + (cells - found @ back)
        return changed.transpose(1, 2).reshape(output.shape) if is_map else changed

    handle = model.get_submodule(layer).register_forward_hook(hook)
    with torch.no_grad():
        found = model(pixels.clone())
    handle.remove()
    return found


def chosen(name, layer, latents=False):
    """Two components, of a signed lens a half of each sign."""
    signed = lens(name, layer).database.provenance.sign == "both"
    return ["1", "2-" if signed else "2"], "directions" if latents else layer


@pytest.mark.parametrize(("name", "layer"), CASES, ids=IDS)
@pytest.mark.parametrize("latents", [False, True], ids=["components", "latents"])
@pytest.mark.parametrize("factor", [0, 0.5, 2, 3])
def test_steered_outputs_are_those_of_a_model_multiplied_by_hand(name, layer, latents, factor):
    components, of = chosen(name, layer, latents)
    factors = dict.fromkeys(components, factor)
    found = lens(name, layer).steer({f"{of}:{one}": factor for one in components}).predict(5)
    expected = slow(name, layer, factors, all_pixels()[5:6], latents)[0]
    torch.testing.assert_close(found.after.outputs, expected, rtol=1e-4, atol=1e-5)
    assert not torch.allclose(found.after.outputs, found.before.outputs, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(("name", "layer"), CASES, ids=IDS)
def test_latents_times_1_change_nothing_bit_for_bit_and_times_0_are_the_ablation(name, layer):
    asked = lens(name, layer)
    same = asked.steer({"directions:0": 1, "directions:3": 1.0}).predict(5)
    assert same.before.outputs.equal(same.after.outputs)
    without = asked.ablation(["directions:0", "directions:2"], n_draws=1, progress=False)
    none = asked.steer({"directions:0": 0, "directions:2": 0}).accuracy(progress=False)
    assert none.after.predicted.equal(without.after.predicted)
    assert none.before.predicted.equal(without.before.predicted)


@pytest.mark.parametrize(("name", "layer"), CASES, ids=IDS)
@pytest.mark.parametrize("latents", [False, True], ids=["components", "latents"])
def test_a_factor_a_little_above_and_below_1_moves_the_output_by_the_relevance(name, layer, latents):
    components, of = chosen(name, layer, latents)
    asked, h = lens(name, layer), 0.05
    explained = asked.explain(5, layer=of, vocabulary=None)
    output = explained.prediction.output_of(explained.class_name)
    for component in components:
        more, less = (
            asked.steer({f"{of}:{component}": 1 + step}).predict(5).after.outputs[output] for step in (h, -h)
        )
        row = explained.examples.component(f"{of}:{component}")
        slope = float(more - less) / (2 * h)
        assert slope == pytest.approx(float(explained.relevance[row]), rel=0.03, abs=2e-4)


@pytest.mark.parametrize(("name", "layer"), CASES, ids=IDS)
@pytest.mark.parametrize("latents", [False, True], ids=["components", "latents"])
def test_the_gap_is_that_of_the_answers_of_both_models(name, layer, latents):
    components, of = chosen(name, layer, latents)
    asked, present = lens(name, layer), list(range(0, 24, 2))
    factors = {f"{of}:{one}": 3 for one in components}
    answers = {
        "as it is": slow(name, layer, {}, all_pixels(), latents).argmax(1),
        "steered": slow(name, layer, dict.fromkeys(components, 3), all_pixels(), latents).argmax(1),
    }
    for row, class_name in enumerate(COLOURS):
        own = [sample for sample, label in enumerate(labels()) if label == class_name]
        table = asked.gap(class_name, present, steer=factors, progress=False).table
        for model, found in answers.items():
            rows = table[table["model"] == model].set_index("concept")
            sides = [[sample for sample in own if (sample in present) == inside] for inside in (True, False)]
            shares = [float((found[side] == row).double().mean()) for side in sides]
            assert rows.loc[["present", "absent"], "n_samples"].tolist() == list(map(len, sides))
            assert rows.loc[["present", "absent"], "accuracy"].tolist() == pytest.approx(shares)
            assert rows.loc["gap", "accuracy"] == pytest.approx(shares[0] - shares[1])


@pytest.mark.parametrize(("name", "layer"), CASES, ids=IDS)
def test_latents_that_score_high_say_where_a_concept_is_present(name, layer):
    asked = lens(name, layer)
    scores = asked.relevance("directions").scores[:, 1].float()
    high = {n for n in range(24) if float((scores < scores[n]).sum()) / 23 >= 0.5}
    class_name = next(
        one
        for one in COLOURS
        if len({labels()[n] == one and n in high for n in range(24) if labels()[n] == one}) == 2
    )
    found = asked.gap(class_name, "directions:1", quantile=0.5, progress=False)
    own = {n for n in range(24) if labels()[n] == class_name}
    assert set(found.sample_ids[found.present].tolist()) == high & own


@pytest.mark.parametrize(("name", "layer"), CASES, ids=IDS)
@pytest.mark.parametrize("edit", ["paste", "remove"])
def test_outputs_on_edited_pictures_are_the_models_own(name, layer, edit):
    asked = lens(name, layer)
    model = asked._session.studied.model
    patch, mask = Image.new("RGB", (20, 10), (250, 240, 0)), np.zeros((32, 32), bool)
    mask[4:12, 6:20] = True
    pasting = edit == "paste"
    found = asked.behaviour(
        Requirement("red", spurious=["tag"]),
        paste={"tag": patch} if pasting else {},
        remove={} if pasting else {"tag": dict.fromkeys(range(12), mask)},
        samples=range(12),
        size=0.5,
        progress=False,
    )
    [trial] = found.trials
    assert trial.sample_ids.tolist() == list(range(12))

    def red(pictures):
        with torch.no_grad():
            return model(torch.stack([to_tensor(picture) for picture in pictures]))[:, 0]

    plain = [Image.fromarray(noisy()[sample]) for sample in range(12)]
    torch.testing.assert_close(trial.plain, red(plain), rtol=1e-4, atol=1e-5)
    for place, (edited, control) in enumerate(trial.pictures):
        torch.testing.assert_close(trial.edited[place], red([edited])[0], rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(trial.control[place], red([control])[0], rtol=1e-4, atol=1e-5)
        before, after, beside = (np.asarray(one, int) for one in (plain[place], edited, control))
        changed = (before != after).any(2)
        rows, columns = np.nonzero(changed)
        if pasting:  # half of 32 pixels, and half of that: the patch in its shape
            assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (8, 16)
            assert (after[changed] == (250, 240, 0)).all()
            assert not ((before != beside).any(2) & ~changed).any()
        else:
            assert not (changed & ~mask).any()
            assert (np.abs(after[mask] - before[~mask].mean(0)) <= 1).all()
    row = found.table.iloc[0]
    assert row["change"] == pytest.approx(float((trial.edited - trial.plain).mean()), abs=1e-6)
    assert row["control"] == pytest.approx(float((trial.control - trial.plain).mean()), abs=1e-6)
