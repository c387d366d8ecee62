"""All trials, or a seeded sample of each harness: `python -m tests.faults [--sample 0.1] [--seed 0] [NAME ...]`.

Prints what each harness prints, and last its counts in one table; exits with 1 when one has bad outcomes or fails.
"""

import argparse
import re
import subprocess
import sys
import time

from tests.faults.outcome import KINDS

HARNESSES = (
    "architectures",
    "predictions",
    "sources",
    "files",
    "kills",
    "workers",
    "statistics",
    "comparisons",
    "messages",
)
_COUNTS = re.compile(r"^tried (\d+)" + "".join(rf", {kind} (\d+)" for kind in KINDS) + "$", re.MULTILINE)


def run(name: str, options: argparse.Namespace) -> tuple[list[str], bool]:
    """The harness's row of the table, and whether it found nothing bad."""
    command = [sys.executable, "-m", f"tests.faults.{name}", "--sample", str(options.sample)]
    started = time.perf_counter()
    done = subprocess.run([*command, "--seed", str(options.seed)], stdout=subprocess.PIPE, text=True)
    print(f"{name}\n{done.stdout}", flush=True)
    counts = _COUNTS.search(done.stdout)
    numbers = counts.groups() if counts else ["-"] * (1 + len(KINDS))
    return [name, *numbers, f"{time.perf_counter() - started:.0f}"], done.returncode == 0


def main() -> None:
    """Runs the chosen harnesses one after the other."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help="harnesses; all by default")
    parser.add_argument("--sample", type=float, default=1.0, help="the share of each harness that is tried")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if unknown := set(options.names) - set(HARNESSES):
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(HARNESSES)}")
    found = [run(name, options) for name in options.names or HARNESSES]
    for row in [["", "tried", *KINDS, "seconds"], *(row for row, _ in found)]:
        print(f"{row[0]:14}" + "".join(f"{cell:>9}" for cell in row[1:]))
    sys.exit(not all(good for _, good in found))


if __name__ == "__main__":
    main()
