"""The due moment: a round is frozen then, and what is put right afterwards is a correction that everybody sees."""

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa

from casework.audit.actions import Who, record
from casework.db import db
from casework.rounds.actions.proposing import hold_cases, propose
from casework.rounds.actions.reporting import check_reporter, give, plain, typed_now, write
from casework.rounds.actions.tally import count_regions
from casework.rounds.models import Correction, Report, Round
from casework.rounds.queries.facts import forms_of
from casework.rules.errors import RuleError
from casework.rules.reports import Reading
from casework.rules.roles import Role
from casework.rules.rounds import RoundState, is_due
from casework.users.models import Account


def freeze_round(round_id: int, *, by: Who, now: datetime) -> bool:
    """Freeze a round whose due moment has come, and tell whether this did it; whoever submits at once waits for it."""
    stmt = sa.select(Round).where(Round.id == round_id).with_for_update(of=Round, key_share=True)
    round_ = db.session.scalars(stmt.execution_options(populate_existing=True)).one()
    if not is_due(round_.state, round_.due_at, now=now):
        return False
    round_.state, round_.frozen_at = RoundState.FROZEN, now
    round_.touch(now=now)
    counted = sa.select(Report.state, sa.func.count()).where(Report.round_id == round_id).group_by(Report.state)
    reports = {state.value: count for state, count in db.session.execute(counted)}
    record("round frozen", "round", round_.id, by=by, now=now, after={"number": round_.number, "reports": reports})
    return True


def rounds_to_freeze(*, now: datetime) -> list[int]:
    """Return the rounds whose due moment has come."""
    stmt = sa.select(Round.id).where(Round.state == RoundState.OPEN, Round.due_at <= now).order_by(Round.due_at)
    return list(db.session.scalars(stmt))


def correct_report(
    report: Report, typed: Mapping[str, str], reason: str, *, by: Account, now: datetime, today: date
) -> Correction:
    """Change a report after its round's due moment, or hand it in late; what stood before stays readable.

    It is reviewed anew.
    """
    if Role.OFFICER not in by.roles:
        check_reporter(report, by=by)
    if now < report.round.due_at:  # what comes before the freeze is done is a correction like any other
        raise RuleError("This round is still being reported: change the report itself.")
    if not reason.strip():
        raise RuleError("Say why this is corrected: everybody sees it.", field="reason")
    report.hold()
    hold_cases([report])
    form = forms_of([report], today=today)[report.id]
    before = dict(report.submitted or {})
    reading = write(report, form, {**typed_now(report, form), **typed}, by=by, now=now)
    refuse_errors(reading)
    after = plain(reading.values)
    names = [one.name for one in form.fields if before.get(one.name) != after.get(one.name)]
    if report.first_submitted_at and not names:
        raise RuleError("Nothing was changed.")
    correction = Correction(
        report_id=report.id, reason=reason.strip(), corrected_by_id=by.id, corrected_at=now,
        changes={name: [before.get(name), after.get(name)] for name in names},
    )  # fmt: skip
    db.session.add(correction)
    propose([give(report, form, reading, by=by, now=now)], now=now)
    count_regions([report], now=now)
    record("report corrected", "report", report.id, by=by, now=now, before=before, after=after | {"reason": reason})
    return correction


def refuse_errors(reading: Reading) -> None:
    """Refuse what must be put right first, with its first sentence."""
    for problem in reading.problems:
        if problem.level == "error":
            raise RuleError(problem.message, field=problem.name, **problem.params)
