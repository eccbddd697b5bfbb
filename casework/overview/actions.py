"""Drafting a bulletin from what the records say."""

from datetime import date, datetime

from casework.cases.actions.letter_drafts import Asked, draft_letter
from casework.letters.actions.drafting import fill_in
from casework.letters.addressing import regions_to_choose
from casework.letters.models import Letter
from casework.overview.queries.bulletin import bulletin_facts
from casework.registry.models import Cycle
from casework.rules.bulletins import paragraphs, tables
from casework.rules.deadlines import WorkingCalendar
from casework.rules.letters import AddresseeKind, LetterKind
from casework.users.models import Account


def draft_bulletin(
    cycle: Cycle, addressee_kind: AddresseeKind, *, calendar: WorkingCalendar, by: Account, now: datetime, today: date
) -> Letter:
    """Begin a bulletin on a cycle to every region; it counts units and names none."""
    asked = Asked(
        kind=LetterKind.BULLETIN, addressee_kind=addressee_kind, regions=tuple(regions_to_choose(by)), cycle=cycle
    )
    letter = draft_letter([], asked, calendar=calendar, by=by, now=now, today=today)
    facts = bulletin_facts(cycle, by, today=today)
    fill_in(letter, "\n".join(paragraphs(facts)), tables(facts), by=by, now=now)
    return letter
