"""Copies of the whole database that can be trusted: made while it is in use, restored into an empty place only."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from pysqlite3 import dbapi2 as sqlite

from casework.rules.errors import RuleError

_SQLITE_MARK = b"SQLite format 3\x00"
_POSTGRESQL_MARK = b"PGDMP"
_TIMEOUT = 6 * 3600  # seconds


def back_up(url: str, target: Path, *, force: bool = False) -> int:
    """Write a copy of the database to a file, and return its size in bytes; the file is there whole or not at all."""
    if target.exists() and not force:
        raise RuleError("%(file)s is there already: choose another name or add --force.", file=str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    growing = target.with_name(f"{target.name}.part")
    growing.unlink(missing_ok=True)
    try:
        if sa.make_url(url).get_backend_name() == "sqlite":
            _copy_sqlite(_sqlite_path(url), growing)
        else:
            _run_postgresql("pg_dump", url, ["--format=custom", f"--file={growing}"])
        growing.chmod(0o600)
        with growing.open("rb") as file:
            os.fsync(file.fileno())
        growing.replace(target)
    finally:
        growing.unlink(missing_ok=True)
    return target.stat().st_size


def restore(source: Path, url: str, *, force: bool = False) -> None:
    """Bring a copy back into an empty database; with `force` what is there now makes way for it."""
    mark = _mark_of(source)
    is_sqlite = sa.make_url(url).get_backend_name() == "sqlite"
    if mark != (_SQLITE_MARK if is_sqlite else _POSTGRESQL_MARK):
        raise RuleError("%(file)s is not a copy made by `backup` for this kind of database.", file=str(source))
    if not force and not _is_empty(url):
        raise RuleError("There is data in %(url)s: restore into an empty database, or add --force.", url=_shown(url))
    if is_sqlite:
        _restore_sqlite(source, _sqlite_path(url))
    else:
        clean = ["--clean", "--if-exists"] if force else []
        options = ["--no-owner", "--exit-on-error", "--single-transaction", *clean]
        _run_postgresql("pg_restore", url, [*options, str(source)])


def _sqlite_path(url: str) -> Path:
    return Path(sa.make_url(url).database or "")


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy in one step under a read transaction: a copy page by page never ends while somebody writes."""
    if not source.exists():
        raise RuleError("There is no database at %(file)s.", file=str(source))
    with sqlite.connect(source, timeout=15) as live, sqlite.connect(target) as copy:
        live.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    live.close()
    copy.close()


def _restore_sqlite(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.part")
    fresh.unlink(missing_ok=True)
    _copy_sqlite(source, fresh)
    for suffix in ("-wal", "-shm"):
        Path(f"{target}{suffix}").unlink(missing_ok=True)
    if target.exists():
        target.replace(target.with_name(f"{target.name}.before-restore"))
    fresh.replace(target)


def _mark_of(source: Path) -> bytes:
    with source.open("rb") as file:
        beginning = file.read(len(_SQLITE_MARK))
    return _POSTGRESQL_MARK if beginning.startswith(_POSTGRESQL_MARK) else beginning


def _is_empty(url: str) -> bool:
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        path = Path(address.database or "")
        if not path.exists() or path.stat().st_size == 0:
            return True
        engine = sa.create_engine(url, module=sqlite)
    else:
        engine = sa.create_engine(url)
    try:
        return not sa.inspect(engine).get_table_names()
    finally:
        engine.dispose()


def _shown(url: str) -> str:
    return sa.make_url(url).render_as_string(hide_password=True)


def _run_postgresql(program: str, url: str, options: Sequence[str]) -> None:
    address = sa.make_url(url).set(drivername="postgresql")
    plain = address.set(password=None).render_as_string(hide_password=False)
    environment = dict(os.environ)
    if address.password:
        environment["PGPASSWORD"] = str(address.password)  # not an argument, which every user of the machine sees
    command = [_program(program), *options, f"--dbname={plain}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_TIMEOUT)  # noqa: S603
    if done.returncode:
        raise RuleError(
            "%(program)s failed: %(reason)s", program=program, reason=done.stderr.strip()[-500:] or str(done.returncode)
        )


def _program(name: str) -> str:
    """Return where a program of PostgreSQL is: on the PATH, or the newest that Debian has installed."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: path.parts[4].zfill(4))
    found = str(versions[-1]) if versions else shutil.which(name)
    if not found:
        raise RuleError("%(program)s is not installed: install postgresql-client.", program=name)
    return found
