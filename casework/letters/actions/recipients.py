"""After registration: dispatch, receipt and reply are facts of each recipient."""

from collections.abc import Sequence
from datetime import date, datetime

from casework.audit.actions import record
from casework.db import db
from casework.files.models import StoredFile
from casework.letters.models import Letter, Recipient, ReplyFile, ReturnedReply
from casework.rules.errors import NotAllowed, RuleError
from casework.rules.letters import LetterState
from casework.rules.roles import Permission, Role
from casework.rules.words import N_
from casework.users.models import Account

WAYS = (("paper", N_("On paper")), ("mail", N_("By official mail")), ("system", N_("In this system")))
WRONG_ROLE = N_("Your role does not allow this step.")


def dispatch(recipient: Recipient, *, day: date, way: str, by: Account, now: datetime, today: date) -> None:
    """Record that the letter went out, how and when; from here on the region sees it."""
    _may_keep_records(by)
    _in_force(recipient.letter)
    if recipient.dispatched_day is not None:
        raise RuleError(N_("The letter was dispatched already."))
    if way not in dict(WAYS):
        raise RuleError(N_("Choose how the letter goes out."), "way")
    if way == "system" and recipient.enterprise_id is not None:
        raise RuleError(N_("An enterprise does not sign in here: choose another way."), "way")
    _within(day, recipient.letter.signing_day, today)
    recipient.dispatched_day, recipient.dispatched_way, recipient.dispatched_by_id = day, way, by.id
    _note("letter dispatched", recipient, {"day": day, "way": way}, by=by, now=now)


def dispatch_all(letter: Letter, *, day: date, way: str, by: Account, now: datetime, today: date) -> int:
    """Record that the letter went out to everybody to whom it had not gone yet; returns to how many."""
    waiting = [one for one in letter.recipients if one.dispatched_day is None]
    if not waiting:
        raise RuleError(N_("The letter was dispatched already."))
    for recipient in waiting:
        dispatch(recipient, day=day, way=way, by=by, now=now, today=today)
    letter.touch(now=now)
    return len(waiting)


def acknowledge(recipient: Recipient, *, by: Account, now: datetime, today: date) -> None:
    """Acknowledge the letter on the screen, as the officer of its region."""
    if Role.CITY not in by.roles:
        raise NotAllowed(N_("Only the officer of the region acknowledges a letter; record a paper receipt instead."))
    _receive(recipient, today, by.name, None, by=by, now=now, today=today)


def record_receipt(
    recipient: Recipient, *, day: date, name: str, scan: StoredFile | None, by: Account, now: datetime, today: date
) -> None:
    """Record a receipt that came on paper: day, who signed it, the scan."""
    _may_keep_records(by)
    if not name.strip():
        raise RuleError(N_("Enter who signed the receipt."), "name")
    _receive(recipient, day, name.strip(), scan, by=by, now=now, today=today)


def _receive(
    recipient: Recipient, day: date, name: str, scan: StoredFile | None, *, by: Account, now: datetime, today: date
) -> None:
    _in_force(recipient.letter)
    if recipient.dispatched_day is None:
        raise RuleError(N_("The letter was not dispatched yet."))
    if recipient.received_day is not None:
        raise RuleError(N_("The letter was acknowledged already."))
    _within(day, recipient.dispatched_day, today)
    recipient.received_day, recipient.received_by, recipient.receipt_recorded_by_id = day, name, by.id
    recipient.receipt_file_id = scan.id if scan else None
    _note("letter received", recipient, {"day": day, "by": name}, by=by, now=now)


def take_reply(
    recipient: Recipient,
    *,
    day: date,
    text: str,
    files: Sequence[StoredFile] = (),
    by: Account,
    now: datetime,
    today: date,
) -> None:
    """Take the written reply, from the officer of the region or recorded by an officer of the department."""
    if not by.may(Permission.LETTER_ANSWER):
        _may_keep_records(by)
    _in_force(recipient.letter)
    if recipient.received_day is None:
        raise RuleError(N_("Acknowledge the letter first."))
    if recipient.replied_day is not None:
        raise RuleError(N_("The reply was taken already."))
    if not text.strip() and not files:
        raise RuleError(N_("Write the reply or attach it as files."), "text")
    _within(day, recipient.received_day, today)
    recipient.replied_day, recipient.reply, recipient.reply_recorded_by_id = day, text.strip(), by.id
    recipient.reply_files.extend(ReplyFile(file=file) for file in files)
    _note("letter replied", recipient, {"day": day, "files": [file.id for file in files]}, by=by, now=now)


def set_aside(recipient: Recipient, why: str) -> None:
    """Keep a reply that was not accepted, with why, and make room for the next one."""
    if recipient.replied_day is None or recipient.reply_recorded_by_id is None:
        raise RuleError(N_("There is no reply yet."))
    names = ("replied_day", "reply", "reply_recorded_by_id")
    old = ReturnedReply(why=why, **{name: getattr(recipient, name) for name in names})
    recipient.returned.append(old)
    db.session.flush()
    for one in recipient.files_with(None):
        one.returned_id = old.id
    recipient.replied_day = recipient.reply_recorded_by_id = None
    recipient.reply = ""


def _may_keep_records(by: Account) -> None:
    if not by.may(Permission.LETTER_REGISTER):
        raise NotAllowed(WRONG_ROLE)


def _in_force(letter: Letter) -> None:
    if letter.state is not LetterState.REGISTERED:
        raise RuleError(N_("Only a letter that is in force goes out and is answered."))


def _within(day: date, first: date | None, today: date) -> None:
    """Refuse a day before the step that came before it, or after today."""
    if day > today or (first is not None and day < first):
        raise RuleError(
            N_("Enter a day from %(first)s to %(today)s."),
            "day", first=(first or today).isoformat(), today=today.isoformat(),
        )  # fmt: skip


def _note(action: str, recipient: Recipient, after: dict[str, object], *, by: Account, now: datetime) -> None:
    recipient.touch(now=now)
    record(action, "letter", recipient.letter_id, by=by, now=now, after={"recipient": recipient.name, **after})
