"""CONTRIBUTING's picture of the layers, printed from the contract that import-linter enforces.

`python .ci/architecture.py` writes it between its markers; with `--check` it fails when the picture is stale.
"""

import ast
import sys
import textwrap
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "CONTRIBUTING.md"
START, END = "<!-- layers: written by `make architecture` -->", "<!-- end of layers -->"
PACKAGE = ROOT / "semanticlens_widgets"


def picture() -> str:
    """One line a layer, the highest first: its modules, each with the first line of its docstring."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = settings["tool"]["importlinter"]["contracts"][0]
    return "\n\n".join("\n".join(map(_line, layer.split(" | "))) for layer in contract["layers"])


def _line(module: str) -> str:
    return textwrap.fill(_summary(module), 116, initial_indent=f"{module:<18} ", subsequent_indent=19 * " ")


def _summary(module: str) -> str:
    path = PACKAGE / module / "__init__.py"
    source = path if path.is_file() else PACKAGE / f"{module}.py"
    docstring = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0].rstrip(".")


def page() -> str:
    """CONTRIBUTING.md with the picture of today."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    after = rest.partition(END)[2]
    return f"{before}{START}\n```\n{picture()}\n```\n{END}{after}"


def main() -> None:
    """Writes the page, or with `--check` exits with 1 when it is stale."""
    if "--check" not in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    elif page() != PAGE.read_text(encoding="utf-8"):
        sys.exit("the picture of the layers in CONTRIBUTING.md is stale: run `python .ci/architecture.py`")


if __name__ == "__main__":
    main()
