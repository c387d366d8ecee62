"""Names of outputs that are no classes: in predictions, saved, and refused where they cannot be right."""

import pytest
import torch

from semanticlens_widgets.concepts import OutputNames, as_output_names
from semanticlens_widgets.layers import Latents
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.audit.samples import _predicted_names
from tests.architectures import Pooled, lens_of, made
from tests.colour_world import ColourSpace, to_tensor

NAMES = ["red", "green", "blue"]


def named(output_names, **options) -> Lens:
    return lens_of(
        made(Pooled), ["last"], **{"classes": {"green": 1}, "output_names": output_names, **options}
    )


def names_in(lens: Lens, **options) -> tuple[str, ...]:
    return lens.explain(4, vocabulary=None, **options).prediction.names


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (NAMES, ("red", "green", "blue")),
        (["red", "grass", "blue"], ("red", "green", "blue")),
        ({"blue": 2}, ("output 0", "green", "blue")),
        (["crane", "green", "crane"], ("crane (0)", "green", "crane (2)")),
        (["green", "green", "blue"], ("green (0)", "green", "blue")),
        ({"output 0": 2}, ("output 0 (0)", "green", "output 0 (2)")),
        (["a", "b", "a (0)"], ("a", "green", "a (0)")),
        (iter(NAMES), ("red", "green", "blue")),
        (None, ("output 0", "green", "output 2")),
    ],
)
def test_an_output_has_its_class_else_its_name_else_its_number(given, names):
    names_given = OutputNames() if given is None else as_output_names(given)
    assert names_given.of_all({"green": 1}, 3) == names


def test_names_stay_distinct_where_a_name_looks_like_one_with_its_number():
    names = as_output_names(["a", "a", "a (0)", "a (1)", "b"]).of_all({}, 5)
    assert len(set(names)) == 5
    assert names[4] == "b"


@pytest.mark.parametrize(
    ("given", "classes", "message"),
    [
        (
            ["red", "green"],
            {"green": 1},
            "must name all 3 outputs of the model in order, not 2; to name some",
        ),
        ([*NAMES, "black"], None, "must name all 3 outputs of the model in order, not 4"),
        ({"blue": 3}, None, "0 to 2, and 'blue' is 3"),
        ({"blue": -1}, None, "the number of an output for 'blue', not -1"),
        ({"blue": True}, None, "the number of an output for 'blue', not True"),
        ({"blue": 2, "azure": 2}, None, "has 'blue' and 'azure' for output 2; drop one"),
        (["red", " ", "blue"], None, "must be texts, and one is ' '"),
        ("red", None, "names of all outputs in order, or a dict"),
        (["green", "red", "blue"], {"green": 1}, "has 'green' for output 0 and classes has it for output 1"),
        (["green", "red", "blue"], ["red", "green", "blue"], "has 'green' for output 0 and classes"),
    ],
)
def test_names_that_cannot_be_right_are_refused_before_the_work_starts(given, classes, message, monkeypatch):
    monkeypatch.setattr(
        "semanticlens_widgets.lens.lens.build_database", lambda *_, **__: pytest.fail("it started")
    )
    with pytest.raises((TypeError, ValueError), match=message):
        named(given, classes=classes)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["red", None], "must be texts, and one is None"),
        (3, "names of all outputs in order, or a dict"),
        ({2: "blue"}, "write {'name': output}, or pass list"),
    ],
)
def test_other_types_than_names_are_refused(given, message):
    with pytest.raises((TypeError, ValueError), match=message):
        as_output_names(given)


def test_an_output_is_explained_and_contrasted_by_its_name():
    lens, plain = named(NAMES), named(None)
    found = lens.explain(4, class_name="blue", contrast="red", vocabulary=None)
    assert (found.class_name, found.contrast.class_name) == ("blue", "red")
    by_number = plain.explain(4, class_name="output 2", contrast="output 0", vocabulary=None)
    torch.testing.assert_close(found.relevance, by_number.relevance)
    assert lens.steer({"last:1": 0}).predict(4).after.names == tuple(NAMES)
    assert "red" in str(lens.explain(0, class_name="red", vocabulary=None))
    for name, message in [("output 2", "there is no class 'output 2'"), ("bleu", "did you mean 'blue'")]:
        with pytest.raises(ValueError, match=message):
            lens.explain(4, class_name=name, vocabulary=None)


def test_a_name_of_several_outputs_is_refused_and_a_class_is_meant_before_others():
    lens = named(["crane", "green", "crane"])
    with pytest.raises(ValueError, match=r"several outputs; say which: 'crane \(0\)' or 'crane \(2\)'"):
        lens.explain(4, class_name="crane", vocabulary=None)
    assert lens.explain(4, class_name="crane (2)", vocabulary=None).class_name == "crane (2)"
    lens = named(["crane", "green", "crane"], classes={"crane": 2})
    assert names_in(lens) == ("crane (0)", "green", "crane")
    assert lens.explain(4, class_name="crane", vocabulary=None).class_name == "crane"


def test_names_are_saved_and_others_take_their_place(tmp_path):
    built = named(NAMES).attribute(layer="last", progress=False)
    path, model = built.save(tmp_path / "a.lens"), built._session.studied.model
    again = {"foundation_model": ColourSpace(), "transform": to_tensor}
    assert Lens.open(path).database.output_names == OutputNames(dict(enumerate(NAMES)), 3)
    assert names_in(Lens.open(path, images=built.images, model=model, **again)) == tuple(NAMES)
    other = Lens.open(path, images=built.images, model=model, output_names={"sky": 2}, **again)
    assert names_in(other) == ("output 0", "green", "sky")
    assert Lens.open(other.save(tmp_path / "b.lens")).database.output_names == OutputNames({2: "sky"})
    with pytest.raises(ValueError, match="must name all 3 outputs"):
        Lens.open(path, images=built.images, model=model, output_names=["sky"], **again)


def test_without_the_model_the_predicted_output_has_its_name_and_others_are_known(tmp_path):
    built = named(NAMES).attribute(layer="last", progress=False)
    opened = Lens.open(built.save(tmp_path / "a.lens"), foundation_model=ColourSpace())
    own = [int(n) for n in built.database.relevance["last"].sample_ids]
    for sample in own:
        predicted = built.explain(sample, layer="last", vocabulary=None).prediction.class_name
        assert opened.explain(sample, layer="last", vocabulary=None).prediction.class_name == predicted
    with pytest.raises(ValueError, match="for class 'green' alone, not 'red'"):
        opened.explain(own[0], layer="last", class_name="red", vocabulary=None)
    wrong = Lens.open(tmp_path / "a.lens", foundation_model=ColourSpace(), output_names=["green"])
    with pytest.raises(ValueError, match="output_names must name all"):
        wrong.explain(own[0], layer="last", vocabulary=None)


def test_latents_and_the_samples_of_an_audit_have_the_names_too():
    latents = Latents("last", encode=torch.eye(6), decode=torch.eye(6))
    lens = lens_of(made(Pooled), [latents], classes={"green": 1}, output_names={"blue": 2})
    assert names_in(lens, layer="last.latents") == ("output 0", "green", "blue")
    relevance = lens.attribute(progress=False).relevance("last.latents")
    assert _predicted_names(lens, relevance) == {1: "green", 2: "blue"}


def test_a_single_output_has_a_name_and_its_no(tmp_path):
    built = lens_of(made(Pooled, n_outputs=1), ["last"], classes={"blue": 0}, output_names=["blue"])
    assert names_in(built) == ("blue",)
    built.attribute(layer="last", progress=False)
    opened = Lens.open(built.save(tmp_path / "a.lens"), foundation_model=ColourSpace())
    relevance = built.database.relevance["last"]
    for sample, predicted in zip(relevance.sample_ids.tolist(), relevance.predicted.tolist(), strict=True):
        found = opened.explain(sample, layer="last", vocabulary=None).prediction
        assert found.class_name == ("not blue" if predicted else "blue")
