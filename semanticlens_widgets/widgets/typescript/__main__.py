"""Command line of the generator."""

import sys
from pathlib import Path

from semanticlens_widgets.widgets.typescript.constants import constants, palette_css
from semanticlens_widgets.widgets.typescript.protocol import protocol
from semanticlens_widgets.widgets.typescript.traits import traits

FOLDER = Path(__file__).parents[3] / "js" / "src" / "generated"
COMMAND = "python -m semanticlens_widgets.widgets.typescript"


def files() -> dict[str, str]:
    """Returns the contents of all generated files by name."""
    head = f"Generated from Python by `{COMMAND}`."
    made = {"traits.ts": traits(), "protocol.ts": protocol(), "constants.ts": constants()}
    written = {name: f"// {head}\n\n{text}" for name, text in made.items()}
    return {**written, "palette.css": f"/* {head} */\n{palette_css()}"}


def main(arguments: list[str], folder: Path = FOLDER) -> int:
    """Writes the files, or with `--check` compares them; returns 1 if one is stale, else 0."""
    made = files()
    if "--check" not in arguments:
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8")
        return 0
    stale = [name for name, text in made.items() if _read(folder / name) != text]
    if stale:
        sys.stderr.write(f"{', '.join(stale)} in js/src/generated differ from Python: run {COMMAND}\n")
    return 1 if stale else 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
