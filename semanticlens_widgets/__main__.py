"""`python -m semanticlens_widgets [figure.png]`: builds the demo lens and prints what it found."""

import sys
from pathlib import Path

from semanticlens_widgets._demo import demo, report

if __name__ == "__main__":
    report(demo(), Path(sys.argv[1] if len(sys.argv) > 1 else "demo.png"))
