"""Tasks that letters give: to finish, review, sign, register, dispatch, acknowledge, answer, judge."""

from typing import Any

import sqlalchemy as sa

from casework.cases.models import Case, CaseLetter, ReplyVerdict
from casework.cases.queries.facts import ANSWERS, ASKED_AGAIN
from casework.letters import waiting
from casework.letters.models import Letter, Recipient
from casework.letters.template_models import LetterTemplate, LetterTemplateVersion
from casework.overview.queries.task import Place, TaskKind, columns
from casework.registry.models import Enterprise
from casework.rules.letters import AddresseeKind, LetterKind, LetterStep
from casework.rules.roles import Role
from casework.rules.words import N_
from casework.users.models import Scope
from casework.users.reader import name_of, of_people

_ON_PAGE = Place("letters.letter_page", ("letter_id",))
_REGISTER = Place("letters.letter_step", ("letter_id",), {"name": LetterStep.REGISTER.value})


def _deed(name: str) -> Place:
    return Place("letters.recipient_deed", ("letter_id", "recipient_id"), {"name": name})


def _letters(condition: sa.ColumnElement[bool], **more: Any) -> sa.Select[Any]:
    return sa.select(*columns(Letter.id, subject=Letter.title, **more)).where(condition)


def _recipients(condition: sa.ColumnElement[bool], *named: Any, **more: Any) -> sa.Select[Any]:
    found = columns(Letter.id, Recipient.id, *named, subject=Letter.title, due=Recipient.reply_due, **more)
    return sa.select(*found).select_from(Recipient).join(Letter, Letter.id == Recipient.letter_id).where(condition)


_DRAFTS = _letters(waiting.DRAFTED, behalf=name_of(Letter.drafter_id, Scope.LETTERS))
_JUDGED = sa.exists().where(ReplyVerdict.recipient_id == Recipient.id, ReplyVerdict.case_id == CaseLetter.case_id)
_REPLIES = (
    _recipients(waiting.UNJUDGED, Case.id, note=Enterprise.name)
    .join(CaseLetter, ANSWERS)
    .join(Case, Case.id == CaseLetter.case_id)
    .join(Enterprise, Enterprise.id == Case.enterprise_id)
    .where(~_JUDGED)
)
# One task for each letter, however many wait for it.
_TO_DISPATCH = (
    sa.select(*columns(Letter.id, subject=Letter.title, due=Letter.reply_due, note=Letter.addressee))
    .join(Recipient, Recipient.letter_id == Letter.id)
    .where(waiting.TO_DISPATCH)
    .distinct()
)
# An enterprise does not sign in: who has its case, else who drafted the letter, records what it sends.
_KEEPER = sa.func.coalesce(
    sa.select(sa.func.min(Case.officer_id))
    .join(CaseLetter, CaseLetter.case_id == Case.id)
    .where(CaseLetter.letter_id == Letter.id, Case.enterprise_id == Recipient.enterprise_id)
    .correlate(Letter, Recipient)
    .scalar_subquery(),
    Letter.drafter_id,
)


def _of_enterprise(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    kept = sa.and_(waiting.WITH_ENTERPRISE, condition, of_people(_KEEPER, Scope.LETTERS))
    return _recipients(kept, note=Recipient.name, behalf=name_of(_KEEPER, Scope.LETTERS))


_VERDICT = Place("letters.verdict", ("letter_id", "recipient_id", "case_id"))
_NUMBER = Letter.document_number

_TEMPLATES = (
    sa.select(
        *columns(
            LetterTemplateVersion.id,
            subject=sa.case(
                {kind.value: kind.chinese for kind in LetterKind}, value=sa.type_coerce(LetterTemplate.kind, sa.String)
            ),
            what=sa.case(
                {one.value: one.label for one in AddresseeKind},
                value=sa.type_coerce(LetterTemplate.addressee_kind, sa.String),
            ),
        )
    )
    .join(LetterTemplate, LetterTemplate.id == LetterTemplateVersion.template_id)
    .where(waiting.TO_APPROVE)
)

_OFFICER, _REVIEWER, _LEADER, _CITY = (
    frozenset({role}) for role in (Role.OFFICER, Role.REVIEWER, Role.LEADER, Role.CITY)
)
KINDS = (
    TaskKind(N_("Finish the draft"), _OFFICER, _DRAFTS, _ON_PAGE),
    TaskKind(N_("Review the letter"), _REVIEWER, _letters(waiting.TO_REVIEW), _ON_PAGE),
    TaskKind(N_("Sign the letter"), _LEADER, _letters(waiting.TO_SIGN), Place("letters.to_sign_one", ("letter_id",))),
    TaskKind(N_("Decide on the template"), _LEADER, _TEMPLATES, Place("letters.template_page", ("version_id",))),
    TaskKind(N_("Register the letter"), _OFFICER | _REVIEWER, _letters(waiting.TO_REGISTER), _REGISTER),
    TaskKind(
        N_("Dispatch the letter"),
        _OFFICER,
        _TO_DISPATCH,
        Place("letters.dispatch_all", ("letter_id",)),
    ),
    TaskKind(N_("Record the receipt"), _OFFICER, _of_enterprise(waiting.NOT_RECEIVED), _deed("receipt")),
    TaskKind(N_("Record the reply"), _OFFICER, _of_enterprise(waiting.NOT_ANSWERED), _deed("reply")),
    TaskKind(
        N_("Record the next reply"),
        _OFFICER,
        _of_enterprise(sa.and_(Recipient.replied_day.is_not(None), ASKED_AGAIN)),
        _deed("reply"),
    ),
    TaskKind(N_("Judge the reply"), _OFFICER, _REPLIES, _VERDICT),
    TaskKind(N_("Acknowledge the letter"), _CITY, _recipients(waiting.UNRECEIVED, note=_NUMBER), _ON_PAGE),
    TaskKind(N_("Answer the letter"), _CITY, _recipients(waiting.UNANSWERED, note=_NUMBER), _deed("reply")),
    TaskKind(N_("Answer again"), _CITY, _recipients(waiting.ANSWERED, note=_NUMBER).where(ASKED_AGAIN), _ON_PAGE),
)
