"""A letter's way to the signature and beyond: every step is judged by the rules, written down and noted."""

from datetime import date, datetime

from casework.audit.actions import record
from casework.db import db
from casework.letters.content import as_stored, draft_facts, stored_facts
from casework.letters.models import Letter, LetterEvent, LetterText
from casework.letters.printing import Render
from casework.letters.queries import issuer_of, standing_of, texts_of
from casework.notices.actions import Told, tell
from casework.notices.models import Topic
from casework.rules.deadlines import WorkingCalendar, add_working_days
from casework.rules.errors import RuleError, Stale
from casework.rules.letter_facts import LetterFacts, facts_refusal, letter_paragraphs
from casework.rules.letter_steps import letter_advance
from casework.rules.letters import KINDS, LetterStep, addressee_refusal
from casework.rules.wording import wording_refusal
from casework.rules.words import N_
from casework.settings.queries import setting
from casework.users.models import Account, Scope
from casework.users.queries import actor_standing_in

CHANGED_MEANWHILE = N_("Somebody else changed this letter a moment ago: reload the page to see where it stands.")


SENT_BACK = (LetterStep.RETURN_FROM_REVIEW, LetterStep.RETURN_FROM_SIGNING, LetterStep.WITHDRAW_SIGNATURE)


def check_unchanged(letter: Letter, version: int) -> None:
    """Refuse a page that was opened on an older version of the letter."""
    if letter.version != version:
        raise Stale(CHANGED_MEANWHILE)


def take_letter_step(
    letter: Letter,
    step: LetterStep,
    *,
    by: Account,
    now: datetime,
    reason: str = "",
    on_behalf_of: Account | None = None,
) -> LetterEvent:
    """Move the letter by one step of its table, with its line of history; RuleError where it is not possible."""
    before, actor = letter.state, actor_standing_in(by, on_behalf_of, scope=Scope.LETTERS, now=now)
    letter.state = letter_advance(step, standing_of(letter), by=actor, reason=reason)
    letter.touch(now=now)
    event = LetterEvent(
        letter_id=letter.id,
        step=step,
        from_state=before,
        to_state=letter.state,
        at=now,
        actor_id=by.id,
        on_behalf_of_id=on_behalf_of.id if on_behalf_of else None,
        reason=reason.strip(),
        text_version=letter.text_version,
    )
    db.session.add(event)
    record(
        f"letter {step.value}", "letter", letter.id, by=by, now=now,
        before={"state": before}, after={"state": letter.state, "reason": event.reason},
        on_behalf_of=on_behalf_of.audit_name if on_behalf_of else None,
    )  # fmt: skip
    if step in SENT_BACK:
        tell([letter.drafter_id], _came_back(letter, event), by=by.id, now=now)
    return event


def _came_back(letter: Letter, event: LetterEvent) -> Told:
    return Told(
        key=f"letter {letter.id} back {event.at.isoformat()}", topic=Topic.WORK, what=N_("A letter came back"),
        subject=letter.title, note=event.reason, endpoint="letters.letter_page", target={"letter_id": letter.id},
    )  # fmt: skip


def submit(
    letter: Letter, *, render: Render, calendar: WorkingCalendar, by: Account, now: datetime, today: date
) -> LetterEvent:
    """Send a draft to review; what cannot be printed or may not be said goes no further."""
    facts = draft_facts(letter, issuer_of(letter), today=today)
    if not letter.recipients:
        raise RuleError(N_("Choose who gets the letter."), "regions")
    check_sayable(letter, facts)
    check_reply_day(letter, calendar, today=today)
    render(facts)
    _keep_text(letter, facts, by=by, now=now)
    return take_letter_step(letter, LetterStep.SUBMIT, by=by, now=now)


def check_sayable(letter: Letter, facts: LetterFacts) -> None:
    """Refuse a letter that lacks something, or says to its addressee what may not be said (条例 16)."""
    answered = KINDS[letter.kind].answered
    if letter.reply_due is None and answered:
        raise RuleError(N_("Choose the day by which the reply is due."), "reply_due")
    if not facts.requests and answered:
        raise RuleError(N_("Ask for something: write at least one request."), "requests")
    refused = (
        addressee_refusal(letter.kind, letter.addressee_kind)
        or facts_refusal(facts)
        or wording_refusal(
            letter.addressee_kind,
            (facts.title, *letter_paragraphs(facts)),
            facts.consent,
            must_ask=letter.kind.asks,
        )
    )
    if refused:
        raise refused


def check_reply_day(letter: Letter, calendar: WorkingCalendar, *, today: date) -> None:
    """Refuse a reply day that leaves the addressee too little time, counted from today as the signing day."""
    if letter.reply_due is None and not KINDS[letter.kind].answered:
        return
    least = setting("reply_days_least")
    earliest = add_working_days(today, least, calendar).day
    if letter.reply_due is None or letter.reply_due < earliest:
        raise RuleError(
            N_("The reply needs at least %(least)s working days after signing: choose %(day)s or later."),
            "reply_due", least=least, day=earliest.isoformat(),
        )  # fmt: skip


def _keep_text(letter: Letter, facts: LetterFacts, *, by: Account, now: datetime) -> None:
    """Keep what is submitted as a version of the text, unless nothing changed since the last."""
    kept = texts_of(letter.id)
    stored = as_stored(facts)
    if kept and kept[-1].content == stored:
        return
    letter.text_version = kept[-1].text_version + 1 if kept else 1
    db.session.add(
        LetterText(letter_id=letter.id, text_version=letter.text_version, content=stored, kept_at=now, kept_by_id=by.id)
    )
    db.session.flush()


def pass_review(letter: Letter, *, by: Account, now: datetime, reason: str = "") -> LetterEvent:
    """Pass the letter to the signer; the reason is the reviewer's opinion and may be empty."""
    event = take_letter_step(letter, LetterStep.PASS_REVIEW, by=by, now=now, reason=reason)
    letter.reviewer_id = by.id
    return event


def sign(
    letter: Letter,
    *,
    calendar: WorkingCalendar,
    by: Account,
    now: datetime,
    today: date,
    on_behalf_of: Account | None = None,
    reason: str = "",
) -> LetterEvent:
    """Sign what was submitted: from here on its facts stand, dated today; registration adds the number alone."""
    event = take_letter_step(letter, LetterStep.SIGN, by=by, now=now, reason=reason, on_behalf_of=on_behalf_of)
    check_reply_day(letter, calendar, today=today)
    facts = stored_facts(texts_of(letter.id)[-1].content)
    letter.facts = as_stored(facts) | {"signed": today.isoformat()}
    letter.signer_id, letter.signed_at, letter.signing_day = by.id, now, today
    letter.signed_on_behalf_of_id = on_behalf_of.id if on_behalf_of else None
    letter.signer_reason = reason.strip()
    letter.reply_provisional = False  # what is signed stands, whichever days are announced
    return event


def withdraw_signature(
    letter: Letter, *, by: Account, now: datetime, reason: str, on_behalf_of: Account | None = None
) -> LetterEvent:
    """Take a signature back as long as the letter has no number."""
    event = take_letter_step(
        letter, LetterStep.WITHDRAW_SIGNATURE, by=by, now=now, reason=reason, on_behalf_of=on_behalf_of
    )
    letter.facts = letter.signer_id = letter.signed_at = letter.signing_day = letter.signed_on_behalf_of_id = None
    letter.signer_reason = ""
    return event


def end(
    letter: Letter, step: LetterStep, *, by: Account, now: datetime, reason: str, on_behalf_of: Account | None = None
) -> LetterEvent:
    """Void a letter from the start or repeal it from today; number and bytes stay."""
    event = take_letter_step(letter, step, by=by, now=now, reason=reason, on_behalf_of=on_behalf_of)
    letter.ended_at, letter.ended_by_id, letter.ended_reason = now, by.id, reason.strip()
    return event
