"""Letters that are drafted from cases or for a cycle, and whose text goes no further than their readers may know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casework.cases.models import Case, CaseLetter
from casework.cases.queries.agreed_plans import plans_told
from casework.cases.queries.letters import cases_named_by, foreign_units_in, units_of, urging_numbers
from casework.db import db
from casework.letters.actions import drafting, way
from casework.letters.addressing import Addressees, region_over, regions_of
from casework.letters.content import Content, content_of, draft_facts
from casework.letters.models import Letter, LetterEvent
from casework.letters.printing import Render
from casework.letters.queries import issuer_of
from casework.registry.models import Cycle
from casework.rules.deadlines import WorkingCalendar, add_working_days, day_of, last_day
from casework.rules.errors import RuleError
from casework.rules.letter_drafts import Occasion
from casework.rules.letter_facts import LetterFacts, letter_paragraphs
from casework.rules.letters import KINDS, AddresseeKind, LetterKind
from casework.rules.words import N_
from casework.settings.queries import setting
from casework.users.models import Account, Region

CASES_MOST = 100
NOTHING_SHORT = N_("The records show nothing short any more for the units of this letter.")
FOREIGN = N_("The letter goes to several regions, of which some may not read the name of %(unit)s: leave it out.")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which letter is to be drafted, to whom; without regions it goes to those of its cases."""

    kind: LetterKind
    addressee_kind: AddresseeKind
    regions: tuple[Region, ...] = ()
    cycle: Cycle | None = None  # that the letter speaks of, where it names no case
    reply_day: date | None = None  # where it is not counted from today


def draft_for_cases(
    cases: Sequence[Case],
    kind: LetterKind,
    *,
    addressee_kind: AddresseeKind,
    calendar: WorkingCalendar,
    by: Account,
    now: datetime,
    today: date,
) -> Letter:
    """Begin one letter that names these cases of one region, filled from the records of today."""
    asked = Asked(kind=kind, addressee_kind=addressee_kind)
    return draft_letter(cases, asked, calendar=calendar, by=by, now=now, today=today)


def draft_letters(
    cases: Sequence[Case], asked: Asked, *, calendar: WorkingCalendar, by: Account, now: datetime, today: date
) -> list[Letter]:
    """Begin the letters that are asked for: one for all the cases, but to enterprises one each."""
    together = [[case] for case in cases] if asked.addressee_kind is AddresseeKind.ENTERPRISE else [cases]
    return [draft_letter(some, asked, calendar=calendar, by=by, now=now, today=today) for some in together or [cases]]


def draft_letter(
    cases: Sequence[Case], asked: Asked, *, calendar: WorkingCalendar, by: Account, now: datetime, today: date
) -> Letter:
    """Begin one letter that names these cases, or none, filled from the records of today."""
    check_company(cases, asked.kind)
    whom = _addressees(cases, asked)
    cycle = cases[0].cycle if cases else asked.cycle
    if cycle is None:
        raise RuleError(N_("Choose the cycle of which the letter speaks."), "cycle")
    units = units_of(cases, whom.regions)
    if cases and not units:
        raise RuleError(NOTHING_SHORT, "cases")
    days = setting("reply_days")
    reply = add_working_days(today, days, calendar)
    occasion = Occasion(
        kind=asked.kind,
        region=region_over(whom.regions).name if whom.regions else "",
        years=tuple(year.label for year in cycle.years),
        deadline=last_day(cycle.deadline),
        reply_due=asked.reply_day or reply.day,
        reply_from=None if asked.reply_day else today,
        reply_days=None if asked.reply_day else days,
        reply_provisional=reply.provisional and not asked.reply_day,
        units=units,
        plans=plans_told(asked.kind, cases, units),
        earlier=urging_numbers([case.id for case in cases]),
    )
    letter = drafting.draft(occasion, whom, units_day=today, by=by, now=now)
    db.session.add_all(
        CaseLetter(letter_id=letter.id, case_id=case.id, region_id=_answering(case, whom)) for case in cases
    )
    db.session.flush()
    return letter


def _addressees(cases: Sequence[Case], asked: Asked) -> Addressees:
    """To whom the letter goes: where a kind goes to one region, to that of its cases."""
    of_cases = tuple(dict.fromkeys(case.region for case in cases))
    regions = (asked.regions or of_cases) if KINDS[asked.kind].several else of_cases
    enterprise = cases[0].enterprise if cases and asked.addressee_kind is AddresseeKind.ENTERPRISE else None
    return Addressees(asked.addressee_kind, regions, enterprise)


def _answering(case: Case, whom: Addressees) -> int:
    """The region whose recipient answers for a case: of one recipient that one, else the case's own."""
    return whom.regions[0].id if len(whom.regions) == 1 else case.region_id


def check_company(cases: Sequence[Case], kind: LetterKind | None = None) -> None:
    """Refuse none, too many, closed ones, and those that do not go into one letter (of this kind)."""
    if not cases and (kind is None or KINDS[kind].about_cases):
        raise RuleError(N_("Choose at least one case."), "cases")
    if len(cases) > CASES_MOST:
        raise RuleError(N_("One letter names at most %(most)s cases."), "cases", most=CASES_MOST)
    if kind is not None and not KINDS[kind].several and len({case.region_id for case in cases}) > 1:
        raise RuleError(N_("One letter goes to one region: choose cases of one region."), "cases")
    if len({case.cycle_id for case in cases}) > 1:
        raise RuleError(N_("One letter speaks of one cycle: choose cases of one cycle."), "cases")
    if closed := next((case for case in cases if case.closed_at), None):
        raise RuleError(N_("The case of %(unit)s is closed: choose open cases."), "cases", unit=closed.enterprise.name)


def save(letter: Letter, columns: drafting.Columns, content: Content, *, by: Account, now: datetime) -> None:
    """Save the text of a draft; where other regions get it now, the units' rows become what those may read."""
    regions = regions_of(letter)
    drafting.save(letter, columns, content, by=by, now=now)
    fresh = units_of(cases_named_by(letter.id), regions_of(letter))
    if regions_of(letter) != regions and fresh:
        units_day = content_of(letter).units_day
        plans = content_of(letter).plans
        drafting.refresh_units(letter, fresh, plans, day=units_day or day_of(now), by=by, now=now)


def refresh_units(letter: Letter, *, by: Account, now: datetime, today: date) -> drafting.Refreshed:
    """Take the figures and plans of the units that a draft names from the records of today, and say what changed."""
    cases = cases_named_by(letter.id)
    units = units_of(cases, regions_of(letter))
    plans = plans_told(letter.kind, cases, units)
    return drafting.refresh_units(letter, units, plans, day=today, by=by, now=now)


def submit(
    letter: Letter, *, render: Render, calendar: WorkingCalendar, by: Account, now: datetime, today: date
) -> LetterEvent:
    """Send a draft to review, unless it tells a region more of another's units than the settings allow."""
    facts, regions = draft_facts(letter, issuer_of(letter), today=today), regions_of(letter)
    said = "\n".join((facts.title, *letter_paragraphs(facts), *_attached(facts)))
    if len(regions) > 1 and (named := foreign_units_in(said, regions)):
        raise RuleError(FOREIGN, "body", unit=named[0])
    return way.submit(letter, render=render, calendar=calendar, by=by, now=now, today=today)


def _attached(facts: LetterFacts) -> Iterator[str]:
    """Every text below the body: of the table of units and of the attachments."""
    yield from (unit.name for unit in facts.units)
    for one in facts.attachments:
        yield from (one.title, *one.paragraphs)
        yield from (cell for row in (one.table.rows if one.table else ()) for cell in row)
