"""Import of the package, in fresh processes."""

import statistics
import subprocess
import sys
from typing import Any

CODE = "import time; t = time.perf_counter(); import semanticlens_widgets; print(time.perf_counter() - t)"
MOST = 0.3


def figures() -> list[dict[str, Any]]:
    seconds = statistics.median(float(python(CODE)) for _ in range(5))
    return [
        {
            "name": "import semanticlens_widgets",
            "ours": seconds,
            "target": f"<= {MOST}",
            "unit": "s",
            "falls_short": seconds > MOST,
        }
    ]


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
