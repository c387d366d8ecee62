"""Latents in a lens: built, asked, attributed, ablated, audited, saved and opened like any layer."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse
import torch

import semanticlens_widgets as slw
from semanticlens_widgets.concepts import SparseTable, save_database
from semanticlens_widgets.errors import LensFileError
from semanticlens_widgets.pipeline import fitting_latents
from tests import colour_world

MIXED = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1]])


def images():
    return slw.as_images(colour_world.pictures(), labels=colour_world.labels())


def build(layers, model=None, **options):
    return slw.Lens.build(
        model or colour_world.ColourModel(),
        images(),
        layers,
        foundation_model=colour_world.ColourSpace(),
        transform=colour_world.to_tensor,
        classes=list(colour_world.COLOURS),
        progress=False,
        **{"k": 3, "batch_size": 8, "memory_format": torch.contiguous_format, **options},
    )


def identity():
    return slw.Latents("act", encode=lambda rows: rows, decode=lambda latents: latents, n=3)


def directions(weight=MIXED):
    return slw.Latents("act", encode=weight, decode=torch.linalg.pinv(weight).T, name="act.directions")


def opened(lens, path, model, **options):
    return slw.open(
        lens.save(path, overwrite=True),
        model=model,
        images=images(),
        transform=colour_world.to_tensor,
        foundation_model=colour_world.ColourSpace(),
        **options,
    )


@pytest.mark.parametrize(
    "options", [{}, {"pooling": "mean", "sign": "both"}, {"crop": True, "crop_threshold": 0.5}]
)
def test_identity_gives_the_same_lens(options):
    lens = build(["act", identity()], look_alikes=True, **options).attribute(progress=False)
    own, found = (lens.database.examples[layer] for layer in ("act", "act.latents"))
    for name in ("sample_ids", "scores", "positions", "mean", "variance", "maximum", "firing_rate"):
        assert torch.equal(getattr(own, name), getattr(found, name)), name
    embeddings = lens.database.component_embeddings
    assert torch.equal(embeddings["act"], embeddings["act.latents"])
    assert torch.equal(lens.database.look_alikes["act"], lens.database.look_alikes["act.latents"])
    for name in ("relevance", "scores", "mean", "share", "maximum"):
        assert torch.equal(
            getattr(lens.relevance("act"), name), getattr(lens.relevance("act.latents"), name)
        ), name
    assert torch.equal(lens.heatmap("act:1", 4), lens.heatmap("act.latents:1", 4))


def test_every_question_takes_latents_like_a_layer():
    lens = build(["act", directions()]).attribute(progress=False)
    assert lens.layers == ["act", "act.directions"]
    assert lens.deepest_layer == "act.directions"
    assert lens.search("red", layer="act.directions", top=1)["component"].tolist() == ["act.directions:0"]
    assert lens.label(["red", "blue"], layer="act.directions")["layer"].unique().tolist() == [
        "act.directions"
    ]
    assert len(lens.scores("act.directions")) == 5
    assert lens.role("act.directions:0")["class"][0] == "red"
    assert len(lens.upstream("act.directions:3", "act")) == 2
    audit = lens.audit(slw.Requirement("red", valid=["red"]), layer="act.directions")
    assert audit.layer == "act.directions"
    assert lens.heatmap("act.directions:3", 0).shape == (32, 32)
    assert slw.compare((lens, "act"), (lens, "act.directions"), by="activations", progress=False).table.shape[
        0
    ]


def test_relevance_through_decode_adds_up_to_that_of_the_layer():
    """Five directions that span the layer: what they decode to is all of it."""
    lens = build(["act", directions()]).attribute(progress=False)
    sums = [lens.relevance(layer).relevance.float().sum(1) for layer in ("act", "act.directions")]
    torch.testing.assert_close(sums[0], sums[1], rtol=0, atol=2e-3)


def test_an_explanation_by_identity_is_that_by_the_layer():
    lens = build(["act", identity()]).attribute(progress=False)
    own, found = (lens.explain(4, layer=layer, vocabulary=None) for layer in ("act", "act.latents"))
    for name in ("scores", "relevance", "effects"):
        torch.testing.assert_close(getattr(own, name), getattr(found, name), rtol=0, atol=0, equal_nan=True)
    assert own.without_layer == found.without_layer


def test_ablation_of_all_directions_that_hold_a_colour_takes_it_out():
    lens = build(["act", directions(MIXED[:3])])
    whole, found = (
        lens.ablation([f"{layer}:0"], progress=False, n_draws=1).table for layer in ("act", "act.directions")
    )
    assert whole.equals(found)


@pytest.mark.parametrize("sparse", [False, True])
def test_scores_that_were_given_are_a_layer_without_the_model(sparse):
    matrix = np.zeros((24, 4), np.float32)
    matrix[[1, 4, 7], 2] = [1, 3, 2]
    matrix[:, 0] = np.arange(24)
    scores = slw.Latents("mine", scores=scipy.sparse.csr_matrix(matrix) if sparse else matrix, name="mine")
    lens = build(["act", scores], look_alikes=True, crop=True)
    examples = lens.database.examples["mine"]
    assert examples.sample_ids.tolist() == [[23, 22, 21], [-1] * 3, [4, 7, 1], [-1] * 3]
    assert torch.allclose(examples.mean, torch.from_numpy(matrix.mean(0)))
    assert lens.search("green", layer="mine", top=1)["component"].tolist() == ["mine:2"]
    assert slw.compare((lens, "act"), (lens, "mine"), by="activations", progress=False).table.shape[0]
    for ask in (
        lambda: lens.relevance("mine"),
        lambda: lens.heatmap("mine:2", 4),
        lambda: lens.faithfulness(["green"], images(), layer="mine", progress=False),
    ):
        with pytest.raises(ValueError, match="matrix of scores"):
            ask()


def test_scores_run_no_model_where_there_is_no_other_layer():
    class Broken(colour_world.ColourModel):
        def forward(self, pixels):
            raise RuntimeError("not to be run")

    lens = build(slw.Latents("mine", scores=np.eye(24, 2, dtype=np.float32)), Broken())
    assert lens.layers == ["mine.latents"]


def test_scores_must_have_a_row_for_each_image():
    with pytest.raises(ValueError, match="a row for each of the 24 images, in their order, not 23"):
        build(slw.Latents("mine", scores=np.ones((23, 2), np.float32)))


def test_a_saved_lens_opens_without_its_latents_and_needs_them_for_the_model(tmp_path):
    model = colour_world.ColourModel()
    lens = build(["act", directions(), identity()], model)
    path = tmp_path / "x.lens"
    alone = slw.open(lens.save(path), foundation_model=colour_world.ColourSpace())
    assert alone.search("red", layer="act.directions", top=1)["component"].tolist() == ["act.directions:0"]
    record = alone.database.latents["act.directions"]
    assert (record.of, record.into, record.fingerprint) == ("act", "act", directions().fingerprint)
    without = opened(lens, path, model)
    assert torch.equal(without.heatmap("act:1", 4), lens.heatmap("act:1", 4))
    with pytest.raises(ValueError, match=r"'act.directions' holds latents, .* latents=\[\.\.\.\]"):
        without.heatmap("act.directions:1", 4)
    again = opened(lens, path, model, latents=[directions()])
    assert torch.equal(again.heatmap("act.directions:1", 4), lens.heatmap("act.directions:1", 4))
    again.attribute(layer="act.directions", classes=list(colour_world.COLOURS), progress=False)
    assert torch.equal(
        again.relevance("act.directions").relevance, lens.relevance("act.directions").relevance
    )


def test_other_latents_than_the_lens_was_built_with_are_refused(tmp_path):
    model = colour_world.ColourModel()
    lens, path = build(["act", directions()], model), tmp_path / "x.lens"
    with pytest.raises(ValueError, match="'act.directions' must be those that the lens was built with"):
        opened(lens, path, model, latents=[directions(MIXED * 2)])
    with pytest.raises(ValueError, match="no layer of latents 'act.latents'"):
        opened(lens, path, model, latents=[identity()])
    with pytest.raises(TypeError, match="latents must be slw.Latents"):
        fitting_latents(lens.database, ["act.directions"])


def test_the_cache_tells_latents_of_one_name_apart(tmp_path):
    first = build([directions()], cache=tmp_path)
    other = build([directions(MIXED.flip(0))], cache=tmp_path)
    again = build([directions()], cache=tmp_path)
    kept = [one.database.examples["act.directions"].scores for one in (first, other, again)]
    assert not torch.equal(kept[0], kept[1])
    assert torch.equal(kept[0], kept[2])
    shares = [one.relevance("act.directions").share for one in (first, other)]
    assert not torch.equal(*shares)


def test_two_lenses_of_one_model_keep_their_own_latents_of_one_name():
    model = colour_world.ColourModel()
    first, other = (build([directions(weight)], model) for weight in (MIXED, MIXED.flip(0)))
    assert torch.equal(
        first.heatmap("act.directions:1", 1), build([directions()], model).heatmap("act.directions:1", 1)
    )
    found = slw.compare(first, other, by="activations", names=["a", "b"], progress=False)
    assert not torch.equal(first.relevance().share, other.relevance().share)
    mirrored = [f"act.directions:{row}" for row in (4, 3, 2, 1, 0)] * 2
    assert found.matches["one_to_one"].tolist() == mirrored


def test_the_layout_of_latents_is_named_with_them():
    class Last(colour_world.ColourModel):
        def __init__(self):
            super().__init__()
            self.last = torch.nn.Identity()

        def forward(self, pixels):
            return self.head(self.last(self.act(self.eye(pixels)).permute(0, 2, 3, 1)).mean((1, 2)))

    model = Last()
    latents = slw.Latents("last", encode=lambda rows: rows, decode=lambda z: z, n=3)
    lens = build({latents: slw.Layout(components=-1)}, model)
    assert torch.equal(
        lens.database.examples["last.latents"].scores, build(["act"], model).database.examples["act"].scores
    )
    assert lens.database.provenance.layouts["last.latents"]["components"] == -1


@pytest.mark.filterwarnings("ignore:.*components are dead")
def test_relevance_of_many_latents_is_kept_sparse_and_is_the_same(tmp_path, monkeypatch):
    torch.manual_seed(0)
    weight = torch.randn(1100, 3)

    def encode(rows):
        values, places = (rows @ weight.T).relu().topk(4, 1)
        return torch.zeros(len(rows), 1100).scatter(1, places, values)

    latents = slw.Latents("act", encode=encode, decode=weight / 1100, n=1100)
    sparse = build([latents], cache=tmp_path / "cache").attribute(progress=False)
    monkeypatch.setattr("semanticlens_widgets.pipeline._attributions.MANY", 10**6)
    dense = build([latents]).attribute(progress=False)
    one, other = sparse.relevance(), dense.relevance()
    assert isinstance(one.relevance, SparseTable)
    assert not isinstance(other.relevance, SparseTable)
    for name in ("relevance", "scores"):
        assert torch.equal(getattr(one, name)[:], getattr(other, name))
    busiest = int(dense.relevance().of(None).abs().argmax())
    component = f"act.latents:{busiest}"
    requirement = slw.Requirement("red", valid=["red"])
    saved = slw.open(sparse.save(tmp_path / "x.lens"), foundation_model=colour_world.ColourSpace())
    again = build([latents], cache=tmp_path / "cache")  # from the cache
    for lens in (sparse, saved, again.attribute(progress=False)):
        assert lens.samples(component).equals(dense.samples(component))
        assert lens.audit(requirement).table.equals(dense.audit(requirement).table)
        assert lens.audit(requirement).summary().equals(dense.audit(requirement).summary())
    assert not sparse.audit(requirement, within_class=True).table.empty
    assert saved.explain(4, vocabulary=None).scores.equal(other.scores[4].float())


def test_a_damaged_sparse_table_is_refused(tmp_path):
    table = SparseTable(
        torch.tensor([0, 3, 1, *range(2, 24)]), torch.zeros(23, dtype=torch.int32), torch.ones(23), 3
    )
    lens = build([identity()]).attribute(progress=False)
    own = lens.relevance()
    broken = replace(lens.database, relevance={"act.latents": replace(own, relevance=table)})
    with pytest.raises(LensFileError, match="'relevance.offsets' must ascend from 0 to 23"):
        save_database(broken, tmp_path / "x.lens")
