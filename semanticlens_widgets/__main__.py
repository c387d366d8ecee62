"""The command line: `semanticlens-widgets`, or `python -m semanticlens_widgets`."""

import sys

from semanticlens_widgets.command_line.main import main

if __name__ == "__main__":
    sys.exit(main())
