"""The database: base class, column types, and the settings that make SQLite and PostgreSQL safe."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum as PyEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from casework.rules.errors import Stale
from casework.rules.words import N_

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = sa.MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


CHANGED_MEANWHILE = N_("Somebody else changed this a moment ago: load the page again to see how it stands now.")


class UnsafeDatabase(RuntimeError):
    """The database would not keep what it acknowledges; the message names the setting and the remedy."""


class Moment(sa.TypeDecorator[datetime]):
    """An aware moment, stored in UTC with microseconds on both engines."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse a moment without a zone, and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a zone: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give the moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(sa.TypeDecorator[Decimal]):
    """Yuan with two decimals, stored as whole fen, so that sums are exact on both engines."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> int | None:
        """Store fen; refuse more than two decimals."""
        if value is None:
            return None
        fen = Decimal(value) * 100
        if fen != fen.to_integral_value():
            raise ValueError(f"money has at most two decimals: {value}")
        return int(fen)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> Decimal | None:
        """Give yuan back."""
        return None if value is None else (Decimal(int(value)) / 100).quantize(Decimal("0.01"))


class Json(sa.TypeDecorator[Any]):
    """Plain values as canonical JSON text (sorted keys, no blanks, real characters)."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        """Write canonical JSON."""
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        """Read it back."""
        return None if value is None else json.loads(value)


def canonical(value: Any) -> str:
    """Return the one JSON text of plain values; dates, decimals and enums become strings."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime) or hasattr(value, "isoformat"):
        return str(value.isoformat())
    if isinstance(value, (Decimal, PyEnum)):
        return str(value)
    raise TypeError(f"not a plain value: {value!r}")


def choice(kind: type[PyEnum]) -> sa.Enum:
    """Column type of an enum, stored by value and wide enough for names to come."""
    return sa.Enum(kind, native_enum=False, length=40, values_callable=lambda e: [m.value for m in e])


class Versioned:
    """A row that many may edit: the version grows with every change, and a stale form is refused."""

    version: Mapped[int] = mapped_column(sa.Integer, default=1)
    changed_at: Mapped[datetime | None] = mapped_column(Moment)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.version}

    def touch(self, *, now: datetime) -> None:
        """Let the version grow although only a child row came or changed."""
        self.changed_at = now

    def hold(self) -> None:
        """Lock the row until the commit, and refuse if somebody changed it since it was read here.

        Rows that refer to it may still come (NO KEY UPDATE): a form token refers to the account that it changes.
        """
        db.session.flush()
        seen = self.version
        db.session.refresh(self, with_for_update={"of": type(self), "key_share": True})
        if self.version != seen:
            raise Stale(CHANGED_MEANWHILE)


# --- settings of the engines -----------------------------------------------------------------------------------------

_reading: ContextVar[bool] = ContextVar("reading", default=False)


def read_only_from_here(reading: bool) -> None:
    """Say whether the work at hand only reads; a page view must not take SQLite's write lock."""
    _reading.set(reading)


@contextmanager
def write_transaction() -> Iterator[Connection]:
    """Open a small transaction of its own (session rows, throttle), beside the request's."""
    token = _reading.set(False)
    try:
        with db.engine.begin() as connection:
            yield connection
    finally:
        _reading.reset(token)


def engine_options(url: str) -> dict[str, Any]:
    """Return the engine options for this database address."""
    if sa.make_url(url).get_backend_name() == "sqlite":
        return {"module": sqlite, "connect_args": {"timeout": 15, "check_same_thread": False}}
    limits = "-c lock_timeout=15s -c statement_timeout=120s -c idle_in_transaction_session_timeout=60s -c timezone=UTC"
    # Counting a million rows hashes some ten thousand of them at a time; compiling such statements takes longer than
    # running them.
    counting = "-c work_mem=32MB -c jit=off"
    return {"connect_args": {"options": f"{limits} {counting}"}, "pool_pre_ping": True}


def wal_is_safe(version: tuple[int, ...] = sqlite.sqlite_version_info) -> bool:
    """Tell whether this SQLite is free of the WAL-reset bug (3.7.0 to 3.51.2, mended in 3.50.7 and 3.44.6)."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def _on_sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    journal = ("WAL", "FULL") if wal_is_safe() else ("DELETE", "EXTRA")
    for pragma in (
        f"journal_mode={journal[0]}",
        f"synchronous={journal[1]}",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "trusted_schema=OFF",
        "secure_delete=ON",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")


def check_postgresql(engine: Engine) -> None:
    """Refuse a server that is not reached, or acknowledges before it has written."""
    try:
        connected = engine.connect()
    except sa.exc.OperationalError as failure:
        address = engine.url.render_as_string(hide_password=True)
        raise UnsafeDatabase(f"The database {address} is not reached: {str(failure.orig).strip()}") from failure
    with connected as connection:
        if connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "off":
            raise UnsafeDatabase(
                "PostgreSQL runs with synchronous_commit=off: it would forget letters it has numbered. "
                "Set synchronous_commit=on in postgresql.conf and start again."
            )


def init_app(app: Flask) -> None:
    """Bind the database to the app with safe settings."""
    db.init_app(app)
    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _on_sqlite_connect)
            event.listen(engine, "begin", _on_sqlite_begin)
        else:
            check_postgresql(engine)
            engine.dispose()


def read_rows(stmt: sa.Executable, parameters: dict[str, Any] | None = None) -> sa.CursorResult[*tuple[Any, ...]]:
    """Read columns, not entities, for a page: past the ORM, which would take a third of the time.

    What the session has not flushed is not seen, so actions do not read this way.
    """
    return db.session.connection().execute(stmt, parameters)


def next_value(column: sa.ColumnElement[int], *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """Return one more than the largest value of the column, as SQL; the caller holds the lock that makes it safe."""
    return sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).where(*where).scalar_subquery()
