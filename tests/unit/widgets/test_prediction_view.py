"""The widget of one image: every number that the browser gets is that of `lens.explain` and `lens.steer`."""

import functools
import io
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import semanticlens_widgets as slw
from semanticlens_widgets.images import as_images
from semanticlens_widgets.layers import Latents
from semanticlens_widgets.widgets.kernel.link import from_browser
from semanticlens_widgets.widgets.kernel.request import Request
from semanticlens_widgets.widgets.page import places
from semanticlens_widgets.widgets.page.file import Columns
from semanticlens_widgets.widgets.session import session_of
from tests.architectures import MODELS, Pooled, lens_of, made, noisy
from tests.benchmarks.wide_model import wide_lens
from tests.colour_world import COLOURS, ColourSpace

CASES = [("cnn", "body"), ("vit", "blocks.1.mlp.act"), ("dense", "head"), ("hybrid", "stem")]
TEXTS = list(COLOURS)


@functools.cache
def lens(name: str) -> slw.Lens:
    maker, layers, options = MODELS[name]
    return lens_of(made(maker), layers, **options)


def shown(name: str = "cnn", image: Any = 4, **options: Any) -> slw.PredictionView:
    return slw.PredictionView(lens(name), image, **{"vocabulary": None, **options})


def ask(view: slw.PredictionView, kind: str, **params: Any) -> Any:
    return session_of(view.lens).channel.answer(kind, {**view._about, **params})


def rows_of(view: slw.PredictionView, **params: Any) -> Any:
    asked = {"by": "relevance", "query": "", "query_image": "", "place": [], "n": 1000, "also": []}
    return ask(view, "explain_rows", **{**asked, **params}).result


def picture_of(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(("name", "layer"), CASES)
def test_the_rows_are_those_of_explain_and_sum_with_the_rest_to_the_output(name, layer):
    view, found = shown(name, layer=layer), lens(name).explain(4, layer=layer, vocabulary=None, top=5)
    about = ask(view, "explain").result
    table = found.table[found.table["index"] >= 0]
    rows = rows_of(view, n=5)
    assert [row["name"] for row in rows["rows"]] == table["component"].tolist()
    for column in ("score", "relevance"):
        assert [row[column] for row in rows["rows"]] == pytest.approx(table[column].tolist())
    whole = sum(row["relevance"] for row in rows["rows"]) + rows["others"]["relevance"]
    assert whole + about["own"]["rest"] == pytest.approx(found.output, rel=1e-5)
    assert rows["others"]["n"] == rows["n"] - len(table) == about["n_components"] - len(table)
    effects = ask(view, "explain_effects", components=table["index"].tolist()).result["effects"]
    assert effects == table["effect"].tolist()
    assert view.explanation.effects[table["index"].tolist()].tolist() == effects


@pytest.mark.parametrize(("name", "layer"), CASES)
def test_outputs_and_steered_outputs_are_those_of_explain_and_steer(name, layer):
    view = shown(name, layer=layer)
    first = rows_of(view, n=2)["rows"]
    factors = {first[0]["name"]: 0.0, first[1]["name"]: 2.5}
    outputs = ask(view, "explain").result["outputs"]
    table = lens(name).explain(4, layer=layer, vocabulary=None).prediction.table()
    assert [one["name"] for one in outputs] == table["class"].tolist()
    assert [one["probability"] for one in outputs] == table["probability"].tolist()
    listed = [{"component": component, "factor": factor} for component, factor in factors.items()]
    found = ask(view, "steer", factors=listed).result
    steered = lens(name).steer(factors).predict(4)
    for one in found["outputs"]:
        output = steered.before.names.index(one["name"])
        for when, prediction in (("before", steered.before), ("after", steered.after)):
            assert one[f"value_{when}"] == float(prediction.outputs[output])
            assert one[f"probability_{when}"] == float(prediction.probabilities[output])
    assert found["answer"] == steered.after.class_name


def test_the_accuracy_of_a_class_and_of_all_images_are_those_of_steer():
    view = shown()
    factors = {"body:1": 0.0, "low:0": 3.0}
    listed = [{"component": component, "factor": factor} for component, factor in factors.items()]
    for class_name in ("red", ""):
        found = ask(view, "steer_accuracy", factors=listed, class_name=class_name).result
        table = lens("cnn").steer(factors).accuracy(class_name or None, progress=False).table
        row = table[table["class"] == (class_name or "all")].iloc[0]
        assert found["n"] == row["n_samples"]
        for when in ("before", "after", "change"):
            assert found[when] == {"mean": row[when], "low": row[f"{when}_low"], "high": row[f"{when}_high"]}


@pytest.mark.parametrize(
    ("name", "layer"), [("cnn", "body"), ("vit", "blocks.1.mlp.act"), ("hybrid", "stem")]
)
def test_a_place_has_the_components_that_explain_finds_there(name, layer):
    view = shown(name, layer=layer)
    there = lens(name).explain(4, layer=layer, vocabulary=None).at(20, 9, top=1000)
    rows = rows_of(view, place=[20, 9])
    assert rows["n"] == len(there)
    assert [row["name"] for row in rows["rows"]] == there["component"].tolist()
    assert [row["strength"] for row in rows["rows"]] == there["strength"].tolist()
    assert [row["here"] for row in rows["rows"]] == there["relevance"].tolist()
    with pytest.raises(ValueError, match="32 x 32"):
        rows_of(view, place=[32, 0])
    with pytest.raises(ValueError, match="a place is a pixel"):
        rows_of(view, place=[3])


def test_a_heat_map_is_the_one_of_explain_in_colours():
    view = shown(layer="body")
    found = lens("cnn").explain(4, layer="body", vocabulary=None)
    component = int(found.order()[0])
    answer = ask(view, "explain_heatmap", component=component)
    heat = found.heatmap(found.examples.name(component))
    brightness = np.asarray(picture_of(answer.buffers[0]).convert("L")).astype(float).flatten()
    assert np.corrcoef(brightness, heat.flatten().numpy())[0, 1] > 0.98
    highest = float(found.places.activations[component].max())
    assert answer.result["maps"] == [
        {"highest": highest, "strength": highest / float(found.examples.maximum[component])}
    ]


def test_a_layer_without_places_has_none_and_its_heat_map_is_refused():
    view = shown("dense", layer="head")
    assert ask(view, "explain").result["grid"] is None
    with pytest.raises(ValueError, match="no places on the image"):
        ask(view, "explain_heatmap", component=0)


@pytest.mark.parametrize("by", ["relevance", "percentile", "score"])
def test_orders_are_those_of_explain(by):
    asked = lens_of(made(Pooled), ["last"]).attribute(progress=False)
    view, found = slw.PredictionView(asked, 4, vocabulary=None), asked.explain(4, vocabulary=None)
    rows = rows_of(view, by=by)["rows"]
    assert [row["component"] for row in rows] == found.order(by).tolist()
    assert [row["percentile"] for row in rows] == found.standing.percentile[found.order(by)].tolist()
    assert ask(view, "explain").result["n_compared"] == 23


def test_a_query_orders_by_alignment():
    view = shown(layer="last")
    rows = rows_of(view, by="alignment", query="green")["rows"]
    ranked = lens("cnn").search("green", layer="last", top=6)
    assert rows[0]["name"] == ranked["component"].iloc[0]
    assert rows[0]["alignment"] == pytest.approx(ranked["alignment"].iloc[0])


def test_rows_of_named_components_come_with_any_order():
    view = shown(layer="body")
    assert [row["name"] for row in rows_of(view, n=1, also=[5, 0])["also"]] == ["body:5", "body:0"]
    with pytest.raises(ValueError, match="components 0 to 5"):
        rows_of(view, also=[6])


def test_a_contrast_with_a_class_or_an_image_is_that_of_explain():
    for contrast in ("blue", 11, Image.fromarray(noisy()[11])):
        view = shown(layer="body", class_name="red", contrast=contrast)
        found = lens("cnn").explain(
            4, layer="body", class_name="red", contrast=contrast, vocabulary=None, top=3
        )
        rows, about = rows_of(view, by=view.by, n=3), ask(view, "explain")
        assert view.by == "difference"
        assert [row["difference"] for row in rows["rows"]] == pytest.approx(
            found.table["difference"][:3].tolist()
        )
        side = about.result["contrast"]
        assert (side["class_name"], side["output"]) == (found.contrast.class_name, found.contrast.output)
        assert (about.buffers[1] == b"") == (contrast == "blue")
        whole = sum(row["difference"] for row in rows["rows"]) + rows["others"]["difference"]
        rest = about.result["own"]["rest"] - side["rest"]
        assert whole + rest == pytest.approx(found.output - found.contrast.output, abs=1e-4)


def test_an_explanation_is_displayed_as_its_widget_with_its_numbers_and_its_table_as_the_picture():
    found = lens("vit").explain(4, class_name="red", contrast="blue", vocabulary=None, top=3)
    data = found._repr_mimebundle_()[0]
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "bias and rest" in data["text/html"]
    view = slw.PredictionView(lens("vit"), found)
    assert (view.layer, view.class_name, view.contrast, view.image) == (found.layer, "red", "blue", 4)
    assert session_of(view.lens).explanations.at(view._about) is found
    with pytest.raises(ValueError, match="by this lens"):
        slw.PredictionView(lens("cnn"), found)


def test_image_and_contrast_can_be_set_and_read():
    view = shown()
    picture = Image.fromarray(noisy()[7])
    view.image = picture
    assert view.sample is None
    np.testing.assert_array_equal(np.asarray(view.image), noisy()[7])
    torch.testing.assert_close(view.explanation.relevance, lens("cnn").explain(7, vocabulary=None).relevance)
    view.image, view.contrast = 5, picture
    assert (view.sample, view.picture, view.contrast_class) == (5, "", "")
    view.contrast = "red"
    assert (view.contrast, view.contrast_picture, view.by) == ("red", "", "difference")
    view.contrast = None
    assert (view.contrast, view.by) == (None, "relevance")


def test_setting_one_image_empties_the_other_and_the_place_of_the_one_before():
    view, picture = shown(), Image.fromarray(noisy()[7])
    view.image, view.place = picture, [3.0, 4.0]
    view.sample = 5
    assert (view.image, view.picture) == (5, "")
    torch.testing.assert_close(view.explanation.relevance, lens("cnn").explain(5, vocabulary=None).relevance)
    view.image = 6
    assert view.place == []
    handle = view._explanations.pictures.add([picture])
    view.picture = handle
    assert (view.sample, view.picture) == (None, handle)
    view.contrast_class = "red"
    view.contrast_picture = handle
    assert (view.contrast_class, view.contrast_sample) == ("", None)
    view.contrast_sample = 0
    assert (view.contrast, view.contrast_picture) == (0, "")
    view.contrast_class = "blue"
    assert (view.contrast, view.contrast_sample) == ("blue", None)


def test_an_image_of_another_page_is_sent_to_the_latest_view_that_takes_it():
    asked = lens_of(made(Pooled), ["last"])
    gallery = slw.NeuronGallery(asked)
    link = session_of(asked).link

    def send(sample: int) -> None:
        session_of(asked).channel.answer("explain_sample", {"sample": sample, "page": "here"})

    with pytest.raises(ValueError, match=r"no prediction view is open; run lens.explain\(3\)"):
        send(3)
    views = [
        slw.PredictionView(asked, 4, vocabulary=None, linked=linked) for linked in (True, True, ["query"])
    ]
    hidden, here = (slw.PredictionView(asked, 4, vocabulary=None) for _ in range(2))
    for view in views:
        link.add_page(view._view_id, "there")
    link.add_page(here._view_id, "here")
    views[1].place = [3.0, 4.0]
    send(3)
    assert [view.sample for view in [*views, hidden, here]] == [4, 3, 4, 4, 4]
    assert views[1].place == []
    assert not gallery.has_trait("sample")
    with pytest.raises(ValueError, match="a sample must lie in 0 to 23"):
        send(24)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("image", 24, "a sample must lie in 0 to 23"),
        ("sample", 24, "a sample must lie in 0 to 23"),
        ("picture", "nothing", "no longer kept"),
        ("component", "body:99", "99"),
        ("place", [1.0], "place must be a pixel"),
        ("by", "difference", "needs a contrast"),
        ("factors", {"body:1": 4}, "factor"),
        ("factors", {"body:99": 1}, "99"),
    ],
)
def test_a_wrong_value_is_refused_and_the_one_before_stays(name, value, message):
    view = shown(layer="body")
    before = getattr(view, name)
    with pytest.raises((ValueError, KeyError), match=message):
        setattr(view, name, value)
    assert getattr(view, name) == before


def test_what_cannot_be_explained_is_refused_in_the_cell():
    for options, message in [
        ({"image": 24}, "a sample must lie"),
        ({"image": 4, "class_name": "rde"}, "did you mean 'red'"),
        ({"image": 4, "contrast": "bleu"}, "did you mean 'blue'"),
        ({"image": 4, "method": "magic"}, "method"),
    ]:
        with pytest.raises(ValueError, match=message):
            shown(**options)


def upload(view: slw.PredictionView, data: bytes, name: str = "seven.png") -> Any:
    channel = session_of(view.lens).channel
    return channel._handler("explain_image")(Request("1", "explain_image", {"name": name}, [data]))


def test_an_uploaded_file_is_explained_and_a_bad_one_says_why_and_loses_nothing():
    view, file = shown(), io.BytesIO()
    Image.fromarray(noisy()[7]).save(file, "PNG")
    handle = upload(view, file.getvalue()).result["handle"]
    view.set_state({"sample": None, "picture": handle})
    about = ask(view, "explain").result
    assert (about["own"]["name"], about["own"]["sample"]) == ("seven.png", None)
    assert about["own"]["output"] == lens("cnn").explain(noisy()[7], vocabulary=None).output
    for data, message in [(b"no image", "no image that can be read"), (bytes(11 << 20), "11 MB; at most 10")]:
        with pytest.raises(ValueError, match=message):
            upload(view, data)
    assert view.picture == handle
    second = upload(view, file.getvalue(), "again.png").result["handle"]
    view.set_state({"sample": 4, "picture": ""})
    view.set_state({"contrast_picture": second, "by": "difference"})
    about = ask(view, "explain").result
    assert (about["contrast"]["name"], about["contrast"]["sample"]) == ("again.png", None)
    found = lens("cnn").explain(4, contrast=noisy()[7], vocabulary=None)
    assert about["contrast"]["output"] == found.contrast.output


def test_it_shares_layer_and_query_but_no_class_of_an_audit():
    asked = lens_of(made(Pooled), ["body", "last"]).attribute(progress=False)
    view, table = slw.PredictionView(asked, 4, vocabulary=None), slw.AuditTable(asked, class_name="green")
    view.class_name = "red"
    assert table.class_name == "green"
    table.class_name = "blue"
    assert view.class_name == "red"
    gallery = slw.NeuronGallery(asked, layer="last")
    with from_browser():
        gallery.query, gallery.layer = "green", "body"
    assert (view.query, view.layer) == ("green", "body")


def test_a_new_attribution_brings_percentiles():
    asked = lens_of(made(Pooled), ["last"])
    view = slw.PredictionView(asked, 4, vocabulary=None)
    assert ask(view, "explain").result["n_compared"] == 0
    asked.attribute(progress=False)
    assert ask(view, "explain").result["n_compared"] == 23


def test_without_the_model_it_shows_what_the_lens_holds_and_says_so(tmp_path):
    built = lens_of(made(Pooled), ["body", "last"]).attribute(layer="last", progress=False)
    opened = slw.Lens.open(built.save(tmp_path / "r.lens"), foundation_model=ColourSpace())
    view = slw.PredictionView(opened, 4, layer="last", vocabulary=None)
    about, rows = ask(view, "explain"), rows_of(view)["rows"]
    assert not view.has_model
    assert not about.result["has_model"]
    assert about.result["own"]["output"] is None
    assert any("opened without its model" in note for note in about.result["notes"])
    assert min(picture_of(about.buffers[0]).size) > 1
    assert len(rows) == 6
    assert ask(view, "explain_effects", components=[0, 1]).result["effects"] == [None, None]
    for name, value in [("image", noisy()[4]), ("factors", {"last:1": 0})]:
        with pytest.raises(ValueError, match="model"):
            setattr(view, name, value)


def test_a_lens_without_classes_names_outputs_by_number_and_latents_are_explained_too():
    images = as_images(noisy())
    asked = slw.Lens.build(
        made(Pooled), images, ["low", Latents("last", encode=torch.eye(6), decode=torch.eye(6))],
        foundation_model=ColourSpace(), transform=lens("cnn")._session.studied.transform, k=4, progress=False,
    )  # fmt: skip
    view = slw.PredictionView(asked, 4, layer="last.latents", vocabulary=TEXTS)
    about, rows = ask(view, "explain").result, rows_of(view)["rows"]
    assert about["classes"] == ["output 0", "output 1", "output 2"]
    assert (about["own"]["label"], about["grid"]) == (None, [32, 32])
    assert {row["label"] for row in rows} <= {"", *TEXTS}


def test_a_view_that_is_gone_is_said_to_be():
    view = shown()
    about = {**view._about, "asking": "gone"}
    with pytest.raises(ValueError, match="run its cell again"):
        session_of(view.lens).channel.answer("explain", about)


@functools.cache
def wide() -> slw.Lens:
    return wide_lens(600)


@pytest.mark.parametrize(
    ("most_bytes", "side", "deepest"),
    [(3_000_000, {8}, {5}), (180_000, {8}, {1, 2, 3, 4}), (20_000, {1, 2, 4}, {1, 2, 3, 4, 5})],
)
def test_a_page_keeps_the_strongest_components_of_places_with_all_that_opens_them(
    most_bytes, side, deepest, monkeypatch
):
    monkeypatch.setattr(places, "MOST_BYTES", most_bytes)
    view, columns = slw.PredictionView(wide(), 4, vocabulary=None), Columns()
    contents = view._contents(columns)
    kept = contents["answers"]["prediction"]
    grid, at = kept["explain"]["result"]["grid"], kept["places"]["at"]
    n_rows = max(len(each["rows"]) for each in at)
    assert grid == [grid[0]] * 2
    assert grid[0] in side
    assert n_rows in deepest
    for place, each in enumerate(at):
        row, column = divmod(place, grid[1])
        pixel = [(column + 0.5) * 32 / grid[1], (row + 0.5) * 32 / grid[0]]
        there = rows_of(view, place=pixel, n=n_rows)
        expected = [[one["component"], one["strength"], one["here"]] for one in there["rows"]]
        assert each == {"n": there["n"], "rows": expected}
    shown_there = {row[0] for each in at for row in each["rows"]}
    assert kept["places"]["rows"].keys() == shown_there
    assert shown_there <= kept["heatmaps"].keys()
    [layer] = contents["layers"].values()
    assert all(layer["details"][component] for component in shown_there)
    further = shown_there - {row["component"] for each in kept["rows"].values() for row in each["rows"]}
    heat = [kept["heatmaps"][component]["buffers"][0] for component in further]
    assert sum(end - start for start, end in heat) < most_bytes


@pytest.mark.parametrize("name", ["cnn", "dense"])
def test_a_page_keeps_the_rows_of_every_order_with_heat_maps_and_examples(name, tmp_path):
    view = shown(name, layer=MODELS[name][1][-1], contrast=11)
    view.component = rows_of(view)["rows"][-1]["name"]
    kept = view._contents(Columns())
    prediction = kept["answers"]["prediction"]
    assert list(prediction["rows"]) == ["relevance", "difference", "percentile", "score"]
    components = [row["component"] for row in prediction["rows"]["relevance"]["rows"]]
    assert components == [row["component"] for row in rows_of(view)["rows"]]
    has_places = prediction["explain"]["result"]["grid"] is not None
    assert list(prediction["heatmaps"]) == (sorted(components) if has_places else [])
    [layer] = kept["layers"].values()
    assert [n for n, detail in enumerate(layer["details"]) if detail] == sorted(components)
    page = view.to_html(tmp_path / "page.html")
    assert "<title>A prediction of" in page.read_text(encoding="utf-8")
    assert view.to_module(tmp_path / "page.mjs").is_file()
