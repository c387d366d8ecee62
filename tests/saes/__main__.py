"""Trials of `Latents.from_sae` on the libraries themselves: `python -m tests.saes`, in an environment of its own.

SAELens, dictionary_learning and saev bring much that nothing else here needs; the development environment lacks them.
"""

import subprocess
import sys

from tests.hosts.environments import build, python_of

if __name__ == "__main__":
    build("saes")
    sys.exit(subprocess.run([python_of("saes"), "-m", "pytest", "-q", "tests/saes"]).returncode)
