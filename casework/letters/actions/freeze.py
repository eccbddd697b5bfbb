"""Registration: number, facts, bytes and hash of a letter, all in the caller's one transaction."""

from collections.abc import Callable
from datetime import datetime
from secrets import token_bytes

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from casework.audit.actions import record
from casework.db import db
from casework.files.actions import file_of
from casework.letters.actions.way import take_letter_step
from casework.letters.content import as_stored, stored_facts
from casework.letters.models import Letter, Series
from casework.letters.printing import Render
from casework.letters.queries import numbered
from casework.rules.deadlines import day_of
from casework.rules.errors import RuleError
from casework.rules.letter_codes import BYTES, Verification, code_from
from casework.rules.letters import LetterStep, document_number
from casework.rules.words import N_
from casework.settings.queries import setting
from casework.users.models import Account

Draw = Callable[[int], bytes]  # so many random bytes


def freeze(letter: Letter, *, render: Render, by: Account, now: datetime, draw: Draw = token_bytes) -> Letter:
    """Give a signed letter its number and freeze what is printed; knows no cases. The caller holds its row's lock."""
    with db.session.no_autoflush:  # the letter is written once, whole: its checks want number and bytes together
        take_letter_step(letter, LetterStep.REGISTER, by=by, now=now)
        if letter.facts is None or letter.signing_day is None:
            raise RuleError(N_("The letter was not signed."))
        signed = stored_facts(letter.facts)
        year, number = take_number(signed.prefix, letter.signing_day.year, now=now)
        facts = numbered(
            signed,
            signed=letter.signing_day,
            number=document_number(signed.prefix, year, number),
            verification=_drawn_code(draw),
        )
        pdf = render(facts)
        letter.prefix, letter.year, letter.number = facts.prefix, year, number
        letter.registered_at, letter.registered_by_id = now, by.id
        letter.facts = as_stored(facts)
        letter.code = facts.verification.code if facts.verification else None
        _keep_bytes(letter, pdf, by=by, now=now)
    _address(letter)
    db.session.flush()
    record(
        "letter registered", "letter", letter.id, by=by, now=now,
        after={"number": letter.document_number, "sha256": letter.sha256, "pdf": letter.pdf_id},
    )  # fmt: skip
    return letter


def _drawn_code(draw: Draw) -> Verification | None:
    """Draw the code by which anybody checks the letter, where the office has an address for it."""
    address = setting("public_address")
    return Verification(code_from(draw(BYTES)), address) if address else None


def _keep_bytes(letter: Letter, pdf: bytes, *, by: Account, now: datetime) -> None:
    name = f"{letter.document_number}　{letter.title}.pdf"
    letter.pdf = file_of(pdf, name, "application/pdf", by=by, now=now)
    letter.sha256 = letter.pdf.sha256


def _address(letter: Letter) -> None:
    """Write down by when each who gets the letter is to answer."""
    if not letter.recipients:
        raise RuleError(N_("Choose who gets the letter."))
    for recipient in letter.recipients:
        recipient.reply_due = letter.reply_due


def take_number(prefix: str, year: int, *, now: datetime) -> tuple[int, int]:
    """Take the next number of a series, made on first use; returns year and number.

    The counter row stays locked until the commit, so that numbers run without a gap. A series that was closed at the
    turn of the year gives no more numbers: the letter then belongs to the year of its registration.
    """
    number = _count_up(prefix, year)
    if number is None:
        year = day_of(now).year
        number = _count_up(prefix, year)
    if number is None:
        raise RuleError(N_("The series %(prefix)s of %(year)s is closed."), prefix=prefix, year=year)
    return year, number


def _count_up(prefix: str, year: int) -> int | None:
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    first = setting("first_number")
    fresh = insert(Series).values(prefix=prefix, year=year, first=first, last=first - 1, closed=False)
    db.session.execute(fresh.on_conflict_do_nothing())
    stmt = sa.update(Series).where(Series.prefix == prefix, Series.year == year, Series.closed.is_(False))
    taken = stmt.values(last=Series.last + 1).returning(Series.last).execution_options(synchronize_session=False)
    return db.session.execute(taken).scalar_one_or_none()
