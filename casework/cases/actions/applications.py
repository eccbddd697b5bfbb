"""Applying for national policy support, and noting what was answered."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from casework.cases.actions.files import attach
from casework.cases.actions.plans import AT_REST
from casework.cases.actions.steps import tell
from casework.cases.models import Answer, Application, Case
from casework.db import db
from casework.rules.errors import RuleError
from casework.rules.words import N_
from casework.users.models import Account
from casework.web.fields import Upload


def record_application(
    case: Case,
    *,
    sent_to: str,
    sent_day: date,
    asks: str,
    answer_due: date,
    uploads: Iterable[Upload],
    by: Account,
    now: datetime,
    today: date,
) -> Application:
    """Record an application that was sent; it is asked after on the day by which an answer is expected."""
    case.hold()
    if case.state in AT_REST:
        raise RuleError("Nothing is left to be relieved: the case is settled or closed.")
    if sent_day > today:
        raise RuleError("This day lies in the future.", field="sent_day")
    if answer_due <= sent_day:
        raise RuleError("An answer is expected after the day of the application.", field="answer_due")
    application = Application(
        case_id=case.id, sent_to=sent_to.strip(), sent_day=sent_day, asks=asks.strip(), answer_due=answer_due,
        recorded_by_id=by.id, recorded_at=now,
    )  # fmt: skip
    db.session.add(application)
    db.session.flush()
    details: dict[str, Any] = {"sent_to": [None, application.sent_to], "sent_day": [None, sent_day]}
    details |= {"answer_due": [None, answer_due]} | _attached(case, application, uploads, by=by, now=now)
    tell(case, N_("Policy support applied for"), by=by, now=now, reason=application.asks, details=details)
    return application


def note_answer(
    case: Case,
    application: Application,
    *,
    answer: Answer,
    answered_day: date,
    answer_text: str,
    uploads: Iterable[Upload],
    by: Account,
    now: datetime,
    today: date,
) -> None:
    """Note what was answered to an application; a wrong entry is entered anew, the history keeps both."""
    case.hold()
    if case.closed_at is not None:
        raise RuleError("The case is closed: what it holds stays as it is.")
    if not application.sent_day <= answered_day <= today:
        raise RuleError("Enter a day between the application and today.", field="answered_day")
    before = (application.answer, application.answered_day)
    application.answer, application.answered_day, application.answer_text = answer, answered_day, answer_text.strip()
    application.touch(now=now)
    details: dict[str, Any] = {"answer": [before[0], answer], "answered_day": [before[1], answered_day]}
    details |= _attached(case, application, uploads, by=by, now=now)
    tell(
        case, N_("Application for policy support answered"), by=by, now=now, reason=application.answer_text,
        details=details,
    )  # fmt: skip


def _attached(
    case: Case, application: Application, uploads: Iterable[Upload], *, by: Account, now: datetime
) -> dict[str, Any]:
    return attach(case, uploads, belongs_to="application", belongs_id=application.id, by=by, now=now)
