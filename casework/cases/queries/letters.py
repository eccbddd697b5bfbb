"""Letters and the cases they name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from casework.cases.models import Case, CaseEvent, CaseLetter, ReplyVerdict
from casework.cases.queries.agreed_plans import plans_told
from casework.cases.queries.facts import ANSWERS, moves_of
from casework.cases.queries.history import Happening, last_lines
from casework.db import db, read_rows
from casework.letters.addressing import regions_of
from casework.letters.comparison import UnitChange, changed_units
from casework.letters.content import content_of
from casework.letters.models import Letter, Recipient
from casework.letters.queries import letters_within_reach
from casework.registry.models import Enterprise, Obligation
from casework.registry.queries import obligations_of
from casework.rules.letter_facts import UnitRow, paragraphs_of
from casework.rules.letters import EFFECTIVE_STATES, LetterKind
from casework.rules.plan_words import plans_text
from casework.settings.queries import setting
from casework.users.models import Account, Region

_REGIONS = sa.select(CaseLetter.case_id, CaseLetter.region_id).where(CaseLetter.letter_id == sa.bindparam("letter_id"))
LINES = 5  # of a case's history, beside the letter that is to be signed


def cases_named_by(letter_id: int) -> list[Case]:
    """The cases a letter names, with what the page beside it shows."""
    stmt = sa.select(Case).join(CaseLetter, CaseLetter.case_id == Case.id).where(CaseLetter.letter_id == letter_id)
    stmt = stmt.options(
        joinedload(Case.enterprise, innerjoin=True),
        joinedload(Case.cycle, innerjoin=True),
        joinedload(Case.region, innerjoin=True),
        joinedload(Case.officer),
    )
    return list(db.session.scalars(stmt.order_by(Case.id)).unique())


def lock_cases_named_by(letter_id: int) -> list[Case]:
    """The same cases with their rows locked in the order of their numbers, as every transaction takes them."""
    named = sa.select(CaseLetter.case_id).where(CaseLetter.letter_id == letter_id)
    stmt = sa.select(Case).where(Case.id.in_(named)).order_by(Case.id).with_for_update(of=Case)
    return list(db.session.scalars(stmt.execution_options(populate_existing=True)))


def letters_seen(case_id: int, reader: Account) -> Sequence[Any]:
    """The letters that name a case (id, title, document_number, state, reply_due), the latest first.

    A city officer sees those that were sent to the own region.
    """
    stmt = sa.select(
        Letter.id, Letter.title, Letter.document_number, Letter.state, Letter.reply_due, Letter.reply_provisional
    )
    stmt = stmt.join(CaseLetter, CaseLetter.letter_id == Letter.id).where(CaseLetter.case_id == case_id)
    stmt = stmt.where(letters_within_reach(reader))
    return read_rows(stmt.order_by(Letter.id.desc())).all()


def units_of(cases: Sequence[Case], regions: Sequence[Region]) -> tuple[UnitRow, ...]:
    """The rows of a letter's table: what these cases of one cycle are still short of, as the records have it.

    A letter to several regions shows of each no more than the settings let a city see of another's units.
    """
    if not cases:
        return ()
    owed: dict[int, list[Obligation]] = {}
    for row in obligations_of({case.enterprise_id for case in cases}, cycle_id=cases[0].cycle_id):
        owed.setdefault(row.enterprise_id, []).insert(0, row)
    short = [(case, row) for case in cases for row in owed.get(case.enterprise_id, []) if row.short]
    if not _may_name(cases, regions):
        return _counted(short)
    return tuple(_unit(case.enterprise.name, [row]) for case, row in short)


def _may_name(cases: Sequence[Case], regions: Sequence[Region]) -> bool:
    """Whether each of the regions may read the names of these cases' units."""
    own = all(case.region.path.startswith(region.path) for case in cases for region in regions)
    return own or setting("others_units") == "names"


def _counted(short: Sequence[tuple[Case, Obligation]]) -> tuple[UnitRow, ...]:
    """The units of each region and year together, in the order of the regions."""
    together: dict[tuple[int, str, str], list[Obligation]] = {}
    for case, row in short:
        together.setdefault((case.region.position, case.region.name, row.year.label), []).append(row)
    units = {name: {row.enterprise_id for case, row in short if case.region.name == name} for _, name, _ in together}
    return tuple(
        _unit(f"{name}{len(units[name])}家重点排放单位", rows, count=len(units[name]))
        for (_, name, _), rows in sorted(together.items(), key=lambda one: one[0])
    )


def _unit(name: str, rows: Sequence[Obligation], count: int = 1) -> UnitRow:
    due, surrendered = sum(row.due for row in rows), sum(row.surrendered for row in rows)
    return UnitRow(name, f"{rows[0].year.label}年度", due, surrendered, count)


def foreign_units_in(text: str, regions: Sequence[Region]) -> list[str]:
    """The names of units in a text that some of these regions may not read, as the settings have it."""
    if setting("others_units") == "names":
        return []
    found = sa.select(Enterprise.name, Region.path).join(Region, Region.id == Enterprise.region_id)
    found = found.where(sa.literal(text).contains(Enterprise.name))
    return [name for name, path in db.session.execute(found) if not all(path.startswith(one.path) for one in regions)]


def urging_numbers(case_ids: Iterable[int]) -> tuple[str, ...]:
    """Numbers of the work supervision letters in force that name these cases, in order."""
    stmt = (
        sa.select(Letter)
        .join(CaseLetter, CaseLetter.letter_id == Letter.id)
        .where(CaseLetter.case_id.in_(list(case_ids)), Letter.kind == LetterKind.WORK_SUPERVISION)
        .where(Letter.state.in_(EFFECTIVE_STATES))
        .order_by(Letter.year, Letter.number)
    )
    return tuple(dict.fromkeys(str(letter.document_number) for letter in db.session.scalars(stmt).unique()))


@dataclass(frozen=True)
class NamedCase:
    """A case beside the letter that names it: the last lines of its history, and the verdicts on replies."""

    case: Case
    history: list[Happening]
    verdicts: dict[int, ReplyVerdict]  # by recipient
    region_id: int  # of the recipient that answers for it


def beside(letter_id: int) -> list[NamedCase]:
    """What a letter's page shows of the cases it names, in a fixed number of queries."""
    named = cases_named_by(letter_id)
    lines = last_lines([case.id for case in named], LINES)
    given = sa.select(ReplyVerdict).where(ReplyVerdict.case_id.in_(lines))
    verdicts = list(db.session.scalars(given))
    regions = {row.case_id: row.region_id for row in db.session.execute(_REGIONS, {"letter_id": letter_id})}
    return [
        NamedCase(
            case, lines[case.id], {row.recipient_id: row for row in verdicts if row.case_id == case.id},
            regions[case.id],
        )
        for case in named
    ]  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What was said of a reply for one unit."""

    unit: str
    accepted: bool
    reason: str


def verdicts_on(recipients: Iterable[Recipient]) -> dict[int, list[Verdict]]:
    """What was said of the replies of these recipients, for each of them."""
    stmt = (
        sa.select(ReplyVerdict, Enterprise.name)
        .join(Case, Case.id == ReplyVerdict.case_id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(ReplyVerdict.recipient_id.in_([one.id for one in recipients]))
        .order_by(ReplyVerdict.case_id)
    )
    found: dict[int, list[Verdict]] = {}
    for row, unit in db.session.execute(stmt):
        found.setdefault(row.recipient_id, []).append(Verdict(unit, row.accepted, row.reason))
    return found


def moved_by(letter_id: int, named: Sequence[NamedCase]) -> dict[int, bool]:
    """The cases that a letter moved, each with whether it still stands where the letter brought it."""
    stmt = sa.select(CaseEvent.case_id).where(CaseEvent.letter_id == letter_id, CaseEvent.from_state.is_not(None))
    moved = set(db.session.scalars(stmt))
    lasts = {one.case.id: moves_of(one.case.id)[-1:] for one in named if one.case.id in moved}
    return {case_id: any(move.letter_id == letter_id for move in last) for case_id, last in lasts.items()}


@dataclass(frozen=True)
class EarlierReply:
    """What came of an earlier letter that names a case: its reply and the verdict for that case."""

    number: str
    due: date | None
    replied_day: date | None
    verdict: ReplyVerdict | None


def earlier_replies(letter_id: int, named: Sequence[NamedCase]) -> dict[int, list[EarlierReply]]:
    """For each case that a letter names, the other letters in force that name it, oldest first, with their replies."""
    stmt = (
        sa.select(CaseLetter.case_id, Letter, Recipient, ReplyVerdict)
        .join(Letter, Letter.id == CaseLetter.letter_id)
        .join(Recipient, ANSWERS)
        .outerjoin(
            ReplyVerdict, sa.and_(ReplyVerdict.recipient_id == Recipient.id, ReplyVerdict.case_id == CaseLetter.case_id)
        )
        .where(CaseLetter.case_id.in_([one.case.id for one in named]), Letter.id != letter_id)
        .where(Letter.state.in_(EFFECTIVE_STATES))
        .order_by(Letter.id, Recipient.id)
    )
    found: dict[int, list[EarlierReply]] = {}
    for case_id, letter, recipient, verdict in db.session.execute(stmt).unique():
        reply = EarlierReply(str(letter.document_number), recipient.reply_due, recipient.replied_day, verdict)
        found.setdefault(case_id, []).append(reply)
    return found


@dataclass(frozen=True)
class Figures:
    """The units' figures in a letter, of which day they are, and where the records differ from them now."""

    day: date | None
    rows: tuple[UnitRow, ...]
    changes: tuple[UnitChange, ...]
    plans: tuple[str, ...] = ()  # what it tells of relief plans, a paragraph each
    plans_changed: bool = False


def figures_in(letter: Letter, named: Sequence[NamedCase]) -> Figures:
    """The figures that a letter gives; those of a numbered one stand and are not compared."""
    content, cases = content_of(letter), [one.case for one in named]
    changes: tuple[UnitChange, ...] = ()
    told, plans_changed = paragraphs_of(plans_text(content.plans, content.units_day, setting("organ"))), False
    if letter.number is None:
        units = units_of(cases, regions_of(letter))
        changes = changed_units(content.units, units)
        plans_changed = content.plans != plans_told(letter.kind, cases, units)
    return Figures(content.units_day, content.units, changes, told, plans_changed)
