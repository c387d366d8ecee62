"""A sample of the long trials of saved files: damaged ones, and processes that are killed."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "only"),
    [
        ("files", "lens 3"),
        ("files", "signed 3"),
        ("files", "truncate cache 3"),
        ("kills", "overwrite kill 2"),
        ("kills", "save full 1"),
        ("kills", "overwrite interrupt 3"),
        ("kills", "build kill 5"),
        ("workers", "worker 0"),
        ("workers", "whole 0"),
    ],
)
def test_saved_files_are_right_or_refused(module, only):
    # Apart, because the run-time type checker of the tests would read every part of a lens when it is opened.
    run = [sys.executable, "-m", f"tests.faults.{module}", "--only", only]
    ended = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "tried 0" not in ended.stdout
