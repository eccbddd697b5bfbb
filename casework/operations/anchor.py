"""The head of the audit chain, written down daily outside the database: a cut tail is invisible from inside."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from casework.audit.models import AuditHead
from casework.db import db
from casework.jobs.actions import handles
from casework.jobs.models import Job
from casework.web import clock


def anchor_file() -> Path | None:
    """Return where heads are written, or None where the office wants none."""
    path: Path | None = current_app.config["SETTINGS"].anchor
    return path


def anchored_heads() -> Iterator[tuple[int, str]]:
    """Yield sequence and hash of every head written down so far."""
    path = anchor_file()
    if path is None or not path.exists():
        return
    with path.open() as lines:
        for line in lines:
            if line.strip():
                seq, row_hash, _moment = line.split()
                yield int(seq), row_hash


def write_anchor(*, now: datetime) -> int:
    """Append the head as it stands to the file, and return its sequence; what is written is on the disk."""
    path = anchor_file()
    head = db.session.execute(sa.select(AuditHead.seq, AuditHead.hash)).one()
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write(f"{head.seq} {head.hash} {now.isoformat(timespec='seconds')}\n")
            file.flush()
            os.fsync(file.fileno())
    return int(head.seq)


@handles("anchor", every=timedelta(days=1))
def anchor(_job: Job) -> dict[str, int]:
    """Write the head of the day."""
    return {"seq": write_anchor(now=clock.now())}
