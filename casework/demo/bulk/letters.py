"""Letters of generated cases: few, each naming many, taken from the draft to the number like any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from casework.audit.actions import record
from casework.demo.bulk.cast import Cast
from casework.demo.bulk.units import Unit
from casework.demo.people import DEMO
from casework.demo.registers import office_hours
from casework.letters.actions.drafting import draft
from casework.letters.actions.freeze import freeze
from casework.letters.actions.recipients import dispatch
from casework.letters.actions.way import pass_review, sign, submit
from casework.letters.addressing import Addressees
from casework.letters.models import Letter
from casework.letters.printing import Render
from casework.registry.calendar import working_calendar
from casework.rules.letter_drafts import Occasion
from casework.rules.letter_facts import UnitRow
from casework.rules.letters import AddresseeKind, LetterKind
from casework.rules.states import Step
from casework.users.models import Region

_DAYS_TO_REPLY = 20


@dataclass(frozen=True)
class Issued:
    """A registered letter as the history of its cases names it."""

    letter_id: int
    signed_on: date
    reply_due: date


@dataclass(frozen=True)
class LettersOfBatch:
    """The letters of one region's batch: the earlier urging went unanswered, so supervision followed."""

    unanswered: Issued | None
    urging: Issued | None
    supervision: Issued | None

    def of(self, unit: Unit, step: Step) -> Issued | None:
        """The letter by which this unit's case took the step, if it is taken by letter."""
        if step is Step.SUPERVISE:
            return self.supervision
        if step is Step.URGE:
            return self.unanswered if Step.SUPERVISE in unit.life.steps else self.urging
        return None

    def naming(self, unit: Unit) -> list[Issued]:
        """Every letter that names the unit's case."""
        return [letter for step in unit.life.steps if (letter := self.of(unit, step))]


def issue_letters(units: Sequence[Unit], region: Region, cast: Cast, *, render: Render) -> LettersOfBatch:
    """Write, sign, register and send the letters that the lives of these units need."""
    supervised = [unit for unit in units if Step.SUPERVISE in unit.life.steps]
    urged = [unit for unit in units if Step.URGE in unit.life.steps and Step.SUPERVISE not in unit.life.steps]
    work, supervision = LetterKind.WORK_SUPERVISION, LetterKind.SUPERVISION
    unanswered = _issue(work, supervised, region, cast.ago(45), cast, render=render)
    return LettersOfBatch(
        unanswered=unanswered,
        supervision=_issue(supervision, supervised, region, cast.ago(12), cast, render=render),
        urging=_issue(work, urged, region, cast.ago(9), cast, render=render),
    )


def _issue(
    kind: LetterKind, units: Sequence[Unit], region: Region, day: date, cast: Cast, *, render: Render
) -> Issued | None:
    if not units:
        return None
    officer, calendar = cast.officer(units[0].number), working_calendar()
    reply_due = day + timedelta(days=_DAYS_TO_REPLY)
    occasion = _occasion(kind, units, region, reply_due, cast)
    whom = Addressees(AddresseeKind.GOVERNMENT, (region,))
    letter = draft(occasion, whom, units_day=day, by=officer, now=office_hours(day, 9))
    submit(letter, render=render, calendar=calendar, by=officer, now=office_hours(day, 10), today=day)
    pass_review(letter, by=cast.reviewer, now=office_hours(day, 11))
    sign(letter, calendar=calendar, by=cast.leader, now=office_hours(day, 14), today=day)
    _register(letter, len(units), day, cast, render=render)
    return Issued(letter.id, day, reply_due)


def _register(letter: Letter, cases: int, day: date, cast: Cast, *, render: Render) -> None:
    now = office_hours(day, 15)
    freeze(letter, render=render, by=cast.reviewer, now=now)
    dispatch(letter.recipients[0], day=day, way="system", by=cast.reviewer, now=now, today=day)
    record("cases named", "letter", letter.id, by=DEMO, now=now, after={"cases": cases})


def _occasion(kind: LetterKind, units: Sequence[Unit], region: Region, reply_due: date, cast: Cast) -> Occasion:
    """All units in one line with their sums: a table of thousands is no letter."""
    together = UnitRow(
        f"{region.name}{len(units)}家重点排放单位",
        f"{cast.live.year.label}年度",
        sum(unit.verified for unit in units),
        sum(unit.surrendered for unit in units),
    )
    return Occasion(
        kind=kind,
        region=region.name,
        years=(cast.live.year.label,),
        deadline=cast.live.last_day,
        reply_due=reply_due,
        units=(together,),
    )
