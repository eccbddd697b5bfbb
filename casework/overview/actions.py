"""Drafting a bulletin from what the records and a round of reports say."""

from datetime import date, datetime

from casework.cases.actions.letter_drafts import Asked, draft_letter
from casework.db import db
from casework.letters.actions.drafting import fill_in
from casework.letters.addressing import regions_to_choose
from casework.letters.models import Letter
from casework.overview.queries.bulletin import bulletin_facts
from casework.registry.models import Cycle
from casework.rounds.models import Round, RoundBulletin
from casework.rules.bulletin_tables import tables
from casework.rules.bulletins import paragraphs, title_of
from casework.rules.deadlines import WorkingCalendar
from casework.rules.letters import AddresseeKind, LetterKind
from casework.users.models import Account


def draft_bulletin(
    cycle: Cycle,
    round_: Round | None,
    addressee_kind: AddresseeKind,
    *,
    calendar: WorkingCalendar,
    by: Account,
    now: datetime,
    today: date,
) -> Letter:
    """Begin a bulletin on a cycle to every region, with what was reported in a round of it, if it rests on one."""
    places = tuple(regions_to_choose(by))
    asked = Asked(kind=LetterKind.BULLETIN, addressee_kind=addressee_kind, regions=places, cycle=cycle)
    letter = draft_letter([], asked, calendar=calendar, by=by, now=now, today=today)
    facts = bulletin_facts(cycle, round_, places, by, today=today)
    fill_in(letter, title_of(facts, letter.title), "\n".join(paragraphs(facts)), tables(facts), by=by, now=now)
    if round_:
        db.session.add(RoundBulletin(letter_id=letter.id, round_id=round_.id))
        db.session.flush()
    return letter
