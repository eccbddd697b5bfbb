"""Scores the tests by the small changes to the program that they find, each tried alone by mutmut.

    python -m tools.mutants                    every part, with its score; status 1 where one is too low
    python -m tools.mutants rules              one part
    python -m tools.mutants rules 'casework.rules.prices.*'    of one part, these again

A part is copied to var/mutants, changed there, and judged by the fast tests that are named for it and by the types.
What is never called (tables, decorated functions) mutmut does not change; `tests/planted.py` plants bugs there.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from tools.steps import ROOT, VAR, say

PLACE = VAR / "mutants"
LEAST = 95.0  # percent
COPIED = ("docs", "static", "templates", "tests", "tools", "babel.cfg", "config.py", "wsgi.py", "README.md")
FOUND = ("killed", "timeout", "caught by type check")


@dataclass(frozen=True)
class Part:
    """What is changed, and the tests that are to find it."""

    changed: tuple[str, ...]
    tests: tuple[str, ...]


PARTS = {
    "rules": Part(("casework/rules/*.py",), ("tests/rules",)),
    "records": Part(
        ("casework/letters/actions/freeze.py", "casework/audit/*.py", "casework/jobs/*.py"),
        ("tests/letters/test_numbers.py", "tests/audit", "tests/jobs"),
    ),
}


def settings_of(part: Part) -> str:
    """Return mutmut's settings as they stand in a pyproject.toml."""
    options = ["--hypothesis-profile=mutants", "--tb=no"]
    mypy = [sys.executable, "-m", "mypy", "--output", "json", "--disable-error-code", "unused-ignore"]
    values = {
        "source_paths": ["casework"],
        "only_mutate": list(part.changed),
        "also_copy": list(COPIED),
        "pytest_add_cli_args": options,
        "pytest_add_cli_args_test_selection": [*part.tests, "-m", "not browser and not slow and not proof"],
        "type_check_command": [*mypy, *sorted({change.rpartition("/")[0] for change in part.changed})],
        "use_git_change_detection": False,
    }
    return "\n[tool.mutmut]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())


def prepared(name: str, *, anew: bool) -> Path:
    """Copy the program to where a part of it is changed; `anew` forgets what was tried there before."""
    folder = PLACE / name
    if anew:
        shutil.rmtree(folder, ignore_errors=True)
    for item in ("casework", *COPIED):
        source, target = ROOT / item, folder / item
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        else:
            shutil.copy2(source, target)
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text() + settings_of(PARTS[name]))
    fonts = folder / "mutants" / "var" / "fonts"
    if not fonts.exists():
        fonts.parent.mkdir(parents=True, exist_ok=True)
        fonts.symlink_to((VAR / "fonts").resolve())
    return folder


def mutmut(folder: Path, *arguments: str) -> str:
    """Run mutmut in a folder; return what it said."""
    command = ["nice", str(Path(sys.executable).parent / "mutmut"), *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    (folder / "mutmut.log").write_text(done.stdout + done.stderr)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed; what it said: {folder / 'mutmut.log'}\n{done.stdout[-2000:]}")
    return done.stdout


def outcomes(folder: Path) -> dict[str, str]:
    """Return what became of each change, by its name."""
    lines = mutmut(folder, "results", "--all", "true").splitlines()
    rows = (line.strip().partition(": ") for line in lines if "__mutmut_" in line)
    return {name: outcome for name, _colon, outcome in rows}


def told(name: str, found: dict[str, str]) -> float:
    """Print the score of a part by module, and keep the names of what was not found; return the score in percent."""
    modules: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for mutant, outcome in found.items():
        modules[mutant.rpartition(".")[0]][outcome] += 1
    modules[f"{name} as a whole"] = sum(modules.values(), Counter())
    print(f"{'':44} changes   by tests   by types   left    score")
    for module, counted in modules.items():
        by_tests, by_types = counted["killed"] + counted["timeout"], counted["caught by type check"]
        total = counted.total()
        score = 100 * (by_tests + by_types) / total
        print(f"{module:44} {total:7} {by_tests:10} {by_types:10} {total - by_tests - by_types:6} {score:7.1f}%")
    left = [f"{outcome}: {mutant}" for mutant, outcome in found.items() if outcome not in FOUND]
    (PLACE / f"{name}.txt").write_text("\n".join(left) + "\n")
    return score


def main() -> int:
    """Try every part that is asked for; return the status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("names", nargs="*", help="names of changes to try again")
    parser.add_argument("--children", default=str(os.cpu_count() or 1))
    asked = parser.parse_args()
    low = []
    for name in [asked.part] if asked.part else PARTS:
        say(f"Mutants: {name}")
        folder = prepared(name, anew=not asked.names)
        mutmut(folder, "run", "--max-children", asked.children, *asked.names)
        if told(name, outcomes(folder)) < LEAST:
            low.append(name)
            print(f"Below {LEAST:.0f} %. What was not found: {PLACE / name}.txt; `mutmut show NAME` in {folder}")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
