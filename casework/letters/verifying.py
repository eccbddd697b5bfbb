"""What anybody is told of a letter by its code or its file: whether it holds, and no more than four facts of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from casework.db import db
from casework.files.models import StoredFile
from casework.letters.models import Letter, SealedScan
from casework.rules.letter_codes import read_code
from casework.rules.letters import LetterState
from casework.rules.words import N_

Row = sa.Row[Any]


@dataclass(frozen=True)
class Known:
    """All that a stranger may see of a registered letter."""

    number: str
    day: date
    organ: str
    kind: str
    state: LetterState


@dataclass(frozen=True)
class Answer:
    """What the page says: the sentences' msgids, how good the news is, and the letter where there is one."""

    tone: str  # success, warning, error: as notices have it
    sentences: tuple[str, ...]
    letter: Known | None = None
    missed: bool = False  # counts as a failed try


STANDING = {
    LetterState.REGISTERED: ("success", N_("This letter is genuine and in force.")),
    LetterState.VOIDED: ("error", N_("This letter was issued and later voided: it never had effect.")),
    LetterState.REPEALED: ("warning", N_("This letter was issued and later repealed: it is no longer in force.")),
}
UNKNOWN_CODE = N_("No letter bears this code. Compare it with the one at the foot of the letter's last page.")
UNKNOWN_FILE = N_(
    "No registered letter has exactly this file: it was altered, printed and scanned, or does not come from here."
)
ALTERED = N_(
    "The file is not the one that was registered under this code: it was altered, or printed and scanned. "
    "Only what is registered holds."
)
SAME = N_("The file is, byte for byte, the one that was registered, or its scan with the seal.")
TOO_MANY = N_("Too many codes were tried from here. Wait half an hour.")
HELD_BACK = Answer("error", (TOO_MANY,))


def answer_to(typed: str, sha256: str | None) -> Answer | None:
    """The answer to a code, to the hash of a file, or to both; None where neither was given."""
    if typed:
        return _by_code(typed, sha256)
    return _by_file(sha256) if sha256 else None


def _by_code(typed: str, sha256: str | None) -> Answer:
    code = read_code(typed)
    row = _row(Letter.code == code) if code else None
    if row is None:
        return Answer("error", (UNKNOWN_CODE,), missed=code is not None)
    if sha256 and sha256 not in (row.sha256, row.sealed):
        return Answer("error", (ALTERED,), _known(row))
    return _standing(row, same=bool(sha256))


def _by_file(sha256: str) -> Answer:
    scans = sa.select(SealedScan.letter_id).join(StoredFile).where(StoredFile.sha256 == sha256)
    row = _row(sa.or_(Letter.sha256 == sha256, Letter.id.in_(scans)))
    return Answer("error", (UNKNOWN_FILE,), missed=True) if row is None else _standing(row, same=True)


def _row(condition: sa.ColumnElement[bool]) -> Row | None:
    columns = (Letter.document_number, Letter.signing_day, Letter.facts, Letter.kind, Letter.state, Letter.sha256)
    stmt = sa.select(*columns, StoredFile.sha256.label("sealed")).where(condition, Letter.number.is_not(None))
    stmt = stmt.outerjoin(SealedScan, SealedScan.letter_id == Letter.id)
    stmt = stmt.outerjoin(StoredFile, StoredFile.id == SealedScan.file_id)
    return db.session.execute(stmt.order_by(Letter.id)).first()


def _known(row: Row) -> Known:
    return Known(row.document_number, row.signing_day, row.facts["organ"], row.kind.chinese, row.state)


def _standing(row: Row, *, same: bool) -> Answer:
    tone, sentence = STANDING[row.state]
    return Answer(tone, (sentence, SAME) if same else (sentence,), _known(row))
