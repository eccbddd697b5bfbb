"""What the records and a round of reports say for a bulletin, region by region; the bulletins a reader may see."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from casework.cases.models import Case, CaseLetter
from casework.cases.queries.letters import foreign_units_in
from casework.db import db, read_rows
from casework.letters.models import Letter, Recipient
from casework.letters.queries import letters_within_reach
from casework.registry.figures import added, completion_by_region, progress_since
from casework.registry.models import Cycle, Enterprise
from casework.rounds.models import Report, Round
from casework.rules.bulletin_facts import BulletinFacts, RegionFacts, RiskUnit, RoundFacts, Wish
from casework.rules.letters import LetterKind, LetterState
from casework.rules.report_forms import Risk
from casework.rules.rounds import GIVEN, RoundState
from casework.settings.queries import setting
from casework.users.models import Account, Region
from casework.users.queries import within_reach

RISKS_MOST = 100
UNIT = "有关单位"  # in place of a name that not every city may read


def bulletin_facts(
    cycle: Cycle, round_: Round | None, places: Sequence[Region], reader: Account, *, today: date
) -> BulletinFacts:
    """The facts of a cycle as of today, with those of one of its rounds; units count in the place over them."""
    over = _places_over(places, reader)
    figures = completion_by_region(reader, cycle_id=cycle.id)
    since = _due_before(cycle, round_)
    progress = progress_since(reader, cycle_id=cycle.id, day=since) if since else {}
    reported = _reported(round_, reader) if round_ else {}
    unanswered = _unanswered(cycle, today)
    wishes = _wishes(round_, places, over, reader) if round_ else {}
    regions = []
    for place in [*places, *([reader.region] if reader.region not in places else [])]:
        own = [one for one in figures if over.get(one.region_id) == place.id]
        below = [id_ for id_, top in over.items() if top == place.id]
        numbers = _summed([reported.get(id_, {}) for id_ in below])
        if not own and not any(numbers.values()) and place not in places:
            continue
        done = [progress[id_] for id_ in below if id_ in progress]
        regions.append(
            RegionFacts(
                name=place.name, figures=added(one.figures for one in own), wishes=tuple(wishes.get(place.id, ())),
                completed_since=sum(units for units, _ in done), surrendered_since=sum(tonnes for _, tonnes in done),
                unanswered=sum(unanswered.get(id_, 0) for id_ in below), **numbers,
            )
        )  # fmt: skip
    return BulletinFacts(
        day=today, total=added(one.figures for one in figures), milestone=_milestone(cycle, today),
        regions=tuple(regions), since=since, risks=_risks(round_, reader) if round_ else (),
        round=RoundFacts(number=round_.number, frozen=round_.state is RoundState.FROZEN) if round_ else None,
    )  # fmt: skip


def _places_over(places: Sequence[Region], reader: Account) -> dict[int, int]:
    """For each region the place that counts it: one of those, or the reader's own where none lies over it."""
    stmt = sa.select(Region.id, Region.path).where(within_reach(Region.id, reader))
    found = {}
    for id_, path in read_rows(stmt):
        found[id_] = next((one.id for one in places if path.startswith(one.path)), reader.region_id)
    return found


def _summed(rows: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row)
    return dict(total)


def _milestone(cycle: Cycle, today: date) -> tuple[date, Decimal] | None:
    """The last milestone that has passed, or the next."""
    days = sorted((one.day, one.share) for one in cycle.milestones)
    found = [one for one in days if one[0] <= today][-1:] or days[:1]
    return (found[0][0], Decimal(found[0][1]) / 100) if found else None


def _due_before(cycle: Cycle, round_: Round | None) -> date | None:
    """The due day of the frozen round before this one, or of the last."""
    stmt = sa.select(Round.due_day).where(Round.cycle_id == cycle.id, Round.state == RoundState.FROZEN)
    if round_ is not None:
        stmt = stmt.where(Round.number < round_.number)
    return db.session.scalar(stmt.order_by(Round.number.desc()).limit(1))


def _number(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0)), 0)


_GIVEN = Report.state.in_(GIVEN)
_REPORTED = {
    "units": sa.func.count(),
    "on_time": _number(Report.first_submitted_at < Round.due_at),
    "late": _number(Report.first_submitted_at >= Round.due_at),
    "changed": _number(_GIVEN, Report.changed.is_(True)),
    "worse": _number(_GIVEN, Report.worse != ""),
    "at_risk": _number(_GIVEN, Report.risk == Risk.HIGH),
}


def _reported(round_: Round, reader: Account) -> dict[int, dict[str, int]]:
    """What each region reported in a round."""
    stmt = sa.select(Report.region_id, *_REPORTED.values()).join(Round, Round.id == Report.round_id)
    stmt = stmt.where(Report.round_id == round_.id, within_reach(Report.region_id, reader)).group_by(Report.region_id)
    return {id_: dict(zip(_REPORTED, map(int, numbers), strict=True)) for id_, *numbers in read_rows(stmt)}


def _unanswered(cycle: Cycle, today: date) -> dict[int, int]:
    """Letters beyond their reply day, by region: those about cases of the cycle, and those about no case."""
    named = sa.exists().where(CaseLetter.letter_id == Letter.id)
    stmt = sa.select(Recipient.region_id, sa.func.count()).join(Letter, Letter.id == Recipient.letter_id)
    stmt = stmt.where(
        Letter.state == LetterState.REGISTERED, Recipient.dispatched_day.is_not(None), Recipient.replied_day.is_(None),
        Recipient.reply_due < today, Recipient.enterprise_id.is_(None),
        sa.or_(~named, named.where(Case.id == CaseLetter.case_id, Case.cycle_id == cycle.id)),
    ).group_by(Recipient.region_id)  # fmt: skip
    return {id_: int(count) for id_, count in read_rows(stmt)}


def _wishes(round_: Round, places: Sequence[Region], over: Mapping[int, int], reader: Account) -> dict[int, list[Wish]]:
    """The help that each place wants, the most frequent first; names that not every city may read are left out."""
    stmt = sa.select(Report.region_id, Report.submitted).where(Report.round_id == round_.id, _GIVEN)
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for region_id, submitted in read_rows(stmt.where(within_reach(Report.region_id, reader))):
        if text := str((submitted or {}).get("help") or "").strip():
            counted[over[region_id]][text] += 1
    hidden = _hidden_names("\n".join(text for texts in counted.values() for text in texts), places)
    return {place: _told(texts, hidden) for place, texts in counted.items()}


def _hidden_names(text: str, places: Sequence[Region]) -> list[str]:
    return sorted(foreign_units_in(text, places), key=len, reverse=True) if text and len(places) > 1 else []


def _told(texts: Counter[str], hidden: Sequence[str]) -> list[Wish]:
    told: Counter[str] = Counter()
    for text, units in texts.items():
        shown = text
        for name in hidden:
            shown = shown.replace(name, UNIT)
        told[shown] += units
    return [Wish(text=text, units=units) for text, units in sorted(told.items(), key=lambda one: (-one[1], one[0]))]


def _risks(round_: Round, reader: Account) -> tuple[RiskUnit, ...]:
    """The units judged at high risk, by region, where the settings let every city read the names."""
    if setting("others_units") != "names":
        return ()
    columns: list[Any] = [Region.name, Enterprise.name, Case.short, Report.to_buy]
    stmt = (
        sa.select(*columns).join(Case, Case.id == Report.case_id).join(Enterprise, Enterprise.id == Case.enterprise_id)
    )
    stmt = stmt.join(Region, Region.id == Report.region_id)
    stmt = stmt.where(Report.round_id == round_.id, _GIVEN, Report.risk == Risk.HIGH)
    stmt = stmt.where(within_reach(Report.region_id, reader))
    stmt = stmt.order_by(Region.position, Region.code, Case.short.desc(), Enterprise.name).limit(RISKS_MOST)
    return tuple(RiskUnit(region=row[0], name=row[1], short=row[2], to_buy=row[3]) for row in read_rows(stmt))


def rounds_to_rest_on(cycle_ids: Iterable[int]) -> list[Round]:
    """The rounds a bulletin may rest on, the newest first: what is frozen, and what is being reported."""
    stmt = sa.select(Round).where(
        Round.cycle_id.in_(list(cycle_ids)), Round.state.in_((RoundState.FROZEN, RoundState.OPEN))
    )
    return list(db.session.scalars(stmt.order_by(Round.due_at.desc(), Round.id.desc()).limit(40)).unique())


def bulletins(reader: Account) -> sa.Select[Any]:
    """The bulletins that the reader may see."""
    return sa.select(Letter).where(Letter.kind == LetterKind.BULLETIN, letters_within_reach(reader))
