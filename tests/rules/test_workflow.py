import itertools
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rules import workflow
from casework.rules.errors import NotAllowed, RuleError
from casework.rules.guards import Guard, guard
from casework.rules.letters import LetterKind
from casework.rules.roles import Role
from casework.rules.workflow import (
    OPEN_STATES,
    STEPS,
    Actor,
    CaseFacts,
    Ending,
    Outcome,
    State,
    Step,
    Where,
    advance,
    outcome_of,
    paused_after,
    refusal,
    state_before,
    steps_open_to,
    targets,
)

from .matrix import ALLOWED, LEADS_TO, may

TODAY = date(2023, 11, 22)


@pytest.fixture(scope="module", autouse=True)
def machine_made_anew():
    """Make the machine within these tests, so that they judge how it is made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workflow, "_MACHINE", workflow._build_machine())
        yield


HERE, ELSEWHERE = "640000/640200", "640000/640100"
BEFORE = {State.URGED: State.ASSISTING, State.SUPERVISED: State.URGED, State.SETTLED: State.RELIEF}
LETTER = {Step.URGE: LetterKind.WORK_SUPERVISION, Step.SUPERVISE: LetterKind.SUPERVISION}


def actor(*roles, region=HERE, account=7, behalf=None):
    return Actor(
        account_id=account,
        roles=frozenset(roles),
        region_path=region if Role.CITY in roles else None,
        on_behalf_of=behalf,
    )


def ready(state, step, *, paused=False):
    """Facts under which nothing but state, role and pause can stand in the way of the step."""
    return CaseFacts(
        state=state,
        region_path=HERE,
        today=TODAY,
        state_before=BEFORE.get(state),
        paused=paused,
        has_officer=True,
        short=500 if step is Step.REFER else 0,
        deadline_passed=True,
        working_deadline=date(2023, 12, 15),
        extension_ceiling=date(2024, 1, 31),
        extension_asked=True,
        approved_plan_covers=True,
        urge_came_before=True,
        urge_reply_overdue=True,
        causing_letter_voided=True,
        penalty_complete=True,
        penalty_accepted=True,
        letter_at_hand=LETTER.get(step),
        evidence=True,
        penalty_filled=True,
        ending=Ending.CORRECTED,
        reason="The unit asked for it.",
        new_day=date(2023, 12, 29),
    )


def leads_to(facts, step):
    target = LEADS_TO[step]
    return {"same": facts.state, "before": facts.state_before}.get(target) or State[target]


def test_the_whole_matrix_of_state_step_role_and_pause_is_as_written_by_hand():
    compared = wrong = 0
    for state, step, role, paused in itertools.product(State, Step, Role, (False, True)):
        facts = ready(state, step, paused=paused)
        try:
            outcome = advance(facts, step, actor(role))
        except RuleError:
            outcome = None
        wrong += outcome is not (leads_to(facts, step) if may(role, state, step, paused) else None)
        compared += 1
    assert (wrong, compared) == (0, 8 * 21 * 7 * 2)


def test_the_oracle_names_every_state_and_step():
    for grid in ALLOWED.values():
        assert set(grid) == set(itertools.product(State, Step))


def test_refusal_and_advance_agree_on_every_cell():
    for state, step, role, paused in itertools.product(State, Step, Role, (False, True)):
        facts = ready(state, step, paused=paused)
        assert (refusal(step, facts, actor(role)) is None) == may(role, state, step, paused)


def test_nobody_takes_a_step_for_a_unit_of_another_region():
    for state, step, paused in itertools.product(State, Step, (False, True)):
        facts = replace(ready(state, step, paused=paused), region_path=ELSEWHERE)
        with pytest.raises(RuleError):
            advance(facts, step, actor(Role.CITY))
    with pytest.raises(NotAllowed, match="another region"):
        advance(replace(ready(State.LISTED, Step.NOTE), region_path=ELSEWHERE), Step.NOTE, actor(Role.CITY))


def test_a_reviewer_who_is_also_an_officer_may_what_an_officer_may():
    both = actor(Role.OFFICER, Role.REVIEWER)
    for state, step, paused in itertools.product(State, Step, (False, True)):
        expected = may(Role.OFFICER, state, step, paused)
        assert (refusal(step, ready(state, step, paused=paused), both) is None) == expected


@pytest.mark.parametrize(
    ("own", "region", "covered"),
    [
        ("1", "1/12", True),
        ("1/12", "1/12", True),
        ("1/12", "1/12/5", True),
        ("/1/12/", "/1/12/5/", True),
        ("1/1", "1/12", False),
        ("1/12", "1", False),
        (None, "1/12", False),
    ],
)
def test_a_city_officer_covers_the_own_region_and_what_hangs_below(own, region, covered):
    assert actor(Role.CITY, region=own).covers(region) is covered


def test_staff_of_the_department_without_a_region_covers_all():
    assert actor(Role.OFFICER).covers("1/12")


# step, a state it starts from, what is missing, what the person reads
GUARDS = [
    (Step.START_ASSISTANCE, State.LISTED, {"has_officer": False}, "Assign an officer"),
    (Step.AGREE_PLAN, State.ASSISTING, {"approved_plan_covers": False, "short": 865_300}, "shortfall (now 865300 t)"),
    (Step.URGE, State.LISTED, {"letter_at_hand": None}, "work supervision letter that names it is registered"),
    (Step.URGE, State.LISTED, {"letter_at_hand": LetterKind.SUPERVISION}, "work supervision letter that names it"),
    (Step.SUPERVISE, State.URGED, {"letter_at_hand": None}, "a supervision letter that names it is registered"),
    (Step.SUPERVISE, State.URGED, {"letter_at_hand": LetterKind.WORK_SUPERVISION}, "a supervision letter that names"),
    (Step.SUPERVISE, State.URGED, {"urge_reply_overdue": False}, "the signer must give a reason"),
    (Step.SUPERVISE, State.RELIEF, {"urge_came_before": False}, "the signer must give a reason"),
    (Step.SUPERVISE, State.RELIEF, {"urge_came_before": False, "signer_reason": "  "}, "the signer must give a reason"),
    (Step.REVOKE, State.URGED, {"causing_letter_voided": False}, "void it first"),
    (Step.REVOKE, State.SUPERVISED, {"state_before": None}, "history does not show"),
    (Step.REVOKE, State.SUPERVISED, {"state_before": State.LISTED}, "history does not show"),
    (Step.SETTLE, State.REFERRED, {"short": 1}, "still show 1 t short"),
    (Step.SETTLE, State.LISTED, {"evidence": False}, "Attach the evidence"),
    (Step.RETURN, State.SETTLED, {"reason": ""}, "Give a reason"),
    (Step.RETURN, State.SETTLED, {"reason": " \n"}, "Give a reason"),
    (Step.RETURN, State.SETTLED, {"state_before": State.CLOSED}, "history does not show"),
    (Step.STRIKE_OFF, State.SETTLED, {"awaiting_reply": True}, "still awaits a reply"),
    (Step.STRIKE_OFF, State.SETTLED, {"settled_by": frozenset({7})}, "another leader must close it"),
    (Step.STRIKE_OFF, State.SETTLED, {"penalty_recorded_by": frozenset({3, 7})}, "another leader must close it"),
    (Step.REFER, State.URGED, {"deadline_passed": False}, "has not passed yet"),
    (Step.REFER, State.URGED, {"short": 0}, "record the settlement instead"),
    (Step.CONCLUDE, State.REFERRED, {"penalty_complete": False}, "Record the penalty decision first"),
    (Step.CONCLUDE, State.REFERRED, {"penalty_accepted": False}, "officer must accept"),
    (Step.CONCLUDE, State.REFERRED, {"ending": None}, "Say what ended the matter"),
    (Step.CONCLUDE, State.REFERRED, {"ending": Ending.ALLOCATION_CUT, "may_cut_allocation": False}, "no longer be cut"),
    (Step.CONCLUDE, State.REFERRED, {"penalty_recorded_by": frozenset({7})}, "another leader must close it"),
    (Step.WITHDRAW, State.SUPERVISED, {"reason": ""}, "Give a reason"),
    (Step.REOPEN, State.CLOSED, {"reason": ""}, "Give a reason"),
    (Step.REOPEN, State.CLOSED, {"new_day": None}, "after today"),
    (Step.REOPEN, State.CLOSED, {"new_day": TODAY}, "after today"),
    (Step.PENALTY, State.REFERRED, {"penalty_filled": False}, "A penalty record needs"),
    (Step.PAUSE, State.RELIEF, {"reason": ""}, "Give a reason"),
    (Step.PAUSE, State.RELIEF, {"new_day": None}, "after today"),
    (Step.PAUSE, State.RELIEF, {"paused": True}, "is paused"),
    (Step.RESUME, State.RELIEF, {}, "is not paused"),
    (Step.ASK_EXTENSION, State.RELIEF, {"working_deadline": date(2023, 11, 21)}, "only one that still runs"),
    (Step.ASK_EXTENSION, State.RELIEF, {"working_deadline": None}, "only one that still runs"),
    (Step.ASK_EXTENSION, State.RELIEF, {"new_day": date(2023, 12, 15)}, "after the present working deadline"),
    (Step.ASK_EXTENSION, State.RELIEF, {"new_day": None}, "after the present working deadline"),
    (Step.ASK_EXTENSION, State.RELIEF, {"new_day": date(2024, 2, 1)}, "beyond 2024-01-31"),
    (Step.ASK_EXTENSION, State.RELIEF, {"reason": ""}, "Give a reason"),
    (Step.GRANT_EXTENSION, State.RELIEF, {"extension_asked": False}, "Nobody has asked"),
    (Step.GRANT_EXTENSION, State.RELIEF, {"new_day": date(2023, 12, 15)}, "after the present working deadline"),
    (Step.GRANT_EXTENSION, State.RELIEF, {"new_day": date(2024, 2, 1)}, "beyond 2024-01-31"),
    (Step.GRANT_EXTENSION, State.RELIEF, {"new_day": date(2023, 11, 21)}, "has passed meanwhile"),
    (Step.REFUSE_EXTENSION, State.RELIEF, {"extension_asked": False}, "Nobody has asked"),
    (Step.REFUSE_EXTENSION, State.RELIEF, {"reason": ""}, "Give a reason"),
]


def whoever_may(step):
    return actor(min(STEPS[step].roles, key=list(Role).index))


@pytest.mark.parametrize(("step", "state", "missing", "sentence"), GUARDS)
def test_a_step_whose_condition_fails_is_refused_with_a_sentence(step, state, missing, sentence):
    facts = ready(state, step, paused=False)
    if step is not Step.RESUME:
        assert advance(facts, step, whoever_may(step)) is leads_to(facts, step)
    with pytest.raises(RuleError) as refused:
        advance(replace(facts, **missing), step, whoever_may(step))
    assert sentence in str(refused.value)


def test_every_guard_of_the_table_is_seen_to_refuse():
    refusing = set()
    for step, state, missing, _ in GUARDS:
        facts = replace(ready(state, step), **missing)
        refusing |= {guard.name for guard in STEPS[step].conditions if not guard.holds(facts)}
    assert refusing == {guard.name for rule in STEPS.values() for guard in rule.conditions}


@pytest.mark.parametrize(
    "helped",
    [
        {"urge_reply_overdue": True},
        {"urge_reply_refused": True},
        {"plan_failed": True},
        {"urge_came_before": False, "signer_reason": "The unit refuses every visit."},
    ],
)
def test_supervision_follows_urging_that_failed_or_a_reason_of_the_signer(helped):
    facts = replace(ready(State.URGED, Step.SUPERVISE), urge_reply_overdue=False)
    assert advance(replace(facts, **helped), Step.SUPERVISE, actor(Role.LEADER)) is State.SUPERVISED


def test_an_extension_may_be_asked_for_on_the_last_day_itself():
    facts = replace(ready(State.URGED, Step.ASK_EXTENSION), working_deadline=TODAY)
    assert advance(facts, Step.ASK_EXTENSION, actor(Role.CITY)) is State.URGED


def test_a_delegate_may_not_close_what_the_absent_leader_recorded():
    facts = replace(ready(State.SETTLED, Step.STRIKE_OFF), settled_by=frozenset({3}))
    assert refusal(Step.STRIKE_OFF, facts, actor(Role.LEADER, account=7)) is None
    assert isinstance(refusal(Step.STRIKE_OFF, facts, actor(Role.LEADER, account=7, behalf=3)), NotAllowed)


def test_the_first_thing_said_is_about_the_person_then_the_state_then_the_pause_then_the_conditions():
    facts = replace(ready(State.SETTLED, Step.START_ASSISTANCE, paused=True), has_officer=False, region_path=ELSEWHERE)
    step = Step.START_ASSISTANCE
    said = [
        refusal(step, facts, actor(Role.LEADER)),
        refusal(step, facts, actor(Role.OFFICER)),
        refusal(step, replace(facts, state=State.LISTED), actor(Role.OFFICER)),
        refusal(step, replace(facts, state=State.LISTED, paused=False), actor(Role.OFFICER)),
    ]
    assert [type(one) for one in said] == [NotAllowed, RuleError, RuleError, RuleError]
    assert [str(one)[:30] for one in said] == [
        "This step is for an officer of",
        "The case is not in a state fro",
        "The case is paused: resume it ",
        "Assign an officer to the case ",
    ]


def test_the_page_lists_only_steps_of_this_person_in_this_state_with_their_reasons():
    facts = CaseFacts(state=State.LISTED, region_path=HERE, today=TODAY, short=100, working_deadline=date(2023, 12, 1))
    listed = {one.step: (one.allowed, one.primary) for one in steps_open_to(actor(Role.OFFICER), facts)}
    assert listed == {
        Step.START_ASSISTANCE: (False, False),
        Step.SETTLE: (False, False),
        Step.VISIT: (True, True),
        Step.NOTE: (True, False),
        Step.PENALTY: (True, False),
        Step.ASSIGN: (True, False),
        Step.ASK_EXTENSION: (True, False),
        Step.PAUSE: (True, False),
    }
    greyed = {one.step: str(one.why_not) for one in steps_open_to(actor(Role.OFFICER), facts) if not one.allowed}
    assert greyed[Step.START_ASSISTANCE].startswith("Assign an officer")
    assert greyed[Step.SETTLE].startswith("The records still show 100 t")


def test_a_button_opens_without_what_its_own_form_asks_for():
    facts = CaseFacts(state=State.SETTLED, region_path=HERE, today=TODAY, state_before=State.RELIEF)
    listed = {one.step: one for one in steps_open_to(actor(Role.LEADER), facts)}
    assert listed[Step.RETURN].allowed
    assert listed[Step.STRIKE_OFF].primary
    assert refusal(Step.RETURN, facts, actor(Role.LEADER)).field == "reason"


def test_a_leader_who_recorded_the_settlement_sees_striking_off_greyed():
    facts = CaseFacts(state=State.SETTLED, region_path=HERE, today=TODAY, settled_by=frozenset({7}))
    listed = {one.step: one for one in steps_open_to(actor(Role.LEADER), facts)}
    assert isinstance(listed[Step.STRIKE_OFF].why_not, NotAllowed)


def test_readers_and_officers_of_other_regions_see_no_steps():
    for role in (Role.REVIEWER, Role.VIEWER, Role.ADMINISTRATOR, Role.AUDITOR):
        assert all(not steps_open_to(actor(role), ready(state, Step.NOTE)) for state in State)
    assert not steps_open_to(actor(Role.CITY, region=ELSEWHERE), ready(State.LISTED, Step.NOTE))


def test_at_most_one_step_is_primary_and_it_is_open():
    for state, step, role, paused in itertools.product(State, Step, Role, (False, True)):
        primary = [one for one in steps_open_to(actor(role), ready(state, step, paused=paused)) if one.primary]
        assert len(primary) <= 1
        assert all(one.allowed for one in primary)


def test_a_listed_step_is_refused_at_execution_only_for_what_was_asked():
    for state, step, role, paused in itertools.product(State, Step, Role, (False, True)):
        facts = ready(state, step, paused=paused)
        for one in steps_open_to(actor(role), facts):
            if one.step is step:
                assert one.allowed == may(role, state, step, paused)


def test_settling_and_closing_end_a_pause():
    facts = ready(State.RELIEF, Step.SETTLE, paused=True)
    assert not paused_after(facts, Step.SETTLE)
    assert not paused_after(facts, Step.WITHDRAW)
    assert not paused_after(facts, Step.RESUME)
    assert paused_after(facts, Step.REFER)
    assert paused_after(ready(State.RELIEF, Step.PAUSE), Step.PAUSE)
    assert not paused_after(ready(State.RELIEF, Step.NOTE), Step.NOTE)


@pytest.mark.parametrize(
    ("step", "facts", "outcome"),
    [
        (Step.STRIKE_OFF, {"completed_on_time": True, "penalty_complete": False}, Outcome.ON_TIME),
        (Step.STRIKE_OFF, {"completed_on_time": False, "penalty_complete": False}, Outcome.LATE),
        (Step.STRIKE_OFF, {"penalty_complete": True}, Outcome.AFTER_PENALTY),
        (Step.CONCLUDE, {"ending": Ending.ALLOCATION_CUT}, Outcome.AFTER_PENALTY),
        (Step.CONCLUDE, {"ending": Ending.UNIT_STRUCK_OFF}, Outcome.UNIT_STRUCK_OFF),
        (Step.WITHDRAW, {}, Outcome.WITHDRAWN),
        (Step.SETTLE, {}, None),
        (Step.NOTE, {}, None),
    ],
)
def test_a_closed_case_says_how_it_ended(step, facts, outcome):
    assert outcome_of(replace(ready(State.REFERRED, step), **facts), step) is outcome


def test_letters_and_settlements_are_undone_in_turn():
    moves = [(Step.URGE, State.LISTED), (Step.NOTE, State.URGED), (Step.SUPERVISE, State.URGED)]
    assert state_before([]) is None
    assert state_before(moves) is State.URGED
    moves.append((Step.SETTLE, State.SUPERVISED))
    assert state_before(moves) is State.SUPERVISED
    moves.append((Step.RETURN, State.SETTLED))
    assert state_before(moves) is State.URGED
    moves.append((Step.REVOKE, State.SUPERVISED))
    assert state_before(moves) is State.LISTED


@given(st.data())
def test_a_random_walk_visits_only_legal_cells_and_always_knows_the_way_back(data):
    state, paused, moves, entered = State.LISTED, False, [], []
    for _ in range(data.draw(st.integers(1, 25))):
        step = data.draw(st.sampled_from(Step))
        role = data.draw(st.sampled_from([Role.OFFICER, Role.LEADER, Role.CITY]))
        facts = replace(ready(state, step, paused=paused), state_before=state_before(moves))
        if not may(role, state, step, paused):
            with pytest.raises(RuleError):
                advance(facts, step, actor(role))
            continue
        after = advance(facts, step, actor(role))
        assert after is advance(facts, step, actor(role))
        assert after in targets(step, state)
        if state is State.CLOSED:
            assert step is Step.REOPEN
        if step in (Step.REVOKE, Step.RETURN):
            assert after is entered.pop()
        elif step in (Step.URGE, Step.SUPERVISE, Step.SETTLE):
            entered.append(state)
        elif step in (Step.AGREE_PLAN, Step.REFER, Step.WITHDRAW, Step.STRIKE_OFF, Step.CONCLUDE, Step.REOPEN):
            entered = []
        moves.append((step, state))
        paused = paused_after(facts, step)
        state = after
        assert not (paused and state not in OPEN_STATES)


def test_the_machine_has_no_way_around_the_table():
    names = set(workflow._MACHINE.events)
    assert names == {step.value for step in Step}
    assert all(isinstance(guard, Guard) for rule in STEPS.values() for guard in rule.guards)


def test_every_state_can_be_reached_and_every_open_one_left():
    reached = {State.LISTED}
    for _ in State:
        reached |= {to for source in reached for step in Step for to in targets(step, source)}
    assert reached == set(State)
    for state in OPEN_STATES:
        assert any(STEPS[step].target is State.CLOSED for step in Step if state in STEPS[step].sources)
    assert {rule.target for rule in STEPS.values() if isinstance(rule.target, Where)} == set(Where)


def test_only_a_registered_letter_takes_the_steps_of_letters():
    assert {rule.step: rule.by_letter for rule in STEPS.values() if rule.by_letter} == LETTER
    assert {kind.causes for kind in LetterKind if kind.causes} == {step.value for step in LETTER}


def test_a_condition_without_more_is_asked_before_the_form_and_shown():
    plain = guard("short")(lambda facts: facts.paused)
    assert (plain.sentence, plain.asked, plain.hides, plain.field, plain.shows) == ("short", False, False, None, ())
    full = guard("short", asked=True, hides=True, field="reason", shows=("today",))(plain.holds)
    assert full == Guard(plain.holds, "short", True, True, "reason", ("today",))


def test_the_machine_knows_the_ways_of_the_table_and_no_state_is_reached_around_them():
    machine = workflow._MACHINE
    assert set(machine.states) == {state.name for state in State}
    assert set(machine.events) == {step.value for step in Step}
