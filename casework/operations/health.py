"""How the program is: what it runs on, whether the worker lives, how much room is left."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from casework.audit.models import AuditHead
from casework.cases.models import CaseTally
from casework.db import db, wal_is_safe
from casework.jobs.models import Job, JobState
from casework.letters.models import Letter
from casework.operations.anchor import anchor_file
from casework.users.models import SignIn

LEAST_FREE = 1024**3
WORKER_LATE = timedelta(minutes=1)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: its name, what was found, whether that is well."""

    name: str
    words: str
    well: bool


def findings(*, now: datetime) -> list[Finding]:
    """Look at everything that can be looked at within a second."""
    return [_database(), *_room(), _worker(now), _dead_jobs(), _anchor()]


def _database() -> Finding:
    if db.engine.dialect.name == "sqlite":
        version = db.session.connection().exec_driver_sql("SELECT sqlite_version()").scalar_one()
        mode = db.session.connection().exec_driver_sql("PRAGMA journal_mode").scalar_one()
        words = _("SQLite %(version)s, journal %(mode)s", version=version, mode=str(mode).upper())
        if not wal_is_safe():
            words += "　" + _("This SQLite has the WAL-reset bug; the slower journal is used. Install pysqlite3.")
        return Finding(_("Database"), words, wal_is_safe())
    version = db.session.connection().exec_driver_sql("SHOW server_version").scalar_one()
    return Finding(_("Database"), _("PostgreSQL %(version)s", version=version), True)


def _room() -> list[Finding]:
    """Say how much room the disk of an SQLite file has; a server's disk is its own affair."""
    address = db.engine.url
    if address.get_backend_name() != "sqlite" or not address.database:
        return []
    free = shutil.disk_usage(Path(address.database).resolve().parent).free
    return [Finding(_("Free disk"), _("%(gb)s GB", gb=f"{free / 1024**3:.1f}"), free >= LEAST_FREE)]


def _worker(now: datetime) -> Finding:
    overdue = db.session.scalar(
        sa.select(sa.func.min(Job.due_at)).where(Job.state == JobState.WAITING, Job.due_at < now - WORKER_LATE)
    )
    if overdue is not None:
        minutes = int((now - overdue).total_seconds() // 60)
        words = ngettext(
            "Work has waited for %(num)s minute: start the worker.",
            "Work has waited for %(num)s minutes: start the worker.",
            minutes,
        )
        return Finding(_("Worker"), words, False)
    running = db.session.scalar(sa.select(sa.func.count()).select_from(Job).where(Job.state == JobState.RUNNING))
    return Finding(_("Worker"), _("At work on %(count)s jobs, none is late.", count=running), True)


def _dead_jobs() -> Finding:
    dead = db.session.scalar(sa.select(sa.func.count()).select_from(Job).where(Job.state == JobState.DEAD)) or 0
    return Finding(_("Given up"), ngettext("%(num)s job", "%(num)s jobs", dead), dead == 0)


def _anchor() -> Finding:
    path = anchor_file()
    if path is None:
        return Finding(_("Anchor of the trail"), _("none is written: set CASEWORK_ANCHOR"), False)
    return Finding(_("Anchor of the trail"), str(path), path.exists())


def metrics() -> bytes:
    """Return the figures that a monitoring system collects, all read from the database at hand."""
    registry = CollectorRegistry()
    _grouped(registry, "casework_jobs", "Background work by state", Job.state, sa.func.count(), Job)
    _grouped(registry, "casework_letters", "Letters by state", Letter.state, sa.func.count(), Letter)
    _grouped(registry, "casework_cases", "Cases by state", CaseTally.state, sa.func.sum(CaseTally.cases), CaseTally)
    trail = Gauge("casework_audit_rows", "Rows of the audit trail", registry=registry)
    trail.set(db.session.scalar(sa.select(AuditHead.seq)) or 0)
    sessions = Gauge("casework_sessions", "Sessions that are kept", registry=registry)
    sessions.set(db.session.scalar(sa.select(sa.func.count()).select_from(SignIn)) or 0)
    return generate_latest(registry)


def _grouped(registry: CollectorRegistry, name: str, words: str, state: Any, many: Any, table: Any) -> None:
    gauge = Gauge(name, words, ["state"], registry=registry)
    for value, number in db.session.execute(sa.select(state, many).select_from(table).group_by(state)):
        gauge.labels(state=value.value).set(int(number))


def database_answers() -> bool:
    """Tell whether the database answers at all."""
    return db.session.scalar(sa.select(1)) == 1


def program_mode() -> str:
    """Say whether this is a trial or real work."""
    return str(_("demonstration") if current_app.config["SETTINGS"].demo else _("in use"))
