"""CONTRIBUTING shows the layers of today."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_picture_of_the_layers_is_that_of_the_contract():
    command = [sys.executable, str(ROOT / ".ci" / "architecture.py"), "--check"]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
