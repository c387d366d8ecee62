import base64
import dataclasses
import json
import re

import pytest
import torch
from PIL import Image

from semanticlens_widgets import analysis
from semanticlens_widgets.analysis import VERDICTS, Audit, Requirement
from semanticlens_widgets.concepts import pack
from semanticlens_widgets.images import thumbnail_webp
from tests.word_space import DIM, WordSpace, database_of, examples_like, relevance_of

REQUIREMENTS = [Requirement("amphibian", ["frog"], ["car"]), Requirement("<b>", ["car"])]
RELEVANCE = {"amphibian": [[7.0, 2.0, 1.0, -1.0]], "<b>": [[3.0, 1.0, 0.0, 0.0]]}


@pytest.fixture(scope="module")
def database():
    examples = examples_like(["frog", "car", "wheel"])
    return database_of({"late": torch.cat([examples, torch.full((1, 4, DIM), torch.nan)])}, n_others=300)


def audit_of(database, requirements=REQUIREMENTS, relevance=RELEVANCE, threshold=None):
    return analysis.audit(
        database, WordSpace(), requirements, relevance_of("late", relevance), threshold=threshold
    )


@pytest.fixture(scope="module")
def audit(database):
    return audit_of(database)


def test_an_audit_survives_json(audit, tmp_path):
    text = audit.to_json()
    assert audit.to_json(tmp_path / "audit.json") == tmp_path / "audit.json"
    for source in (text, tmp_path / "audit.json", str(tmp_path / "audit.json")):
        again = Audit.from_json(source)
        assert again.table.equals(audit.table)
        assert again.summary().equals(audit.summary())
        assert again.answers.calibrations == audit.answers.calibrations
    assert again.to_json() == text
    assert "NaN" not in text


def damaged(audit, **changes):
    return json.dumps(json.loads(audit.to_json()) | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "lens"}, "the JSON is no audit; write one with Audit.to_json"),
        ({"version": 9}, "the audit has version 9 and this package reads 5; upgrade it"),
        ({"share": [[1.0]]}, "the audit is damaged: .*share has shape"),
        ({"valid": [[0], [9]]}, "the audit is damaged: .*valid names concepts that are not there"),
        ({"within_class": "no"}, "the audit is damaged: .*within_class is true or false, not 'no'"),
        ({"relevance": "much"}, "the audit is damaged"),
        ({"concepts": {}}, "the audit is damaged: KeyError"),
    ],
)
def test_what_is_no_audit_is_refused(audit, changes, message):
    with pytest.raises(ValueError, match=message):
        Audit.from_json(damaged(audit, **changes))


def test_a_text_that_is_cut_off_and_a_file_that_is_missing_are_refused(audit, tmp_path):
    with pytest.raises(ValueError, match="the text is no audit"):
        Audit.from_json(audit.to_json()[:100])
    with pytest.raises(FileNotFoundError):
        Audit.from_json(tmp_path / "none.json")


def test_before_and_after_are_the_shares_of_both_and_their_difference(database, audit):
    after = audit_of(database, relevance={"amphibian": [[7.0, 0.0, 3.0, 0.0]], "<b>": RELEVANCE["<b>"]})
    classes = audit.compare(after).classes.set_index("class")
    row = classes.loc["amphibian"]
    assert (row["spurious_before"], row["spurious_after"]) == pytest.approx((0.2, 0.0))
    assert row["spurious_change"] == pytest.approx(-0.2)
    assert row["valid_change"] == pytest.approx(0.0)
    assert classes.loc["<b>", "valid_change"] == 0.0
    assert len(audit.compare(after).components) == 0


def test_components_with_another_verdict_are_listed_with_both(database, audit):
    after = audit_of(database, [Requirement("amphibian", ["frog", "car"], ["wheel"]), REQUIREMENTS[1]])
    rows = audit.compare(after).components
    assert list(rows["component"]) == ["late:1", "late:2"]
    assert list(rows["verdict_before"]) == ["spurious", "unexpected"]
    assert list(rows["verdict_after"]) == ["valid", "spurious"]
    assert rows["share_before"].tolist() == pytest.approx([0.2, 0.1])


def test_a_change_shows_outcomes_shares_and_verdicts_as_text_and_as_html(database):
    samples = {"amphibian": [[7.5, 2.0, 0.5, 0.0]] * 12, "<b>": [[3.0, 1.0, 0.0, 0.0]] * 12}
    before = audit_of(database, relevance=samples)
    after = audit_of(
        database, [Requirement("amphibian", ["frog", "car"], ["wheel"]), REQUIREMENTS[1]], samples
    )
    change = before.compare(after)
    assert repr(change).splitlines() == [
        "<AuditChange of late: 2 verdicts changed>",
        "amphibian  spurious 20.0% -> 5.0%, fails -> passes",
        "<b>        spurious 0.0% -> 0.0%, passes -> passes",
        "  The audits differ in required concepts (amphibian): verdicts and shares may",
        "  change for that alone.",
    ]
    html = change._repr_html_()
    assert "5.0% <b>(-15.0)</b><br><small>5% to 5%</small>" in html
    assert "2 components with another verdict" in html
    assert '<th scope="row">amphibian</th><td>late:1</td>' in html
    assert "&lt;b&gt;" in html
    assert "No component has another verdict." in before.compare(before)._repr_html_()


def test_only_classes_that_both_have_are_compared(database, audit):
    after = audit_of(database, REQUIREMENTS[:1])
    assert list(audit.compare(after).classes["class"]) == ["amphibian"]
    with pytest.raises(ValueError, match="the audits have no class in common"):
        audit_of(database, REQUIREMENTS[1:]).compare(after)


def test_audits_of_different_layers_are_not_compared(audit):
    other = dataclasses.replace(audit, layer="early", components=("early:0",))
    with pytest.raises(ValueError, match="different components .late with 4, early with 1.; audit the same"):
        audit.compare(other)


def test_the_page_needs_nothing_else_and_escapes_what_it_did_not_write(audit, tmp_path):
    hostile = "<script>alert(1)</script>"
    found = dataclasses.replace(
        audit,
        samples=None,
        classes=("amphibian", hostile),
        answers=dataclasses.replace(audit.answers, names=(hostile, "car")),
    )
    page = found.to_html()
    assert found.to_html(tmp_path / "audit.html") == tmp_path / "audit.html"
    assert (tmp_path / "audit.html").read_text(encoding="utf-8") == page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"https?:|url\(|@import|<link|src=\"(?!data:)", page)
    assert "prefers-color-scheme:dark" in page


def test_the_page_has_shares_verdicts_and_the_components_of_every_class(audit):
    page = audit.to_html(max_spurious=0.1)
    assert "0 of 2 classes pass" in page
    assert page.count("<b>too few samples</b>") == 2
    assert "20.0%<br><small>–</small>" in page
    assert page.index("amphibian: its most relevant") < page.index("&lt;b&gt;: its most relevant")
    assert "20.0%" in page
    for verdict in VERDICTS:
        assert f"{verdict.icon}</span>{verdict.word}" in page


def test_a_page_of_many_classes_shows_the_worst_in_detail(database):
    many = audit_of(
        database, {"*": {"spurious": ["car"]}}, {f"class {n}": [[1.0, n, 0.0, 0.0]] for n in range(30)}
    )
    page = many.to_html()
    assert page.count("its most relevant components") == 20
    assert "class 29: its most" in page
    assert "class 5: its most" not in page
    assert '<th scope="row">class 5</th>' in page


def test_the_page_shows_the_examples_of_components(database, audit):
    samples, file = database.samples, thumbnail_webp(Image.new("RGB", (4, 3), "red"))
    thumbnail_bytes, offsets = pack([file] * len(samples))
    with_pictures = dataclasses.replace(samples, thumbnail_bytes=thumbnail_bytes, thumbnail_offsets=offsets)
    shown = dataclasses.replace(audit, database=dataclasses.replace(database, samples=with_pictures))
    assert f"data:image/webp;base64,{base64.b64encode(file).decode()}" in shown.to_html()
    assert "<img" not in audit.to_html()
    assert "<img" not in Audit.from_json(audit.to_json()).to_html()


def test_in_a_notebook_an_audit_shows_its_classes(audit):
    assert "&lt;b&gt;" in audit._repr_html_()
    assert "<html" not in audit._repr_html_()


def test_the_scatter_has_a_trace_a_verdict_with_every_relevant_component(audit):
    figure = audit.scatter("amphibian")
    rows = audit.table[(audit.table["class"] == "amphibian") & (audit.table["share"] > 0)]
    assert [trace.name.split()[1] for trace in figure.data] == [verdict.word for verdict in VERDICTS]
    for trace in figure.data:
        mine = rows[rows["verdict"] == trace.name.split()[1]]
        assert list(trace.x) == list(mine["spurious_z"])
        assert list(trace.y) == list(mine["valid_z"])
        assert [row[0] for row in trace.customdata] == list(mine["component"])
    assert max(max(trace.marker.size, default=0) for trace in figure.data) == 40


def test_the_scatter_is_of_the_worst_class_unless_told_otherwise_and_escapes_its_name(audit):
    assert audit.scatter().layout.title.text.startswith("amphibian:")
    assert audit.scatter("<b>").layout.title.text.startswith("&lt;b&gt;:")
    assert audit.scatter("<b>").layout.xaxis.title.text == "no spurious concepts are named"
    with pytest.raises(ValueError, match="there is no class 'amphibia'; did you mean 'amphibian'"):
        audit.scatter("amphibia")
