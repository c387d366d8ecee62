"""First lines of docstrings and module comments say the thing: none opens with a question word."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QUESTION = re.compile(r"(What|Who|Whose|Whether|Where|How|Which|When|Why)\b")
COMMENT = re.compile(r"\A/\*\*?\s*(?:\*\s*)?(.*)|\A//\s*(.*)")


def python_lines() -> Iterator[tuple[str, str]]:
    """Place and first line of every docstring: of a module, class, function, constant or attribute."""
    for path in sorted(
        path for part in ("semanticlens_widgets", "tests") for path in (ROOT / part).rglob("*.py")
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Expr(value=ast.Constant(value=str(text)), lineno=line):
                    yield f"{path.relative_to(ROOT)}:{line}", text.strip().partition("\n")[0]


def typescript_lines() -> Iterator[tuple[str, str]]:
    """Place and first line of the comment that opens a file."""
    for path in sorted((ROOT / "js" / "src").rglob("*.ts*")):
        if found := COMMENT.match(path.read_text(encoding="utf-8")):
            yield str(path.relative_to(ROOT)), found[1] or found[2] or ""


@pytest.mark.parametrize("lines", [python_lines, typescript_lines], ids=["Python", "TypeScript"])
def test_no_first_line_opens_with_a_question_word(lines):
    places = list(lines())
    questions = [f"{place}: {line}" for place, line in places if QUESTION.match(line)]
    assert len(places) > 100
    assert not questions, "\n".join(questions)
