"""`python -m semanticlens_widgets [figure.png]`: builds the demo lens and prints what it found."""

import sys
from pathlib import Path

if __name__ == "__main__":
    print("importing PyTorch", flush=True)  # noqa: T201
    from semanticlens_widgets._demo import demo, report

    report(demo(), Path(sys.argv[1] if len(sys.argv) > 1 else "demo.png"))
