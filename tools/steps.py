"""What every step of the set-up shares: saying what it does, failing with a remedy, remembering that it was done.

The set-up runs before anything is installed: Python's own library only.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOG = VAR / "setup.log"


class SetupError(Exception):
    """A step that failed: its name, the cause, and what to do about it."""

    def __init__(self, step: str, cause: str, remedy: str) -> None:
        super().__init__(step, cause, remedy)
        self.step, self.cause, self.remedy = step, cause, remedy

    def __str__(self) -> str:
        return f"\nStopped at: {self.step}\n  Cause:  {self.cause}\n  Remedy: {self.remedy}"


def say(text: str) -> None:
    """Tell the person what is being done, at once."""
    print(f"-- {text}", flush=True)


def run(step: str, command: list[str], *, remedy: str, cwd: Path = ROOT) -> None:
    """Run a command with its output in the log; raise SetupError with the end of it if it fails."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a") as log:
        print(f"$ {' '.join(command)}", file=log, flush=True)
        before = log.tell()
        try:
            status = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=log, stderr=log).returncode
        except OSError as error:
            raise SetupError(step, str(error), remedy) from error
    if status:
        told = LOG.read_bytes()[before:].decode(errors="replace").strip().splitlines()
        told = [line[:300] for line in told if not line.startswith(("WARNING:", "W: "))][-5:]
        cause = "\n          ".join([f"`{' '.join(command)[:80]} …` ended with status {status}:", *told])
        raise SetupError(step, cause, f"{remedy} All of the output: {LOG.relative_to(ROOT)}")


def digest(*inputs: str | Path) -> str:
    """Return one hash over texts and over the contents of files."""
    result = hashlib.sha256()
    for item in inputs:
        result.update(item.read_bytes() if isinstance(item, Path) else item.encode())
        result.update(b"\0")
    return result.hexdigest()


def is_done(stamp: Path, inputs: str) -> bool:
    """Tell whether the step that left this stamp was done with the same inputs."""
    return stamp.exists() and stamp.read_text() == inputs


def done(stamp: Path, inputs: str) -> None:
    """Remember that a step was done with these inputs."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(inputs)


def fail(error: SetupError) -> int:
    """Show why the set-up stopped; return the status to end with."""
    print(error, file=sys.stderr, flush=True)
    return 1
