"""The authors' library, `semanticlens` 0.2.1, installed outside the environment: it needs an older zennit."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).resolve().parents[1] / "build" / "peer"
HOW = "pip install --no-deps --target build/peer semanticlens==0.2.1 zennit-crp zennit"


def peer_module(name: str) -> ModuleType | None:
    """A module of `semanticlens` 0.2.1, or None if it is not installed; `HOW` says how to install it."""
    if FOLDER.is_dir() and str(FOLDER) not in sys.path:
        # Last on the path, so that it hides nothing in the environment.
        sys.path.append(str(FOLDER))
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None
