"""Builders of rounds and reports; the caller commits."""

from datetime import date, timedelta

from casework.db import db
from casework.rounds.actions.freezing import freeze_round
from casework.rounds.actions.opening import BY_SCHEDULE, RoundFacts, open_round
from casework.rounds.actions.reporting import save_report, submit_reports
from casework.rounds.queries.rounds import reports_of
from casework.rounds.units import UnitFilter
from support.cases import TODAY, a_case, a_cycle, account
from support.cast import NOW

DUE = NOW + timedelta(days=3)
# A unit of 10,000 t due and 1,000 t short, as `a_case` makes it.
FILLED = {"surrendered": "9,000", "held": "0", "to_buy": "1000", "account": "usable", "risk": "low"}


def a_round(*, due=DUE, now=NOW, first=date(2026, 11, 16), by="alice", units=None, note="", cycle=None):
    facts = RoundFacts(
        period_first=first, period_last=first + timedelta(days=6), due_at=due, units=units or UnitFilter(), note=note
    )
    return open_round(cycle or a_cycle(), facts, by=account(by), now=now)


def the_reports(round_, who="alice"):
    return list(reports_of(round_, account(who)))


def saved(report, who="dora", now=NOW, **typed):
    reading = save_report(report, FILLED | typed, by=account(who), now=now, today=TODAY)
    db.session.flush()
    return reading


def submitted(report, who="dora", now=NOW, **typed):
    saved(report, who, now, **typed)
    done = submit_reports([report], by=account(who), now=now, today=TODAY).done
    assert done == [report]
    return report


def second_round(units=8, who="dora", region_code="640200", **last):
    """Let a region report so many units in one round, freeze it, and open the next; return the open one."""
    cases = [a_case(region_code=region_code) for _ in range(units)]
    past = NOW - timedelta(days=7)
    first = a_round(now=past, due=past + timedelta(days=3), first=date(2026, 11, 9))
    for report in the_reports(first, who):
        submitted(report, who, now=past, **last)
    freeze_round(first.id, by=BY_SCHEDULE, now=past + timedelta(days=3))
    db.session.flush()
    assert len(cases) == units
    return a_round()
