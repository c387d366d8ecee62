import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from semanticlens_widgets._texts import to_csv
from semanticlens_widgets.analysis import Requirement
from semanticlens_widgets.errors import LayerNotFoundError
from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets import AuditTable, ConceptMap, Explorer, NeuronGallery
from semanticlens_widgets.widgets.answers.audit.columns import earlier_audit
from semanticlens_widgets.widgets.answers.audit.handlers import audit_handlers
from semanticlens_widgets.widgets.kernel.request import Answer, Cancelled, Request
from tests.colour_world import COLOURS, ColourModel, ColourSpace, labels, pictures, to_tensor
from tests.fakes import (
    CATEGORIES,
    HOSTILE,
    WordModel,
    attributed_lens,
    fake_lens,
    fake_relevance,
    living_lens,
)

BIRD = Requirement("bird", valid=["bird"], spurious=["tree"])
ASKED = {"layer": "bn1", "class_name": "bird", "valid": ["bird"], "spurious": ["tree"], "threshold": 1.0}


@pytest.fixture
def lens() -> Lens:
    return attributed_lens()


@pytest.fixture
def ask(lens: Lens) -> Callable[..., Answer]:
    handlers = audit_handlers(lens, {})
    return lambda kind, **params: handlers[kind](Request("1", kind, params, ()))


def columns(answer: Answer) -> list[np.ndarray]:
    kinds = [*["<f4"] * 5, "<u2", *["<f4"] * 3, "<u2", "u1", "<f4", "<f4"]
    return [np.frombuffer(buffer, kind) for buffer, kind in zip(answer.buffers, kinds, strict=True)]


def test_the_columns_are_those_of_the_audit_by_the_number_of_the_component(
    lens: Lens, ask: Callable[..., Answer]
) -> None:
    answer = ask("audit", **ASKED)
    table = lens.audit(BIRD, layer="bn1").table.sort_values("index")
    found = columns(answer)
    sides = [f"{side}_{what}" for side in ("valid", "spurious") for what in ("z", "percentile", "alignment")]
    for column, name in zip([0, 1, 2, 3, 4, 6, 7, 8], ["relevance", "share", *sides], strict=True):
        np.testing.assert_allclose(found[column], table[name], rtol=1e-6, err_msg=name)
    words = ("valid", "spurious", "ambiguous", "unexpected")
    assert [words[code] for code in found[10]] == list(table["verdict"])
    shares = [table.loc[table["verdict"] == word, "share"].sum() for word in words]
    np.testing.assert_allclose(answer.result["shares"], shares, atol=1e-6)
    assert answer.result["shares"][1] > 0.1
    assert answer.result["suspects"] == lens.audit(BIRD, layer="bn1").components_of("bird")
    intervals = lens.audit(BIRD, layer="bn1").share_intervals(0, range(len(table)))
    np.testing.assert_allclose(np.stack(found[11:13], 1), intervals, atol=1e-6)


def test_a_component_without_examples_answers_to_no_concept(ask: Callable[..., Answer]) -> None:
    found = columns(ask("audit", **ASKED))
    assert (found[5][-1], found[9][-1], found[5][0]) == (65535, 65535, 0)


def test_without_concepts_or_samples_there_is_relevance_and_no_verdict(ask: Callable[..., Answer]) -> None:
    bare = ask("audit", **ASKED | {"valid": [], "spurious": []})
    assert set(columns(bare)[10]) == {3}
    assert columns(bare)[1].sum() == pytest.approx(1)
    boat = ask("audit", **ASKED | {"class_name": "boat"})
    assert boat.result["n_samples"] == 0
    assert np.isnan(columns(boat)[11:]).all()


def test_a_concept_that_the_foundation_model_is_blind_to_comes_with_its_caveat(
    lens: Lens, ask: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask("audit", **ASKED).result["caveats"] == {"valid": [""], "spurious": [""]}
    monkeypatch.setattr(
        type(lens._session), "caveat_of", lambda self, text: "blind to trees" if text == "tree" else ""
    )
    found = ask("audit", **ASKED | {"spurious": ["car", "tree"]}).result
    assert found["caveats"] == {"valid": [""], "spurious": ["", "blind to trees"]}


def test_the_classes_are_listed_with_their_samples_or_it_is_said_that_there_are_none(
    ask: Callable[..., Answer],
) -> None:
    known = ask("audit_classes", layer="bn1").result
    assert known["state"] == "computed"
    assert {"name": "boat", "n_samples": 0} in known["classes"]
    assert ask("audit_classes", layer="bn2").result["state"] == "no_model"


def test_the_summary_is_of_classes_with_a_requirement_and_samples(ask: Callable[..., Answer]) -> None:
    requirements = [{"class_name": name, "valid": ["bird"], "spurious": []} for name in ("bird", "boat")]
    found = ask("audit_summary", layer="bn1", requirements=requirements, threshold=1.0).result["classes"]
    assert [one["name"] for one in found] == ["bird"]
    assert sum(found[0]["shares"]) == pytest.approx(1)


def required(**lists: tuple[list[str], list[str]]) -> list[dict[str, Any]]:
    """As the browser has it; `every` is every class."""
    return [
        {"class_name": None if name == "every" else name, "valid": valid, "spurious": spurious}
        for name, (valid, spurious) in lists.items()
    ]


@pytest.fixture
def judged_again(
    lens: Lens, ask: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Asks for the summary; the classes that were judged for it, after a check against the audit of all."""
    audit, classes = lens.audit, []
    monkeypatch.setattr(
        lens, "audit", lambda *what, **how: classes.append(audit(*what, **how)) or classes[-1]
    )

    def summary(requirements: list[dict[str, Any]], threshold: float = 1.0) -> list[str]:
        classes.clear()
        about = {"layer": "bn1", "requirements": requirements, "threshold": threshold}
        found = ask("audit_summary", **about).result["classes"]
        whole = audit([Requirement(**one) for one in requirements], layer="bn1", threshold=threshold)
        assert [one["name"] for one in found] == list(whole.classes)
        np.testing.assert_allclose([one["shares"] for one in found], whole.verdict_shares)
        return [name for one in classes for name in one.classes]

    return summary


def test_after_an_edit_the_edited_class_is_judged_and_no_other(judged_again: Callable[..., Any]) -> None:
    bird, tree = (["bird"], ["tree"]), (["tree"], [])
    assert judged_again(required(bird=bird, tree=tree)) == ["bird", "tree"]
    assert judged_again(required(tree=tree, bird=(["bird"], ["car"]))) == ["bird"]
    assert judged_again(required(bird=bird, tree=tree)) == []
    assert judged_again(required(tree=tree)) == []
    assert judged_again(required(bird=bird, tree=tree), 2.0) == ["bird", "tree"]
    assert judged_again(required(bird=bird, every=(["car"], []))) == list(CATEGORIES[:5])
    assert judged_again(required(bird=(["bird"], []), every=(["car"], []))) == ["bird"]


def test_shares_are_of_the_relevance_that_the_lens_has_now(lens: Lens, ask: Callable[..., Answer]) -> None:
    about = {"layer": "bn1", "requirements": required(bird=(["bird"], ["tree"])), "threshold": 1.0}
    before = ask("audit_summary", **about).result["classes"]
    relevance = lens.database.relevance["bn1"]
    other = dataclasses.replace(relevance, share=relevance.share.flip(1))
    lens.database = dataclasses.replace(lens.database, relevance={"bn1": other})
    after = ask("audit_summary", **about).result["classes"]
    assert after[0]["shares"] != before[0]["shares"]
    np.testing.assert_allclose(after[0]["shares"], lens.audit(BIRD, layer="bn1").verdict_shares[0])


@pytest.mark.parametrize(
    ("requirements", "message"),
    [
        (required(brid=(["bird"], [])), "there is no class 'brid'; did you mean 'bird'"),
        (required(bird=(["bird"], [])) * 2, "class 'bird' has two requirements"),
        (required(bird=(["bird"], ["Bird"])), "'Bird' in both lists"),
    ],
)
def test_a_summary_of_what_cannot_be_required_says_why(
    ask: Callable[..., Answer], requirements: list[dict[str, Any]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        ask("audit_summary", layer="bn1", requirements=requirements, threshold=1.0)


@pytest.mark.parametrize("of", ["class", "all"])
def test_the_samples_behind_a_component_come_in_order(ask: Callable[..., Answer], of: str) -> None:
    about = {"layer": "bn1", "class_name": "bird", "component": 3, "limit": 25, "of": of}
    found = ask("audit_samples", **about).result
    key = "relevance" if of == "class" else "score"
    values = [sample[key] for sample in found["samples"]]
    assert values == sorted(values, reverse=True)
    assert found["n"] == (20 if of == "class" else 100)
    assert {sample["class_name"] for sample in found["samples"][:20]} == {"bird" if of == "class" else "tree"}


def test_pictures_come_by_sample_and_an_unknown_sample_has_none(ask: Callable[..., Answer]) -> None:
    answer = ask("audit_pictures", samples=[0, 1], size="small")
    offsets = answer.result["offsets"]
    assert offsets[1] > 0
    assert offsets[2] == offsets[1]
    assert answer.buffers[0][:4] == b"RIFF"


@pytest.mark.parametrize("kind", ["csv", "json", "html"])
def test_an_export_holds_every_row_or_is_a_page_with_hostile_names_escaped(
    ask: Callable[..., Answer], kind: str
) -> None:
    requirements = [{"class_name": "bird", "valid": ["bird", HOSTILE], "spurious": ["tree"]}]
    about = {"layer": "bn1", "requirements": requirements, "threshold": 1.0, "max_spurious": 0.1}
    text = bytes(ask("audit_export", **about, format=kind).buffers[0]).decode()
    assert ("<table" if kind == "html" else "bn1:39") in text
    assert kind != "html" or "<img src=x" not in text


@pytest.mark.parametrize(
    ("allowed", "outcome"), [(0.01, "0 of 1 class passes"), (0.9, "1 of 1 class passes")]
)
def test_an_exported_page_allows_what_the_table_allows(
    ask: Callable[..., Answer], allowed: float, outcome: str
) -> None:
    about = {
        "layer": "bn1",
        "requirements": [{"class_name": "bird", "valid": ["bird"], "spurious": ["tree"]}],
        "threshold": 1.0,
        "format": "html",
    }
    assert outcome in bytes(ask("audit_export", **about, max_spurious=allowed).buffers[0]).decode()


@pytest.mark.parametrize(
    ("kind", "params", "message"),
    [
        ("audit", ASKED | {"class_name": "brid"}, "there is no class 'brid'; did you mean 'bird'"),
        ("audit", ASKED | {"valid": ["#999"]}, "999"),
        ("audit", ASKED | {"threshold": "high"}, "threshold must be a number"),
        ("audit_samples", {"layer": "bn1", "component": 99, "limit": 5, "of": "all"}, "components 0 to 39"),
        ("audit_pictures", {"samples": ["x"]}, "at most 200 samples"),
        ("audit_pictures", {"samples": [2**70]}, "at most 200 samples"),
    ],
)
def test_what_cannot_be_answered_says_why(
    ask: Callable[..., Answer], kind: str, params: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        ask(kind, **params)


def test_requirements_are_plain_in_the_trait_and_pictures_stay_in_the_kernel(lens: Lens) -> None:
    picture = Image.new("RGB", (8, 8), (0, 114, 178))
    table = AuditTable(lens, [Requirement("bird", valid=[picture], spurious=["tree"])])
    name = table.requirements[0]["valid"][0]
    assert isinstance(name, str)
    other = AuditTable(lens, [Requirement("bird", valid=[Image.new("RGB", (8, 8))])])
    assert other.requirements[0]["valid"] != [name]
    assert table.table["valid_concept"].iloc[0] == name


def test_the_audit_follows_what_the_browser_sets(lens: Lens) -> None:
    table = AuditTable(lens)
    with pytest.raises(ValueError, match="there are no requirements"):
        _ = table.audit
    table.set_state({"requirements": [{"class_name": "bird", "valid": ["bird"], "spurious": []}]})
    assert table.audit.classes == ("bird",)
    with pytest.raises(Exception, match="max_spurious must be between 0 and 1"):
        table.max_spurious = 2.0


def test_an_explorer_with_requirements_begins_with_their_audit(lens: Lens) -> None:
    explorer = Explorer(lens, requirements=BIRD)
    assert (explorer.tab, explorer.layer) == ("audit", "bn1")
    assert explorer.audit.summary().equals(AuditTable(lens, BIRD).audit.summary())
    assert Explorer(fake_lens()).tab == "neurons"
    with pytest.raises(Exception, match="tab must be"):
        explorer.tab = "map"


@pytest.mark.parametrize(
    ("attributed", "opened"), [([], "bn2"), (["bn1"], "bn1"), (["bn2"], "bn2"), (["bn2", "bn1"], "bn2")]
)
def test_all_widgets_open_the_layer_that_is_audited_by_default(attributed: list[str], opened: str) -> None:
    database = fake_lens().database
    relevance = {layer: fake_relevance(database, layer) for layer in attributed}
    lens = Lens(dataclasses.replace(database, relevance=relevance), foundation_model=WordModel())
    widgets = [ConceptMap(lens), NeuronGallery(lens), AuditTable(lens), Explorer(lens), Explorer.of(lens)]
    assert [widget.layer for widget in widgets] == [opened] * 5
    assert ConceptMap(lens, class_name="bird", encoding="relevance").layer == opened
    assert ConceptMap(lens, class_name="bird", layer="").layer == ""


@pytest.mark.parametrize(
    ("components", "opened"),
    [(["bn1:2"], "bn1"), (["#1", "bn1:2", "bn2:3"], "bn1"), (["2"], "bn2"), ([], "bn2")],
)
def test_named_components_open_their_layer(components: list[str], opened: str) -> None:
    lens = fake_lens()
    assert NeuronGallery(lens, components=components).layer == opened
    assert Explorer(lens, components=components).layer == opened
    assert NeuronGallery(lens, components=components, layer="bn2").layer == "bn2"
    with pytest.raises(LayerNotFoundError, match="did you mean 'bn1'"):
        NeuronGallery(lens, components=["bm1:2"])


def test_a_lens_without_relevance_says_so() -> None:
    with pytest.raises(ValueError, match="relevance"):
        _ = AuditTable(fake_lens(), BIRD).audit


@pytest.fixture
def colours() -> Lens:
    frames = pictures(2)
    return Lens.build(
        ColourModel(), as_images(frames, labels=labels(2)), ["eye", "head"], transform=to_tensor,
        foundation_model=ColourSpace(), k=2, classes=list(COLOURS), progress=False,
    )  # fmt: skip


def test_what_is_not_known_yet_is_computed_with_progress_where_the_model_is_at_hand(colours: Lens) -> None:
    handlers = audit_handlers(colours, {})
    told: list[tuple[int, int, str]] = []
    request = Request(
        "1", "attribute", {"layer": "eye", "requirements": []}, (), lambda *progress: told.append(progress)
    )
    assert handlers["audit_classes"](request).result["state"] == "missing"
    handlers["attribute"](request)
    assert handlers["audit_classes"](request).result["state"] == "computed"
    assert told == [(6, 6, "computing relevance")]


def test_unknown_classes_are_all_named_before_the_model_runs(colours: Lens) -> None:
    wrong = {"gren": {"valid": ["frog"]}, "blu": {"spurious": ["car"]}, "red": {"valid": ["frog"]}}
    named = r"2 of the named classes do not exist: 'gren' \(did you mean 'green'.*\), 'blu' \(did you mean 'blue'\?\)"
    asked = [
        {"class_name": name, "valid": one.get("valid", []), "spurious": one.get("spurious", [])}
        for name, one in wrong.items()
    ]
    request = Request("1", "attribute", {"layer": "eye", "requirements": asked}, ())
    for run in (
        lambda: colours.audit(wrong, layer="eye"),
        lambda: AuditTable(colours, wrong, layer="eye"),
        lambda: audit_handlers(colours, {})["attribute"](request),
    ):
        with pytest.raises(ValueError, match=named):
            run()
    assert colours.database.relevance == {}


def test_an_earlier_audit_is_shown_beside_the_present_one(lens: Lens) -> None:
    earlier = lens.audit({"bird": {"valid": ["bird", "tree"]}}, layer="bn1")
    table = AuditTable(lens, BIRD, layer="bn1", before=earlier)
    assert table.before is earlier
    ask = audit_handlers(lens, {}, table._session.audits)["audit_before"]

    def answer(**changes: Any) -> Answer:
        about = ASKED | {"threshold": earlier.threshold, "before_id": table.before_id} | changes
        return ask(Request("1", "audit_before", about, ()))

    found = answer()
    assert (found.result["n"], found.result["valid"], found.result["spurious"]) == (40, ["bird", "tree"], [])
    np.testing.assert_allclose(found.result["shares"], earlier.verdict_shares[0], atol=1e-6)
    np.testing.assert_array_equal(np.frombuffer(found.buffers[1], "u1"), earlier.verdicts[0])
    ending = ": verdicts and shares may change for that alone."
    assert found.result["differences"] == f"The audits differ in required concepts (bird){ending}"
    same = {"valid": ["tree", "bird"], "spurious": []}
    assert answer(**same).result["differences"] == ""
    assert answer(**same, threshold=3.0).result["differences"] == (
        f"The audits differ in threshold ({earlier.threshold:g} before, 3 after){ending}"
    )
    assert answer(class_name="tree").result["n"] == answer(layer="bn2").result["n"] == 0
    table.before = None
    assert (table.before, table.before_id) == (None, "")
    with pytest.raises(ValueError, match="not in memory any more"):
        answer(before_id="gone")


def test_a_class_of_one_sample_comes_without_intervals(lens: Lens) -> None:
    of_one = dataclasses.replace(
        lens.audit(BIRD, layer="bn1"), samples=None, stored_intervals=torch.full((1, 4, 2), torch.nan)
    )
    table = AuditTable(lens, BIRD, layer="bn1", before=of_one)
    request = Request("1", "audit_before", ASKED | {"before_id": table.before_id}, ())
    found = earlier_audit(lens, {}, table._session.audits, request)
    assert found.result["intervals"] == [[]] * 4


def test_what_cannot_be_compared_is_refused(lens: Lens) -> None:
    other = dataclasses.replace(lens.audit(BIRD, layer="bn1"), layer="elsewhere")
    with pytest.raises(ValueError, match="an audit of 'elsewhere' with 40 components"):
        AuditTable(lens, BIRD, layer="bn1", before=other)
    with pytest.raises(TypeError, match="before must be an audit, not 'yesterday'"):
        AuditTable(lens, BIRD, layer="bn1", before="yesterday")  # pyright: ignore[reportArgumentType]


def test_the_samples_behind_suspects_come_as_a_file(lens: Lens, ask: Callable[..., Answer]) -> None:
    suspects = lens.audit(BIRD, layer="bn1").components_of("bird")
    found = bytes(ask("audit_suspects", **ASKED).buffers[0]).decode()
    assert found == to_csv(lens.samples(suspects, quantile=0.0, classes="bird"))
    with pytest.raises(ValueError, match="no spurious and no ambiguous"):
        ask("audit_suspects", **ASKED | {"spurious": []})


def test_computing_ends_when_nobody_waits_for_it_any_longer(colours: Lens) -> None:
    request = Request("1", "attribute", {"layer": "eye", "requirements": []}, ())
    request.cancel()
    with pytest.raises(Cancelled):
        audit_handlers(colours, {})["attribute"](request)
    assert not colours.database.relevance


def test_without_the_model_nothing_is_offered(ask: Callable[..., Answer]) -> None:
    assert ask("audit_classes", layer="bn2").result["state"] == "no_model"


def test_it_begins_with_the_layer_of_an_audit_or_one_that_has_a_relevance(lens: Lens, colours: Lens) -> None:
    assert AuditTable(colours).layer == "eye"
    assert AuditTable(lens).layer == "bn1"


def test_the_accuracy_without_neurons_is_that_of_the_lens(colours: Lens) -> None:
    handlers = audit_handlers(colours, {})
    told: list[tuple[int, int, str]] = []
    params = {"components": ["eye:1"], "class_name": "green"}
    answer = handlers["ablate"](Request("1", "ablate", params, (), lambda *progress: told.append(progress)))
    table = colours.ablation("eye:1", class_name="green", progress=False).measures.set_index("class")
    assert answer.result["n_draws"] == 5
    assert answer.result["overall"]["measures"][0]["after"] == pytest.approx(table.loc["all", "after"])
    green = next(one for one in answer.result["classes"] if one["class_name"] == "green")
    [accuracy] = green["measures"]
    assert (accuracy["measure"], accuracy["before"], green["n"]) == ("accuracy", 1, 2)
    assert accuracy["after"] == table.loc["green", "after"] == 0
    assert accuracy["after_interval"] == [table.loc["green", "after_low"], table.loc["green", "after_high"]]
    assert told[-1] == (6, 6, "measuring the accuracy")


def test_outputs_judged_one_by_one_have_four_measures_which_go_into_the_report(colours: Lens) -> None:
    handlers = audit_handlers(colours, {})
    asked = {"components": ["eye:1"], "class_name": "green", "threshold": 0.2}
    about = {
        "layer": "eye",
        "requirements": required(green=(["green"], ["red"])),
        "threshold": 0.75,
        "max_spurious": 0.1,
        "format": "html",
    }

    def report(**more: Any) -> str:
        return bytes(
            handlers["audit_export"](Request("2", "audit_export", about | more, ())).buffers[0]
        ).decode()

    assert "sensitivity" not in report(ablation=asked)  # not measured yet
    answer = handlers["ablate"](Request("1", "ablate", asked, ()))
    table = colours.ablation("eye:1", class_name="green", threshold=0.2, progress=False).measures
    table = table.set_index(["class", "measure"])
    green = next(one for one in answer.result["classes"] if one["class_name"] == "green")
    assert [one["measure"] for one in green["measures"]] == [
        "accuracy",
        "sensitivity",
        "specificity",
        "auroc",
    ]
    for one in green["measures"]:
        line = table.loc[("green", one["measure"])]
        for when in ("before", "after"):
            assert one[when] == line[when]
            assert one[f"{when}_interval"] == [line[f"{when}_low"], line[f"{when}_high"]]
    assert [one["measure"] for one in answer.result["overall"]["measures"]] == ["accuracy"]
    page = report(ablation=asked)
    assert "<h2>Model without 1 component</h2><p>eye:1</p>" in page
    assert "sensitivity" not in report(ablation=None)
    assert "sensitivity" not in report(ablation=asked | {"threshold": 0.3})


def test_a_lens_is_displayed_in_the_layer_of_its_audit_with_labels():
    lens = fake_lens()
    shown = Explorer.of(lens)
    assert shown.layer == lens.deepest_layer != lens.layers[0]
    assert shown.vocabulary == "general"
    assert Explorer(lens).layer == lens.deepest_layer
    assert Explorer(lens).vocabulary is None


def test_an_opened_lens_whose_foundation_model_may_need_a_download_is_displayed_without_labels(tmp_path):
    opened = Lens.open(fake_lens().save(tmp_path / "lens"))
    assert Explorer.of(opened).vocabulary is None


def test_unexpected_neurons_agree_on_the_words_of_the_lens(lens: Lens, ask: Callable[..., Answer]) -> None:
    found = ask("audit_agreement", **ASKED).result
    unexpected = lens.audit(BIRD, layer="bn1").components_of("bird", "unexpected")[:50]
    table = lens.agreement(unexpected).head(8)
    assert found["n"] == len(unexpected)
    assert [one["text"] for one in found["texts"]] == list(table["text"])
    assert [one["n"] for one in found["texts"]] == list(table["n"])
    assert ask("audit_agreement", **ASKED | {"valid": [], "spurious": []}).result == {"n": 0, "texts": []}


def test_probabilities_are_judged_at_the_threshold_of_the_table(
    colours: Lens, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(
        type(colours), "ablation", lambda *_, **options: asked.append(options["threshold"]) or 1 / 0
    )
    handler = audit_handlers(colours, {})["ablate"]
    for threshold in (None, 0.5):
        params = {"components": ["eye:0"], "class_name": "red", "threshold": threshold}
        with pytest.raises(ZeroDivisionError):
            handler(Request("1", "ablate", params, ()))
    assert asked == [None, 0.5]
    table = AuditTable(colours, layer="eye", decision_threshold=0.5)
    assert table.decision_threshold == 0.5


def test_within_classes_the_table_is_that_of_python_and_every_class_is_prepared_with_progress(
    tmp_path: Path,
) -> None:
    lens = living_lens().attribute(layer="eye", progress=False)
    required_of = {"green": {"valid": ["green"], "spurious": ["red"]}, "*": {"spurious": ["blue"]}}
    table = AuditTable(lens, required_of, layer="eye", within_class=True)
    reported: list[tuple[int, int, str]] = []
    handlers = audit_handlers(lens, {})

    def ask(kind: str, **params: Any) -> Answer:
        return handlers[kind](Request("1", kind, params, (), lambda *each: reported.append(each)))

    about = {"layer": "eye", "requirements": table.requirements, "threshold": table.threshold}
    assert ask("audit_within", **about).result == {}
    for name in COLOURS:
        done = [(n, of) for n, of, what in reported if what == f"looking at samples of {name}"]
        assert done[-1][0] == done[-1][1] > 0
    expected = lens.audit(required_of, layer="eye", within_class=True)
    assert table.audit.within_class
    assert table.table.equals(expected.table)
    summary = ask("audit_summary", **about, within_class=True).result["classes"]
    np.testing.assert_allclose([one["shares"] for one in summary], expected.verdict_shares, atol=1e-6)
    own = {"layer": "eye", "class_name": "green", "valid": ["green"], "spurious": ["red", "blue"]}
    answer = ask("audit", **own, threshold=table.threshold, within_class=True)
    of_green = lens.audit(Requirement("green", ["green"], ["red", "blue"]), layer="eye", within_class=True)
    np.testing.assert_allclose(columns(answer)[2], of_green.best_valid.z_score[0])
    file = bytes(ask("audit_export", **about, within_class=True, max_spurious=0.1, format="html").buffers[0])
    assert "Judged within each class too" in file.decode()
    page = table.to_html(tmp_path / "page.html", progress=False)
    assert page.stat().st_size > 10_000


def test_a_cancelled_request_ends_while_samples_of_a_class_are_embedded() -> None:
    lens = living_lens().attribute(layer="eye", progress=False)
    every = [{"class_name": None, "valid": ["green"], "spurious": []}]
    params = {"layer": "eye", "requirements": every, "threshold": 0.25}
    request = Request("1", "audit_within", params, (), lambda *_: request.cancel())
    with pytest.raises(Cancelled):
        audit_handlers(lens, {})["audit_within"](request)


def test_without_the_model_nothing_is_judged_within_classes(lens: Lens) -> None:
    with pytest.raises(ValueError, match="the lens was opened without its model, which this needs"):
        AuditTable(lens, BIRD, layer="bn1", within_class=True)
    table = AuditTable(lens, BIRD, layer="bn1")
    with pytest.raises(ValueError, match="opened without its model"):
        table.within_class = True
    assert not table.within_class
