"""The page of an audit as evidence: everything that a reader needs who has nothing else."""

import dataclasses
import re

import pandas as pd
import pytest
import torch
from PIL import Image

from semanticlens_widgets.analysis import Audit
from semanticlens_widgets.analysis.audits.assertions import failures
from semanticlens_widgets.analysis.audits.evidence import lens_digest
from semanticlens_widgets.concepts import pack
from semanticlens_widgets.images import as_images, thumbnail_webp
from semanticlens_widgets.lens.relevances import source_of
from tests.unit.analysis.test_audit import RELEVANCE, audit_of, database  # noqa: F401
from tests.word_space import relevance_of


@pytest.fixture
def audit(database):  # noqa: F811
    return audit_of(database)


def with_provenance(audit, **changes):
    made = dataclasses.replace(audit.database.provenance, **changes)
    return dataclasses.replace(audit, database=dataclasses.replace(audit.database, provenance=made))


def test_the_page_names_model_images_foundation_model_and_its_limits(audit):
    found = with_provenance(
        audit, model="Net <b>", foundation_model_caveat="blind to colour", versions={"torch": "9.9"}
    )
    page = dataclasses.replace(found, images="1,000 images in 'photos'").to_html()
    made = found.database.provenance
    for fact in (
        "Audit of late in Net &lt;b&gt;</h1>",
        "word space: blind to colour",
        "1,000 images in &#x27;photos&#x27;. None was left out",
        f"weights <code>{made.model_fingerprint}</code>",
        f"contents <code>{made.images_fingerprint}</code>",
        "2026-01-01 00:00 UTC</time>, torch 9.9",
        f"<code>{found.evidence.digest}</code>",
    ):
        assert fact in page, fact
    assert re.findall(r"<(?:main|h1)\b", page) == ["<main", "<h1"]


def test_the_page_lists_all_requirements_and_equal_ones_once(database):  # noqa: F811
    relevance = {f"class {n}": [[1.0, 2.0, 0.0, 0.0]] for n in range(3)}
    page = audit_of(
        database, {"*": {"valid": ["frog"]}, "class 1": {"spurious": ["car"]}}, relevance
    ).to_html()
    requirements = page[page.index("<h2>Requirements") : page.index("<h2>Evidence")]
    assert "class 0, class 2</th>" in requirements
    assert "class 1</th>" in requirements
    assert requirements.count("“frog”") == 2
    assert requirements.count("“car”") == 1


def test_each_verdict_has_its_reason(audit):
    page = audit.to_html()
    best = audit.best_spurious
    told = (
        f"Answers to “car” (spurious): above {float(best.percentile[0, 1]):.1%} of random groups of images, "
        f"z = {float(best.z_score[0, 1]):.1f} against unrelated words"
    )
    assert told in page
    assert "Does not answer to “frog” (valid)" in page
    no_examples = audit_of(
        audit.database, relevance={"amphibian": [[0.0, 0.0, 0.0, 1.0]], "<b>": RELEVANCE["<b>"]}
    )
    assert "It has no examples, so it answers to nothing." in no_examples.to_html()


def test_classes_come_with_the_worst_outcome_first(database):  # noqa: F811
    relevance = {
        "few": [[1.0, 9.0, 0.0, 0.0]],
        "passing": [[1.0, 0.0, 0.0, 0.0]] * 12,
        "failing": [[1.0, 1.0, 0.0, 0.0]] * 12,
    }
    page = audit_of(database, {"*": {"spurious": ["car"]}}, relevance).to_html()
    table = page[page.index("<h2>Outcome") : page.index("<h2>Requirements")]
    assert re.findall(r'<th scope="row">(\w+)', table) == ["failing", "few", "passing"]
    assert "1 of 3 classes pass (1 too few samples, 1 fails)" in page


def test_pictures_say_in_words_of_whom_they_are_examples(audit):
    samples = audit.database.samples
    file = thumbnail_webp(Image.new("RGB", (4, 3), "red"))
    data, offsets = pack([file] * len(samples))
    labels = ["a <cat>"] * len(samples)
    shown = dataclasses.replace(samples, thumbnail_bytes=data, thumbnail_offsets=offsets, labels=labels)
    page = dataclasses.replace(audit, database=dataclasses.replace(audit.database, samples=shown)).to_html()
    alts = re.findall(r'<img alt="([^"]*)"', page)
    assert alts
    assert all(re.fullmatch(r"Example \d of late:\d: \d+\.jpg · a &lt;cat&gt;", alt) for alt in alts)


def test_a_component_has_the_interval_of_its_share(database):  # noqa: F811
    rows = [[4.0, 1.0, 0.0, -1.0], [1.0, 1.0, 2.0, 0.0], [2.0, 0.0, 1.0, 0.0]]
    audit = audit_of(database, relevance={"amphibian": rows, "<b>": RELEVANCE["<b>"]})
    positive = torch.tensor(rows).clamp(min=0)
    generator = torch.Generator().manual_seed(0)
    draws = [
        positive[one].sum(0) / positive[one].sum() for one in torch.randint(3, (1000, 3), generator=generator)
    ]
    slow = torch.stack(draws).quantile(torch.tensor([0.025, 0.975]), dim=0).T
    torch.testing.assert_close(audit.share_intervals(0, [2, 0]), slow[[2, 0]])


def test_a_class_of_one_sample_has_no_interval_anywhere(database):  # noqa: F811
    one, two = [[7.0, 2.0, 1.0, 0.0]], [[7.0, 2.0, 1.0, 0.0], [1.0, 2.0, 1.0, 0.0]]
    audit = audit_of(database, relevance={"amphibian": one, "<b>": two})
    again = Audit.from_json(audit.to_json())
    for found in (audit, again):
        summary = found.summary().set_index("class")
        bounds = [name for name in summary if name.endswith(("_low", "_high"))]
        assert summary.loc["amphibian", bounds].isna().all()
        assert summary.loc["<b>", bounds].notna().all()
        assert list(summary["outcome"]) == ["too few samples"] * 2
        row = re.findall(r"<tr>.*?</tr>", found._repr_html_())[1]
        assert ("amphibian" in row, row.count("<small>–</small>"), row.count(" to ")) == (True, 4, 0)
        [change] = re.findall(r"<tr>.*?</tr>", found.compare(found)._repr_html_())[2:3]
        assert (change.count("<small>–</small>"), change.count(" to ")) == (4, 0)
    assert audit.share_intervals(0, [0, 1]).isnan().all()
    assert "class 'amphibian': 20.0% (–, 1 sample)" in failures(audit, 0.1).replace("\u2068", "").replace(
        "\u2069", ""
    )


def test_the_digest_is_that_of_what_the_audit_rests_on_and_not_of_dates(audit):
    same = with_provenance(audit, created="2030-01-01T00:00:00+00:00", versions={"torch": "3"})
    assert same.evidence.digest == audit.evidence.digest
    assert with_provenance(audit, model_fingerprint="another").evidence.digest != audit.evidence.digest
    other = relevance_of("late", {**RELEVANCE, "<b>": [[3.0, 1.0, 0.5, 0.0]]})
    assert lens_digest(audit.database, other, "late") != audit.evidence.digest


def test_evidence_survives_json(audit):
    again = Audit.from_json(audit.to_json())
    assert again.evidence == audit.evidence
    assert again.audited == audit.audited
    assert audit.evidence.digest in again.to_html()


@pytest.mark.parametrize("images", [None, [Image.new("RGB", (8, 8))] * 2], ids=["none", "in memory"])
def test_the_source_of_images_is_named(images):
    expected = "" if images is None else "2 images in memory"
    assert source_of(None if images is None else as_images(images)) == expected


def test_of_a_path_the_report_keeps_the_last_part_and_of_a_type_its_name(tmp_path):
    folder = tmp_path / "somebody's photos"
    folder.mkdir()
    Image.new("RGB", (8, 8)).save(folder / "a.png")

    class Own(list):
        __repr__ = object.__repr__

    assert str(tmp_path) not in source_of(as_images(folder))
    assert "s photos" in source_of(as_images(folder))
    assert source_of(Own([1, 2])) == "2 images of Own"  # pyright: ignore[reportArgumentType]


@dataclasses.dataclass
class Ablated:
    """An ablation of three components, as `lens.ablation` gives it."""

    measures: pd.DataFrame
    components: dict[str, list[int | str] | torch.Tensor] = dataclasses.field(
        default_factory=lambda: {"late": [1, "2-"], "early": torch.tensor([3])}
    )
    random: tuple[None, ...] = (None,) * 5


def test_a_report_has_the_model_without_components_with_every_measure(audit):
    columns = ["class", "measure", "n_samples", "before", "before_low", "before_high"]
    columns += ["after", "after_low", "after_high", "random"]
    rows: list[tuple[object, ...]] = [
        (name, measure, 40, 0.9, 0.8, 0.95, after, after - 0.1, after + 0.1, 0.875)
        for name, after in (("<b>", 0.85), ("all", 0.5))
        for measure in ("accuracy", "sensitivity", "specificity", "auroc")
    ]
    rows[3] = ("<b>", "auroc", 40, *(float("nan"),) * 7)
    rows.append(("all", "accuracy", 80, 0.9, 0.8, 0.95, 0.7, 0.6, 0.8, 0.875))
    page = audit.to_html(ablation=Ablated(pd.DataFrame(rows, columns=columns)))
    section = page[page.index("<h2>Model without") : page.index("<h2>Subject")]
    assert "<h2>Model without 3 components</h2><p>late:1, late:2-, early:3</p>" in section
    found = re.findall(r'<th scope="row">(.*?)</th><td data-of="measure">(.*?)</td>', section)
    measures = ["accuracy", "sensitivity", "specificity", "AUROC"]
    # All classes first, then what changes most; a class may be called "all".
    assert found == [
        ("all classes", "accuracy"),
        *(("all", one) for one in measures),
        *(("&lt;b&gt;", one) for one in measures),
    ]
    assert "85.0%<br><small>75% to 95%</small>" in section
    assert 'data-of="change in points">-5.0<' in section
    assert "mean of 5 draws" in section
    for words in ("Sensitivity</dt><dd>Of the samples of the class", "AUROC</dt>"):
        assert words in section
    assert "Model without" not in audit.to_html()
