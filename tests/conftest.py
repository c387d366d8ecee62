"""Every test that builds the demo lens finds what another has computed."""

import os
from pathlib import Path

os.environ.setdefault(
    "SEMANTICLENS_WIDGETS_CACHE", str(Path(__file__).resolve().parents[1] / "build" / "cache")
)
