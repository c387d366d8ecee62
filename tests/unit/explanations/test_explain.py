"""Explanations of single images against their definitions, written out slowly, on several architectures."""

import functools

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torch.utils.checkpoint import checkpoint

from semanticlens_widgets.layers import Latents
from semanticlens_widgets.lens import Lens
from tests.architectures import MODELS, Pooled, Probable, lens_of, made, noisy
from tests.colour_world import COLOURS, ColourSpace, to_tensor

CASES = [(name, layer) for name, (_, layers, _) in MODELS.items() for layer in layers]


@functools.cache
def lens(name):
    maker, layers, options = MODELS[name]
    return lens_of(made(maker), layers, **options)


def pixels(sample):
    return to_tensor(Image.fromarray(noisy()[sample]))[None]


def outputs_of(lens, x, layer=None, change=None, keep=None):
    """The outputs, with the layer's output replaced by `change` of it, as (places, components)."""
    model = lens._session.studied.model
    module = model.get_submodule(layer or "")

    def hook(_module, _inputs, output):
        is_map = output.ndim == 4
        cells = output.flatten(2).transpose(1, 2) if is_map else output.reshape(1, -1, output.shape[-1])
        if keep is not None:
            keep.append(cells)
        # Copies: the model goes on in place.
        changed = cells.clone() if change is None else change(cells.clone())
        return changed.transpose(1, 2).reshape(output.shape) if is_map else changed.reshape(output.shape)

    handle = module.register_forward_hook(hook) if layer else None
    found = model(x.clone())
    if handle:
        handle.remove()
    return (found[1] if isinstance(found, tuple) else found)[0]


def slow(lens, layer, x, target):
    """Relevance and score of every component, cell by cell."""
    kept = []
    value = outputs_of(lens, x, layer, keep=kept)[target]
    (gradient,) = torch.autograd.grad(value, kept[0], retain_graph=True)
    cells, amounts = kept[0][0].detach(), (kept[0] * gradient)[0].detach()
    both = lens.database.provenance.sign == "both"
    n = cells.shape[1]
    relevance, scores = torch.zeros(2 * n if both else n), torch.full((2 * n if both else n,), -torch.inf)
    for cell, added in zip(cells, amounts, strict=True):
        for k in range(n):
            row = n + k if both and cell[k] < 0 else k
            relevance[row] += added[k]
            scores[k] = max(scores[k], cell[k])
            if both:
                scores[n + k] = max(scores[n + k], -cell[k])
    return relevance, scores


def without(lens, layer, x, row):
    """The outputs with zeros in place of one component, or of one half."""
    both = lens.database.provenance.sign == "both"

    def change(cells):
        n = cells.shape[2]
        own = cells[..., row % n]
        gone = torch.ones_like(own, dtype=torch.bool) if not both else own < 0 if row >= n else own > 0
        cells[..., row % n] = torch.where(gone, torch.zeros_like(own), own)
        return cells

    with torch.no_grad():
        return outputs_of(lens, x, layer, change)


@pytest.mark.parametrize(("name", "layer"), CASES)
def test_each_component_scores_adds_and_matters_as_by_hand(name, layer):
    x, found = pixels(4), lens(name).explain(4, layer=layer, vocabulary=None, top=6)
    logits = outputs_of(lens(name), x).detach()
    torch.testing.assert_close(found.prediction.outputs, logits, rtol=1e-5, atol=1e-6)
    target = list(COLOURS).index(found.class_name)
    assert target == int(logits.argmax())
    relevance, scores = slow(lens(name), layer, x, target)
    torch.testing.assert_close(found.relevance, relevance, rtol=1e-3, atol=1e-5)
    torch.testing.assert_close(found.scores, scores, rtol=1e-5, atol=1e-6)
    rows = relevance.abs().argsort(descending=True)[:6]
    effects = torch.stack([logits[target] - without(lens(name), layer, x, int(row))[target] for row in rows])
    torch.testing.assert_close(found.effects[rows], effects, rtol=1e-3, atol=1e-5)
    assert int(found.effects.isnan().sum()) == max(0, len(relevance) - 6)


@pytest.mark.parametrize(("name", "layer"), CASES)
def test_all_rows_of_the_table_sum_to_the_output(name, layer):
    for contrast in (None, "blue", 11):
        found = lens(name).explain(
            4, layer=layer, class_name="red", contrast=contrast, vocabulary=None, top=3
        )
        assert found.table["relevance"].sum() == pytest.approx(found.output, abs=1e-5)
        assert found.table["component"].tolist()[-1] == "bias and rest"
        if contrast is not None:
            other = found.contrast
            assert found.table["difference"].sum() == pytest.approx(found.output - other.output, abs=1e-5)


@pytest.mark.parametrize(("name", "layer"), CASES)
def test_the_rest_is_told_apart_into_what_goes_without_the_layer_and_what_is_not_additive(name, layer):
    found = lens(name).explain(4, layer=layer, class_name="green", vocabulary=None)
    with torch.no_grad():
        nothing = outputs_of(lens(name), pixels(4), layer, torch.zeros_like)[1]
    assert found.without_layer == pytest.approx(float(nothing), abs=1e-5)
    whole = found.output - found.without_layer
    assert found.not_additive == pytest.approx(whole - float(found.relevance.sum()), abs=1e-5)
    is_off = abs(found.not_additive) > 0.05 * abs(whole)
    assert any("not additive" in note for note in found.notes) == is_off
    assert all(note[0].isupper() for note in found.notes)


def test_before_a_linear_head_the_contributions_add_up_to_the_logit_and_the_rest_is_its_bias():
    found = lens("cnn").explain(4, layer="last", class_name="green", vocabulary=None)
    bias = lens("cnn")._session.studied.model.state_dict()["head.bias"]
    assert found.rest == pytest.approx(float(bias[1]), abs=1e-6)
    assert found.not_additive == pytest.approx(0, abs=1e-6)
    torch.testing.assert_close(found.effects, found.relevance, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("method", ["integrated_gradients", "conductance"])
def test_along_a_path_the_contributions_add_up_within_the_tolerance(method):
    found = lens("cnn").explain(4, layer="body", method=method, vocabulary=None)
    assert abs(found.not_additive) <= 0.05 * abs(found.output - found.without_layer)
    assert not any("not additive" in note for note in found.notes)


@pytest.mark.parametrize("layer", ["low", "body", "last"])
def test_ranks_and_percentiles_are_counted_among_the_stored_scores(layer):
    asked = lens_of(made(Pooled), ["low", "body", "last"]).attribute(progress=False)
    stored = asked.relevance(layer).scores
    for image, own in ((7, 7), (noisy()[7][::-1].copy(), None)):
        found = asked.explain(image, layer=layer, vocabulary=None)
        for row in range(stored.shape[1]):
            others = [float(score) for n, score in enumerate(stored[:, row]) if n != own]
            score = float(found.scores[row].to(stored.dtype))
            assert found.standing.rank[row] == 1 + sum(other > score for other in others)
            assert found.standing.percentile[row] == pytest.approx(
                sum(other < score for other in others) / len(others)
            )
    assert found.standing.n_compared == 24


@pytest.mark.parametrize(
    ("name", "layer"), [("cnn", "body"), ("vit", "blocks.1.mlp.act"), ("hybrid", "stem"), ("dense", "last")]
)
@pytest.mark.parametrize("cached", [True, False])
def test_without_attribution_they_are_counted_among_the_kept_activations(name, layer, cached, tmp_path):
    maker, _, options = MODELS[name]
    asked = lens_of(made(maker), [layer], **options, cache=tmp_path if cached else None)
    asked.keep_activations(progress=False)
    scores = torch.stack([asked.explain(n, layer=layer, vocabulary=None).scores for n in range(24)])
    for image, own in ((7, 7), (noisy()[7][::-1].copy(), None)):
        found = asked.explain(image, layer=layer, vocabulary=None)
        others = scores[[n for n in range(24) if n != own]]
        # float16 moves a score by a 2,048th of its distance from the mean: what is nearer counts either way.
        near = (others - found.scores).abs() <= 2e-3 * (1 + others.abs())
        higher, lower = ((others > found.scores), (others < found.scores))
        assert found.standing.n_compared == len(others)
        for counted, sure in (
            (found.standing.rank - 1, higher),
            (found.standing.percentile * len(others), lower),
        ):
            assert (counted >= (sure & ~near).sum(0) - 1e-3).all()
            assert (counted <= (sure | near).sum(0) + 1e-3).all()
    assert not any("Percentiles are not known" in note for note in found.notes)


def test_activations_that_are_kept_later_are_found():
    asked = lens_of(made(Pooled), ["last"])
    assert asked.explain(7, vocabulary=None).standing.n_compared == 0
    asked.keep_activations(progress=False)
    assert asked.explain(7, vocabulary=None).standing.n_compared == 23


def test_without_stored_scores_it_says_so_and_ranks_among_the_examples():
    asked = lens_of(made(Pooled), ["last"])
    found = asked.explain(7, vocabulary=None)
    assert found.standing.percentile.isnan().all()
    assert any("Percentiles are not known" in note for note in found.notes)
    assert all(note[0].isupper() for note in found.notes)
    whole = lens_of(made(Pooled), ["last"]).attribute(progress=False).explain(7, vocabulary=None)
    ranks = [rank if rank <= 4 else np.nan for rank in whole.standing.rank.tolist()]
    known = asked.database.examples["last"].n_examples > 0
    np.testing.assert_array_equal(found.standing.rank[known].numpy(), np.array(ranks)[known.numpy()])


@pytest.mark.parametrize(
    ("name", "layer"), [("cnn", "body"), ("vit", "blocks.1.mlp.act"), ("hybrid", "stem")]
)
def test_heat_maps_are_those_of_the_lens_and_a_place_has_what_fires_there(name, layer):
    found = lens(name).explain(5, layer=layer, vocabulary=None)
    names = [found.examples.name(row) for row in range(found.examples.n_components)]
    for component in (names[1], names[-1]):
        torch.testing.assert_close(
            found.heatmap(component), lens(name).heatmap(component, 5), rtol=1e-4, atol=1e-5
        )
    here = found.at(20, 9, top=len(names))
    at_pixel = {one: float(found.heatmap(one)[9, 20]) for one in names}
    assert set(here["component"]) == {one for one, value in at_pixel.items() if value > 0}
    assert here["strength"].is_monotonic_decreasing
    assert (
        here["strength"] == here["activation"] / found.examples.maximum[list(here["index"])].numpy()
    ).all()
    with pytest.raises(ValueError, match="32 x 32"):
        found.at(32, 0)


@pytest.mark.parametrize(("name", "layer"), [("cnn", "body"), ("hybrid", "stem"), ("hybrid", "block")])
def test_the_amounts_of_all_places_sum_to_the_relevance(name, layer):
    found = lens(name).explain(5, layer=layer, vocabulary=None)
    for row in range(found.examples.n_components):
        places = found.relevance_map(found.examples.name(row))
        assert float(places.sum()) == pytest.approx(float(found.relevance[row]), rel=1e-3, abs=1e-5)


def test_a_layer_without_places_says_so():
    found = lens("dense").explain(5, layer="head", vocabulary=None)
    with pytest.raises(ValueError, match="no places on the image"):
        found.heatmap("head:1")


def test_a_contrast_of_classes_has_the_differences_of_relevance_and_of_effect():
    own = lens("vit").explain(4, class_name="red", vocabulary=None, top=10**6)
    other = lens("vit").explain(4, class_name="blue", vocabulary=None, top=10**6)
    found = lens("vit").explain(4, class_name="red", contrast="blue", vocabulary=None, top=5)
    difference = own.relevance - other.relevance
    table = found.table.head(5)
    assert table["index"].tolist() == difference.abs().argsort(descending=True)[:5].tolist()
    np.testing.assert_allclose(table["difference"], difference[table["index"]], rtol=1e-4, atol=1e-6)
    effects = (own.effects - other.effects)[table["index"].tolist()]
    np.testing.assert_allclose(table["effect"], effects, rtol=1e-2, atol=1e-5)


def test_a_contrast_with_an_image_explains_the_same_class_there():
    found = lens("cnn").explain(4, contrast=11, class_name="red", vocabulary=None, top=3)
    there = lens("cnn").explain(11, class_name="red", vocabulary=None)
    torch.testing.assert_close(found.contrast.relevance, there.relevance)
    np.testing.assert_allclose(
        found.table["score_contrast"].head(3), there.scores[found.table["index"].tolist()[:3]]
    )


def test_an_image_may_be_a_number_a_path_a_picture_or_an_array(tmp_path):
    path, frame = tmp_path / "four.png", noisy()[4]
    Image.fromarray(frame).save(path)
    whole = lens("cnn").explain(4, vocabulary=None)
    for image in (np.int64(4), str(path), path, Image.fromarray(frame), frame):
        torch.testing.assert_close(lens("cnn").explain(image, vocabulary=None).relevance, whole.relevance)
    contrast = lens("cnn").explain(4, contrast=str(path), vocabulary=None)
    assert contrast.table["difference"].abs().max() == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image": 24}, "a sample must lie in 0 to 23, not 24"),
        ({"image": True}, "image must be the number of a sample, a path"),
        ({"image": 4, "class_name": "rde"}, "no class 'rde'; did you mean 'red'"),
        ({"image": 4, "contrast": "bleu"}, "no class 'bleu'; did you mean 'blue'"),
        ({"image": 4, "top": -1}, "top must be at least 0"),
    ],
)
def test_what_cannot_be_explained_says_why(arguments, message):
    with pytest.raises((ValueError, TypeError), match=message):
        lens("cnn").explain(**arguments, vocabulary=None)


class Chancy(nn.Module):
    """A body, and a head behind dropout that is always on."""

    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Conv2d(3, 6, 3), nn.Linear(6, 3)

    def forward(self, x):
        return self.head(nn.functional.dropout(self.body(x).mean((2, 3)), training=True))


def test_outputs_that_depend_on_chance_are_refused():
    lens = lens_of(Chancy().eval(), ["body"])
    for ask in (lens.explain, lens.steer({"body:0": 0}).predict):
        with pytest.raises(ValueError, match="depends on chance"):
            ask(0)


class Checkpointed(nn.Module):
    """A body that runs again in the backward pass."""

    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Conv2d(3, 6, 3), nn.Linear(6, 3)

    def forward(self, x):
        body = lambda x: self.body(x).relu().mean((2, 3))  # noqa: E731
        return self.head(checkpoint(body, x, use_reentrant=False))  # pyright: ignore[reportArgumentType]


def test_a_part_that_runs_again_in_the_backward_pass_is_refused():
    with pytest.raises(ValueError, match="turn its gradient checkpointing off"):
        lens_of(Checkpointed().eval(), ["body"]).explain(0)


def test_outputs_are_probabilities_by_a_softmax_unless_the_model_ends_in_one():
    found = lens("cnn").explain(4, vocabulary=None).prediction
    torch.testing.assert_close(found.probabilities, outputs_of(lens("cnn"), pixels(4)).detach().softmax(0))
    table = found.table(2)
    assert table["class"].tolist() == [list(COLOURS)[n] for n in found.outputs.argsort(descending=True)[:2]]
    probable = lens_of(made(Probable), ["last"]).explain(4, vocabulary=None).prediction
    assert probable.are_probabilities
    torch.testing.assert_close(probable.probabilities, found.probabilities)


def test_a_single_output_is_a_decision_with_a_sigmoid():
    asked = lens_of(made(Pooled, n_outputs=1), ["last"], classes={"blue": 0})
    found = asked.explain(4, vocabulary=None).prediction
    value = float(outputs_of(asked, pixels(4))[0].detach())
    assert found.table()["yes"].tolist() == [value > 0]
    assert found.table()["probability"][0] == pytest.approx(1 / (1 + np.exp(-value)))
    ended = lens_of(made(Probable, n_outputs=1), ["last"], classes={"blue": 0}).explain(4, vocabulary=None)
    assert ended.prediction.are_probabilities
    assert ended.prediction.threshold == 0.5
    assert ended.prediction.table()["probability"][0] == pytest.approx(found.table()["probability"][0])


def test_a_threshold_makes_decisions_of_all_outputs():
    found = lens("cnn").explain(4, threshold=0.1, vocabulary=None).prediction
    assert found.table()["yes"].tolist() == (found.outputs.sort(descending=True).values > 0.1).tolist()


def test_outputs_that_are_no_classes_are_named_by_their_number():
    asked = lens_of(made(Pooled), ["last"], classes={"green": 1})
    assert asked.explain(4, vocabulary=None).prediction.names == ("output 0", "green", "output 2")
    assert asked.explain(4, class_name="output 2", vocabulary=None).class_name == "output 2"


def test_without_the_model_a_sample_is_explained_by_what_the_lens_holds(tmp_path):
    built = lens_of(made(Pooled), ["body", "last"]).attribute(layer="last", progress=False)
    path = built.save(tmp_path / "r.lens")
    opened = Lens.open(path, foundation_model=ColourSpace())
    found = opened.explain(4, layer="last", vocabulary=None)
    whole = built.explain(4, layer="last", class_name="green", vocabulary=None)
    assert found.class_name == "green"
    torch.testing.assert_close(found.relevance, whole.relevance, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(found.standing.rank, whole.standing.rank)
    assert found.prediction.class_name == whole.prediction.class_name
    assert any("opened without its model" in note for note in found.notes)
    assert all(note[0].isupper() for note in found.notes)
    assert np.isnan(found.output)
    assert "–" in found._repr_html_()
    assert "bias and rest" in str(found)
    for arguments, message in [
        ({"image": 4, "layer": "body"}, "layer 'body' was not attributed"),
        ({"image": 4, "layer": "last", "class_name": "red"}, "for class 'green' alone, not 'red'"),
        ({"image": noisy()[4]}, "no sample of the lens needs the model"),
    ]:
        with pytest.raises(ValueError, match=message):
            opened.explain(**arguments, vocabulary=None)
    with pytest.raises(ValueError, match="opened without its model"):
        found.heatmap("last:0")


def test_labels_are_those_of_the_lens():
    found = lens("cnn").explain(4, layer="last", vocabulary=["red", "green", "blue"])
    assert (
        list(found.labels or ())
        == lens("cnn").label(["red", "green", "blue"], layer="last")["label"].tolist()
    )


def test_the_text_and_the_page_show_the_picture_the_rows_and_the_notes():
    found = lens("vit").explain(4, contrast="blue", vocabulary=None, top=3)
    assert "bias and rest" in str(found)
    assert "against blue" in str(found)
    page = found._repr_html_()
    assert page.count("<tr>") == 1 + 3 + 1 + 5
    assert "data:image/webp;base64," in page
    assert found.picture.size == (32, 32)


def test_latents_of_an_identity_are_explained_steered_and_joined_as_the_layer_itself():
    eye = torch.eye(6)
    asked = lens_of(made(Pooled), ["low", Latents("last", encode=eye, decode=eye)]).attribute(progress=False)
    found = asked.explain(4, layer="last.latents", vocabulary=None)
    whole = lens("cnn").explain(4, layer="last", class_name=found.class_name, vocabulary=None)
    for name in ("scores", "relevance", "effects"):
        torch.testing.assert_close(getattr(found, name), getattr(whole, name), rtol=1e-3, atol=1e-5)
    assert found.without_layer == pytest.approx(whole.without_layer, abs=1e-5)
    torch.testing.assert_close(found.heatmap("last.latents:2"), whole.heatmap("last:2"))
    own = asked.steer({"last.latents:2": 0}).predict(4).after.outputs
    torch.testing.assert_close(own, lens("cnn").steer({"last:2": 0}).predict(4).after.outputs)
    joined = asked.graph("red", vocabulary=None, weak_below=0.0, progress=False)
    plain = lens_of(made(Pooled), ["low", "last"]).attribute(progress=False)
    known = plain.graph("red", vocabulary=None, weak_below=0.0, progress=False)
    np.testing.assert_allclose(joined.edges["edge"], known.edges["edge"], rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(
        joined.without("low:2")["change"], known.without("low:2")["change"], rtol=1e-3, atol=1e-6
    )


def test_the_model_is_left_as_found():
    model = lens("hybrid")._session.studied.model
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    lens("hybrid").explain(4, vocabulary=None)
    assert all(torch.equal(weight, before[name]) for name, weight in model.state_dict().items())
    assert not model.training
    assert all(not module._forward_hooks for module in model.modules())
