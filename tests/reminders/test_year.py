"""A year in fast motion on the database: rounds, reports, reminders, outages, a year end, a year announced late.

What must come of it is said by an oracle that looks at the records before each run of the worker.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from support.cases import a_case, a_cycle, account
from support.cast import NOW
from support.rounds import FILLED

from casework.audit.actions import commit
from casework.cases.actions import pauses
from casework.cases.models import Case
from casework.jobs import actions as jobs
from casework.jobs import worker
from casework.jobs.models import Job, JobState
from casework.notices.models import Notice
from casework.operations.invariants import faults
from casework.registry.actions.calendar import enter_year
from casework.registry.calendar import working_calendar
from casework.rounds.actions.freezing import correct_report
from casework.rounds.actions.reporting import save_report, submit_reports
from casework.rounds.actions.reviewing import return_report
from casework.rounds.actions.schedules import set_up_schedule
from casework.rounds.models import Report, Round
from casework.rounds.queries.schedules import facts_of
from casework.rounds.units import UnitFilter
from casework.rules.calendar_days import read_year
from casework.rules.chasing import ChasingRules, Rung, rung_of, rungs_reached
from casework.rules.deadlines import SHANGHAI, last_day
from casework.rules.reminding import ReminderRules, in_office_hours
from casework.rules.rounds import GIVEN, WITH_CITY, Rhythm, RoundState, periods
from casework.rules.workflow import State
from casework.users.models import Region

BEGIN = date(2026, 11, 23)
DOWN = {date(2026, 12, 10), *(date(2026, 12, 21) + timedelta(days=n) for n in range(7))}  # a day, and a week
DOWN |= {day + timedelta(days=150) for day in DOWN}
RESTS, WORKS, ANNOUNCED_ON = date(2026, 12, 28), date(2027, 1, 5), date(2027, 1, 8)
ANNOUNCED = read_year(
    2027,
    "2027-01-01 放假 元旦\n2027-01-04 放假 元旦\n2027-01-09 上班\n2027-02-05 放假 春节\n2027-02-08 放假 春节\n"
    "2027-02-09 放假 春节\n2027-02-20 上班\n2027-10-01 放假 国庆节\n2027-10-04 放假 国庆节\n2027-10-05 放假 国庆节",
)
LABELS = {rung.label: rung for rung in Rung}
CITIES = {"640200": "dora", "640100": "dan"}


class Year:
    """The story: what people do, what the worker does, and what the oracle expects of it."""

    def __init__(self, session, monkeypatch):
        self.session, self.monkeypatch = session, monkeypatch
        self.rounds, self.frozen, self.expected = {}, {}, {}
        cycle = a_cycle("2026", deadline=datetime(2027, 12, 31, 16, tzinfo=SHANGHAI))
        for code in CITIES:
            a_case(State.SUPERVISED, region_code=code, cycle=cycle, deadline=date(2027, 1, 15))
        a_case(State.SUPERVISED, cycle=cycle, deadline=date(2027, 10, 8))  # in a year that nobody has announced
        values = {
            "rhythm": Rhythm.WEEKLY, "first_day": BEGIN, "last_day": date(2027, 12, 31), "working_days": 3, "note": "",
        }  # fmt: skip
        schedule = set_up_schedule(
            cycle, values, UnitFilter(), calendar=working_calendar(), by=account("alice"), now=NOW
        )
        self.facts = facts_of(schedule)
        self.resting = a_case(State.ASSISTING, cycle=cycle, deadline=date(2027, 1, 8)).id
        monkeypatch.setattr(jobs, "RECURRING", {"rounds": timedelta(minutes=1), "reminders": timedelta(minutes=10)})
        jobs.keep_recurring(now=NOW)
        commit()

    def live(self, days):
        """Let so many days pass; the program looks twice a day, and is down on some."""
        for day in (BEGIN + timedelta(days=n) for n in range(days)):
            if day in DOWN:
                continue
            self.happen(day)
            for hour in (9, 17):
                self.now = datetime.combine(day, time(hour, 5), SHANGHAI)
                self.monkeypatch.setattr(worker.clock, "now", lambda: self.now)
                self.work()
                if hour == 9:
                    self.report(datetime.combine(day, time(10), SHANGHAI))

    def happen(self, day):
        """A case rests over the new year, of which nobody knows the holidays before they are announced."""
        when = {"now": datetime.combine(day, time(8), SHANGHAI), "today": day}
        case = self.session.get(Case, self.resting)
        if day == RESTS:
            pauses.pause_case(case, "停产", WORKS + timedelta(days=4), by=account("alice"), **when)
        elif day == WORKS:
            pauses.resume_case(case, "", by=account("alice"), **when)
            assert (case.next_due, case.deadline_provisional) == (date(2027, 1, 18), True)
        elif day == ANNOUNCED_ON:
            enter_year(2027, ANNOUNCED, version=0, by=account("adam"), now=when["now"])
        commit()

    def work(self):
        """First the oracle, then the worker; what it opens or freezes counts for the reminders of this very run."""
        self.foresee_rounds()
        ready = True
        while ready:
            job = self.session.scalars(
                sa.select(Job).where(Job.state == JobState.WAITING, Job.due_at <= self.now).order_by(Job.due_at, Job.id)
            ).first()
            if job is not None and job.kind == "reminders":
                self.foresee_reminders()
            ready = worker.run_one("year", now=self.now)

    # --- what people do ----------------------------------------------------------------------------------------------

    def report(self, now):
        """Cities report at once, late or never, by the round's number; some reports come back."""
        when = {"now": now, "today": now.date()}
        with_city = sa.select(Report).where(Report.state.in_(WITH_CITY)).order_by(Report.id)
        for report in self.session.scalars(with_city).all():
            round_, who = report.round, account(CITIES[report.region.code])
            habit = (round_.number + report.region_id) % 5
            if report.reviewed_at and report.reviewed_at > now - timedelta(days=1):
                continue
            if now < round_.due_at and habit > 1:
                save_report(report, FILLED, by=who, **when)
                submit_reports([report], by=who, **when)
                if report.reviewed_at is None and round_.number % 4 == 1:
                    return_report(report, "请核对", by=account("alice"), now=now)
            elif habit == 1 and round_.due_at + timedelta(days=round_.number % 9) < now:
                correct_report(report, FILLED, "人员出差", by=who, **when)
        commit()

    # --- what must come of it ----------------------------------------------------------------------------------------

    def foresee_rounds(self):
        """A period whose moment has come makes its round, or is missed where the next one is on already."""
        for period in periods(self.facts, working_calendar()):
            if period.opens <= self.now and period.first not in self.rounds:
                self.rounds[period.first] = (self.now, period.next_opens <= self.now)
        for round_ in self.session.scalars(sa.select(Round).where(Round.state == RoundState.OPEN)):
            if round_.due_at <= self.now:
                self.frozen.setdefault(round_.id, self.now)

    def foresee_reminders(self):
        """Each deadline's rung of this moment is told to whoever it is for, unless that was told."""
        calendar = working_calendar()
        if not in_office_hours(self.now, calendar, ReminderRules()):
            return
        reached = rungs_reached(calendar, ReminderRules(), ChasingRules(), now=self.now)
        letter, resting = reached.pop(Rung.LETTER), self.session.get(Case, self.resting)
        if not resting.paused and resting.next_due <= letter:  # no letter was ever written about it
            key = ("alice", f"next letter:{resting.id}:", resting.next_due, Rung.LETTER, None)
            self.expected.setdefault(key, self.now)
        for who, thing, due, arm in (*self.cases(), *self.missing()):
            rung = rung_of(due, reached)
            if rung is not None:
                self.expected.setdefault((who, thing, due, rung, arm), self.now)

    def cases(self):
        """The deadlines of cases: the officer's and the city's."""
        for case in self.session.scalars(sa.select(Case)):
            if not case.paused:
                yield CITIES[case.region.code], f"progress:{case.id}:", case.next_due, None
                yield "alice", f"case:{case.id}:", case.next_due, None

    def missing(self):
        """The rounds in which a city owes a report that no later one has made up for."""
        columns = (Report.case_id, Report.state, Report.reviewed_at, Round.id, Round.due_at, Region.id)
        stmt = sa.select(*columns, Region.code).join(Report.round).join(Report.region).order_by(Report.id.desc())
        given, owed = set(), {}
        for case_id, state, reviewed_at, round_id, due_at, region_id, code in self.session.execute(stmt):
            if state in GIVEN:
                given.add(case_id)
            elif case_id not in given:
                owed.setdefault((CITIES[code], f"round:{round_id}:{region_id}", last_day(due_at)), []).append(
                    reviewed_at
                )
        for key, backs in owed.items():
            yield *key, max((back for back in backs if back), default=None)


@pytest.mark.parametrize(
    "days",
    [pytest.param(54, marks=pytest.mark.slow), pytest.param(400, marks=[pytest.mark.proof, pytest.mark.timeout(1200)])],
)
def test_every_round_is_made_once_and_every_reminder_told_once_and_none_on_a_day_off(session, monkeypatch, days):
    year = Year(session, monkeypatch)
    year.live(days)
    session.expire_all()
    rounds = session.scalars(sa.select(Round).order_by(Round.id)).all()
    assert {one.period_first: (one.opens_at, one.state is RoundState.MISSED) for one in rounds} == year.rounds
    assert len(rounds) == len(year.rounds) > days / 8
    assert {one.id: one.frozen_at for one in rounds if one.frozen_at} == year.frozen
    assert RoundState.MISSED in {one.state for one in rounds}
    told = session.execute(
        sa.select(Notice.account_id, Notice.thing, Notice.due, Notice.stage, Notice.made_at).where(Notice.stage != "")
    ).all()
    names = {account(name).id: name for name in ("dora", "dan", "alice")}
    got = Counter(
        (names[row.account_id], row.thing, row.due, LABELS[row.stage], row.made_at.astimezone(SHANGHAI))
        for row in told
        if not (names[row.account_id] == "alice" and row.thing.startswith(("round", "progress")))  # of the department
    )
    assert got == Counter((*key[:4], moment) for key, moment in year.expected.items())
    assert {rung for _who, _thing, _due, rung, _at in got} >= set(Rung) - {Rung.LETTER}
    resting = {due for _who, thing, due, _rung, _at in got if thing == f"progress:{year.resting}:"}
    assert {date(2027, 1, 18), date(2027, 1, 13)} <= resting
    assert list(faults(["R1", "I8", "I11"], now=year.now)) == []
