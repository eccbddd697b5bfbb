"""A machine that works cases at random: each step by the actions themselves, with all that must come before it."""

from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from rules.matrix import ALLOWED, LEADS_TO
from support.cases import TODAY, a_cycle, account, an_enterprise, an_obligation, region
from support.cast import NOW
from support.hanging import BUY, DECIDED
from support.registering import stub

from casework.audit.actions import commit, roll_back
from casework.cases.actions import extensions, letters, listing, notes, own_steps, pauses, penalties, plans, visits
from casework.cases.actions.letter_drafts import draft_for_cases, submit
from casework.cases.actions.steps import take_step
from casework.cases.models import Case, CaseEvent, CaseLetter, Extension, Penalty, Plan, PlanState, VisitKind
from casework.db import db
from casework.letters.actions import recipients, way
from casework.letters.models import Letter, LetterState
from casework.operations.invariants import faults
from casework.registry.actions.enterprises import change_enterprise
from casework.registry.actions.obligations import add_surrender
from casework.registry.calendar import working_calendar
from casework.registry.models import Obligation
from casework.rules.causes import Cause
from casework.rules.errors import RuleError
from casework.rules.letters import AddresseeKind, LetterKind, LetterStep
from casework.rules.roles import Role
from casework.rules.workflow import STEPS, Ending, State, Step
from casework.users.actions.delegations import delegate
from casework.web.fields import Upload

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
EVIDENCE = [Upload("凭证.png", PNG)]
KINDS = {Step.URGE: LetterKind.WORK_SUPERVISION, Step.SUPERVISE: LetterKind.SUPERVISION}
WHO = {Role.OFFICER: ["alice", "amir"], Role.LEADER: ["carol", "carl"], Role.CITY: ["dora"]}
# The same number of units in each kind of cycle: one whose deadline has passed, and one whose deadline lies ahead.
CYCLES = {"2024": NOW - timedelta(days=20), "2025": NOW + timedelta(days=60)}
# The way on which a case is led to a state before the sequence begins.
TO_STATE = {
    State.LISTED: [],
    State.ASSISTING: [Step.START_ASSISTANCE],
    State.RELIEF: [Step.START_ASSISTANCE, Step.AGREE_PLAN],
    State.URGED: [Step.URGE],
    State.SUPERVISED: [Step.URGE, Step.SUPERVISE],
    State.REFERRED: [Step.START_ASSISTANCE, Step.REFER],
    State.SETTLED: [Step.START_ASSISTANCE, Step.SETTLE],
    State.CLOSED: [Step.SETTLE, Step.STRIKE_OFF],
}
# Cells of the oracle that somebody may step from; what is settled or closed cannot rest.
LEGAL = {
    (state, step, paused)
    for paused, cells in ALLOWED.items()
    for (state, step), roles in cells.items()
    if roles and not (paused and state in {State.SETTLED, State.CLOSED})
}


@dataclass
class Told:
    """What the sequence knows of a case without asking the program."""

    state: State = State.LISTED
    paused: bool = False
    way: list[State] = field(default_factory=list)  # the states behind it that a step back can lead to


def picker(data):
    """Return how hypothesis chooses one of several."""
    return lambda options: data.draw(st.sampled_from(options))


class Sequences(RuleBasedStateMachine):
    """Cases of the stage on a fresh database, worked by everybody who may, and tried by those who may not."""

    def __init__(self, app, fresh, visited):
        super().__init__()
        fresh()
        self.visited, self.told, self.days, self.why = visited, {}, 0, None
        self.context = app.app_context()
        self.context.push()
        for name in ("alice", "amir"):
            account(name).phone = "0951-5160000"
        commit()

    def teardown(self):
        """Leave nothing open for the next database."""
        db.session.remove()
        db.engine.dispose()
        self.context.pop()

    # --- what everything is done with ---------------------------------------------------------------------------------

    @property
    def now(self):
        """The moment: it goes on a little with every step, and by days."""
        self.seconds = getattr(self, "seconds", 0) + 1
        return NOW + timedelta(days=self.days, seconds=self.seconds)

    @property
    def today(self):
        return TODAY + timedelta(days=self.days)

    def doing(self, who):
        return {"by": account(who), "now": self.now, "today": self.today}

    def case(self, case_id):
        return db.session.get_one(Case, case_id)

    def obligation(self, case):
        return db.session.scalars(sa.select(Obligation).where(Obligation.enterprise_id == case.enterprise_id)).one()

    def letters_of(self, case, *states):
        stmt = sa.select(Letter).join(CaseLetter).where(CaseLetter.case_id == case.id, Letter.state.in_(states))
        return db.session.scalars(stmt.order_by(Letter.id.desc())).all()

    def committed(self, work):
        """Do some work as one request does: whole, or not at all; return whether it was done."""
        try:
            done = work()
            commit()
        except RuleError as refused:
            self.why = refused
            roll_back()
            return False
        finally:
            db.session.remove()
        return done is not False

    # --- the rules of the sequence ------------------------------------------------------------------------------------

    @initialize(data=st.data())
    def cases_stand_where_they_may(self, data):
        """Begin with three cases, each led to some state by its steps."""
        pick = picker(data)
        for label in ("2024", "2024", "2025"):
            self.led_to(pick(State), label, pick)

    def led_to(self, state, label, pick):
        """List a unit in a cycle and lead its case to the state by its steps; return the case's id."""
        a_cycle(label, deadline=CYCLES[label])
        unit = an_enterprise()
        an_obligation(unit, cycle=a_cycle(label), due=10_000, surrendered=9_000, on=CYCLES[label].date())
        case = listing.list_unit(
            unit, a_cycle(label), causes=[Cause.FINANCIAL], reason="缺口较大", officer=account("alice"),
            working_deadline=self.today + timedelta(days=20), **self.doing("alice"),
        )  # fmt: skip
        case_id = case.id
        commit()
        self.told[case_id] = Told()
        for step in TO_STATE[state]:
            assert self.steps(case_id, step, pick) or (step is Step.REFER and label == "2025"), self.why
        return case_id

    @rule(data=st.data())
    def somebody_who_may_takes_a_step(self, data):
        """Take any step that the table has from where a case stands."""
        pick = picker(data)
        case_id = pick(sorted(self.told))
        told = self.told[case_id]
        may = [step for step in Step if (told.state, step, told.paused) in LEGAL]
        self.steps(case_id, pick(may), pick)

    @rule(data=st.data(), step=st.sampled_from(Step), who=st.sampled_from(["alice", "carol", "bob", "dora", "dan"]))
    def somebody_who_may_not_tries(self, data, step, who):
        """Take a step that is not for this person or not from here, with everything that could be asked for it."""
        case_id = data.draw(st.sampled_from(sorted(self.told)))
        told = self.told[case_id]
        foreign = who == "dan"  # of another region
        if not foreign and ALLOWED[told.paused][told.state, step] & account(who).roles:
            return
        before = self.version_of(case_id)
        asked = {
            "evidence": True,
            "penalty_filled": True,
            "ending": Ending.CORRECTED,
            "letter_at_hand": KINDS.get(step),
        }
        asked |= {"new_day": self.today + timedelta(days=1), "signer_reason": "x", "reason": "x"}
        assert not self.committed(lambda: take_step(self.case(case_id), step, **asked, **self.doing(who))), step
        assert self.version_of(case_id) == before

    def version_of(self, case_id):
        events = sa.select(sa.func.count()).where(CaseEvent.case_id == case_id).scalar_subquery()
        found = db.session.execute(sa.select(Case.version, events).where(Case.id == case_id)).one()
        db.session.remove()
        return tuple(found)

    @precondition(lambda self: self.days < 40)
    @rule(days=st.integers(1, 6))
    def days_pass(self, days):
        self.days += days

    @rule(data=st.data(), tonnes=st.integers(-2_000, 1_500).filter(bool))
    def the_register_changes(self, data, tonnes):
        case_id = data.draw(st.sampled_from(sorted(self.told)))
        owed = lambda: self.obligation(self.case(case_id))  # noqa: E731
        self.committed(
            lambda: add_surrender(owed(), self.today, tonnes, reason="更正", by=account("alice"), now=self.now)
        )

    @rule(data=st.data(), code=st.sampled_from(["640100", "640200"]))
    def a_unit_moves_to_another_region_and_its_case_with_it(self, data, code):
        case_id = data.draw(st.sampled_from(sorted(self.told)))

        def move(code):
            unit = self.case(case_id).enterprise
            change_enterprise(
                unit, name=unit.name, region=region(code), sector=unit.sector, contact="", phone="",
                struck_off_day=None, by=account("alice"), now=self.now,
            )  # fmt: skip

        assert self.committed(lambda: move(code))
        assert self.committed(lambda: move("640200"))

    @rule(data=st.data(), what=st.sampled_from(["void", "repeal", "dispatch", "reply", "refuse", "accept"]))
    def something_happens_to_a_letter(self, data, what):
        case_id = data.draw(st.sampled_from(sorted(self.told)))
        self.committed(lambda: self.deed(self.case(case_id), what))

    @rule(data=st.data(), what=st.sampled_from(["fail", "draft", "submit", "return"]))
    def something_happens_to_a_plan(self, data, what):
        case_id = data.draw(st.sampled_from(sorted(self.told)))
        self.committed(lambda: self.plan_deed(self.case(case_id), what))

    @rule(data=st.data())
    def one_letter_urges_several_or_none(self, data):
        """Name all cases of one cycle in a letter: if one of them cannot move, none does and no number is taken."""
        ids = sorted(self.told)[:2]
        could = all(self.told[one].state in STEPS[Step.URGE].sources and not self.told[one].paused for one in ids)
        short = [self.short_of(one) for one in ids]
        done = self.committed(lambda: self.registered_letter([self.case(one) for one in ids], Step.URGE, "carol"))
        assert done <= could
        assert done or not could or 0 in short or any(self.told[one].state is State.CLOSED for one in ids)
        for one in ids if done else []:
            self.moved(one, Step.URGE)

    @rule(data=st.data(), who=st.sampled_from(["amir"]))
    def a_leader_names_a_delegate_who_may_not_be_one(self, data, who):
        assert not self.committed(lambda: self.named_delegate("carol", who))
        self.committed(lambda: self.named_delegate("carol", "carl"))

    def named_delegate(self, absent, who):
        days = {"from_day": self.today, "until_day": self.today + timedelta(days=2)}
        return delegate(account(absent), account(who), reason="出差", now=self.now, **days)

    @invariant()
    def nothing_is_broken(self):
        """I1 to I13 and what is derived hold; each case stands where the sequence says."""
        assert [f"{code} {fault}" for code, fault in faults(now=self.now)] == []
        for case_id, told in self.told.items():
            case = self.case(case_id)
            assert (case.state, case.paused) == (told.state, told.paused)
            assert (case.outcome is not None) == (case.state is State.CLOSED) == (case.closed_at is not None)
        db.session.remove()

    # --- steps with what must come before them ------------------------------------------------------------------------

    def steps(self, case_id, step, pick):
        """Take the step as somebody who may; say whether it was possible, which the facts decide."""
        told = self.told[case_id]
        roles = ALLOWED[told.paused][told.state, step]
        who = pick([name for role in sorted(roles) for name in WHO[role]])
        self.prepare(case_id, step)
        if not self.committed(lambda: TAKE.get(step, plain)(self, self.case(case_id), step, who)):
            return False
        self.visited.add((told.state, step, told.paused))
        self.moved(case_id, step)
        return True

    def prepare(self, case_id, step):
        """Let happen what must come before the step, as far as it can."""
        for prepare in BEFORE.get(step, ()):
            self.committed(lambda prepare=prepare: prepare(self, self.case(case_id)))

    def moved(self, case_id, step):
        """Follow the step on the sequence's own account, by the oracle."""
        told, target = self.told[case_id], LEADS_TO[step]
        if step in {Step.PAUSE, Step.RESUME}:
            told.paused = step is Step.PAUSE
        if target == "same":
            return
        if target == "before":
            told.state = told.way.pop()
        else:
            told.way.append(told.state)
            told.state = State[target]
        if told.state in {State.SETTLED, State.CLOSED}:
            told.paused = False

    def short_of(self, case_id):
        found = db.session.scalar(sa.select(Case.short).where(Case.id == case_id))
        db.session.remove()
        return found

    def surrender(self, case, *, all_of_it):
        """Let the records show that nothing is owed, or that something is."""
        tonnes = case.short if all_of_it else 0 if case.short else -500
        if tonnes:
            add_surrender(self.obligation(case), self.today, tonnes, reason="更正", by=account("alice"), now=self.now)

    def plan_deed(self, case, what):
        latest = sa.select(Plan).where(Plan.case_id == case.id).order_by(Plan.number.desc()).limit(1)
        plan, alice = db.session.scalars(latest).one_or_none(), account("alice")
        if what == "draft":
            buy = BUY | {"tonnes": case.short + 100}
            return plans.draft_plan(case, summary="分期购买", measures=[buy], by=alice, now=self.now)
        if plan is None:
            return False
        if what == "submit":
            return plans.submit_plan(case, plan, by=alice, now=self.now)
        if what == "fail":
            return plans.fail_plan(case, plan, "资金未到位", by=account("amir"), now=self.now)
        approved = what == "approve"
        return plans.decide_plan(case, plan, approved=approved, reason="再议", by=account("carl"), now=self.now)

    def approve_plan(self, case):
        """Have a plan that covers the shortfall, whatever became of the last one."""
        covering = [plan for plan in self.plans_of(case, PlanState.APPROVED) if plan.measures[0].tonnes >= case.short]
        if covering:
            return
        for plan in self.plans_of(case, PlanState.DRAFT):
            self.plan_deed(case, "submit") if plan.measures[0].tonnes >= case.short else self.give_up(case, plan)
        for plan in self.plans_of(case, PlanState.SUBMITTED):
            self.plan_deed(case, "approve" if plan.measures[0].tonnes >= case.short else "return")
        if not self.plans_of(case, PlanState.APPROVED):
            for what in ("draft", "submit", "approve"):
                self.plan_deed(case, what)

    def give_up(self, case, plan):
        plans.edit_plan(
            case, plan, summary="x", measures=[BUY | {"tonnes": case.short}], by=account("amir"), now=self.now
        )
        plans.submit_plan(case, plan, by=account("alice"), now=self.now)

    def plans_of(self, case, state):
        return db.session.scalars(sa.select(Plan).where(Plan.case_id == case.id, Plan.state == state)).all()

    def registered_letter(self, cases, step, signer):
        """Write a letter about cases and take it all the way to its number."""
        calendar = working_calendar()
        drafter = self.doing("alice")
        letter = draft_for_cases(
            cases, KINDS[step], addressee_kind=AddresseeKind.GOVERNMENT, calendar=calendar, **drafter
        )
        submit(letter, render=stub, calendar=calendar, **drafter)
        way.pass_review(letter, by=account("bob"), now=self.now)
        db.session.flush()
        reason = "企业拒不配合" if step is Step.SUPERVISE else ""
        letters.sign_letter(letter.id, letter.version, calendar=calendar, reason=reason, **self.doing(signer))
        db.session.flush()
        return letters.register_letter(letter.id, letter.version, render=stub, **self.doing("bob"))

    def deed(self, case, what):
        """Let something happen to the newest letter in force that names the case."""
        found = self.letters_of(case, LetterState.REGISTERED)
        if not found:
            return False
        letter = found[0]
        if what in {"void", "repeal"}:
            step = LetterStep.VOID if what == "void" else LetterStep.REPEAL
            return letters.end_letter(
                letter.id, step, letter.version, reason="有误", by=account("carol"), now=self.now
            )  # fmt: skip
        recipient = letter.recipients[0]
        if what == "dispatch":
            return recipients.dispatch(recipient, day=self.today, way="paper", **self.doing("bob"))
        if what == "reply":
            return self.reply(recipient)
        verdict = {"accepted": what == "accept", "reason": "不全"}
        return letters.judge_reply(recipient, case.id, by=account("alice"), now=self.now, **verdict)

    def reply(self, recipient):
        """Send, receive and answer a letter, as far as that has not happened."""
        if recipient.dispatched_day is None:
            recipients.dispatch(recipient, day=self.today, way="paper", **self.doing("bob"))
        if recipient.received_day is None:
            recipients.record_receipt(recipient, day=self.today, name="王某", scan=None, **self.doing("alice"))
        answer = {"day": self.today, "text": "已督促整改", "files": []}
        letters.take_reply(recipient.letter_id, recipient.id, **answer, **self.doing("dora"))


def plain(work, case, step, who, **asked):
    """Take a step that brings nothing but a reason."""
    return take_step(case, step, reason="有新情况", **asked, **work.doing(who))


def by_letter(work, case, step, who):
    return work.registered_letter([case], step, who)


def next_officer(work, case, _step, who):
    officer = "amir" if case.officer is None or case.officer.username == "alice" else "alice"
    listing.assign(case, account(officer), **work.doing(who))


def noted(work, case, _step, who):
    notes.write_note(case, work.today, "企业资金已到位", [], **work.doing(who))


def visited(work, case, _step, who):
    follow_ups = [("报送资金计划", work.today + timedelta(days=5))]
    visits.record_visit(
        case, kind=VisitKind.ASSISTANCE, day=work.today, officers=[("安丽", "")], findings="停运",
        follow_ups=follow_ups, uploads=EVIDENCE, **work.doing(who),
    )  # fmt: skip


def penalised(work, case, _step, who):
    penalties.record_penalty(case, DECIDED, [], **work.doing(who))


def rested(work, case, _step, who):
    pauses.pause_case(case, "法院查封", work.today + timedelta(days=7), **work.doing(who))


def resumed(work, case, _step, who):
    pauses.resume_case(case, "", **work.doing(who))


def extension_asked(work, case, _step, who):
    day = case.working_deadline + timedelta(days=3)
    extensions.ask_extension(case, day, "资金下周到位", **work.doing(who))


def extension_decided(work, case, step, who):
    stmt = sa.select(Extension).where(Extension.case_id == case.id, Extension.granted.is_(None))
    asked = db.session.scalars(stmt).one_or_none()
    if asked is None:
        return False
    granted = step is Step.GRANT_EXTENSION
    return extensions.decide_extension(case, asked, granted=granted, reason="同意", **work.doing(who))


def concluded(work, case, step, who):
    return plain(work, case, step, who, ending=Ending.CORRECTED)


def settled(work, case, _step, who):
    own_steps.settle(case, EVIDENCE, "", **work.doing(who))


def reopened(work, case, _step, who):
    own_steps.reopen(case, work.today + timedelta(days=15), "重新短缺", **work.doing(who))


TAKE = {
    Step.URGE: by_letter,
    Step.SUPERVISE: by_letter,
    Step.ASSIGN: next_officer,
    Step.NOTE: noted,
    Step.VISIT: visited,
    Step.PENALTY: penalised,
    Step.PAUSE: rested,
    Step.RESUME: resumed,
    Step.ASK_EXTENSION: extension_asked,
    Step.GRANT_EXTENSION: extension_decided,
    Step.REFUSE_EXTENSION: extension_decided,
    Step.CONCLUDE: concluded,
    Step.SETTLE: settled,
    Step.REOPEN: reopened,
}


def nothing_short(work, case):
    work.surrender(case, all_of_it=True)


def something_short(work, case):
    work.surrender(case, all_of_it=False)


def every_letter_answered(work, case):
    for letter in work.letters_of(case, LetterState.REGISTERED):
        if letter.recipients[0].replied_day is None:
            work.reply(letter.recipients[0])


def causing_letter_voided(work, case):
    return work.deed(case, "void")


def penalty_accepted(work, case):
    found = db.session.scalars(sa.select(Penalty).where(Penalty.case_id == case.id)).all()
    if not found:
        found = [penalties.record_penalty(case, DECIDED, [], **work.doing("dora"))]
    if found[0].accepted_by_id is None:
        penalties.accept_penalty(case, found[0], **work.doing("amir"))


def somebody_asked(work, case):
    extension_asked(work, case, None, "dora")


BEFORE = {
    Step.AGREE_PLAN: [Sequences.approve_plan],
    Step.URGE: [something_short],
    Step.SUPERVISE: [something_short],
    Step.REVOKE: [causing_letter_voided],
    Step.SETTLE: [nothing_short],
    Step.STRIKE_OFF: [every_letter_answered],
    Step.REFER: [something_short],
    Step.CONCLUDE: [penalty_accepted],
    Step.GRANT_EXTENSION: [somebody_asked],
    Step.REFUSE_EXTENSION: [somebody_asked],
}
