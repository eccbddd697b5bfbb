"""Reminders: who is told what of which deadline, once."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from support.cases import TODAY, a_case, account
from support.cast import NOW
from support.hanging import BUY, a_plan, a_visit
from support.rounds import FILLED, a_round, submitted, the_reports

from casework.audit.actions import commit
from casework.cases.actions.figures import refresh_due
from casework.cases.actions.letters import judge_reply, take_reply
from casework.cases.models import Case, CaseEvent, CaseLetter, PlanState
from casework.db import db
from casework.letters.models import Recipient
from casework.notices.models import Notice
from casework.overview.queries.tasks import worklist_of
from casework.reminders.actions import remind
from casework.rounds.actions.freezing import correct_report, freeze_round
from casework.rounds.actions.opening import BY_SCHEDULE
from casework.rounds.actions.reviewing import return_report
from casework.rounds.models import Schedule
from casework.rules.chasing import Rung
from casework.rules.deadlines import SHANGHAI
from casework.rules.rounds import Rhythm
from casework.rules.workflow import Outcome, State, Step
from casework.users.models import Account, AccountRole, Delegation

DUE = date(2026, 12, 11)  # a Friday; the first reminder is on 2 December
LABELS = {rung.label: rung for rung in Rung}


def at(month, day, hour=9, year=2026):
    return datetime(year, month, day, hour, 5, tzinfo=SHANGHAI)


def told(username, *, unread=False):
    """What a person was told: (kind of deadline, rung)."""
    stmt = sa.select(Notice.thing, Notice.stage).where(Notice.account_id == account(username).id).order_by(Notice.id)
    rows = db.session.execute(stmt.where(Notice.read_at.is_(None)) if unread else stmt)
    return [(row.thing.partition(":")[0], LABELS[row.stage]) for row in rows if row.stage]


def everybody():
    return {name for name in db.session.scalars(sa.select(Account.username)) if told(name)}


def a_head(name="hua", region_code="640200", role="city"):
    """A head of a bureau."""
    from support.cases import region

    like = account("dora")
    row = Account(
        username=name, name=name, region_id=region(region_code).id, password_hash=like.password_hash, head=True,
        password_set_at=NOW, must_change_password=False, created_at=NOW, role_rows=[AccountRole(role=role)],
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def test_before_the_due_day_its_officer_and_the_city_are_told_twice_and_nobody_else(session):
    a_case(State.ASSISTING, deadline=DUE)
    assert [remind(now=at(12, day)) for day in (1, 2, 3, 9, 10, 11)] == [0, 2, 0, 0, 2, 2]
    assert told("alice") == [("case", Rung.FIRST), ("case", Rung.SECOND), ("case", Rung.DUE)]
    assert told("dora") == [("progress", Rung.FIRST), ("progress", Rung.SECOND), ("progress", Rung.DUE)]
    assert everybody() == {"alice", "dora"}


def test_of_one_deadline_only_the_newest_notice_stays_unread(session):
    a_case(State.ASSISTING, deadline=DUE)
    for day in (2, 10, 11):
        remind(now=at(12, day))
    assert told("dora", unread=True) == [("progress", Rung.DUE)]


def test_what_is_overdue_climbs_to_the_head_the_department_and_the_letter(session):
    a_head()
    a_head("other", "640100")
    a_case(State.ASSISTING, deadline=DUE)
    remind(now=at(12, 11))
    assert told("hua") == []
    for day in (14, 17, 21, 28):
        remind(now=at(12, day))
    assert told("hua") == [("progress", Rung.HEAD), ("progress", Rung.DEPARTMENT)]
    assert told("dora") == [("progress", rung) for rung in (Rung.DUE, Rung.OVERDUE, Rung.HEAD, Rung.DEPARTMENT)]
    assert ("progress", Rung.DEPARTMENT) in told("alice")
    assert told("alice")[-1] == ("next letter", Rung.LETTER)
    assert told("other") == []


def test_a_head_without_an_officer_is_told_from_the_beginning(session):
    account("dora").active = False
    a_head()
    a_case(State.ASSISTING, deadline=DUE)
    remind(now=at(12, 2))
    assert (told("hua"), told("dora")) == ([("progress", Rung.FIRST)], [])


def test_the_head_of_the_department_is_told_of_its_own_officers(session):
    a_head("chen", "640000", "reviewer")
    plan = a_plan(a_case(State.RELIEF, deadline=DUE + timedelta(days=90)), state=PlanState.APPROVED)
    assert plan.measures[0].due_day == BUY["due_day"] == date(2026, 12, 1)
    for day in (1, 7):
        remind(now=at(12, day))
    assert ("measure", Rung.HEAD) in told("chen")
    assert told("dora") == []


def test_follow_ups_and_replies_have_days_too(session):
    case = a_case(State.ASSISTING, deadline=DUE + timedelta(days=90))
    a_visit(case)
    a_reply_awaited(case, DUE)
    remind(now=at(11, 27))
    remind(now=at(12, 11))
    assert ("follow-up", Rung.DUE) in told("alice")
    assert ("reply", Rung.DUE) in told("dora")
    assert told("dan") == []


def a_reply_awaited(case, due):
    """A registered letter to the case's city, dispatched, that asks for a reply."""
    from support.registering import Clerk, signed_letters, stub

    from casework.cases.views import letter_steps

    (letter_id,) = signed_letters(1)
    db.session.add(CaseLetter(letter_id=letter_id, case_id=case.id, region_id=case.region_id))
    commit()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(letter_steps, "_render", stub)
        from flask import current_app

        Clerk(current_app._get_current_object()).register(letter_id)
    db.session.expire_all()
    for recipient in db.session.scalars(sa.select(Recipient).where(Recipient.letter_id == letter_id)):
        recipient.dispatched_day, recipient.reply_due = date(2026, 11, 20), due
    db.session.flush()
    refresh_due([db.session.get_one(Case, case.id)])
    db.session.flush()
    return letter_id


def test_of_an_enterprises_reply_the_officer_is_told_and_not_the_city(session):
    case = a_case(State.ASSISTING, deadline=DUE + timedelta(days=90))
    a_reply_awaited(case, DUE)
    session.execute(sa.update(Recipient).values(enterprise_id=case.enterprise_id))
    remind(now=at(12, 11))
    assert not [kind for kind, _rung in told("dora") if kind.startswith("reply")]
    assert ("reply of an enterprise", Rung.DUE) in told("alice")


def test_a_reply_that_was_not_accepted_is_told_at_once_and_asked_for_again(session):
    case = a_case(State.ASSISTING, deadline=DUE + timedelta(days=90))
    a_reply_awaited(case, DUE)
    remind(now=at(12, 11))
    recipient = session.scalars(sa.select(Recipient)).one()
    recipient.received_day, recipient.received_by = date(2026, 11, 23), "戴霞"
    session.flush()

    def answer(day):
        moment = at(12, day)
        doing = {"by": account("dora"), "now": moment, "today": moment.date()}
        take_reply(recipient.letter_id, recipient.id, day=moment.date(), text="已整改", **doing)
        session.flush()

    answer(11)
    remind(now=at(12, 14))
    assert [rung for kind, rung in told("dora") if kind == "reply"] == [Rung.DUE]
    judge_reply(recipient, case.id, accepted=False, reason="缺少证明", by=account("alice"), now=at(12, 14))
    remind(now=at(12, 15))
    assert [rung for kind, rung in told("dora") if kind == "reply"] == [Rung.DUE, Rung.OVERDUE]
    back = session.scalars(sa.select(Notice).where(Notice.what == "A reply was not accepted")).one()
    assert (back.account_id, back.note) == (account("dora").id, "缺少证明")
    answer(16)
    remind(now=at(12, 17))
    assert [rung for kind, rung in told("dora") if kind == "reply"] == [Rung.DUE, Rung.OVERDUE]


def test_a_reply_that_was_not_accepted_is_asked_for_no_more_when_its_case_is_closed(session):
    case = a_case(State.ASSISTING, deadline=DUE + timedelta(days=90))
    a_reply_awaited(case, DUE)
    recipient = session.scalars(sa.select(Recipient)).one()
    recipient.received_day, recipient.received_by = date(2026, 11, 23), "戴霞"
    session.flush()
    doing = {"by": account("dora"), "now": at(12, 11), "today": date(2026, 12, 11)}
    take_reply(recipient.letter_id, recipient.id, day=date(2026, 12, 11), text="已整改", **doing)
    judge_reply(recipient, case.id, accepted=False, reason="缺少证明", by=account("alice"), now=at(12, 14))

    def asked():
        found = worklist_of(account("dora"), now=at(12, 15), today=date(2026, 12, 15)).tasks
        return [task.verb for task in found if task.verb == "Answer again"]

    assert asked() == ["Answer again"]
    case.state, case.outcome = State.CLOSED, Outcome.WITHDRAWN
    session.flush()
    assert asked() == []
    remind(now=at(12, 15))
    assert not [rung for kind, rung in told("dora") if kind == "reply"]


def test_an_extension_arms_it_anew(session):
    case = a_case(State.ASSISTING, deadline=DUE)
    remind(now=at(12, 10))
    case.working_deadline = case.next_due = DUE + timedelta(days=14)
    db.session.flush()
    remind(now=at(12, 10))
    assert told("dora") == [("progress", Rung.SECOND)]
    remind(now=at(12, 24))
    assert told("dora") == [("progress", Rung.SECOND), ("progress", Rung.SECOND)]


def test_a_return_arms_it_anew(session):
    case = a_case(State.ASSISTING, deadline=DUE)
    remind(now=at(12, 10))
    case.state = State.SETTLED
    db.session.flush()
    case.state = State.ASSISTING
    event_ = CaseEvent(case_id=case.id, seq=99, step=Step.RETURN, from_state=State.SETTLED, to_state=State.ASSISTING)
    event_.at, event_.actor_id, event_.actor_role = NOW, account("carol").id, "leader"
    db.session.add(event_)
    db.session.flush()
    remind(now=at(12, 10, 10))
    remind(now=at(12, 10, 11))
    assert told("dora") == [("progress", Rung.SECOND), ("progress", Rung.SECOND)]


def test_a_paused_case_is_silent(session):
    a_case(State.ASSISTING, deadline=DUE, paused=True)
    remind(now=at(12, 28))
    assert everybody() == set()


def test_a_delegate_is_told_what_the_absent_one_is_told(session):
    a_case(State.ASSISTING, deadline=DUE)
    begins = at(12, 1)
    stand_in = Delegation(absent_id=account("alice").id, delegate_id=account("amir").id)
    stand_in.begins_at, stand_in.ends_at = begins, begins + timedelta(days=5)
    db.session.add(stand_in)
    for day in (2, 10):
        remind(now=at(12, day))
    assert told("amir") == [("case", Rung.FIRST)]


def test_no_letter_is_proposed_while_one_is_on_its_way(session):
    from support.registering import signed_letters

    cases = [a_case(State.ASSISTING, deadline=DUE) for _ in range(2)]
    named = {"case_id": cases[0].id, "region_id": cases[0].region_id}
    db.session.add(CaseLetter(letter_id=signed_letters(1)[0], **named))
    db.session.flush()
    remind(now=at(12, 28))
    proposed = db.session.scalars(sa.select(Notice).where(Notice.endpoint == "cases.draft_letter")).all()
    assert [(one.target, one.what) for one in proposed] == [({"case": cases[1].id}, "Draft a work supervision letter")]


def test_a_round_is_reminded_of_until_it_is_reported_and_again_when_a_report_comes_back(session):
    a_case(State.ASSISTING, deadline=DUE + timedelta(days=60))
    a_case(State.ASSISTING, deadline=DUE + timedelta(days=60), region_code="640100")
    round_ = a_round(due=at(11, 27, 17))
    remind(now=at(11, 23))
    assert told("dora") == told("dan") == [("round", Rung.FIRST)]
    (report,) = [one for one in the_reports(round_) if one.region_id == account("dora").region_id]
    submitted(report)
    remind(now=at(11, 26))
    assert told("dora") == [("round", Rung.FIRST)]
    return_report(report, "请核对", by=account("alice"), now=at(11, 26, 10))
    session.flush()
    remind(now=at(11, 26, 11))
    remind(now=at(11, 27))
    back = session.scalars(sa.select(Notice).where(Notice.what == "A report came back")).one()
    assert (back.account_id, back.note) == (account("dora").id, "请核对")
    assert [rung for kind, rung in told("dora") if kind == "round"] == [Rung.FIRST, Rung.SECOND, Rung.DUE]
    assert session.scalars(sa.select(Notice.due).where(Notice.thing.startswith("round"))).first() == date(2026, 11, 27)


def test_what_a_frozen_round_still_misses_is_chased_until_it_is_handed_in_late(session):
    a_case(State.ASSISTING, deadline=DUE + timedelta(days=60))
    a_case(State.ASSISTING, deadline=DUE + timedelta(days=60), region_code="640100")
    round_ = a_round(due=at(11, 27, 17))
    schedule = Schedule(
        cycle_id=round_.cycle_id, rhythm=Rhythm.WEEKLY, first_day=TODAY, last_day=DUE, working_days=3,
        set_up_by_id=account("amir").id, set_up_at=NOW,
    )  # fmt: skip
    session.add(schedule)
    session.flush()
    round_.opened_by_id, round_.schedule_id = None, schedule.id
    freeze_round(round_.id, by=BY_SCHEDULE, now=at(11, 27, 17))
    remind(now=at(11, 30))
    assert told("dora") == told("dan") == [("round", Rung.OVERDUE)]
    (report,) = [one for one in the_reports(round_) if one.region_id == account("dora").region_id]
    correct_report(report, FILLED, "出差", by=account("dora"), now=at(11, 30, 10), today=date(2026, 11, 30))
    for day in (2, 3, 4, 7):
        remind(now=at(12, day))
    assert told("dora") == [("round", Rung.OVERDUE)]
    assert told("dan")[-1] == ("round", Rung.DEPARTMENT)
    assert told("amir") == [("round", Rung.DEPARTMENT)]


def test_a_unit_whose_case_was_closed_is_chased_no_more(session):
    case = a_case(State.ASSISTING, deadline=DUE + timedelta(days=60))
    round_ = a_round(due=at(11, 27, 17))
    freeze_round(round_.id, by=BY_SCHEDULE, now=at(11, 27, 17))
    remind(now=at(11, 30))
    case.state, case.outcome = State.CLOSED, Outcome.WITHDRAWN
    session.flush()
    remind(now=at(12, 4))
    assert told("dora") == [("round", Rung.OVERDUE)]


def test_the_notice_leads_where_it_is_done(app, client):
    with app.app_context():
        case = a_case(State.ASSISTING, deadline=DUE)
        commit()
        remind(now=at(12, 28))
        commit()
        ids = dict(db.session.execute(sa.select(Notice.endpoint, Notice.id)).all())
        case_id = case.id
    client.sign_in("alice")
    opened = client.fill(f"/notices/{ids['cases.draft_letter']}/open", form_at="/notices")
    assert opened.request.full_path == f"/cases/letter/new?case={case_id}"
    assert opened.status_code == 200


def test_the_number_of_statements_does_not_grow_with_the_deadlines(session):
    def statements():
        seen = []
        event.listen(db.engine, "before_cursor_execute", note := lambda *args: seen.append(args[2]))
        remind(now=at(12, 11))
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    a_case(State.ASSISTING, deadline=DUE)
    few = statements()
    for _ in range(30):
        a_case(State.ASSISTING, deadline=DUE)
    assert statements() == few
