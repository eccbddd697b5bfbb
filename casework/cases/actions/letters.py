"""Where letters meet cases: signing, registering so that all of them move or none, replies and verdicts on them."""

from collections.abc import Sequence
from datetime import date, datetime
from secrets import token_bytes
from typing import Any

import sqlalchemy as sa

from casework.audit.actions import record
from casework.cases.actions.figures import refresh_due
from casework.cases.actions.steps import take_step
from casework.cases.models import Case, CaseLetter, ReplyVerdict
from casework.cases.queries.facts import ANSWERS, facts_of
from casework.cases.queries.letters import cases_named_by, lock_cases_named_by
from casework.db import db
from casework.files.models import StoredFile
from casework.letters.actions import recipients, way
from casework.letters.actions.freeze import Draw, freeze
from casework.letters.models import Letter, Recipient
from casework.letters.printing import Render
from casework.letters.queries import letter_to_change, recipient_to_change
from casework.notices.actions import Told, tell
from casework.notices.models import Topic
from casework.rules.deadlines import WorkingCalendar
from casework.rules.errors import NotAllowed, RuleError
from casework.rules.facts import Actor
from casework.rules.letters import LetterStep
from casework.rules.roles import Permission, Role
from casework.rules.words import N_
from casework.rules.workflow import Step, refusal
from casework.users.models import Account

IN_THE_WAY = N_("The case of %(unit)s stands in the way, so nothing was done: %(why)s")


def sign_letter(
    letter_id: int,
    version: int,
    *,
    calendar: WorkingCalendar,
    by: Account,
    now: datetime,
    today: date,
    on_behalf_of: Account | None = None,
    reason: str = "",
) -> Letter:
    """Sign a letter, after looking whether the cases it names could move by it now."""
    cases = lock_cases_named_by(letter_id)
    letter = letter_to_change(by, letter_id)
    way.check_unchanged(letter, version)
    way.sign(letter, calendar=calendar, by=by, now=now, today=today, on_behalf_of=on_behalf_of, reason=reason)
    for case, step in _moved_by(letter, cases):
        facts = facts_of(case, today=today, now=now, letter_at_hand=letter.kind, signer_reason=letter.signer_reason)
        if why := refusal(step, facts, signer_of(letter)):
            raise _in_the_way(case, why)
    return letter


def _moved_by(letter: Letter, cases: Sequence[Case]) -> list[tuple[Case, Step]]:
    """The cases that the letter's registration moves, with the step; a reminder or a bulletin moves none."""
    if not letter.kind.causes:
        return []
    if gone := next((case for case in cases if case.region_id != letter.region_id), None):
        raise _in_the_way(gone, RuleError(N_("The unit belongs to another region by now.")))
    return [(case, Step(letter.kind.causes)) for case in cases]


def signer_of(letter: Letter) -> Actor:
    """Who signed, as entitled at the signing: what became of the account since does not count."""
    if letter.signer_id is None:
        raise RuleError(N_("The letter was not signed."))
    return Actor(
        account_id=letter.signer_id,
        roles=frozenset({Role.LEADER}),
        region_path=letter.signer.region.path if letter.signer else None,
        on_behalf_of=letter.signed_on_behalf_of_id,
    )


def register_letter(
    letter_id: int,
    version: int,
    *,
    render: Render,
    by: Account,
    now: datetime,
    today: date,
    draw: Draw = token_bytes,
) -> Letter:
    """Number and freeze a letter and move the cases it names, all or none; locks cases, letter, counter, audit head."""
    cases = lock_cases_named_by(letter_id)
    letter = letter_to_change(by, letter_id)
    way.check_unchanged(letter, version)
    freeze(letter, render=render, by=by, now=now, draw=draw)
    for case, step in _moved_by(letter, cases):
        try:
            take_step(
                case, step, by=by, actor=signer_of(letter), now=now, today=today,
                letter_id=letter.id, letter_at_hand=letter.kind, signer_reason=letter.signer_reason,
                reason=letter.signer_reason,
            )  # fmt: skip
        except RuleError as why:
            raise _in_the_way(case, why) from why
    return letter


def _in_the_way(case: Case, why: RuleError) -> RuleError:
    return RuleError(IN_THE_WAY, unit=case.enterprise.name, why=why)


def end_letter(
    letter_id: int,
    step: LetterStep,
    version: int,
    *,
    by: Account,
    now: datetime,
    reason: str,
    on_behalf_of: Account | None = None,
) -> Letter:
    """Void or repeal a letter; the cases keep their state, and undoing what it caused is offered for each."""
    cases = lock_cases_named_by(letter_id)
    letter = letter_to_change(by, letter_id)
    way.check_unchanged(letter, version)
    way.end(letter, step, by=by, now=now, reason=reason, on_behalf_of=on_behalf_of)
    _follow(cases, now=now)
    return letter


def take_reply(
    letter_id: int,
    recipient_id: int,
    *,
    day: date,
    text: str,
    files: Sequence[StoredFile] = (),
    by: Account,
    now: datetime,
    today: date,
) -> None:
    """Take a reply, or a better one where some of the last was not accepted; its cases no longer wait for it."""
    cases = lock_cases_named_by(letter_id)
    recipient = recipient_to_change(by, recipient_id)
    _make_room(recipient)
    recipients.take_reply(recipient, day=day, text=text, files=files, by=by, now=now, today=today)
    recipient.judged = not db.session.execute(_unjudged(recipient)).first()
    _follow(cases, now=now)


def _make_room(recipient: Recipient) -> None:
    """Set a reply aside that was not accepted for some of its cases; its verdicts go with it, into its record."""
    refused = list(db.session.scalars(_refused(recipient)))
    if refused:
        cases = {case.id: case.enterprise.name for case in cases_named_by(recipient.letter_id)}
        recipients.set_aside(recipient, "\n".join(f"{cases[row.case_id]}：{row.reason}" for row in refused))
        for row in refused:
            db.session.delete(row)


def _refused(recipient: Recipient) -> sa.Select[Any]:
    refused = (ReplyVerdict.recipient_id == recipient.id, ~ReplyVerdict.accepted)
    return sa.select(ReplyVerdict).where(*refused).order_by(ReplyVerdict.case_id)


def _follow(cases: Sequence[Case], *, now: datetime) -> None:
    db.session.flush()
    refresh_due(cases)
    for case in cases:
        if case in db.session.dirty:
            case.touch(now=now)


def judge_reply(
    recipient: Recipient, case_id: int, *, accepted: bool, reason: str, by: Account, now: datetime
) -> ReplyVerdict:
    """Say for one case whether the reply is accepted; a reply that is not needs a reason."""
    if not by.may(Permission.LETTER_DRAFT):
        raise NotAllowed(recipients.WRONG_ROLE)
    if recipient.replied_day is None:
        raise RuleError(N_("There is no reply yet."))
    named = db.session.get(CaseLetter, (recipient.letter_id, case_id))
    if named is None or named.region_id != recipient.region_id:
        raise RuleError(N_("The letter does not name this case."))
    if not accepted and not reason.strip():
        raise RuleError(N_("Say why the reply is not accepted."), "reason")
    verdict = db.session.get(ReplyVerdict, (recipient.id, case_id))
    before = None if verdict is None else {"accepted": verdict.accepted, "reason": verdict.reason}
    if verdict is None:
        verdict = ReplyVerdict(recipient_id=recipient.id, case_id=case_id)
        db.session.add(verdict)
    verdict.accepted, verdict.reason, verdict.given_by_id, verdict.given_at = accepted, reason.strip(), by.id, now
    db.session.flush()
    recipient.judged = not db.session.execute(_unjudged(recipient)).first()
    recipient.touch(now=now)
    after = {"recipient": recipient.name, "letter": recipient.letter_id, "accepted": accepted, "reason": reason.strip()}
    record("reply judged", "case", case_id, by=by, now=now, before=before, after=after)
    if not accepted:
        tell([recipient.reply_recorded_by_id], _not_accepted(recipient, verdict), by=by.id, now=now)
    return verdict


def _not_accepted(recipient: Recipient, verdict: ReplyVerdict) -> Told:
    return Told(
        key=f"reply {recipient.id} {verdict.case_id} back {verdict.given_at.isoformat()}", topic=Topic.WORK,
        what=N_("A reply was not accepted"), subject=recipient.letter.title, note=verdict.reason,
        endpoint="letters.letter_page", target={"letter_id": recipient.letter_id},
    )  # fmt: skip


def _unjudged(recipient: Recipient) -> sa.Select[Any]:
    """Select the cases that this recipient answers for, and for which there is no verdict on the reply."""
    judged = sa.exists().where(ReplyVerdict.recipient_id == recipient.id, ReplyVerdict.case_id == CaseLetter.case_id)
    asked = sa.select(CaseLetter.case_id).join(Recipient, ANSWERS)
    return asked.where(Recipient.id == recipient.id, ~judged)
