"""The tests can fail: bugs planted in a copy of the program are found by the tests that are named for them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from planted import BUGS, Bug

ROOT = Path(__file__).resolve().parents[1]
PARTS = (
    "casework",
    "docs",
    "templates",
    "static",
    "tests",
    "tools",
    "babel.cfg",
    "config.py",
    "wsgi.py",
    "pyproject.toml",
    "README.md",
)
IN_THE_SUITE = {"a paused case goes on"}
TESTS_FAILED = 1  # pytest's status; 2 to 5 mean that it could not run them


@pytest.fixture
def copy(tmp_path):
    """A copy of the program and its tests."""
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "fonts").symlink_to(ROOT / "var" / "fonts")
    return tmp_path


def plant(bug: Bug, copy: Path) -> None:
    """Put the bug in its place, which must be there still."""
    text = (copy / bug.file).read_text()
    assert bug.old in text, f"{bug.file} has changed: plant this bug anew: {bug.name}"
    (copy / bug.file).write_text(text.replace(bug.old, bug.new, 1))


def run(tests, copy: Path) -> subprocess.CompletedProcess:
    """Run tests of the copy until one fails."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not browser and not proof", *tests]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=600)


@pytest.mark.parametrize(
    "bug",
    [pytest.param(bug, id=bug.name, marks=() if bug.name in IN_THE_SUITE else pytest.mark.proof) for bug in BUGS],
)
@pytest.mark.slow
@pytest.mark.timeout(700)
def test_a_planted_bug_is_found(copy, bug):
    plant(bug, copy)
    done = run(bug.tests, copy)
    assert done.returncode == TESTS_FAILED, f"nobody noticed: {bug.name}\n{done.stdout[-3000:]}{done.stderr[-2000:]}"


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_without_a_bug_these_tests_pass(copy):
    done = run(sorted({test for bug in BUGS for test in bug.tests}), copy)
    assert done.returncode == 0, done.stdout[-3000:]


def test_every_planted_bug_still_has_its_place():
    gone = [bug.name for bug in BUGS if bug.old not in (ROOT / bug.file).read_text()]
    assert not gone, f"The program has changed: plant these bugs of tests/planted.py anew: {gone}"
