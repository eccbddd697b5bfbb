"""The Debian packages that the program and its tests need, and how they come onto the machine."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys

from tools.steps import SetupError, run, say

TO_RUN = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-noto-cjk", "fonts-dejavu-core")
# What letters are measured beside, and exports are opened with.
TO_MEASURE = ("libreoffice-writer-nogui", "libreoffice-calc-nogui")
TO_TEST = ("postgresql-15", "postgresql-client-15", "chromium", "libatomic1")  # the last is for Playwright's driver
STEP = "Debian packages"


def missing(packages: tuple[str, ...]) -> list[str]:
    """Return those packages that are not installed."""
    shown = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages], capture_output=True, text=True
    ).stdout
    there = {line.split()[0] for line in shown.splitlines() if line.endswith(" installed")}
    return [package for package in packages if package not in there]


def packages_for(*, tests: bool, bench: bool = False) -> tuple[str, ...]:
    """Return the packages needed; that of venv only where this Python came without it."""
    venv = () if importlib.util.find_spec("ensurepip") else (f"python{sys.version_info[0]}.{sys.version_info[1]}-venv",)
    return (*TO_RUN, *venv, *(TO_TEST if tests else ()), *(TO_MEASURE if bench else ()))


def as_root() -> list[str] | None:
    """Return what goes before a command so that it runs as root; None where there is no way."""
    if os.getuid() == 0:
        return []
    if shutil.which("sudo"):
        if subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
            return ["sudo", "-n"]
        if sys.stdin.isatty() and subprocess.run(["sudo", "-v"]).returncode == 0:
            return ["sudo"]
    return None


def install(*, tests: bool, bench: bool = False) -> None:
    """Install the packages that are missing."""
    if not shutil.which("dpkg-query"):
        raise SetupError(STEP, "this is not a Debian system.", "use Debian 12, or a container of it.")
    wanted = missing(packages_for(tests=tests, bench=bench))
    if not wanted:
        return
    say(f"{STEP}: {', '.join(wanted)} (a few minutes when there are many)")
    root = as_root()
    command = f"apt-get update && apt-get install --yes --no-install-recommends {' '.join(wanted)}"
    if root is None:
        cause = "packages are missing, and neither root nor sudo is at hand."
        raise SetupError(STEP, cause, f"ask an administrator to run this one command, then start again:\n\n{command}\n")
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    remedy = f"see that the Debian mirrors are reached and no other installation runs, or do it by hand: {command}."
    run(STEP, [*apt, "update"], remedy=remedy)
    run(STEP, [*apt, "install", "--yes", "--no-install-recommends", *wanted], remedy=remedy)
