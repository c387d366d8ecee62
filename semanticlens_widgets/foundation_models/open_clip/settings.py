"""Settings of an open_clip architecture: the weights to load, their activation and preprocessing.

The name of an architecture determines neither the activation (OpenAI's weights need QuickGELU) nor the pixel scale: the
tag of the weights does. A file of weights has no tag, so it takes the one given by `like`, or the one in its file name.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from semanticlens_widgets._arguments import did_you_mean
from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.errors import WeightsUnavailableError

# Openly licensed first, by zero-shot accuracy; a model has one to three of these. Otherwise its first tag is used.
_OPEN = "webli dfndr2b datacompdr datacomp_xl datacomp1b laion2b_s laion2b laion5b merged2b"
PREFERRED_TAGS = (*_OPEN.split(), "meta", "metaclip2", "metaclip_fullcc", "dfn", "openai")
_SUFFIXES = (".pt", ".pth", ".bin", ".safetensors", ".npz", ".ckpt")
_SCHEMES = ("hf-hub:", "local-dir:")
_PREPROCESSING = ("mean", "std", "interpolation", "resize_mode")


@dataclass(frozen=True)
class Settings:
    """One choice of weights: a tag or a file (neither: random), with the activation and preprocessing they need."""

    tag: str | None
    file: str | None
    quick_gelu: bool
    preprocessing: dict[str, Any]


def has_scheme(name: str) -> bool:
    """True for a repository ('hf-hub:...') or a folder ('local-dir:...'), which have a configuration of their own."""
    return name.startswith(_SCHEMES)


def check_model_name(name: str) -> None:
    """Raises ValueError with near names unless open_clip has the architecture, TypeError unless it is text."""
    import open_clip

    if not isinstance(name, str):
        raise TypeError(
            f"name must be the name of a model of open_clip, not {name!r}; for example 'ViT-B-32'"
        )
    if not has_scheme(name) and open_clip.get_model_config(name) is None:
        raise ValueError(f"open_clip has no model {name!r}{did_you_mean(name, open_clip.list_models())}")


def settings_of_tag(name: str, pretrained: str | None) -> Settings:
    """Settings of a tag, or for None of the preferred one.

    Raises ValueError for a tag that the architecture lacks; WeightsUnavailableError when it has no tags.
    """
    tags = _tags(name)
    if pretrained is None and not tags:
        raise WeightsUnavailableError(
            f"open_clip lists no weights of {name!r}; pass pretrained='/path/to/file', or random_weights=True"
        )
    tag = preferred_tag(tags) if pretrained is None else clean_tag(pretrained)
    if tag not in tags:
        raise ValueError(f"open_clip has no weights {pretrained!r} for {name!r}{did_you_mean(tag, tags)}")
    return Settings(tag, None, _quick_gelu(name, tags[tag]), _preprocessing(tags[tag]))


def settings_of_file(name: str, file: str, like: str | None) -> Settings:
    """Settings of a local file: those of the tag `like`, of the tag in its name, or of the preferred tag.

    Warns when it falls back on the preferred tag although the architecture's tags differ.
    """
    path = Path(file).expanduser().absolute()
    if not path.is_file():
        raise WeightsUnavailableError(
            f"there is no file of weights {file!r}; pass pretrained='/path/to/file' or a tag"
        )
    tags = _tags(name)
    if like is not None and clean_tag(like) not in tags:
        raise ValueError(f"like must be a tag of {name!r}, not {like!r}{did_you_mean(like, tags)}")
    tag = clean_tag(like) if like is not None else tag_in_file_name(path.stem, tags)
    if tag is None and tags:
        tag = preferred_tag(tags)
        _warn_of_guess(name, path, tag, tags)
    config = tags[tag] if tag is not None else {}
    return Settings(None, str(path), _quick_gelu(name, config), _preprocessing(config))


def random_settings(name: str) -> Settings:
    """Settings without weights, with the preprocessing of the preferred tag."""
    tags = _tags(name)
    config = tags[preferred_tag(tags)] if tags else {}
    return Settings(None, None, _quick_gelu(name, {}), _preprocessing(config))


def looks_like_file(pretrained: str) -> bool:
    """True if the text is a path rather than a tag: tags have neither folders nor the suffix of a file of weights."""
    return (
        "/" in pretrained
        or "\\" in pretrained
        or pretrained.endswith(_SUFFIXES)
        or Path(pretrained).is_file()
    )


def preferred_tag(tags: dict[str, Any]) -> str:
    """The first tag by `PREFERRED_TAGS`; of several of one kind the last listed, which was trained longest."""
    for kind in PREFERRED_TAGS:
        of_kind = [tag for tag in tags if tag.startswith(kind)]
        if of_kind:
            return of_kind[-1]
    return next(iter(tags))


def tag_in_file_name(stem: str, tags: dict[str, Any]) -> str | None:
    """The longest tag that the file's name contains, or None."""
    contained = [tag for tag in tags if tag in clean_tag(stem)]
    return max(contained, key=len) if contained else None


def clean_tag(tag: str) -> str:
    """A tag in open_clip's spelling."""
    return tag.lower().replace("-", "_")


def _tags(name: str) -> dict[str, Any]:
    import open_clip

    return {
        tag: open_clip.get_pretrained_cfg(name, tag) for tag in open_clip.list_pretrained_tags_by_model(name)
    }


def _quick_gelu(name: str, config: dict[str, Any]) -> bool:
    import open_clip

    return bool(config.get("quick_gelu") or (open_clip.get_model_config(name) or {}).get("quick_gelu"))


def _preprocessing(config: dict[str, Any]) -> dict[str, Any]:
    return {key: config[key] for key in _PREPROCESSING if config.get(key) is not None}


def _warn_of_guess(name: str, path: Path, tag: str, tags: dict[str, Any]) -> None:
    kinds = {(_quick_gelu(name, config), str(_preprocessing(config))) for config in tags.values()}
    if len(kinds) > 1:
        warn_user(
            f"weights of {name!r} differ in activation or pixel scale, and the name {path.name!r} contains no tag; "
            f"using those of {tag!r}; pass like='openai', or the tag that it was trained as"
        )
