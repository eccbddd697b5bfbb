"""What imports of surrenders and trades propose for the measures of relief plans; nothing is filled silently."""

import re
from datetime import date, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from support.cases import TODAY, a_case, a_cycle, account, an_enterprise
from support.cast import NOW
from support.filled_forms import as_sent, values_of
from support.hanging import BUY, a_plan
from support.imports import CODES, LATER, a_planned_case, import_surrenders, import_trades
from support.rounds import a_round, submitted, the_reports

from casework.audit.actions import begin_writing, commit
from casework.audit.models import AuditRow
from casework.cases.actions.plans import finish_measure
from casework.cases.models import CaseEvent, Measure, PlanState
from casework.cases.queries.hanging import measure_of
from casework.db import db
from casework.operations.invariants import faults
from casework.registry.actions import followers
from casework.registry.actions.obligations import add_surrender
from casework.registry.models import Enterprise, ImportBatch, ImportState, Obligation
from casework.rounds.actions.deciding import Noted, accept_proposal, decline_proposal
from casework.rounds.models import ProposalState, RecordProposal
from casework.rounds.queries.proposals import proposals_to_decide
from casework.rules.errors import NotAllowed, RuleError
from casework.rules.measures import MeasureKind
from casework.rules.workflow import State

pytestmark = pytest.mark.slow

WHEN = {"now": LATER, "today": TODAY}
DAY, NEXT = date(2026, 11, 18), date(2026, 11, 20)
CCER = BUY | {"kind": MeasureKind.CCER, "tonnes": 400, "due_day": TODAY + timedelta(days=3)}
MIX = (BUY | {"tonnes": 600}, CCER)


def proposals(state=ProposalState.OPEN):
    stmt = sa.select(RecordProposal).where(RecordProposal.state == state).order_by(RecordProposal.id)
    return db.session.scalars(stmt).all()


def said(state=ProposalState.OPEN):
    return [(one.measure.kind, one.before, one.after, one.day) for one in proposals(state)]


def measures():
    stmt = sa.select(Measure).order_by(Measure.position).execution_options(populate_existing=True)
    return [(one.done_tonnes, one.done_day) for one in db.session.scalars(stmt)]


def test_what_an_import_raises_is_proposed_for_the_measures_and_nothing_is_filled(session):
    case, _plan = a_planned_case(measures=MIX)
    batch = import_surrenders((case.enterprise, 10_000, 9_500, DAY))
    assert said() == [(MeasureKind.CCER, None, 400, DAY), (MeasureKind.BUY, None, 100, DAY)]
    assert measures() == [(None, None)] * 2
    assert {(one.import_id, one.report_id, one.case_id) for one in proposals()} == {(batch.id, None, case.id)}
    commit()
    made = session.scalars(sa.select(AuditRow).where(AuditRow.action == "measures proposed")).one()
    assert (made.object_kind, made.object_id, made.after) == ("import", str(batch.id), {"cases": [case.id]})
    assert list(faults(["R2"], now=NOW)) == []


def test_a_unit_without_a_plan_in_force_gets_no_proposal(session):
    case, plan = a_planned_case()
    plan.state = PlanState.FAILED
    import_surrenders((case.enterprise, 10_000, 9_500, DAY))
    assert proposals() == []


def test_what_was_known_when_the_plan_was_approved_counts_for_no_measure(session):
    case, _plan = a_planned_case()
    import_surrenders((case.enterprise, 10_000, 9_000, DAY), remark="另有说明")  # another day, the same tonnes
    assert proposals() == []


def test_the_same_table_again_proposes_nothing_twice(session):
    case, _plan = a_planned_case()
    first = import_surrenders((case.enterprise, 10_000, 9_500, DAY))
    import_surrenders((case.enterprise, 10_000, 9_500, DAY))
    import_surrenders(
        (case.enterprise, 10_000, 9_500, DAY), remark="已核对"
    )  # what changed is not what was surrendered
    (proposal,) = proposals()
    assert proposal.import_id == first.id
    accept_proposal(proposal, by=account("alice"), **WHEN)
    import_surrenders((case.enterprise, 10_000, 9_500, DAY), remark="再次核对")
    assert proposals() == []


def test_an_officer_takes_over_what_is_there_so_far_and_later_the_rest(session):
    case, _plan = a_planned_case()
    import_surrenders((case.enterprise, 10_000, 9_400, DAY))
    accept_proposal(proposals()[0], by=account("alice"), **WHEN)
    assert measures() == [(400, None)]  # still under way
    told = session.scalars(sa.select(CaseEvent).order_by(CaseEvent.id.desc())).first()
    assert told.details["what"] == "Taken over from an import"
    assert told.details["measure_done"] == [None, 400]
    import_surrenders((case.enterprise, 10_000, 10_200, NEXT), now=LATER + timedelta(hours=1))
    assert said() == [(MeasureKind.BUY, 400, 1_000, NEXT)]
    accept_proposal(proposals()[0], by=account("alice"), **WHEN)
    assert measures() == [(1_000, NEXT)]
    assert case.short == 0


def test_only_an_officer_decides_and_only_once(session):
    case, _plan = a_planned_case()
    import_surrenders((case.enterprise, 10_000, 9_400, DAY))
    (proposal,) = proposals()
    with pytest.raises(NotAllowed):
        accept_proposal(proposal, by=account("dora"), **WHEN)
    with pytest.raises(RuleError, match="why"):
        decline_proposal(proposal, " ", by=account("alice"), now=LATER)
    decline_proposal(proposal, "系去年结转", by=account("alice"), now=LATER)
    with pytest.raises(RuleError, match="decided already"):
        accept_proposal(proposal, by=account("alice"), **WHEN)
    assert measures() == [(None, None)]


def test_what_was_declined_comes_again_only_when_it_says_something_else(session):
    case, _plan = a_planned_case()
    import_surrenders((case.enterprise, 10_000, 9_400, DAY))
    decline_proposal(proposals()[0], "系去年结转", by=account("alice"), now=LATER)
    import_surrenders((case.enterprise, 10_000, 9_400, NEXT))
    assert proposals() == []
    import_surrenders((case.enterprise, 10_000, 9_450, NEXT))
    assert [one.after for one in proposals()] == [450]


def test_an_officer_takes_over_other_figures_than_proposed(session):
    case, _plan = a_planned_case()
    import_surrenders((case.enterprise, 10_000, 9_400, DAY))
    accept_proposal(proposals()[0], corrected=Noted(350, NEXT), by=account("alice"), **WHEN)
    assert measures() == [(350, NEXT)]
    commit()
    row = session.scalars(sa.select(AuditRow).where(AuditRow.action == "proposal accepted")).one()
    assert (row.object_kind, row.before["from"], row.after["to"], row.after["taken"]) == ("import", None, 400, 350)


def test_a_later_import_takes_the_place_of_what_an_earlier_one_proposed(session):
    case, _plan = a_planned_case()
    import_surrenders((case.enterprise, 10_000, 9_400, DAY))
    second = import_surrenders((case.enterprise, 10_000, 9_300, DAY))  # put right downwards
    assert [(one.after, one.import_id) for one in proposals()] == [(300, second.id)]
    assert [one.after for one in proposals(ProposalState.REPLACED)] == [400]
    import_surrenders((case.enterprise, 10_000, 9_000, DAY))
    assert proposals() == []


def test_what_the_records_show_no_more_is_not_taken_over(session):
    case, _plan = a_planned_case()
    import_surrenders((case.enterprise, 10_000, 9_400, DAY))
    owed = session.scalars(sa.select(Obligation).where(Obligation.enterprise_id == case.enterprise_id)).one()
    add_surrender(owed, DAY, -200, reason="录入有误", by=account("alice"), now=LATER)
    (proposal,) = proposals()
    with pytest.raises(RuleError, match="less by now"):
        accept_proposal(proposal, by=account("alice"), **WHEN)
    accept_proposal(proposal, corrected=Noted(200, None), by=account("alice"), **WHEN)
    assert measures() == [(200, None)]


def test_a_measure_that_was_noted_by_hand_meanwhile_is_left_alone(session):
    case, plan = a_planned_case()
    import_surrenders((case.enterprise, 10_000, 9_400, DAY))
    _plan, measure = measure_of(case, plan.measures[0].id)
    finish_measure(case, plan, measure, done_day=NEXT, done_tonnes=990, by=account("alice"), **WHEN)
    with pytest.raises(RuleError, match="noted otherwise"):
        accept_proposal(proposals()[0], by=account("alice"), **WHEN)
    assert measures() == [(990, NEXT)]


def test_a_measure_of_a_plan_that_was_replaced_asks_for_no_decision(session):
    case, _plan = a_planned_case()
    import_surrenders((case.enterprise, 10_000, 9_400, DAY))
    assert len(proposals_to_decide(case)) == 1
    a_plan(case, state=PlanState.APPROVED, measures=[BUY | {"tonnes": 600}])
    assert proposals_to_decide(case) == []


def test_report_and_import_stand_beside_each_other_until_one_is_taken_over(session):
    case, plan = a_planned_case()
    (report,) = the_reports(a_round())
    name = f"m{plan.measures[0].id}"
    submitted(report, **{f"{name}_progress": "done", f"{name}_tonnes": "980"})
    import_surrenders((case.enterprise, 10_000, 9_400, DAY))
    assert [(one.report_id is None, one.after) for one in proposals()] == [(False, 980), (True, 400)]
    accept_proposal(proposals()[1], by=account("alice"), **WHEN)
    assert proposals() == []
    assert [one.after for one in proposals(ProposalState.REPLACED)] == [980]


def test_a_report_leaves_alone_what_an_import_proposed(session):
    case, _plan = a_planned_case()
    import_surrenders((case.enterprise, 10_000, 9_400, DAY))
    submitted(the_reports(a_round())[0], surrendered="9400", to_buy="600")
    assert [one.after for one in proposals()] == [400]


def test_an_import_that_knows_more_ends_what_a_report_proposed_to_record(session):
    case, _plan = a_planned_case()
    submitted(the_reports(a_round())[0], surrendered="9300", to_buy="700")
    assert [one.after for one in proposals()] == [9_300]
    import_surrenders((case.enterprise, 10_000, 9_400, DAY))
    assert said() == [(MeasureKind.BUY, None, 400, DAY)]
    assert [one.after for one in proposals(ProposalState.REPLACED)] == [9_300]


def test_a_case_without_an_obligation_stops_no_import(session):
    unit = an_enterprise(code=CODES[0])
    a_cycle()
    a_case(State.ASSISTING, enterprise=unit)
    submitted(the_reports(a_round())[0], surrendered="300")
    assert [one.after for one in proposals()] == [300]
    assert import_trades((unit, DAY, 70)).state is ImportState.TAKEN_OVER
    assert [one.after for one in proposals()] == [300]


def test_purchases_fill_what_is_to_be_bought_and_are_not_counted_again_when_surrendered(session):
    case, _plan = a_planned_case(measures=MIX)
    import_trades((case.enterprise, date(2026, 11, 22), 500), (case.enterprise, DAY, 70))  # the latter before the plan
    assert said() == [(MeasureKind.BUY, None, 500, date(2026, 11, 22))]
    accept_proposal(proposals()[0], by=account("alice"), **WHEN)
    import_surrenders((case.enterprise, 10_000, 9_600, date(2026, 11, 22)))
    assert said() == [(MeasureKind.CCER, None, 100, date(2026, 11, 22))]


def test_a_large_import_asks_the_database_as_often_as_a_small_one(session):
    cases = [a_planned_case(code=code)[0] for code in CODES]
    count = []
    engine = db.engine

    def counted(*_args):
        count.append(1)

    sa.event.listen(engine, "before_cursor_execute", counted)
    (propose_actuals,) = followers._import_followers  # as the program itself names it, not this test
    batch = import_surrenders(*((case.enterprise, 10_000, 9_400, DAY) for case in cases))
    units = [case.enterprise_id for case in cases]
    asked = []
    for some in (units[:1], units):
        count.clear()
        propose_actuals(batch, some, by=account("alice"), now=LATER)
        asked.append(len(count))
    sa.event.remove(engine, "before_cursor_execute", counted)
    assert asked[0] == asked[1]


def _try(app, deed, tell):
    with app.app_context():
        begin_writing()
        try:
            deed()
            commit()
            tell("done")
        except (RuleError, sa.exc.IntegrityError) as refusal:
            db.session.rollback()
            tell(type(refusal).__name__)


def test_of_many_decisions_at_once_on_a_proposal_one_counts_whoever_imports_meanwhile(app, crew):
    with app.app_context():
        case, _plan = a_planned_case()
        unit = case.enterprise
        import_surrenders((unit, 10_000, 9_400, DAY))
        commit()
        proposal_id, unit_id = proposals()[0].id, unit.id

    def accept():
        accept_proposal(db.session.get(RecordProposal, proposal_id), by=account("alice"), **WHEN)

    def import_again():
        import_surrenders((db.session.get(Enterprise, unit_id), 10_000, 9_400, DAY), remark="核对")

    for deed in (accept, accept, import_again, accept):
        crew.fork(partial(_try, app, deed))
    assert sorted(crew.all_done()).count("done") == 2
    with app.app_context():
        assert measures() == [(400, None)]
        assert proposals() == []


def plant_other_measure(row):
    row.target_id = 99


def plant_other_import(row):
    batch = ImportBatch(kind="surrender", file_id=row.batch.file_id, uploaded_at=NOW, state=ImportState.TAKEN_OVER)
    db.session.add(batch)
    db.session.flush()
    row.import_id = batch.id


@pytest.mark.parametrize("plant", [plant_other_measure, plant_other_import])
def test_verify_finds_a_proposal_that_rests_on_nothing(session, plant):
    case, _plan = a_planned_case()
    import_surrenders((case.enterprise, 10_000, 9_400, DAY))
    assert list(faults(["R2"], now=NOW)) == []
    plant(proposals()[0])
    session.flush()
    assert len(list(faults(["R2"], now=NOW))) == 1


# --- through the page ------------------------------------------------------------------------------------------------


def fill(client, path, typed, at=None):
    values = values_of(client.get(at or path).text, path)
    answer = client.post(path, data=as_sent(values, typed), content_type="multipart/form-data")
    return client.get(answer.location) if answer.status_code == 303 else answer


def test_the_officer_finds_it_in_the_worklist_and_on_the_case_and_takes_it_over(app, client):
    with app.app_context():
        case, plan = a_planned_case(State.RELIEF, measures=MIX)
        import_surrenders((case.enterprise, 10_000, 9_500, DAY))
        commit()
        case_id, plan_id, name = case.id, plan.id, case.enterprise.name
        ids = [one.id for one in proposals()]
    worklist = client.sign_in("alice").get("/worklist").text
    assert worklist.count(f"/proposals/{ids[0]}") == worklist.count(f"/proposals/{ids[1]}") >= 1
    page = client.get(f"/proposals/{ids[0]}").text
    assert name in page
    assert "400" in page
    for at in (f"/cases/{case_id}", f"/cases/{case_id}/plans/{plan_id}"):
        assert f"/proposals/{ids[0]}/accept" in client.get(at).text
    shown = fill(client, f"/proposals/{ids[0]}/accept", {}, at=f"/cases/{case_id}")
    assert re.search(r"2026-11-18(<.*?>)* · 400 吨", shown.text)
    refused = fill(client, f"/proposals/{ids[1]}/correct", {"done_tonnes": "", "done_day": ""})
    assert refused.status_code == 422
    shown = fill(client, f"/proposals/{ids[1]}/correct", {"done_tonnes": "90", "done_day": ""})
    assert "已落实90吨" in shown.text
    assert "/proposals/" not in client.get("/worklist").text
    assert client.get(f"/proposals/{ids[1]}").status_code == 200
    assert "已落实90吨" in client.sign_in("dora").get(f"/cases/{case_id}").text


def test_it_is_a_task_of_the_officer_of_the_case_alone(app, client):
    with app.app_context():
        case, _plan = a_planned_case(officer="amir")
        import_surrenders((case.enterprise, 10_000, 9_500, DAY))
        commit()
        proposal_id = proposals()[0].id
    assert "/proposals/" not in client.sign_in("alice").get("/worklist").text
    assert f"/proposals/{proposal_id}" in client.sign_in("amir").get("/worklist").text
