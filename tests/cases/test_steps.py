from dataclasses import replace

import pytest
import sqlalchemy as sa
from support.cases import TODAY, a_case, a_cycle, account, an_enterprise, an_obligation
from support.cast import NOW

from casework.audit.actions import commit
from casework.audit.models import AuditRow
from casework.cases.actions.steps import take_step
from casework.cases.models import CaseEvent, CaseTally
from casework.cases.queries.facts import facts_of
from casework.registry.actions.obligations import add_surrender
from casework.registry.models import Obligation
from casework.rules.errors import NotAllowed, RuleError, Stale
from casework.rules.facts import Actor
from casework.rules.letters import LetterKind
from casework.rules.roles import Role
from casework.rules.workflow import Outcome, State, Step
from casework.users.models import Delegation

WHEN = {"now": NOW, "today": TODAY}


def tally(session):
    return {row.state: row.cases for row in session.scalars(sa.select(CaseTally)) if row.cases}


def test_a_step_moves_the_case_and_writes_history_trail_and_tally(session):
    case = a_case()
    commit()
    version = case.version
    event = take_step(case, Step.START_ASSISTANCE, by=account("alice"), **WHEN)
    commit()
    assert (case.state, case.state_before, case.version) == (State.ASSISTING, State.LISTED, version + 1)
    assert (event.seq, event.from_state, event.to_state, event.actor_role) == (2, "listed", "assisting", "officer")
    assert tally(session) == {State.ASSISTING: 1}
    row = session.scalars(sa.select(AuditRow).order_by(AuditRow.seq.desc())).first()
    assert (row.action, row.object_id, row.before) == ("case start_assistance", str(case.id), {"state": "listed"})


def test_a_refused_step_changes_nothing(session):
    case = a_case(officer=None)
    commit()
    with pytest.raises(RuleError, match="Assign an officer"):
        take_step(case, Step.START_ASSISTANCE, by=account("alice"), **WHEN)
    assert case.state is State.LISTED
    assert session.scalar(sa.select(sa.func.count()).select_from(CaseEvent)) == 1


def test_a_letter_step_is_taken_by_its_signer_and_noted_for_who_registered(session):
    case = a_case(State.ASSISTING)
    signer = Actor(account_id=account("carol").id, roles=frozenset({Role.LEADER}), region_path="/640000/")
    event = take_step(
        case, Step.URGE, by=account("bob"), actor=signer, letter_at_hand=LetterKind.WORK_SUPERVISION, **WHEN
    )
    commit()
    row = session.scalars(sa.select(AuditRow).order_by(AuditRow.seq.desc())).first()
    assert (event.actor_id, row.actor_id) == (account("carol").id, account("bob").id)


def test_a_settled_case_goes_back_to_where_it_stood(session):
    case = a_case(State.RELIEF, short=0)
    take_step(case, Step.SETTLE, by=account("alice"), evidence=True, **WHEN)
    assert case.state_before is State.RELIEF
    take_step(case, Step.RETURN, by=account("carol"), reason="材料不符", **WHEN)
    commit()
    assert (case.state, case.state_before) == (State.RELIEF, State.ASSISTING)


def test_striking_off_counts_as_on_time_only_what_was_surrendered_in_time(session):
    for day, outcome in ((TODAY, Outcome.LATE), (TODAY.replace(day=1), Outcome.ON_TIME)):
        cycle = a_cycle(f"20{20 + day.day}", deadline=NOW.replace(day=10))
        enterprise = an_enterprise()
        an_obligation(enterprise, cycle=cycle, due=500, surrendered=500, on=day)
        case = a_case(State.SETTLED, enterprise=enterprise, cycle=cycle)
        take_step(case, Step.STRIKE_OFF, by=account("carol"), **WHEN)
        assert (case.state, case.outcome, case.closed_at, case.next_due) == (State.CLOSED, outcome, NOW, None)


def test_a_delegate_acts_for_an_absent_leader_only_while_standing_in(session):
    case, amir, carol = a_case(), account("amir"), account("carol")
    with pytest.raises(NotAllowed, match="stand in"):
        take_step(case, Step.WITHDRAW, by=amir, on_behalf_of=carol, reason="已注销", **WHEN)
    session.add(Delegation(absent=carol, delegate=amir, begins_at=NOW, ends_at=NOW.replace(day=30)))
    event = take_step(case, Step.WITHDRAW, by=amir, on_behalf_of=carol, reason="已注销", **WHEN)
    commit()
    row = session.scalars(sa.select(AuditRow).order_by(AuditRow.seq.desc())).first()
    assert (event.on_behalf_of_id, row.on_behalf_of) == (carol.id, carol.audit_name)
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.WITHDRAWN)


def test_a_change_by_another_since_the_case_was_read_is_refused(session):
    case = a_case()
    commit()
    session.refresh(case)
    session.connection().exec_driver_sql(f'UPDATE "case" SET version = version + 1 WHERE id = {case.id}')
    with pytest.raises(Stale):
        take_step(case, Step.NOTE, by=account("alice"), **WHEN)


def test_the_shortfall_follows_the_register(session):
    case = a_case(due=10_000, short=1_000)
    other = a_case(due=10_000, short=2_000)
    commit()
    obligation = session.scalars(sa.select(Obligation).filter_by(enterprise_id=case.enterprise_id)).one()
    add_surrender(obligation, TODAY, 400, reason="", by=account("alice"), now=NOW)
    commit()
    assert (case.short, case.gap_rate, other.short) == (600, 1_000, 2_000)


def test_the_facts_name_what_the_rules_ask_for(session):
    case = a_case(State.URGED, short=1_000)
    facts = facts_of(case, **WHEN)
    assert facts == replace(facts, state=State.URGED, short=1_000, state_before=State.ASSISTING, has_officer=True)
    assert not any((facts.deadline_passed, facts.awaiting_reply, facts.causing_letter_voided))
