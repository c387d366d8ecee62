"""Packages of the extra `attribution`, imported when they are used."""

import importlib
from typing import Any


def extra(package: str, method: str) -> Any:
    """The package's module; raises ImportError with the way out when it is not installed."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise ImportError(
            f"method={method!r} needs {package.split('.')[0]}; install it with: "
            "pip install 'semanticlens-widgets[attribution]'"
        ) from error
