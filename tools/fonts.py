"""The letter fonts (Fandol), taken out of Debian's package without installing it."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from tools.debian import as_root
from tools.steps import VAR, SetupError, run, say

STEP = "Letter fonts"
PACKAGE = "texlive-lang-chinese"
FOLDER = VAR / "fonts"
FILES = (
    "FandolFang-Regular.otf",
    "FandolHei-Regular.otf",
    "FandolKai-Regular.otf",
    "FandolSong-Bold.otf",
    "FandolSong-Regular.otf",
)
REMEDY = f"see that the Debian mirrors are reached, or unpack {PACKAGE} by hand and copy its Fandol files to var/fonts."


def fetch() -> None:
    """Bring the fonts that are missing into var/fonts."""
    if all((FOLDER / name).exists() for name in FILES):
        return
    say(f"{STEP}: {PACKAGE} is downloaded (50 MB) and five files are taken out of it")
    with tempfile.TemporaryDirectory(prefix="casework-fonts-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # apt drops its rights before it downloads
        unpack(download(folder))


def download(folder: Path) -> Path:
    """Download the package and return its file; a machine that never asked for the lists asks now."""
    command = ["apt-get", "download", PACKAGE]
    try:
        run(STEP, command, remedy=REMEDY, cwd=folder)
    except SetupError:
        root = as_root()
        if root is None:
            raise
        run(STEP, [*root, "apt-get", "update"], remedy=REMEDY)
        run(STEP, command, remedy=REMEDY, cwd=folder)
    return next(folder.glob("*.deb"))


def unpack(package: Path) -> None:
    """Copy the fonts out of the package; each appears under its name only when it is whole."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = set()
    with (
        subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE) as process,
        tarfile.open(fileobj=process.stdout, mode="r|") as archive,
    ):
        for member in archive:
            name = PurePosixPath(member.name).name
            content = archive.extractfile(member) if name in FILES and member.isfile() else None
            if content is not None:
                part = FOLDER / f"{name}.part"
                part.write_bytes(content.read())
                part.rename(FOLDER / name)
                found.add(name)
    if found != set(FILES):
        lacking = ", ".join(sorted(set(FILES) - found))
        raise SetupError(STEP, f"the package {package.name} has no {lacking}.", REMEDY)
