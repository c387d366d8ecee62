"""Runs every `bench_*.py` and prints one line a figure, which says where it falls short.

python -m tests.benchmarks [name ...]     only the files whose name contains one of the words
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "build" / "bench.json"


def main(words: list[str]) -> None:
    figures: list[dict[str, Any]] = []
    for file in sorted(HERE.glob("bench_*.py")):
        if words and not any(word in file.stem for word in words):
            continue
        for figure in importlib.import_module(f"tests.benchmarks.{file.stem}").figures():
            figures.append(figure)
            print(line(figure), flush=True)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=1))
    short = sum(bool(figure.get("falls_short")) for figure in figures)
    print(f"{len(figures)} figures, {short} fall short; written to {RESULTS.relative_to(RESULTS.parents[1])}")


def line(figure: dict[str, Any]) -> str:
    parts = [f"{figure['name']}: {number(figure['ours'])} {figure['unit']}"]
    if figure.get("peer") is not None:
        parts.append(f"peer {number(figure['peer'])}")
    if figure.get("ratio") is not None:
        parts.append(f"ratio {number(figure['ratio'])}")
    parts.append(f"target {figure['target']}")
    return "; ".join(parts) + ("  falls short" if figure.get("falls_short") else "")


def number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.3g}"


if __name__ == "__main__":
    main(sys.argv[1:])
