"""Deadlines of cases and letters over their life: facts kept, edges of extensions, and a year announced late."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from support.cases import TODAY, a_case, a_cycle, account
from support.cast import NOW
from support.hanging import WHEN

from casework.audit.actions import commit
from casework.audit.models import AuditRow
from casework.cases.actions import extensions, own_steps, pauses
from casework.cases.actions.letter_drafts import draft_for_cases
from casework.cases.actions.listing import first_deadline
from casework.cases.actions.steps import take_step
from casework.cases.models import CaseEvent, Extension
from casework.cases.queries.deadlines import deadline_facts
from casework.db import db
from casework.jobs.models import Job
from casework.jobs.worker import run_all
from casework.letters.content import content_of
from casework.letters.models import Letter
from casework.operations.invariants import faults
from casework.registry.actions.calendar import enter_year, take_back_year
from casework.registry.calendar import working_calendar
from casework.registry.models import AnnouncedYear
from casework.rules.calendar_days import read_year
from casework.rules.deadlines import end_of_day
from casework.rules.errors import RuleError
from casework.rules.letters import AddresseeKind, LetterKind, LetterState
from casework.rules.workflow import State, Step
from casework.rules.working_deadlines import working_deadline

LATE = date(2026, 12, 28)
ANNOUNCED = read_year(2027, "2027-01-01 放假 元旦\n2027-01-04 放假 元旦\n2027-01-09 上班 元旦")


def at(day):
    return {"now": NOW + (day - TODAY), "today": day}


def asked(case, days, **when):
    day = case.working_deadline + timedelta(days=days)
    return extensions.ask_extension(case, day, "设备检修", by=account("dora"), **(when or WHEN))


def granted(case, days, **when):
    request = asked(case, days, **when)
    extensions.decide_extension(case, request, granted=True, reason="", by=account("carol"), **(when or WHEN))


def test_all_extensions_together_stay_below_the_ceiling_and_a_rest_comes_on_top(session):
    case = a_case(State.ASSISTING)
    first = case.working_deadline
    granted(case, 40)
    with pytest.raises(RuleError, match="goes beyond 2027-02-10"):
        asked(case, 21)
    granted(case, 20)
    assert case.working_deadline == first + timedelta(days=60)
    with pytest.raises(RuleError):
        asked(case, 1)
    pauses.pause_case(case, "停产", TODAY + timedelta(days=9), by=account("alice"), **at(date(2026, 11, 23)))
    pauses.resume_case(case, "", by=account("alice"), **at(date(2026, 11, 25)))
    assert (case.working_deadline, case.deadline_provisional) == (date(2027, 2, 12), True)
    granted(case, 1, **at(date(2026, 11, 25)))
    assert (case.working_deadline, case.deadline_provisional) == (date(2027, 2, 13), False)
    with pytest.raises(RuleError):
        asked(case, 1)


@pytest.mark.parametrize("step", [Step.WITHDRAW, Step.SETTLE])
def test_a_request_that_nobody_answered_lapses_when_the_case_is_over_and_never_comes_back(session, step):
    case = a_case(State.ASSISTING, short=0)
    request = asked(case, 10)
    leads = {"by": account("carol" if step is Step.WITHDRAW else "alice")}
    take_step(case, step, reason="x", evidence=True, **leads, **WHEN)
    assert (request.granted, request.decided_by_id) == (False, None)
    event = session.scalars(sa.select(CaseEvent).where(CaseEvent.step == step)).one()
    assert event.details == {"extension_lapsed": [request.new_day.isoformat(), None]}
    if step is Step.WITHDRAW:
        own_steps.reopen(case, TODAY + timedelta(days=30), "x", by=account("carol"), **WHEN)
    else:
        take_step(case, Step.RETURN, reason="x", by=account("carol"), **WHEN)
    with pytest.raises(RuleError, match="Nobody has asked"):
        take_step(case, Step.GRANT_EXTENSION, new_day=request.new_day, by=account("carol"), **WHEN)
    granted(case, 10)
    assert session.scalar(sa.select(sa.func.count()).select_from(Extension)) == 2


def test_a_leader_who_answers_after_the_day_asked_for_can_only_refuse(session):
    case = a_case(State.ASSISTING, deadline=TODAY + timedelta(days=3))
    request = asked(case, 5)
    late = at(TODAY + timedelta(days=9))
    with pytest.raises(RuleError, match="has passed meanwhile"):
        extensions.decide_extension(case, request, granted=True, reason="", by=account("carol"), **late)
    on_the_day = at(TODAY + timedelta(days=8))
    extensions.decide_extension(case, request, granted=True, reason="", by=account("carol"), **on_the_day)
    assert case.working_deadline == TODAY + timedelta(days=8)


def test_a_case_reopened_on_the_day_of_its_extension_has_the_new_deadline_alone(session):
    case, later = a_case(State.ASSISTING), {"now": NOW + timedelta(hours=1), "today": TODAY}
    granted(case, 5)
    take_step(case, Step.WITHDRAW, by=account("carol"), reason="x", **WHEN)
    own_steps.reopen(case, date(2026, 11, 30), "x", by=account("carol"), **later)
    commit()
    assert list(faults(["D6"], now=NOW)) == []
    pauses.pause_case(case, "x", date(2026, 11, 27), by=account("alice"), **at(date(2026, 11, 23)))
    pauses.resume_case(case, "", by=account("alice"), **at(date(2026, 11, 24)))
    assert case.working_deadline == date(2026, 12, 1)


def test_a_reopened_case_begins_with_its_new_deadline_and_what_it_rested_before_is_forgotten(session):
    case = a_case(State.ASSISTING)
    pauses.pause_case(case, "停产", TODAY + timedelta(days=9), by=account("alice"), **at(date(2026, 11, 23)))
    take_step(case, Step.WITHDRAW, reason="x", by=account("carol"), **at(date(2026, 11, 27)))
    own_steps.reopen(case, date(2026, 12, 30), "x", by=account("carol"), **at(date(2026, 11, 27)))
    assert working_deadline(deadline_facts(case), working_calendar()).day == case.working_deadline == date(2026, 12, 30)
    pauses.pause_case(case, "停产", date(2026, 12, 9), by=account("alice"), **at(date(2026, 11, 30)))
    pauses.resume_case(case, "", by=account("alice"), **at(date(2026, 12, 1)))
    assert case.working_deadline == date(2026, 12, 31)


def a_provisional_case():
    """A case that rested over the new year, of which nobody knew the holidays."""
    case = a_case(State.ASSISTING, deadline=date(2027, 1, 8))
    pauses.pause_case(case, "停产", date(2027, 1, 9), by=account("alice"), **at(LATE))
    pauses.resume_case(case, "", by=account("alice"), **at(date(2027, 1, 5)))
    assert (case.working_deadline, case.deadline_provisional) == (
        date(2027, 1, 18),
        True,
    )  # six days rested, as it seems
    return case


def a_draft(case, state=LetterState.DRAFT):
    letter = draft_for_cases(
        [case], LetterKind.WORK_SUPERVISION, addressee_kind=AddresseeKind.GOVERNMENT, calendar=working_calendar(),
        by=account("alice"), **at(LATE),
    )  # fmt: skip
    letter.state = state
    assert (letter.reply_due, letter.reply_provisional) == (date(2027, 1, 11), True)
    return letter


def announce(days=ANNOUNCED):
    known = db.session.get(AnnouncedYear, 2027)
    enter_year(2027, days, version=known.version if known else 0, by=account("adam"), now=NOW)
    commit()
    run_all()
    return db.session.scalars(sa.select(Job).order_by(Job.id.desc())).first().result


def test_a_year_announced_late_moves_what_was_counted_into_it_once_and_says_so(session):
    case = a_provisional_case()
    draft, submitted = a_draft(case), a_draft(case, LetterState.IN_REVIEW)
    ids = case.id, draft.id, submitted.id
    commit()
    found = announce()
    case, draft, submitted = session.get(type(case), ids[0]), session.get(Letter, ids[1]), session.get(Letter, ids[2])
    # Rested 28 to 31 December, and neither 1 nor 4 January: 11 to 13 January after Saturday the 9th was worked.
    assert (case.working_deadline, case.deadline_provisional, case.next_due) == (
        date(2027, 1, 13), False, date(2027, 1, 13),
    )  # fmt: skip
    assert (draft.reply_due, draft.reply_provisional) == (date(2027, 1, 12), False)
    assert date(2027, 1, 12) in {request.by for request in content_of(draft).requests}
    assert (submitted.reply_due, submitted.reply_provisional) == (date(2027, 1, 11), False)
    assert found["changed"] == 3
    assert {(one["kind"], one["id"], one["stands"]) for one in found["deadlines"]} == {
        ("case", ids[0], False), ("letter", ids[1], False), ("letter", ids[2], True),
    }  # fmt: skip
    told = session.scalars(sa.select(CaseEvent).order_by(CaseEvent.id.desc())).first()
    assert (told.step, told.details["working_deadline"]) == (None, ["2027-01-18", "2027-01-13"])
    actions = session.scalars(sa.select(AuditRow.action)).all()
    assert actions.count("letter reply counted anew") == 2
    assert actions.count("case working deadline counted anew by the calendar") == 1
    assert list(faults(["I1", "I2", "I7", "D6"], now=NOW)) == []
    versions = case.version, draft.version
    assert (
        announce(read_year(2027, "2027-01-01 放假 元旦\n2027-01-04 放假 元旦\n2027-01-09 上班 元旦\n2027-10-01 放假"))[
            "changed"
        ]
        == 0
    )
    assert (session.get(type(case), ids[0]).version, session.get(Letter, ids[1]).version) == versions


def test_a_year_taken_back_makes_its_deadlines_provisional_again(session):
    case = a_provisional_case()
    case_id = case.id
    commit()
    announce()
    take_back_year(2027, version=1, by=account("adam"), now=NOW)
    commit()
    run_all()
    case = session.get(type(case), case_id)
    assert (case.working_deadline, case.deadline_provisional) == (date(2027, 1, 18), True)


@pytest.mark.slow
def test_a_provisional_deadline_is_marked_wherever_it_is_shown_and_explains_itself(app, client):
    with app.app_context():
        case = a_provisional_case()
        letter = a_draft(case)
        case_id, letter_id = case.id, letter.id
        commit()
    client.sign_in("alice")
    for place in ("/", "/cases", "/cases/board", f"/cases/{case_id}", f"/letters/{letter_id}", "/letters?tab=drafts"):
        assert ">暂定<" in client.get(place, follow_redirects=True).text, place
    why = client.get(f"/cases/{case_id}/deadline").text
    for words in (
        "2027-01-08",
        "2026-12-28至2027-01-04暂停，共6个工作日",
        "由2027-01-08顺延至2027-01-18",
        "周末",
        "2027年节假日",
    ):
        assert words in why
    why = client.get(f"/letters/{letter_id}/reply-day").text
    assert "起算日：2026-12-28" in why
    assert "第10个工作日" in why
    assert ">暂定<" in why


def test_a_statutory_deadline_and_a_day_that_a_person_set_are_never_provisional(app, client):
    with app.app_context():
        case = a_case(State.ASSISTING, deadline=date(2027, 1, 20))
        asked(case, 5)
        case_id = case.id
        commit()
    page = client.sign_in("dora").get(f"/cases/{case_id}/deadline").text
    assert ">暂定<" not in page
    assert "主管部门规定的截止时间：2026-12-31 24:00" in page
    assert "设备检修" in page
    assert "待审批" in page
    assert client.sign_in("dan").get(f"/cases/{case_id}/deadline").status_code == 404


def test_a_reply_day_that_the_drafter_chose_is_no_longer_counted(app, client):
    with app.app_context():
        letter_id = a_draft(a_provisional_case()).id
        commit()
    client.sign_in("alice")
    from support.filled_forms import values_of

    path = f"/letters/{letter_id}"
    values = values_of(client.get(path).text, path)
    client.post(path, data={**values, "reply_due": "2027-01-20", "then": "save"})
    assert "人工选定" in client.get(f"{path}/reply-day").text
    assert ">暂定<" not in client.get(path).text


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2026, 9, 1), date(2026, 10, 30)),  # 31 October is a Saturday
        (date(2026, 11, 25), date(2026, 12, 31)),  # no later than the statutory deadline
        (date(2027, 1, 5), date(2027, 3, 5)),  # that has passed; 6 March is a Saturday
    ],
)
def test_the_deadline_that_a_case_gets_is_a_working_day_and_not_after_the_statutory_one(session, today, day):
    assert first_deadline(a_cycle("2025", deadline=end_of_day(date(2026, 12, 31))), today) == day
