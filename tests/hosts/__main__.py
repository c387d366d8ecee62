"""Trials of the widgets in all hosts: `python -m tests.hosts [HOST ...]`, each in an environment of its own.

Builds the environments that are missing, under build/hosts, and prints which feature works in which host.
"""

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.hosts.environments import PACKAGES, build
from tests.hosts.hosts import HOSTS


def main() -> None:
    """Builds what the chosen hosts need, and tests them one after the other."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("hosts", nargs="*", metavar="HOST", help=f"all by default: {', '.join(HOSTS)}")
    chosen = parser.parse_args().hosts or list(HOSTS)
    if unknown := set(chosen) - set(HOSTS):
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(HOSTS)}")
    needed = {HOSTS[host][0] for host in chosen} & set(PACKAGES)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(build, sorted(needed)))
    options = [f"--host={host}" for host in chosen]
    command = [sys.executable, "-m", "pytest", "-q", "tests/hosts", *options]
    sys.exit(subprocess.run(command, env=os.environ | {"OMP_NUM_THREADS": "1"}).returncode)


if __name__ == "__main__":
    main()
