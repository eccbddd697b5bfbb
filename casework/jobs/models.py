"""The queue: a job is written in the transaction that needs it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Json, Model, Moment, choice


class JobState(StrEnum):
    """Where a job stands; dead means that people must look at it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Job(Model):
    """Work for the worker: claimed under a lease, retried with back-off, ended as done or dead.

    Work that recurs is one row for ever, with its kind as `key`: each time it is done it waits for the next time.
    """

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    key: Mapped[str | None] = mapped_column(sa.String(60))
    payload: Mapped[Any] = mapped_column(Json, nullable=True)
    state: Mapped[JobState] = mapped_column(choice(JobState), default=JobState.WAITING)
    due_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(sa.String(80))
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(sa.Text)
    result: Mapped[Any] = mapped_column(Json, nullable=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)  # of work that recurs: the last time

    __table_args__ = (sa.Index("ix_job_state_due_at", "state", "due_at"), sa.Index("uq_job_key", "key", unique=True))
