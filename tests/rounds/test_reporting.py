"""Rounds at the level of actions: opened, reported, reviewed, frozen, corrected, and what is taken over."""

import time
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from support.cases import TODAY, a_case, a_cycle, account
from support.cast import NOW
from support.hanging import a_plan
from support.rounds import DUE, FILLED, a_round, saved, submitted, the_reports

from casework.audit.actions import begin_writing, commit
from casework.audit.models import AuditRow
from casework.cases.models import CaseEvent, Measure, PlanState
from casework.db import db
from casework.registry.models import Obligation, Surrender
from casework.rounds.actions.deciding import accept_proposal, decline_proposal
from casework.rounds.actions.freezing import correct_report, freeze_round
from casework.rounds.actions.opening import BY_SCHEDULE
from casework.rounds.actions.reporting import (
    mark_all_unchanged,
    mark_unchanged,
    recall_report,
    save_report,
    submit_reports,
    with_forms,
)
from casework.rounds.actions.reviewing import accept_report, return_report
from casework.rounds.models import Correction, ProposalState, RecordProposal, Report, Round, RoundRegion
from casework.rounds.queries.one_report import whole_report
from casework.rounds.queries.rounds import report_for, reports_of, round_for, rounds_seen
from casework.rounds.units import UnitFilter
from casework.rules.deadlines import end_of_day
from casework.rules.errors import NotAllowed, NotFound, RuleError
from casework.rules.reports import RecordKind
from casework.rules.rounds import ReportState, RoundState
from casework.rules.workflow import State

pytestmark = pytest.mark.slow

WHEN = {"now": NOW, "today": TODAY}
AFTER = DUE + timedelta(hours=1)


def frozen(round_):
    assert freeze_round(round_.id, by=BY_SCHEDULE, now=DUE)
    return round_


def proposals(session, state=ProposalState.OPEN):
    return session.scalars(sa.select(RecordProposal).where(RecordProposal.state == state)).all()


def actions_in_trail(session):
    commit()
    return session.scalars(sa.select(AuditRow.action).order_by(AuditRow.seq)).all()


# --- opening ---------------------------------------------------------------------------------------------------------


def test_a_round_asks_for_every_open_case_once_and_counts_them_by_region(session):
    a_case(), a_case(region_code="640100"), a_case(), a_case(State.CLOSED, short=0)
    round_ = a_round()
    assert {row.region.code: row.units for row in session.scalars(sa.select(RoundRegion))} == {"640100": 1, "640200": 2}
    assert [report.state for report in the_reports(round_)] == [ReportState.TO_REPORT] * 3
    assert (round_.number, a_round().number) == (1, 2)
    assert actions_in_trail(session)[-2:] == ["round opened"] * 2


@pytest.mark.parametrize(
    ("units", "count"),
    [
        (UnitFilter(), 3),
        (UnitFilter(only_short=True), 2),
        (UnitFilter(states=(State.ASSISTING,)), 1),
    ],
)
def test_a_filter_narrows_the_units_and_is_kept_with_the_round(session, units, count):
    a_case(), a_case(State.ASSISTING), a_case(short=0)
    round_ = a_round(units=units)
    assert len(the_reports(round_)) == count
    assert (round_.units is None) is (units == UnitFilter())


def test_a_round_that_asks_nobody_or_is_over_already_is_refused(session):
    with pytest.raises(RuleError, match="No open case"):
        a_round()
    a_case()
    with pytest.raises(RuleError, match="ahead"):
        a_round(due=NOW)


def test_a_city_sees_its_own_reports_and_the_rounds_that_ask_it(session):
    a_case()
    theirs = a_round()
    a_case(region_code="640100")
    both = a_round()
    dora, dan = account("dora"), account("dan")
    assert session.scalars(rounds_seen(dan)).all() == [both]
    assert len(reports_of(both, dan)) == len(reports_of(both, dora)) == 1
    with pytest.raises(NotFound):
        round_for(dan, theirs.id)
    with pytest.raises(NotFound):
        report_for(dan, the_reports(theirs)[0].id)


# --- reporting -------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_as_it_is_typed_and_what_is_not_sent_stays(session):
    a_case()
    (report,) = the_reports(a_round())
    dora = account("dora")
    reading = save_report(report, {"held": "12,0x", "other": "1"}, by=dora, **WHEN)
    save_report(report, {"risk": "low"}, by=dora, **WHEN)
    commit()
    assert report.typed["held"] == "12,0x"
    assert (report.typed["surrendered"], report.typed["risk"]) == ("9000", "low")
    assert "other" not in report.typed
    assert [one.name for one in reading.problems_of("held")] == ["held"]
    assert not report.complete
    assert report.surrendered is None


def test_a_report_is_submitted_only_when_nothing_must_be_put_right(session):
    a_case(), a_case()
    round_ = a_round()
    one, other = the_reports(round_)
    saved(one)
    saved(other, to_buy="1")
    outcome = submit_reports([one, other], by=account("dora"), **WHEN)
    assert (list(outcome.done), list(outcome.left)) == ([one], [other])
    place = session.get(RoundRegion, (round_.id, one.region_id))
    session.refresh(place)
    assert place.complete_at is None
    submitted(other, now=NOW + timedelta(hours=1))
    session.refresh(place)
    assert place.complete_at == NOW + timedelta(hours=1)
    assert actions_in_trail(session)[-2:] == ["report submitted"] * 2


def test_no_change_reports_what_was_reported_last_and_nothing_where_there_was_nothing(session):
    a_case(), a_case()
    first = a_round()
    one, other = the_reports(first)
    submitted(one, difficulties="资金")
    frozen(first)
    second = a_round(now=AFTER, due=AFTER + timedelta(days=2))
    outcome = mark_all_unchanged(the_reports(second), by=account("dora"), now=AFTER, today=TODAY)
    assert [report.case_id for report in outcome.done] == [one.case_id]
    assert [report.case_id for report in outcome.left] == [other.case_id]
    same = outcome.done[0]
    assert (same.no_change, same.changed, same.worse) == (True, False, "")
    assert same.typed["difficulties"] == "资金"
    with pytest.raises(RuleError, match="before"):
        mark_unchanged(outcome.left[0], by=account("dora"), now=AFTER, today=TODAY)
    save_report(same, {"risk": "middle"}, by=account("dora"), now=AFTER, today=TODAY)
    assert not same.no_change
    submit_reports([same], by=account("dora"), now=AFTER, today=TODAY)
    assert (same.changed, same.worse) == (True, "risk")


@pytest.mark.parametrize("who", ["dan", "alice", "carol"])
def test_only_the_region_that_is_asked_reports(session, who):
    a_case()
    (report,) = the_reports(a_round())
    with pytest.raises(NotAllowed):
        save_report(report, FILLED, by=account(who), **WHEN)


def test_a_submitted_report_is_changed_only_when_it_was_taken_back(session):
    a_case()
    (report,) = the_reports(a_round())
    submitted(report, surrendered="9500", to_buy="500")
    with pytest.raises(RuleError, match="take it back"):
        saved(report)
    recall_report(report, by=account("dora"), now=NOW)
    assert proposals(session) == []
    submitted(report)
    accept_report(report, by=account("alice"), now=NOW)
    with pytest.raises(RuleError):
        recall_report(report, by=account("dora"), now=NOW)


# --- review ----------------------------------------------------------------------------------------------------------


def test_a_report_is_returned_with_a_reason_and_handed_in_again(session):
    a_case()
    (report,) = the_reports(a_round())
    alice = account("alice")
    with pytest.raises(RuleError):
        accept_report(report, by=alice, now=NOW)
    submitted(report)
    with pytest.raises(RuleError, match="put right"):
        return_report(report, " ", by=alice, now=NOW)
    with pytest.raises(NotAllowed):
        accept_report(report, by=account("dora"), now=NOW)
    return_report(report, "缺少证明", by=alice, now=NOW)
    assert (report.state, report.return_reason) == (ReportState.RETURNED, "缺少证明")
    submitted(report, now=NOW + timedelta(hours=1))
    assert report.first_submitted_at == NOW  # it came in time the first time
    accept_report(report, by=alice, now=NOW)
    assert (report.state, report.return_reason) == (ReportState.ACCEPTED, "")


def test_a_round_that_is_due_at_midnight_is_due_on_the_day_that_ends(session):
    a_case()
    assert a_round(due=end_of_day(TODAY)).due_day == TODAY


# --- freezing and correcting -----------------------------------------------------------------------------------------


def test_at_the_due_moment_a_round_is_frozen_once_and_takes_nothing_more(session):
    a_case()
    round_ = a_round()
    (report,) = the_reports(round_)
    assert not freeze_round(round_.id, by=BY_SCHEDULE, now=DUE - timedelta(microseconds=1))
    with pytest.raises(RuleError, match="over"):
        save_report(report, FILLED, by=account("dora"), now=DUE, today=TODAY)
    assert [freeze_round(round_.id, by=BY_SCHEDULE, now=DUE) for _ in range(2)] == [True, False]
    assert (round_.state, round_.frozen_at) == (RoundState.FROZEN, DUE)
    with pytest.raises(RuleError, match="over"):
        submit_reports([report], by=account("dora"), now=AFTER, today=TODAY)


def test_a_correction_shows_before_and_after_who_and_why_and_is_reviewed_anew(session):
    a_case()
    round_ = a_round()
    (report,) = the_reports(round_)
    submitted(report)
    accept_report(report, by=account("alice"), now=NOW)
    with pytest.raises(RuleError, match="still being reported"):
        correct_report(report, {"held": "1000"}, "漏填", by=account("dora"), **WHEN)
    frozen(round_)
    correct = partial(correct_report, report, by=account("dora"), now=AFTER, today=TODAY)
    with pytest.raises(RuleError, match="why"):
        correct({"held": "1000", "to_buy": "0"}, "")
    with pytest.raises(RuleError, match="Nothing was changed"):
        correct({"held": "0"}, "漏填")
    with pytest.raises(RuleError) as refusal:
        correct({"to_buy": "7"}, "漏填")
    assert refusal.value.field == "to_buy"
    session.refresh(report)
    correction = correct({"held": "1000", "to_buy": "0"}, "漏填")
    assert correction.changes == {"held": [0, 1000], "to_buy": [1000, 0]}
    assert (report.state, report.to_buy, report.first_submitted_at) == (ReportState.SUBMITTED, 0, NOW)
    commit()
    with pytest.raises(sa.exc.DatabaseError, match="correction is never changed"):
        session.execute(sa.update(Correction).values(reason="其他"))


def test_what_was_not_reported_in_time_is_handed_in_late_as_a_correction(session):
    a_case()
    round_ = frozen(a_round())
    (report,) = the_reports(round_)
    correct_report(report, FILLED, "人员出差", by=account("dora"), now=AFTER, today=TODAY)
    assert (report.state, report.first_submitted_at) == (ReportState.SUBMITTED, AFTER)
    assert session.scalars(sa.select(RoundRegion.complete_at)).one() == AFTER


def test_a_region_is_complete_only_while_nothing_came_back(session):
    a_case()
    round_ = a_round()
    (report,) = the_reports(round_)
    submitted(report)
    place = session.get(RoundRegion, (round_.id, report.region_id))
    assert place.complete_at == NOW
    return_report(report, "请核对", by=account("alice"), now=NOW)
    assert place.complete_at is None
    submitted(report, now=NOW + timedelta(hours=2))
    assert place.complete_at == NOW + timedelta(hours=2)


def test_between_the_due_moment_and_the_freeze_a_correction_is_taken(session):
    a_case(), a_case()
    round_ = a_round()
    report, missing = the_reports(round_)
    submitted(report)
    give = {"by": account("dora"), "now": DUE, "today": TODAY}
    correct_report(report, {"held": "1000", "to_buy": "0"}, "漏填", **give)
    correct_report(missing, FILLED, "出差", **give)
    assert (round_.state, report.to_buy, missing.first_submitted_at) == (RoundState.OPEN, 0, DUE)
    frozen(round_)
    assert session.scalars(sa.select(RoundRegion.late)).one() == 1


def test_what_is_typed_into_a_report_that_came_back_is_no_report_before_it_is_submitted(session):
    a_case()
    round_ = a_round()
    report = submitted(the_reports(round_)[0])
    recall_report(report, by=account("dora"), now=NOW)
    saved(report, held="777", to_buy="223")
    said = {line.field.name: line.value for line in whole_report(report, today=TODAY).lines}
    assert (said["held"], said["to_buy"], report.to_buy) == (0, 1000, 1000)
    frozen(round_)
    typed = {"held": "500", "to_buy": "500"}
    correction = correct_report(report, typed, "漏填", by=account("dora"), now=AFTER, today=TODAY)
    assert correction.changes == {"held": [0, 500], "to_buy": [1000, 500]}


# --- what is taken over ----------------------------------------------------------------------------------------------


def test_a_surrender_is_taken_over_only_when_an_officer_accepts_it(session):
    cycle = a_cycle(years=["2025", "2026"])
    case = a_case(cycle=cycle)
    year = next(row for row in cycle.years if row.label == "2026")
    session.add(
        Obligation(enterprise_id=case.enterprise_id, year_id=year.id, verified=1, allocation=1, due=300, short=300)
    )
    (report,) = the_reports(a_round())
    submitted(report, surrendered="10,100", to_buy="200")
    assert report.contradicts == "surrendered"
    (proposal,) = proposals(session)
    assert (proposal.kind, proposal.before, proposal.after) == (RecordKind.SURRENDERED, 9_000, 10_100)
    assert session.scalar(sa.select(sa.func.sum(Surrender.tonnes))) == 9_000
    with pytest.raises(NotAllowed):
        accept_proposal(proposal, by=account("dora"), **WHEN)
    accept_proposal(proposal, by=account("alice"), **WHEN)
    rows = session.scalars(sa.select(Surrender).order_by(Surrender.id)).all()
    assert [row.tonnes for row in rows] == [9_000, 1_000, 100]  # the oldest year first
    assert rows[-1].reason == "依据2025年度第1期调度填报"
    told = session.scalars(sa.select(CaseEvent).order_by(CaseEvent.id.desc())).first()
    assert told.details == {"what": "Taken over from a report", "report": [None, 1], "surrendered": [9_000, 10_100]}
    with pytest.raises(RuleError, match="decided already"):
        accept_proposal(proposal, by=account("alice"), **WHEN)


def test_a_proposal_is_not_taken_over_when_the_records_know_it_by_now(session):
    case = a_case()
    (report,) = the_reports(a_round())
    submitted(report, surrendered="9500", to_buy="500")
    (proposal,) = proposals(session)
    obligation = session.scalars(sa.select(Obligation).where(Obligation.enterprise_id == case.enterprise_id)).one()
    obligation.surrendered = 9_500
    with pytest.raises(RuleError, match="by now"):
        accept_proposal(proposal, by=account("alice"), **WHEN)


def test_a_measure_is_done_when_the_report_is_accepted_as_evidence(session):
    case = a_case(State.ASSISTING)
    plan = a_plan(case, state=PlanState.APPROVED)
    (report,) = the_reports(a_round())
    name = f"m{plan.measures[0].id}"
    submitted(report, **{f"{name}_progress": "done", f"{name}_tonnes": "980"})
    (proposal,) = proposals(session)
    accept_proposal(proposal, by=account("alice"), **WHEN)
    measure = session.scalars(sa.select(Measure)).one()
    assert (measure.done_day, measure.done_tonnes) == (TODAY, 980)


def test_what_was_declined_is_not_proposed_again_while_it_stays_the_same(session):
    a_case()
    first = a_round()
    (report,) = the_reports(first)
    submitted(report, surrendered="9500", to_buy="500")
    (proposal,) = proposals(session)
    with pytest.raises(RuleError, match="why"):
        decline_proposal(proposal, "", by=account("alice"), now=NOW)
    decline_proposal(proposal, "登记系统未见", by=account("alice"), now=NOW)
    frozen(first)
    later = {"now": AFTER, "due": AFTER + timedelta(days=2)}
    (again,) = the_reports(a_round(**later))
    submitted(again, now=AFTER, surrendered="9500", to_buy="500")
    assert proposals(session) == []
    recall_report(again, by=account("dora"), now=AFTER)
    submitted(again, now=AFTER, surrendered="9600", to_buy="400")
    assert [one.after for one in proposals(session)] == [9_600]


def test_a_later_report_takes_the_place_of_what_an_earlier_one_proposed(session):
    a_case()
    first = a_round()
    submitted(the_reports(first)[0], surrendered="9500", to_buy="500")
    frozen(first)
    second = a_round(now=AFTER, due=AFTER + timedelta(days=2))
    submitted(the_reports(second)[0], now=AFTER, surrendered="9700", to_buy="300")
    assert [one.after for one in proposals(session)] == [9_700]
    assert [one.after for one in proposals(session, ProposalState.REPLACED)] == [9_500]


def test_an_old_report_put_right_leaves_alone_what_a_later_one_proposed(session):
    a_case()
    first = a_round()
    (old,) = the_reports(first)
    submitted(old, surrendered="9200", to_buy="800")
    frozen(first)
    second = a_round(now=AFTER, due=AFTER + timedelta(days=2))
    submitted(the_reports(second)[0], now=AFTER, surrendered="9700", to_buy="300")
    correct_report(old, {"surrendered": "9100", "to_buy": "900"}, "笔误", by=account("dora"), now=AFTER, today=TODAY)
    assert [one.after for one in proposals(session)] == [9_700]


# --- many at once ----------------------------------------------------------------------------------------------------


def _try(app, deed, tell):
    """Do a deed in a process of its own and tell what came of it."""
    with app.app_context():
        begin_writing()
        try:
            tell(str(deed()))
            commit()
        except (RuleError, sa.exc.IntegrityError) as refusal:
            db.session.rollback()
            tell(type(refusal).__name__)


def _with_a_saved_report(app):
    """A round with one report, which is filled in and not yet submitted; the ids of both."""
    with app.app_context():
        a_case()
        round_ = a_round()
        (report,) = the_reports(round_)
        saved(report, surrendered="9500", to_buy="500")
        commit()
        return round_.id, report.id


def test_a_round_is_frozen_once_and_a_report_submitted_once_however_many_try(app, crew):
    round_id, report_id = _with_a_saved_report(app)

    def submit():
        dora = account("dora")
        return len(submit_reports([report_for(dora, report_id)], by=dora, **WHEN).done)

    for _ in range(4):
        crew.fork(partial(_try, app, submit))
    assert sorted(crew.all_done())[0] == "1"
    for _ in range(4):
        crew.fork(partial(_try, app, lambda: freeze_round(round_id, by=BY_SCHEDULE, now=DUE)))
    assert sorted(crew.all_done()) == ["False", "False", "False", "True"]
    with app.app_context():
        assert len(proposals(db.session)) == 1
        trail = actions_in_trail(db.session)
        assert (trail.count("report submitted"), trail.count("round frozen")) == (1, 1)


def test_a_freeze_waits_for_the_report_that_is_being_submitted(app, crew):
    round_id, report_id = _with_a_saved_report(app)

    def submit():
        dora = account("dora")
        submit_reports([report_for(dora, report_id)], by=dora, **WHEN)
        time.sleep(0.6)
        return f"{time.monotonic()} submitted"

    def freeze():
        freeze_round(round_id, by=BY_SCHEDULE, now=DUE)
        return f"{time.monotonic()} frozen"

    crew.fork(partial(_try, app, submit))
    time.sleep(0.3)
    crew.fork(partial(_try, app, freeze))
    told = dict(reversed(line.split()) for line in crew.all_done())
    assert float(told["submitted"]) < float(told["frozen"])


def test_of_two_rounds_of_a_case_submitted_at_once_one_proposal_stands(app, crew):
    with app.app_context():
        for _ in range(3):
            a_case()
        rounds = [a_round(), a_round()]
        for report in [one for round_ in rounds for one in the_reports(round_)]:
            saved(report, surrendered="9500", to_buy="500")
        commit()
        ids = [round_.id for round_ in rounds]

    def submit(round_id):
        dora = account("dora")
        done = submit_reports(reports_of(round_for(dora, round_id), dora), by=dora, **WHEN).done
        time.sleep(0.3)
        return len(done)

    for round_id in ids:
        crew.fork(partial(_try, app, partial(submit, round_id)))
    assert crew.all_done() == ["3", "3"]
    with app.app_context():
        assert len(proposals(db.session)) == 3


def test_a_list_is_locked_in_one_statement_however_long_it_is(session):
    def locks(count):
        for _ in range(count):
            a_case()
        seen, round_ = [], a_round()
        for report in the_reports(round_):
            saved(report)
        event.listen(db.engine, "before_cursor_execute", note := lambda *args: seen.append(args[2]))
        with_forms(the_reports(round_), by=account("dora"), **WHEN)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    assert locks(2) == locks(10)


def test_rounds_opened_at_once_bear_numbers_without_a_double(app, crew):
    with app.app_context():
        a_case()
        commit()
    for _ in range(4):
        crew.fork(partial(_try, app, lambda: a_round().number))
    assert sorted(crew.all_done()) == ["1", "2", "3", "4"]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Report)) == 4
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Round)) == 4
