"""I9 to I11: what the database itself holds is in place."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from casework.db import Base, db
from casework.migrations import triggers
from casework.operations.invariants.fault import Fault
from casework.rules.words import N_


def form_tokens_are_unique(_now: datetime) -> Iterator[Fault]:
    """I9: a form takes effect once, because its token is a primary key."""
    keys = sa.inspect(db.session.connection()).get_pk_constraint("form_token")["constrained_columns"]
    if keys != ["token"]:
        yield Fault("form_token", N_("a form token could take effect twice"))


def versions_have_grown(_now: datetime) -> Iterator[Fault]:
    """I10: a version begins at 1 and only grows."""
    for name, low in _low_versions():
        if db.session.scalar(low):
            yield Fault(name, N_("has a row whose version did not grow"))


@cache
def _low_versions() -> list[tuple[str, sa.Select[int]]]:
    """Count in each table what has no version; made once, as below."""
    tables = [table for table in Base.metadata.sorted_tables if "version" in table.c]
    return [(one.name, sa.select(sa.func.count()).select_from(one).where(one.c.version < 1)) for one in tables]


def nothing_is_orphaned(_now: datetime) -> Iterator[Fault]:
    """I11: every reference leads somewhere, the file is sound, and the triggers are in place."""
    for name, lost in _lost_references():
        if db.session.scalar(lost):
            yield Fault(name, N_("refers to something that is not there"))
    if db.engine.dialect.name == "sqlite":
        for line in db.session.connection().exec_driver_sql("PRAGMA integrity_check").scalars():
            if line != "ok":
                yield Fault("database", N_("the integrity check says: %(line)s"), line=line)
    present = set(db.session.connection().exec_driver_sql(_TRIGGERS[db.engine.dialect.name]).scalars())
    for name in triggers.names():
        if name not in present:
            yield Fault(name, N_("this trigger is missing"))


_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
}


@cache
def _lost_references() -> list[tuple[str, sa.Select[int]]]:
    """Count for each reference what leads nowhere: made once, since making a statement costs more than running it."""
    return [(f"{key.parent}", _lost(table, key)) for table in Base.metadata.sorted_tables for key in table.foreign_keys]


def _lost(table: sa.Table, key: sa.ForeignKey) -> sa.Select[int]:
    parent = key.column.table.alias("parent")
    there = sa.exists().where(parent.c[key.column.name] == key.parent)
    return sa.select(sa.func.count()).select_from(table).where(key.parent.is_not(None), ~there)
