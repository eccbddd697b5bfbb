"""Tasks that letters give: to finish, review, sign, register, dispatch, acknowledge, answer, judge."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from casework.cases.models import CaseLetter, ReplyVerdict
from casework.db import db
from casework.letters.models import Letter, Recipient
from casework.overview.queries.task import MOST, Task, Viewer
from casework.rules.letters import LetterState
from casework.rules.roles import Role
from casework.rules.words import N_
from casework.users.queries import within_reach


def drafted_by(viewer: Viewer) -> sa.ColumnElement[bool]:
    """One's own drafts, returned ones among them."""
    return sa.and_(Letter.state == LetterState.DRAFT, Letter.drafter_id == viewer.acts_for.id)


def in_review_for(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Letters in review, but not one's own drafts."""
    return sa.and_(Letter.state == LetterState.IN_REVIEW, Letter.drafter_id != viewer.account.id)


def to_sign_for(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Letters that wait for a signature by somebody who neither drafted nor reviewed them."""
    others = sa.and_(Letter.drafter_id != viewer.account.id, Letter.reviewer_id != viewer.account.id)
    return sa.and_(Letter.state == LetterState.TO_SIGN, others)


def to_register(_viewer: Viewer) -> sa.ColumnElement[bool]:
    """Signed letters that have no number yet."""
    return Letter.state == LetterState.SIGNED


def drafts_to_finish(viewer: Viewer) -> list[Task]:
    """One's own drafts."""
    return _tasks(viewer, N_("Finish the draft"), _letters().where(drafted_by(viewer)))


def letters_to_review(viewer: Viewer) -> list[Task]:
    """Letters to review."""
    return _tasks(viewer, N_("Review the letter"), _letters().where(in_review_for(viewer)))


def letters_to_sign(viewer: Viewer) -> list[Task]:
    """Letters to sign."""
    return _tasks(viewer, N_("Sign the letter"), _letters().where(to_sign_for(viewer)), endpoint="letters.to_sign_one")


def letters_to_register(viewer: Viewer) -> list[Task]:
    """Letters to register."""
    return _tasks(viewer, N_("Register the letter"), _letters().where(to_register(viewer)))


def letters_to_dispatch(viewer: Viewer) -> list[Task]:
    """Numbered letters that were not sent."""
    stmt = _recipients().where(Letter.state == LetterState.REGISTERED, Recipient.dispatched_day.is_(None))
    return _tasks(viewer, N_("Dispatch the letter"), stmt)


def replies_to_judge(viewer: Viewer) -> list[Task]:
    """Replies that came and were not judged for every case they speak of."""
    judged = sa.exists().where(
        ReplyVerdict.recipient_id == Recipient.id, ReplyVerdict.case_id == CaseLetter.case_id
    )  # fmt: skip
    unjudged = sa.exists().where(CaseLetter.letter_id == Letter.id, ~judged)
    stmt = _recipients().where(
        Letter.state == LetterState.REGISTERED, Recipient.replied_day.is_not(None), unjudged
    )  # fmt: skip
    return _tasks(viewer, N_("Judge the reply"), stmt)


def letters_to_acknowledge(viewer: Viewer) -> list[Task]:
    """Letters that reached a city officer's region and were not acknowledged."""
    stmt = _recipients().where(reached(viewer), UNRECEIVED)
    return _tasks(viewer, N_("Acknowledge the letter"), stmt)


def letters_to_answer(viewer: Viewer) -> list[Task]:
    """Letters that ask a city officer's region for a reply."""
    stmt = _recipients().where(reached(viewer), UNANSWERED)
    return _tasks(viewer, N_("Answer the letter"), stmt)


SOURCES: tuple[tuple[frozenset[Role], Callable[[Viewer], list[Task]]], ...] = (
    (frozenset({Role.OFFICER}), drafts_to_finish),
    (frozenset({Role.REVIEWER}), letters_to_review),
    (frozenset({Role.LEADER}), letters_to_sign),
    (frozenset({Role.OFFICER, Role.REVIEWER}), letters_to_register),
    (frozenset({Role.OFFICER}), letters_to_dispatch),
    (frozenset({Role.OFFICER}), replies_to_judge),
    (frozenset({Role.CITY}), letters_to_acknowledge),
    (frozenset({Role.CITY}), letters_to_answer),
)


def _letters() -> Any:
    due = sa.null().label("reply_due")
    return sa.select(Letter.id, Letter.title, due).order_by(Letter.id).limit(MOST)


def _recipients() -> Any:
    return (
        sa.select(Letter.id, Letter.title, Recipient.reply_due)
        .join(Recipient, Recipient.letter_id == Letter.id)
        .order_by(Recipient.reply_due, Letter.id)
        .limit(MOST)
    )


def reached(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Letters that were sent to a city officer's region."""
    here = within_reach(Recipient.region_id, viewer.acts_for)
    return sa.and_(Letter.state == LetterState.REGISTERED, Recipient.dispatched_day.is_not(None), here)


UNRECEIVED = Recipient.received_day.is_(None)
UNANSWERED = sa.and_(
    Recipient.received_day.is_not(None), Recipient.replied_day.is_(None), Recipient.reply_due.is_not(None)
)


def _tasks(viewer: Viewer, verb: str, stmt: Any, *, endpoint: str = "letters.letter_page") -> list[Task]:
    return [
        Task(verb, row.title, endpoint, {"letter_id": row.id}, row.reply_due, "", viewer.on_behalf_of)
        for row in db.session.execute(stmt)
    ]
