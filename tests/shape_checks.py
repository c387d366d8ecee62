"""Shape checks: every call of a module whose annotations state shapes is checked, by jaxtyping with beartype.

Types without shapes are pyright's business: to check those at run time too would double the time of the tests.
"""

from pathlib import Path

from jaxtyping import install_import_hook

_ROOT = Path(__file__).resolve().parents[1]
# An int is a float, as type checkers have it: `quantile=0` is no less good than `quantile=0.0`.
_CHECKER = "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))"


def install() -> None:
    """Must come before the package is imported."""
    install_import_hook(shaped_modules(), _CHECKER)


def shaped_modules() -> list[str]:
    files = (_ROOT / "semanticlens_widgets").rglob("*.py")
    shaped = [file for file in files if "from jaxtyping import" in file.read_text(encoding="utf-8")]
    return [".".join(file.relative_to(_ROOT).with_suffix("").parts) for file in shaped]
