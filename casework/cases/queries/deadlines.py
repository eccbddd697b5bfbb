"""The facts that the working deadlines of cases follow from."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa

from casework.cases.models import Case, CaseEvent, Extension, Pause
from casework.db import db
from casework.registry.calendar import working_calendar
from casework.rules import working_deadlines as rules
from casework.rules.deadlines import day_of
from casework.rules.states import Step
from casework.rules.working_deadlines import DeadlineFacts

# A reopened case has a deadline of its own, even if the former one was extended earlier the same day.
_REOPENED_SINCE = sa.exists().where(
    CaseEvent.case_id == Extension.case_id, CaseEvent.step == Step.REOPEN, CaseEvent.at > Extension.decided_at
)


def deadline_facts(case: Case) -> DeadlineFacts:
    """Return what the working deadline of a case follows from."""
    return deadline_facts_of([case])[case.id]


def deadline_facts_of(cases: Iterable[Case]) -> Mapping[int, DeadlineFacts]:
    """Return what the working deadlines of cases follow from, by case, in two queries."""
    cases = list(cases)
    ids = [case.id for case in cases]
    pauses = sa.select(Pause.case_id, Pause.from_day, Pause.until_day).where(Pause.case_id.in_(ids))
    granted = sa.select(Extension.case_id, Extension.decided_at, Extension.new_day).where(
        Extension.case_id.in_(ids), Extension.granted.is_(True), ~_REOPENED_SINCE
    )
    rested: dict[int, list[rules.Pause]] = {}
    for case_id, first, until in db.session.execute(pauses.order_by(Pause.from_day, Pause.id)):
        rested.setdefault(case_id, []).append(rules.Pause(first, until))
    extended: dict[int, list[rules.Extension]] = {}
    for case_id, decided, new_day in db.session.execute(granted.order_by(Extension.decided_at, Extension.id)):
        if decided is not None:
            extended.setdefault(case_id, []).append(rules.Extension(day_of(decided), new_day))
    return {
        case.id: DeadlineFacts(
            first_day=case.deadline_set or case.working_deadline,
            since=case.deadline_since or day_of(case.listed_at),
            extensions=tuple(extended.get(case.id, ())),
            pauses=tuple(rested.get(case.id, ())),
        )
        for case in cases
    }


def resumed(facts: DeadlineFacts, today: date) -> DeadlineFacts:
    """Return the facts as they would be if the pause ended today."""
    pauses = tuple(pause if pause.until else replace(pause, until=today) for pause in facts.pauses)
    return replace(facts, pauses=pauses)


def extension_ceiling(case: Case, days_most: int) -> date:
    """Return the last day to which all extensions together may move the working deadline of a case.

    What the case rested comes on top. A case whose deadline was never moved needs no query.
    """
    day = case.working_deadline
    if case.deadline_set is not None:
        day = rules.day_unextended(deadline_facts(case), working_calendar())
    return day + timedelta(days=days_most)
