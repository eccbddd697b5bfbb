"""Sets the program up: Debian packages, .venv, letter fonts, translations.

    python3 -m tools.setup           what the program needs
    python3 -m tools.setup --tests   and what its tests need
    python3 -m tools.setup --bench   and what its letters are measured beside, its tests scored with

What is there already is left alone, so that a second run takes a moment and touches no network.
"""

from __future__ import annotations

import os
import shutil
import sys
import time

from tools import debian, fonts
from tools.steps import ROOT, VAR, VENV, VENV_PYTHON, SetupError, digest, done, fail, is_done, run, say

OLDEST = (3, 11)


def check_python() -> None:
    """Refuse a Python that is too old."""
    if sys.version_info[:2] < OLDEST:
        cause = f"{sys.executable} is Python {sys.version.split()[0]}; 3.11 or newer is needed."
        raise SetupError("Python", cause, "install a newer one and name it: make run PYTHON=/path/to/python3.11")


def virtual_environment() -> None:
    """Make .venv for this Python at this place."""
    stamp, inputs = VENV / "casework-venv", digest(str(VENV), sys.version)
    if is_done(stamp, inputs) and VENV_PYTHON.exists():
        return
    say(f"Virtual environment: .venv is made with Python {sys.version.split()[0]}")
    if VENV.is_symlink():
        raise SetupError("Virtual environment", ".venv is a link to another folder.", "remove the link, start again.")
    shutil.rmtree(VENV, ignore_errors=True)
    remedy = "see that the disk has room and that this folder may be written to."
    run("Virtual environment", [sys.executable, "-m", "venv", str(VENV)], remedy=remedy)
    done(stamp, inputs)


def python_packages(*, tests: bool, bench: bool) -> None:
    """Install the pinned Python packages."""
    files = [ROOT / "requirements.txt", *([ROOT / "requirements-dev.txt"] if tests else [])]
    files += [ROOT / "requirements-proof.txt"] if bench else []
    stamps = {VENV / f"casework-{file.stem}": digest(*files[: number + 1]) for number, file in enumerate(files)}
    if is_done(*list(stamps.items())[-1]):
        return
    say(f"Python packages of {files[-1].name} (a minute or two)")
    # Ready-made packages only: building one would need a compiler, and fail late and at length.
    pip = [str(VENV_PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--only-binary", ":all:"]
    remedy = "see that the package index is reached (pip's own settings and proxies hold), then start again."
    run("Python packages", [*pip, "-r", str(files[-1])], remedy=remedy)
    for stamp, inputs in stamps.items():
        done(stamp, inputs)


def translations() -> None:
    """Compile the Chinese words."""
    source = ROOT / "casework" / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
    stamp, inputs = VAR / "stamps" / "translations", digest(source)
    if is_done(stamp, inputs) and source.with_suffix(".mo").exists():
        return
    say("Translations: compiled")
    command = [str(VENV_PYTHON), "tools/catalogue.py", "--compile"]
    run("Translations", command, remedy="the catalogue messages.po is damaged: take it from the repository again.")
    done(stamp, inputs)


def main() -> int:
    """Do every step that is not done yet; return the status."""
    os.umask(0o022)
    bench, start = "--bench" in sys.argv[1:], time.monotonic()
    tests = bench or "--tests" in sys.argv[1:]
    try:
        check_python()
        debian.install(tests=tests, bench=bench)
        virtual_environment()
        python_packages(tests=tests, bench=bench)
        fonts.fetch()
        translations()
    except SetupError as error:
        return fail(error)
    say(f"Set-up: everything is there ({time.monotonic() - start:.1f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
