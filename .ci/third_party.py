"""THIRD_PARTY.md: what the wheel ships, what pip installs with it, and what is fetched, each with its licence.

`python .ci/third_party.py` writes its tables from `pyproject.toml`, `js/package-lock.json` and the installed packages;
with `--check` it fails when a package is missing or left over. A licence that is written stays where the package is not
installed, and in a check, since releases word the same licence differently.
"""

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from packaging.requirements import Requirement

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "THIRD_PARTY.md"
USERS = ("offline", "attribution", "dictionaries", "parquet", "dask", "ray", "slurm")
"""Extras for users; `dev` is for contributors."""
UNKNOWN = "see the package"


def bundled() -> dict[str, str]:
    """Packages of npm in the bundle, with their licences: those of package.json, and what they need."""
    packages = json.loads((ROOT / "js" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    found: dict[str, str] = {}
    waiting = list(packages[""].get("dependencies", {}))
    while waiting:
        name = waiting.pop()
        if name not in found:
            entry = packages[f"node_modules/{name}"]
            found[name] = entry.get("license", UNKNOWN)
            waiting += entry.get("dependencies", {})
    return dict(sorted(found.items()))


def installed(known: dict[str, str], anew: bool) -> Iterator[tuple[str, str, str]]:
    """Packages that pip installs, each with the extra that asks for it and its licence, looked up again for `anew`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    for extra in ("", *USERS):
        for text in groups[extra]:
            name = Requirement(text).name
            written = known.get(name, "")
            found = licence(name) if anew or not written else ""
            yield name, extra or "always", found or written or UNKNOWN


def licence(name: str) -> str:
    """The licence by the package's metadata: its expression, its classifier or its first line; "" if nothing says."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return ""
    classifiers = [
        one for one in about.get_all("Classifier") or [] if one.startswith("License :: OSI Approved ::")
    ]
    by_classifier = classifiers[0].rpartition(" :: ")[2] if classifiers else ""
    first = (about.get("License") or "").strip().partition("\n")[0]
    return about.get("License-Expression") or by_classifier or ("" if first == "UNKNOWN" else first)


def page(anew: bool) -> str:
    """THIRD_PARTY.md with the tables of today; `anew` looks up licences that are written already."""
    text = PAGE.read_text(encoding="utf-8")
    known = dict(re.findall(r"^\| `([^`]+)` \| \w+ \| (.+) \|$", text, re.MULTILINE))
    text = _with_table(
        text, "bundled", "| package | licence |", [f"`{n}` | {one}" for n, one in bundled().items()]
    )
    rows = [f"`{name}` | {extra} | {one}" for name, extra, one in installed(known, anew)]
    return _with_table(text, "installed", "| package | extra | licence |", rows)


def _with_table(text: str, name: str, head: str, rows: list[str]) -> str:
    start, end = f"<!-- {name}: written by .ci/third_party.py -->", f"<!-- end of {name} -->"
    before, _, rest = text.partition(start)
    line = re.sub(r"[^|]+", "---", head)
    table = "\n".join([head, line, *(f"| {row} |" for row in rows)])
    return f"{before}{start}\n{table}\n{end}{rest.partition(end)[2]}"


def main() -> None:
    """Writes the page, or with `--check` exits with 1 when it is stale."""
    if "--check" not in sys.argv:
        PAGE.write_text(page(anew=True), encoding="utf-8")
    elif page(anew=False) != PAGE.read_text(encoding="utf-8"):
        sys.exit("THIRD_PARTY.md is stale: run `python .ci/third_party.py`")


if __name__ == "__main__":
    main()
