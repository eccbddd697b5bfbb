"""The notice of a round: a letter to the bureaus that are asked, which takes the road of every letter."""

from datetime import date, datetime

from casework.audit.actions import record
from casework.cases.actions.letter_drafts import Asked, draft_letter
from casework.letters.models import Letter
from casework.rounds.models import Round
from casework.rounds.queries.rounds import regions_of
from casework.rules.deadlines import WorkingCalendar
from casework.rules.errors import RuleError
from casework.rules.letters import AddresseeKind, LetterKind
from casework.rules.rounds import RoundState
from casework.users.models import Account


def draft_notice(round_: Round, *, calendar: WorkingCalendar, by: Account, now: datetime, today: date) -> Letter:
    """Begin the notice of an open round, due with it, to the bureaus of the regions that are asked."""
    round_.hold()
    if round_.letter_id is not None:
        raise RuleError("The notice of this round was drafted already.")
    if round_.state is not RoundState.OPEN:
        raise RuleError("Only a round that is being reported is announced by a notice.")
    asked = Asked(
        kind=LetterKind.NOTICE, addressee_kind=AddresseeKind.BUREAU, cycle=round_.cycle, reply_day=round_.due_day,
        regions=tuple(part.region for part in regions_of(round_, by)),
    )  # fmt: skip
    letter = draft_letter((), asked, calendar=calendar, by=by, now=now, today=today)
    round_.letter_id = letter.id
    round_.touch(now=now)
    record("round notice", "round", round_.id, by=by, now=now, after={"letter": letter.id})
    return letter
