"""Recording what happens, and the one commit of the program, which seals the records into the chain."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from casework.audit.models import AuditHead, AuditRow
from casework.db import canonical, db, read_only_from_here

FIRST_HASH = "0" * 64


class Who(Protocol):
    """Whoever acts: an account, or the program itself."""

    @property
    def audit_id(self) -> int | None: ...  # noqa: D102
    @property
    def audit_name(self) -> str: ...  # noqa: D102
    @property
    def audit_roles(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Program:
    """The program or an operator at the command line, where no account acts."""

    name: str

    audit_id: int | None = None
    audit_roles: str = "system"

    @property
    def audit_name(self) -> str:
        """Name shown in the trail."""
        return self.name


@dataclass(frozen=True)
class Origin:
    """Where a request came from, noted in each of its rows."""

    address: str = "local"
    request_id: str = ""


@dataclass
class _Pending:
    rows: list[dict[str, Any]] = field(default_factory=list)


def _pending() -> _Pending:
    found: _Pending = db.session.info.setdefault("audit", _Pending())
    return found


def record(
    action: str,
    object_kind: str,
    object_id: object,
    *,
    by: Who,
    now: datetime,
    before: Any = None,
    after: Any = None,
    outcome: str = "done",
    on_behalf_of: str | None = None,
) -> None:
    """Note one change; it becomes a row of the chain when the transaction is committed."""
    origin: Origin = db.session.info.get("origin", Origin())
    _pending().rows.append(
        {
            "at": now,
            "actor_id": by.audit_id,
            "actor": by.audit_name,
            "on_behalf_of": on_behalf_of,
            "roles": by.audit_roles,
            "address": origin.address,
            "action": action,
            "object_kind": object_kind,
            "object_id": str(object_id),
            "before": before,
            "after": after,
            "outcome": outcome,
            "request_id": origin.request_id,
        }
    )


def set_origin(origin: Origin) -> None:
    """Say where the changes of this session come from."""
    db.session.info["origin"] = origin


def commit() -> None:
    """Seal what was recorded into the chain, head row last, and commit: the only commit of views, commands and jobs."""
    pending = _pending()
    db.session.flush()
    if pending.rows:
        _seal(pending.rows)
    db.session.commit()
    pending.rows.clear()


def roll_back() -> None:
    """Undo everything since the last commit, and forget what was recorded about it."""
    db.session.rollback()
    _pending().rows.clear()


def begin_writing() -> None:
    """Let a page view write after it has read: SQLite refuses a writer whose reading began before another's writing."""
    roll_back()
    read_only_from_here(False)


def _seal(rows: list[dict[str, Any]]) -> None:
    head = db.session.execute(
        sa.update(AuditHead).where(AuditHead.id == 1).values(seq=AuditHead.seq + len(rows)).returning(AuditHead.seq)
    ).scalar_one()
    previous = db.session.execute(sa.select(AuditHead.hash).where(AuditHead.id == 1)).scalar_one()
    sealed = []
    for seq, row in enumerate(rows, head - len(rows) + 1):
        row = {"seq": seq, **row, "previous_hash": previous}
        previous = row["hash"] = chain_hash(row)
        sealed.append(row)
    db.session.execute(sa.insert(AuditRow), sealed)
    db.session.execute(sa.update(AuditHead).where(AuditHead.id == 1).values(hash=previous))


def chain_hash(row: dict[str, Any]) -> str:
    """Return the SHA-256 over the previous hash and the canonical JSON of the row (all columns but `hash`)."""
    facts = {key: value for key, value in row.items() if key != "hash"}
    return hashlib.sha256((row["previous_hash"] + canonical(facts)).encode()).hexdigest()
