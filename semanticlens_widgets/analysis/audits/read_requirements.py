"""Requirements out of whatever they are written down in: Python, a table, a YAML or CSV file."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from semanticlens_widgets._arguments import check_choice, did_you_mean, shown
from semanticlens_widgets.analysis.audits.requirements import Requirement, by_class, check_class_name

if TYPE_CHECKING:
    import pandas as pd

EVERY_CLASS = "*"
"""Stands for every class where None cannot be written."""
_KINDS = ("valid", "spurious")
_COLUMNS = ("class", "concept", "kind")


def read_requirements(source: object) -> tuple[Requirement, ...]:
    """The requirements of `source`, in order.

    `source` is a Requirement or a list of them; a mapping class -> {"valid": [...], "spurious": [...]}; a table with
    the columns class, concept and kind ("valid" or "spurious"); a `.yaml`, `.yml`, `.json` or `.csv` file with one of
    these; or YAML text. The class "*" (or None, or nothing in a table) is every class.

    Raises TypeError and ValueError for what is none of these, for a class that is named twice, and what
    `Requirement` raises.
    """
    import pandas as pd

    if isinstance(source, Requirement):
        found = [source]
    elif isinstance(source, pd.DataFrame):
        found = _from_table(source)
    elif isinstance(source, str | Path):
        return _from_text_or_file(source)
    elif isinstance(source, Mapping):
        _check_classes(source)
        found = [_from_entry(name, entry) for name, entry in source.items()]
    elif isinstance(source, Sequence) and all(isinstance(one, Requirement) for one in source):
        found = list(source)
    else:
        raise TypeError(
            "requirements are a Requirement, a list of them, a dict, a table or a file, "
            f"not {type(source).__name__}; write [Requirement('ox', valid=['horns'])]"
        )
    if not found:
        raise ValueError("there are no requirements; give at least one")
    return tuple(by_class(found).values())


def _check_classes(source: Mapping[Any, Any]) -> None:
    if source and set(source) <= set(_KINDS) and not any(isinstance(one, Mapping) for one in source.values()):
        raise ValueError(
            "a dict of requirements holds the lists of every class, as in {'ox': {'valid': ['horns']}}; "
            "for every class alike write {'*': {'valid': [...]}}"
        )


def _from_entry(name: object, entry: object) -> Requirement:
    whose = "every class" if name in (None, EVERY_CLASS) else f"class {name!r}"
    if not isinstance(entry, Mapping):
        raise TypeError(
            f"the requirement of {whose} must hold lists under 'valid' and 'spurious', not {shown(entry)}"
        )
    for key in entry:
        check_choice(f"a list of {whose}", key, _KINDS)
    lists: dict[str, Any] = {kind: () if entry.get(kind) is None else entry[kind] for kind in _KINDS}
    return Requirement(_class_of(name), **lists)


def _class_of(name: Any) -> str | None:
    check_class_name(name)
    return None if name == EVERY_CLASS else name


def _from_table(table: "pd.DataFrame") -> list[Requirement]:
    for column in _COLUMNS:
        if column not in table.columns:
            raise ValueError(
                f"a table of requirements has the columns class, concept and kind, and there is no {column!r}"
                f"{did_you_mean(column, map(str, table.columns))}"
            )
    lists: dict[object, dict[str, list[object]]] = {}
    for name, concept, kind in table[list(_COLUMNS)].itertuples(index=False):
        check_choice("kind", kind, _KINDS)
        # An empty cell is "" in a file and NaN in a table, and NaN is not equal to itself.
        whose = None if name is None or name in ("", EVERY_CLASS) or name != name else name
        lists.setdefault(whose, {each: [] for each in _KINDS})[kind].append(concept)
    return [_from_entry(name, entry) for name, entry in lists.items()]


def _from_text_or_file(source: str | Path) -> tuple[Requirement, ...]:
    """A path, or YAML text: text with a line break or a colon in it that is no file."""
    if isinstance(source, str) and not _is_file(source) and (":" in source or "\n" in source):
        return _from_yaml(source)
    path = Path(source)
    if not path.is_file():
        raise ValueError(f"there is no file {str(path)!r} with requirements; check the path")
    if path.suffix.lower() == ".csv":
        import pandas as pd

        try:
            return read_requirements(pd.read_csv(path, dtype=str, keep_default_na=False))
        except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise ValueError(
                f"the file {str(path)!r} must be a CSV in UTF-8, and is none: {error}"
            ) from error
    # JSON is YAML.
    endings = (".yaml", ".yml", ".json", ".csv")
    check_choice("the ending of a file with requirements", path.suffix.lower(), endings)
    try:
        return _from_yaml(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(
            f"the file {str(path)!r} must be UTF-8 text, and is not; save it as UTF-8"
        ) from error


def _is_file(source: str) -> bool:
    # A long or odd text is no path, and asking the system about it may raise.
    return len(source) < 1000 and "\0" not in source and "\n" not in source and Path(source).is_file()


def _from_yaml(text: str) -> tuple[Requirement, ...]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)  # ten times as fast where PyYAML has it
    try:
        node = loader.get_single_node()
        content = None if node is None else loader.construct_document(node)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"the requirements are no YAML: {error}") from error
    if node is None or not isinstance(content, Mapping):
        raise ValueError(
            "YAML with requirements maps every class to its lists, as in 'ox: {valid: [horns]}', "
            f"and this is a {type(content).__name__}"
        )
    _check_distinct([key.value for key, _ in node.value])
    return read_requirements(content)


def _check_distinct(keys: Sequence[Hashable]) -> None:
    # The reader of YAML keeps the last of two equal keys and says nothing.
    for key, n in Counter(keys).items():
        if n > 1:
            raise ValueError(f"class {key!r} has two requirements; put their concepts into one")
