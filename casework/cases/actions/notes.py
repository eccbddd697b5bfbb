"""Writing progress notes."""

from collections.abc import Iterable
from datetime import date, datetime

from casework.cases.actions.files import attach
from casework.cases.actions.steps import take_step
from casework.cases.models import Case, Note
from casework.db import db
from casework.rules.errors import RuleError
from casework.rules.workflow import Step
from casework.users.models import Account
from casework.web.fields import Upload


def write_note(
    case: Case, day: date, text: str, uploads: Iterable[Upload], *, by: Account, now: datetime, today: date
) -> Note:
    """Add a dated note to the case."""
    if day > today:
        raise RuleError("This day lies in the future.", field="day")
    note = Note(case_id=case.id, day=day, text=text.strip(), written_by_id=by.id, written_at=now)
    db.session.add(note)
    db.session.flush()
    details = attach(case, uploads, belongs_to="note", belongs_id=note.id, by=by, now=now)
    take_step(case, Step.NOTE, by=by, now=now, today=today, reason=note.text, details=details)
    return note
