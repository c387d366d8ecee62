"""Parsing of the command line, and its exit codes."""

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from semanticlens_widgets._texts import visible
from semanticlens_widgets.errors import SemanticLensError

DONE, REFUSED, NOT_PASSED, INTERRUPTED = 0, 2, 3, 130
"""Exit codes; an error that nobody foresaw ends with Python's own 1 and its traceback."""
_EPILOG = """exit codes: 0 done, 2 refused (the last line on stderr says why), 3 the audit is not passed,
130 interrupted. Results go to stdout, progress and warnings to stderr."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; a wrong command ends the process with 2, as argparse does."""
    options = parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _warn
            return options.run(options)
    except (SemanticLensError, ValueError, TypeError, LookupError, OSError, ImportError) as error:
        if options.traceback:
            raise
        _say(f"semanticlens-widgets {options.command}: {_sentence(error)}")
        return REFUSED
    except KeyboardInterrupt:
        _say("interrupted; with a cache the same command goes on from here")
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """The whole command line; importing torch is left to the commands."""
    top = argparse.ArgumentParser(
        "semanticlens-widgets",
        description="Build, audit and export lenses without a notebook.",
        epilog=_EPILOG,
    )
    top.add_argument("--traceback", action="store_true", help="show where in the code an error arose")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_build(commands)
    _add_audit(commands)
    _add_export(commands)
    _add_small(commands)
    _add_cache(commands)
    return top


def _add_build(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    build = commands.add_parser("build", help="build a lens from a YAML file, and save it")
    build.add_argument("config", type=Path, help="the YAML file; docs/command_line.md lists its keys")
    build.add_argument("--save", type=Path, help="the folder to save to, in place of the file's")
    build.add_argument("--overwrite", action="store_true", help="replace a lens that is there")
    build.add_argument("--check", action="store_true", help="only check the file, the model and the images")
    build.add_argument("--quiet", action="store_true", help="no progress")
    build.set_defaults(run=_later("build"))


def _add_audit(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    audit = commands.add_parser("audit", help="audit a saved lens that was attributed")
    audit.add_argument("lens", type=Path, help="the folder of the lens")
    audit.add_argument(
        "requirements", type=Path, help="a YAML, JSON or CSV file of valid and spurious concepts"
    )
    audit.add_argument("--layer", help="the layer; by default the deepest with places")
    audit.add_argument("--max-spurious", type=float, default=0.1, help="the share that may be spurious (0.1)")
    audit.add_argument("--html", type=Path, help="write the report as a page")
    audit.add_argument("--json", type=Path, help="write the audit as JSON")
    _add_space(audit)
    audit.set_defaults(run=_later("audit"))


def _add_export(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    export = commands.add_parser("export", help="write a saved lens as parquet, CSV of labels, or a page")
    export.add_argument("lens", type=Path, help="the folder of the lens")
    export.add_argument("--parquet", type=Path, metavar="FOLDER", help="a folder of parquet files")
    export.add_argument("--csv", type=Path, metavar="FILE", help="the labels as CSV")
    export.add_argument(
        "--html",
        type=Path,
        metavar="PATH",
        help="the explorer as a page that needs no Python: a file that ends in .html, or a folder",
    )
    export.add_argument("--quiet", action="store_true", help="no progress")
    export.add_argument("--labels", help="a vocabulary: general, imagenet, or a text file; none by default")
    export.add_argument("--overwrite", action="store_true", help="replace an earlier folder of parquet files")
    _add_space(export)
    export.set_defaults(run=_later("export"))


def _add_space(command: argparse.ArgumentParser) -> None:
    command.add_argument("--foundation-model", help="as in a build's YAML; by default that of the lens")
    command.add_argument("--cache", type=Path, help="the folder where embedded texts are kept")


def _add_small(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    info = commands.add_parser("info", help="say what is in a saved lens")
    info.add_argument("lens", type=Path, help="the folder of the lens")
    info.add_argument("--json", action="store_true", help="as JSON")
    info.set_defaults(run=_later("info"))
    demo = commands.add_parser("demo", help="build the demo lens and print what it found")
    demo.add_argument(
        "figure", type=Path, nargs="?", default=Path("demo.png"), help="a figure to draw (demo.png)"
    )
    demo.set_defaults(run=_later("demo"))


def _add_cache(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    cache = commands.add_parser("cache", help="list or prune a cache")
    actions = cache.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="say what a cache holds, by kind")
    listing.add_argument("folder", type=Path)
    listing.set_defaults(run=_later("cache_list"))
    prune = actions.add_parser("prune", help="remove files that were not used for long, the oldest first")
    prune.add_argument("folder", type=Path)
    prune.add_argument("--older-than", metavar="AGE", help="such as 30d, 12h or 45m")
    prune.add_argument(
        "--larger-than", metavar="SIZE", help="until the rest is no larger: such as 20GB or 500MB"
    )
    prune.add_argument("--dry-run", action="store_true", help="only say what would be removed")
    prune.set_defaults(run=_later("cache_prune"))


def _later(name: str) -> Callable[[argparse.Namespace], int]:
    """The command of a name, which is imported when it runs."""

    def run(options: argparse.Namespace) -> int:
        from semanticlens_widgets.command_line import cache_commands, commands

        return getattr(cache_commands if name.startswith("cache_") else commands, name)(options)

    return run


def _sentence(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"there is no {text}" if isinstance(error, KeyError) else text or type(error).__name__


def _warn(message: Warning | str, *_: object) -> None:
    _say(f"warning: {' '.join(str(message).split())}")


def _say(text: str) -> None:
    print(visible(text), file=sys.stderr, flush=True)  # noqa: T201
