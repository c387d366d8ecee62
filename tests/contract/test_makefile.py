"""`make` names a missing tool in one sentence, and its targets run what they promise."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = {tool: shutil.which(tool) for tool in ("make", "bash", "sh", "grep", "awk", "find", "node", "npm")}
TOOLS["python3"] = sys.executable

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(target: str, tmp_path: Path, without: str = "") -> subprocess.CompletedProcess[str]:
    for tool, found in TOOLS.items():
        if tool != without and found:
            (tmp_path / tool).write_text(f'#!/bin/sh\nexec {found} "$@"\n')
            (tmp_path / tool).chmod(0o755)
    environment = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    command = [str(shutil.which("make")), "-C", str(ROOT), target]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("tool", "sentence"),
    [
        ("node", "Node.js or npm is missing: install Node 20 or newer (https://nodejs.org)"),
        ("npm", "Node.js or npm is missing: install Node 20 or newer (https://nodejs.org)"),
        ("python3", "python3 is missing: install Python 3.10 to 3.13"),
    ],
)
def test_a_missing_tool_is_named_with_the_way_to_get_it(tool, sentence, tmp_path):
    outcome = make("tools", tmp_path, without=tool)
    assert outcome.returncode != 0
    assert sentence in outcome.stdout


def test_nothing_is_said_when_all_is_there(tmp_path):
    outcome = make("tools", tmp_path)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_help_lists_the_commands(tmp_path):
    listed = make("help", tmp_path).stdout
    assert all(f"make {target}" in listed for target in ("demo", "test", "unit", "check", "dev", "bench"))


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("", "pip install --quiet --constraint constraints.txt --editable"),
        ("CONSTRAINTS=", "pip install --quiet  --editable"),
    ],
)
def test_the_installation_is_pinned_unless_the_newest_releases_are_asked_for(setting, expected, tmp_path):
    assert expected in planned("demo", tmp_path, setting)


@pytest.mark.parametrize(("setting", "strict"), [("CI=", False), ("CI=1", True)])
def test_continuous_integration_is_strict_about_skips(setting, strict, tmp_path):
    assert ("--strict-skips tests/allowed_skips.txt" in planned("test", tmp_path, setting)) == strict


def test_the_quick_tests_run_neither_a_browser_nor_a_notebook(tmp_path):
    commands = planned("unit", tmp_path)
    assert '-m "not slow" tests/unit tests/contract' in commands


@pytest.mark.parametrize(
    ("setting", "expected"), [("", "--sample 1 --seed 0"), ("SAMPLE=0.1 SEED=7", "--sample 0.1 --seed 7")]
)
def test_the_trials_are_all_run_or_a_seeded_sample(setting, expected, tmp_path):
    assert f"-m tests.faults {expected}" in planned("test-faults", tmp_path, setting)


@pytest.mark.parametrize(("setting", "expected"), [("", ""), ("HOSTS=voila", " voila")])
def test_the_hosts_are_all_tried_or_those_that_are_named(setting, expected, tmp_path):
    assert f"-m tests.hosts{expected}" in planned("test-hosts", tmp_path, setting)


def planned(target: str, tmp_path: Path, setting: str = "") -> str:
    """The commands that a fresh checkout would run."""
    command = [
        str(shutil.which("make")),
        "-C",
        str(ROOT),
        "--dry-run",
        f"VENV={tmp_path}/venv",
        target,
        *setting.split(),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
