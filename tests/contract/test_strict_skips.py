"""`--strict-skips` turns a skip that is not listed into a failure."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.strict_skips import allowed_skips

ROOT = Path(__file__).resolve().parents[2]
CONFTEST = "from tests.strict_skips import add_option as pytest_addoption, configure as pytest_configure\n"
TESTS = """
import pytest

def test_passes(): pass

def test_skips(): pytest.skip("no camera")

@pytest.mark.xfail(reason="a known bug")
def test_fails_as_expected(): assert False
"""
WHOLE_FILE = 'import pytest\npytest.skip("no camera", allow_module_level=True)\n'


def outcome(folder: Path, tests: str, allowed: str | None) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_small.py").write_text(tests)
    (folder / "allowed.txt").write_text(allowed or "")
    options = [] if allowed is None else ["--strict-skips", "allowed.txt"]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *options, "test_small.py"]
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import pytest; sys.exit(pytest.main({command[3:]!r}))"
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("tests", [TESTS, WHOLE_FILE], ids=["one test", "a whole file"])
def test_a_skip_that_is_not_listed_fails_with_its_reason(tmp_path, tests):
    found = outcome(tmp_path, tests, allowed="test_other.py::* | another test\n")
    assert found.returncode != 0
    assert "--strict-skips has no line for it" in found.stdout
    assert "no camera" in found.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tests", "allowed"),
    [(TESTS, "test_small.py::test_skips | this machine has no camera\n"), (TESTS, None), (WHOLE_FILE, None)],
    ids=["listed", "not strict", "not strict, a whole file"],
)
def test_a_listed_skip_and_an_expected_failure_pass(tmp_path, tests, allowed):
    assert outcome(tmp_path, tests, allowed).returncode in (0, 5)


def test_a_line_without_a_reason_is_refused(tmp_path):
    (tmp_path / "allowed.txt").write_text("# comment\n\ntest_small.py::test_skips\n")
    with pytest.raises(pytest.UsageError, match=r"allowed.txt:3 must read 'pattern \| reason'"):
        allowed_skips(tmp_path / "allowed.txt")


def test_the_list_of_this_repository_names_files_that_exist():
    patterns = allowed_skips(ROOT / "tests" / "allowed_skips.txt")
    assert [pattern for pattern in patterns if not any(ROOT.glob(pattern.split("::")[0]))] == []
