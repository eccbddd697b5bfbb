"""The papers of a package as they are gathered: texts made from the records, and stored files as they came."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from casework.archive.names import Names, visible
from casework.archive.package import Member
from casework.db import db
from casework.files.models import StoredFile
from casework.rules.errors import RuleError
from casework.rules.words import N_
from casework.users.models import Account

_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Paper:
    """One file of the package: who answers for it, when it was made, and its bytes or the id of the stored ones."""

    path: str
    at: datetime
    who: str
    size: int
    sha256: str
    content: bytes | None = None
    file_id: int | None = None

    @property
    def day(self) -> str:
        """Its day as tables write it."""
        return self.at.astimezone(_SHANGHAI).date().isoformat()

    def load(self) -> bytes:
        """Its bytes; those of a stored file are read now."""
        if self.content is not None:
            return self.content
        content = db.session.scalar(sa.select(StoredFile.content).where(StoredFile.id == self.file_id))
        if content is None:
            raise RuleError(N_("The bytes of %(name)s are not those that were stored."), name=self.path)
        return content

    @property
    def member(self) -> Member:
        """The same as a member of the ZIP."""
        return Member(self.path, self.at, self.sha256, self.load)


@dataclass
class Papers:
    """What was gathered so far, in the order of the table of contents, with the people's names."""

    found: list[Paper] = field(default_factory=list)
    _names: Names = field(default_factory=Names)
    _people: dict[int, str] = field(default_factory=dict)

    def text(self, folder: str, name: str, lines: Iterable[str], *, at: datetime, who: str) -> str:
        """Add a text, a paragraph a line, and return its path."""
        content = ("\n".join(lines) + "\n").encode()
        path = self._names.free(folder, f"{name}.txt")
        digest = hashlib.sha256(content).hexdigest()
        self.found.append(Paper(path, at, visible(who), len(content), digest, content=content))
        return path

    def file(self, folder: str, file_id: int, *, who: str = "", name: str = "") -> str:
        """Add a stored file as it came, under its own name or another, and return its path."""
        columns = (StoredFile.name, StoredFile.stored_at, StoredFile.size, StoredFile.sha256, StoredFile.stored_by_id)
        row = db.session.execute(sa.select(*columns).where(StoredFile.id == file_id)).one()
        path = self._names.free(folder, name or row.name)
        by = who or self.name_of(row.stored_by_id)
        self.found.append(Paper(path, row.stored_at, visible(by), row.size, row.sha256, file_id=file_id))
        return path

    def name_of(self, account_id: int | None) -> str:
        """The name of a person."""
        if account_id is None:
            return ""
        if account_id not in self._people:
            stmt = sa.select(Account.name).where(Account.id == account_id)
            self._people[account_id] = db.session.execute(stmt).scalar_one()
        return self._people[account_id]


def start_of(day: date) -> datetime:
    """The moment at which a day begins in Beijing, for records that know a day alone."""
    return datetime.combine(day, time(), _SHANGHAI)


def moment(at: datetime) -> str:
    """A moment as texts write it: 2026-11-22 10:32."""
    return at.astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M")


def columns_of(row: Any, *left_out: str) -> dict[str, Any]:
    """The columns of a record as plain values."""
    found = {column.key: getattr(row, column.key) for column in sa.inspect(type(row)).columns}
    return {key: plain(value) for key, value in found.items() if key not in {*left_out, "version", "changed_at"}}


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if value is None or isinstance(value, (bool, int, list, dict)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
