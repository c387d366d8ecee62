"""Virtual environments of the hosts: `python -m tests.hosts.environments [NAME ...]` builds those that are missing.

Each holds a host with its own dependencies. What the package itself needs (torch is large) comes from the environment
that builds them, through a path file; "oldest" alone shares nothing.
"""

import subprocess
import sys
import sysconfig
import time
import venv
from importlib.metadata import distributions
from pathlib import Path

from tests.browser.jupyter import REPOSITORY

FOLDER = REPOSITORY / "build" / "hosts"
_WIDGETS = ("anywidget", "ipywidgets", "ipykernel")
_OLDEST = (
    "anywidget==0.9.18", "filelock==3.12.0", "ipywidgets==8.1.0", "jaxtyping==0.2.36", "numpy==1.26.0",
    "open_clip_torch==3.2.0", "pandas==2.1.0", "pillow==10.3.0", "plotly==5.20.0", "pyyaml==6.0", "safetensors==0.4.3",
    "scikit-learn==1.4.0", "torch==2.4.0", "torchvision==0.19.0", "tqdm==4.66.0", "umap-learn==0.5.7",
    "jupyterlab==4.3.0",
)  # fmt: skip
PACKAGES: dict[str, tuple[str, ...]] = {
    "jupyterlab-4.3": ("jupyterlab==4.3.8", *_WIDGETS),
    "notebook": ("notebook==7.6.5", *_WIDGETS),
    "nbclassic": ("nbclassic==1.3.3", *_WIDGETS),
    "voila": ("voila==0.5.13", *_WIDGETS),
    "marimo": ("marimo==0.25.2", "anywidget", "ipywidgets"),
    "oldest": _OLDEST,
    "saes": ("sae-lens==6.54.12", "dictionary_learning==0.1.0", "saev==0.1.0", "pytest"),
}
"""By environment; `python -m tests.saes` uses "saes", hosts the others."""


def python_of(name: str) -> str:
    """The interpreter of an environment; of the running one for "current"."""
    return sys.executable if name == "current" else str(FOLDER / name / "bin" / "python")


def build(name: str) -> None:
    """Builds an environment, unless it is there with these packages."""
    folder, packages = FOLDER / name, "\n".join(PACKAGES[name])
    built = folder / "packages.txt"
    if built.is_file() and built.read_text(encoding="utf-8") == packages:
        return
    started = time.perf_counter()
    venv.create(folder, clear=True, with_pip=True)
    if name == "saes":
        _share(name)  # PyTorch is not installed again
    subprocess.run([python_of(name), "-m", "pip", "install", "--quiet", *PACKAGES[name]], check=True)
    if name != "oldest":
        _share(name)
    built.write_text(packages, encoding="utf-8")
    print(f"{name}: installed in {time.perf_counter() - started:.0f} s", flush=True)


def _share(name: str) -> None:
    """Adds the running environment's packages behind its own, so that those are found first."""
    (_packages_of(name) / "shared.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")


def versions(name: str, packages: tuple[str, ...]) -> dict[str, str]:
    """Versions of packages in an environment of its own, those that it has."""
    found = {one.name: one.version for one in distributions(path=[str(_packages_of(name))])}
    return {package: found[package] for package in packages if package in found}


def _packages_of(name: str) -> Path:
    if name == "current":
        return Path(sysconfig.get_path("purelib"))
    return Path(sysconfig.get_path("purelib", vars={"base": str(FOLDER / name)}))


if __name__ == "__main__":
    for wanted in sys.argv[1:] or PACKAGES:
        build(wanted)
