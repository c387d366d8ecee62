"""The work of others is listed, and its licence notices travel with what contains it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from semanticlens_widgets.widgets import ConceptMap
from tests.fakes import fake_lens

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "semanticlens_widgets" / "widgets" / "static"
LISTED = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")


def bundled() -> dict[str, str]:
    """Package -> version of what the bundle contains: all of the lock file that is not for development alone."""
    packages = json.loads((ROOT / "js" / "package-lock.json").read_text())["packages"]
    return {
        path.removeprefix("node_modules/"): entry["version"]
        for path, entry in packages.items()
        if path and not entry.get("dev") and not entry.get("peer") and not entry.get("optional")
    }


def test_the_list_is_that_of_the_settings() -> None:
    command = [sys.executable, str(ROOT / ".ci" / "third_party.py"), "--check"]
    assert subprocess.run(command, capture_output=True).returncode == 0
    assert "patent" in LISTED


def test_every_package_of_the_bundle_is_listed() -> None:
    for name in bundled():
        assert re.search(rf"^\| `{re.escape(name)}` \| .+ \|$", LISTED, re.MULTILINE), name


@pytest.mark.parametrize("file", ["bundle.js", "page.js"])
def test_scripts_begin_with_the_licences_of_all_they_contain(file: str) -> None:
    if not (STATIC / file).is_file():
        pytest.skip("the browser side is not built: npm --prefix js ci && npm --prefix js run build")
    notice, _, code = (STATIC / file).read_text(encoding="utf-8").partition("*/")
    assert notice.startswith("/*!")
    assert code.strip()
    licence = (ROOT / "LICENSE").read_text().strip()
    # The bundle's lies beside it in the wheel, which a page leaves.
    named = [licence.split("\n")[2], "SPDX-License-Identifier: BSD-3-Clause"]
    assert all(text in notice for text in ([licence] if file == "page.js" else named))
    for name, version in bundled().items():
        assert f"\n{name} {version} (" in notice
        licence = (ROOT / "js" / "node_modules" / name / "LICENSE").read_text(encoding="utf-8")
        assert licence.strip() in notice
    assert notice.count("\n---\n") == len(bundled())


def test_a_page_carries_the_licences_of_what_it_contains(tmp_path: Path) -> None:
    if not (STATIC / "page.js").is_file():
        pytest.skip("the browser side is not built: npm --prefix js ci && npm --prefix js run build")
    page = ConceptMap(fake_lens(), method="pca").to_html(
        tmp_path / "map.html", words=["bird"], progress=False
    )
    text = page.read_text(encoding="utf-8")
    assert "BSD 3-Clause License" in text
    assert "Permission is hereby granted, free of charge" in text
    assert all(f"\n{name} {version} (" in text for name, version in bundled().items())
