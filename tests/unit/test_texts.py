"""Names from anywhere are fit for screens, pages and spreadsheets."""

import io
import json
from pathlib import Path

import pandas as pd
import pytest

from semanticlens_widgets._texts import escape, isolated, to_csv, visible
from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.widgets import AuditTable, Explorer
from tests.fakes import attributed_lens

CASES = json.loads((Path(__file__).parents[1] / "shared" / "visible.json").read_text())


@pytest.mark.parametrize(("text", "shown"), [*CASES, ("half \ud800", "half \\ud800")])
def test_hidden_characters_are_shown_as_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown
    shown.encode()


def test_a_name_from_right_to_left_stands_apart_in_plain_text() -> None:
    assert isolated("\u05d7\u05ea\u05d5\u05dc 7.jpg") == "\u2068\u05d7\u05ea\u05d5\u05dc 7.jpg\u2069"
    assert isolated("cat\u202e.jpg") == "cat\\u202e.jpg"
    assert isolated("Katze 猫.jpg") == "Katze 猫.jpg"


def test_html_is_escaped_and_visible() -> None:
    assert escape('<b>"\u202ea\n') == "&lt;b&gt;&quot;\\u202ea\\u000a"


def test_warnings_show_what_is_hidden_in_a_name() -> None:
    with pytest.warns(UserWarning, match=r"class \\u202egpj has"):
        warn_user("class \u202egpj has")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_cells_that_a_spreadsheet_would_run_are_texts_and_numbers_stay(start: str) -> None:
    cell = f'{start}HYPERLINK("http://a")'
    table = pd.DataFrame({"class": [cell, "bird"], "z": [-1.5, 2.0], cell: ["a", None]})
    back = pd.read_csv(io.StringIO(to_csv(table), newline=""))
    assert list(back["class"]) == [f"'{cell}", "bird"]
    assert list(back["z"]) == [-1.5, 2.0]
    assert list(back.columns) == ["class", "z", f"'{cell}"]
    assert "".join(table["class"]) == cell + "bird"


def test_the_csv_of_the_audit_table_is_defused() -> None:
    lens = attributed_lens(12)
    required = [{"class_name": "bird", "valid": ["=1+1"], "spurious": ["@tree"]}]
    params = {
        "layer": "bn1",
        "format": "csv",
        "requirements": required,
        "threshold": 2.75,
        "max_spurious": 0.1,
    }
    answer = AuditTable(lens)._channel.answer("audit_export", params)
    cells = pd.read_csv(io.BytesIO(answer.buffers[0]), dtype=str).to_numpy().astype(str).flatten()
    assert {"'=1+1", "'@tree"} & set(cells)
    assert not {"=1+1", "@tree"} & set(cells)


def test_snapshots_and_reports_hold_no_character_that_turns_the_text() -> None:
    lens = attributed_lens(12)
    name = "\u202egpj"
    widget = Explorer(lens, requirements={"bird": {"valid": [name]}}, layer="bn1", query=name)
    assert "\u202e" not in repr(widget)
    assert "\u202e" not in widget._snapshot()
    assert "\u202e" not in widget.audit.to_html()
