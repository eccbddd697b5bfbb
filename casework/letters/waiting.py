"""On whom a letter waits: conditions made once, for the worklist, the navigation and the tabs of the letters' page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from casework.db import read_rows
from casework.letters.models import Letter, LetterEvent, Recipient
from casework.letters.template_models import LetterTemplateEvent, LetterTemplateVersion
from casework.rules.letters import LetterState, LetterStep
from casework.rules.roles import Role
from casework.rules.versions import VersionState, VersionStep
from casework.users.models import Account, Scope
from casework.users.reader import ME, REGIONS, of_people, read_by

MOST = 100  # of each kind are counted

# Four eyes: whoever wrote at the text is a drafter, whoever passed it a reviewer.
_TOUCHED = sa.exists().where(
    LetterEvent.letter_id == Letter.id,
    LetterEvent.actor_id == ME,
    LetterEvent.step.in_((LetterStep.EDIT, LetterStep.PASS_REVIEW)),
)
_OF_OTHERS = sa.and_(Letter.drafter_id != ME, ~_TOUCHED)
_IN_FORCE = Letter.state == LetterState.REGISTERED
_SENT = sa.and_(_IN_FORCE, Recipient.dispatched_day.is_not(None))
_REACHED = sa.and_(_SENT, Recipient.enterprise_id.is_(None), Recipient.region_id.in_(REGIONS))

DRAFTED = sa.and_(Letter.state == LetterState.DRAFT, of_people(Letter.drafter_id, Scope.LETTERS))
TO_REVIEW = sa.and_(Letter.state == LetterState.IN_REVIEW, _OF_OTHERS)
TO_SIGN = sa.and_(Letter.state == LetterState.TO_SIGN, _OF_OTHERS)
# Four eyes here too: who wrote at a version does not decide on it.
_WROTE = sa.exists().where(
    LetterTemplateEvent.version_id == LetterTemplateVersion.id,
    LetterTemplateEvent.actor_id == ME,
    LetterTemplateEvent.step == VersionStep.EDIT,
)
TO_APPROVE = sa.and_(LetterTemplateVersion.state == VersionState.SUBMITTED, ~_WROTE)
TO_REGISTER = Letter.state == LetterState.SIGNED
TO_DISPATCH = sa.and_(_IN_FORCE, Recipient.dispatched_day.is_(None))  # rows are recipients
UNJUDGED = sa.and_(_IN_FORCE, Recipient.replied_day.is_not(None), ~Recipient.judged)
NOT_RECEIVED = Recipient.received_day.is_(None)
NOT_ANSWERED = sa.and_(
    Recipient.received_day.is_not(None), Recipient.replied_day.is_(None), Recipient.reply_due.is_not(None)
)
WITH_ENTERPRISE = sa.and_(_SENT, Recipient.enterprise_id.is_not(None))
UNRECEIVED = sa.and_(_REACHED, NOT_RECEIVED)
UNANSWERED = sa.and_(_REACHED, NOT_ANSWERED)
ANSWERED = sa.and_(_REACHED, Recipient.replied_day.is_not(None))


@dataclass(frozen=True)
class Wait:
    """What waits behind one tab of the letters' page, and for which roles."""

    tab: str
    roles: frozenset[Role]
    letters: sa.Select[*tuple[Any, ...]]


def _wait(tab: str, roles: set[Role], condition: sa.ColumnElement[bool], *, sent: bool = False) -> Wait:
    letters = sa.select(sa.literal(tab).label("tab"), Letter.id.label("id"))
    if sent:
        letters = letters.join(Recipient, Recipient.letter_id == Letter.id)
    return Wait(tab, frozenset(roles), letters.where(condition).limit(MOST))


WAITS = (
    _wait("drafts", {Role.OFFICER}, DRAFTED),
    _wait("review", {Role.REVIEWER}, TO_REVIEW),
    _wait("sign", {Role.LEADER}, TO_SIGN),
    _wait("register", {Role.OFFICER, Role.REVIEWER}, TO_REGISTER),
    _wait("sent", {Role.OFFICER}, TO_DISPATCH, sent=True),
    _wait("sent", {Role.CITY}, UNRECEIVED, sent=True),
    _wait("awaited", {Role.CITY}, UNANSWERED, sent=True),
)


@cache
def _statement(roles: frozenset[Role]) -> sa.Select[Any] | None:
    """Make the statement that counts for these roles, once."""
    kinds = [sa.select(wait.letters.subquery()) for wait in WAITS if wait.roles & roles]
    if not kinds:
        return None
    found = sa.union(*kinds).subquery()  # a letter counts once, however many recipients it waits for
    return sa.select(found.c.tab, sa.func.count()).group_by(found.c.tab)


def letters_waiting(person: Account, *, now: datetime, today: date) -> Mapping[str, int]:
    """Count the letters on which this person has the next step, by tab; up to a hundred of each kind."""
    statement = _statement(person.roles)
    if statement is None:
        return {}
    counted = read_rows(statement, read_by(person, now=now, today=today))
    return {row.tab: int(row[1]) for row in counted}
