import re
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from support.cases import TODAY, a_case, a_cycle, account, an_enterprise, an_obligation, region
from support.cast import NOW
from support.hanging import ready

from casework.audit.actions import commit
from casework.cases.models import Case, CaseEvent
from casework.db import db
from casework.operations.invariants import faults
from casework.rules.causes import Cause
from casework.rules.roles import Role
from casework.rules.workflow import State, Step
from casework.users.models import Delegation

SAID = {"causes": ["financial"], "reason": "缺口大", "officer": "", "working_deadline": "2027-01-20"}
PEOPLE = {Role.OFFICER: "alice", Role.LEADER: "carl", Role.CITY: "dora"}


@pytest.fixture
def made(app):
    """Make rows in a context of their own, and say what the test needs of them."""

    def make(builder):
        with app.app_context():
            found = builder()
            commit()
            return found

    return make


def case_id(**kwargs):
    return lambda: a_case(**kwargs).id


def state_of(app, number):
    with app.app_context():
        return db.session.get(Case, number).state


def buttons(page):
    """The steps that the page offers to be pressed."""
    side = page.text.split('class="steps-now"')[1].split("</ul>")[0] if "steps-now" in page.text else ""
    return {part.split('"')[0].rsplit("/", 1)[1] for part in side.split('href="')[1:]}


# --- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_is_filtered_by_the_address_and_sorted(client, made):
    def some():
        a_case(enterprise=an_enterprise("宁夏甲热电有限公司", region_code="640100"))
        a_case(State.URGED, short=7_000, causes=[Cause.FROZEN], officer=None)
        a_case(State.CLOSED, enterprise=an_enterprise("宁夏丙铝业有限公司"))
        a_case(State.ASSISTING, short=400, deadline=TODAY - timedelta(days=2))

    made(some)
    client.sign_in("alice")
    page = client.get("/cases")
    assert page.text.count("<tr data-href") == 3
    assert "宁夏丙铝业" not in page.text
    for query, rows in (
        ("state=closed", 1),
        ("state=urged", 1),
        ("state=all", 4),
        ("cause=frozen", 1),
        ("officer=none", 1),
        ("overdue=1", 1),
        ("q=甲热", 1),
        ("q=查无", 0),
        ("state=nonsense&region=x&officer=-1&cause=?", 3),
    ):
        assert client.get(f"/cases?{query}").text.count("<tr data-href") == rows, query
    sorted_page = client.get("/cases?sort=-short").text
    assert 0 < sorted_page.index("7,000") < sorted_page.index(">400<")


def test_a_city_officer_sees_the_own_region_alone_in_list_board_export_and_page(client, made):
    own = made(case_id(enterprise=None, region_code="640200"))
    foreign = made(lambda: a_case(enterprise=an_enterprise("银川外区热电有限公司", region_code="640100")).id)
    client.sign_in("dora")
    for path in ("/cases", "/cases?state=all", "/cases/board"):
        text = client.get(path).text
        assert f"/cases/{own}" in text
        assert f"/cases/{foreign}" not in text
        assert "银川外区" not in text
    assert client.get(f"/cases/{own}").status_code == 200
    assert client.get(f"/cases/{foreign}").status_code == 404
    assert client.get(f"/cases/{foreign}/step/start_assistance").status_code == 404


def test_the_export_holds_what_the_filter_shows(client, made, tmp_path):
    made(case_id(state=State.URGED, short=700))
    made(case_id())
    client.sign_in("victor")
    file = tmp_path / "list.xlsx"
    file.write_bytes(client.get("/cases.xlsx?state=urged").data)
    rows = list(load_workbook(file).active.values)
    assert len(rows) == 2
    assert rows[1][5] == 700


def test_the_board_has_a_column_for_each_open_state(client, made):
    made(case_id(state=State.RELIEF))
    text = client.sign_in("carol").get("/cases/board").text
    assert text.count('class="board-column"') == 7
    assert text.count('class="board-card"') == 1


def test_without_a_cycle_the_list_says_what_is_missing(client):
    assert client.sign_in("alice").get("/cases").status_code == 200


# --- putting on the list ----------------------------------------------------------------------------------------------


def test_units_that_meet_the_criteria_are_proposed_with_their_reason_and_listed_at_once(app, client, made):
    def some():
        cycle = a_cycle(milestones=[(TODAY - timedelta(days=3), 9_500)])
        before = a_cycle("2024", deadline=NOW - timedelta(days=300))
        units = [an_enterprise(f"宁夏待列{name}有限公司") for name in "甲乙丙"]
        an_obligation(units[0], cycle=cycle, due=900)
        an_obligation(units[1], cycle=cycle, due=900, surrendered=500)
        an_obligation(units[2], cycle=cycle, due=900, surrendered=900)
        an_obligation(units[1], cycle=before, due=100, surrendered=100, on=TODAY)
        a_case()
        return [unit.id for unit in units]

    first, second, _done = made(some)
    client.sign_in("alice")
    assert "/cases/proposals" in client.get("/cases").text
    page = client.get("/cases/proposals")
    assert page.text.count('name="ids"') == 2
    assert "至时间节点仍未清缴" in page.text
    assert "时间节点后仍有缺口" in page.text
    sheet = load_workbook(BytesIO(client.get("/cases/proposals.xlsx").data)).active
    assert sheet.max_row == 3
    data = {**SAID, "ids": [first, second, 999_999]}
    result = client.fill("/cases/proposals", data)
    assert result.text.count("<tr>") == 4
    assert "/cases/proposals" not in client.get("/cases").text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 3


def test_a_unit_is_listed_once_in_a_cycle(app, client, made):
    case = made(case_id())
    with app.app_context():
        unit = db.session.get(Case, case).enterprise_id
    client.sign_in("alice")
    answer = client.fill(f"/cases/new?unit={unit}", SAID)
    assert answer.status_code == 422
    assert "已在本周期问题清单中" in answer.text


def test_many_cases_are_handed_over_and_each_says_how_it_went(app, client, made):
    mine, other = made(case_id()), made(case_id(officer="amir"))
    client.sign_in("alice")
    with app.app_context():
        amir = account("amir").id
    data = {"officer": amir, "ids": [mine, other]}
    result = client.fill("/cases/assign", data, form_at="/cases")
    assert result.status_code == 200
    assert "已是本案承办人" in result.text or "艾米尔" in result.text
    with app.app_context():
        assert db.session.get(Case, mine).officer_id == amir
        assert db.session.scalar(sa.select(sa.func.count()).where(CaseEvent.step == Step.ASSIGN)) == 1


# --- steps over HTTP --------------------------------------------------------------------------------------------------


STEPS_OVER_HTTP = (
    Step.START_ASSISTANCE, Step.AGREE_PLAN, Step.SETTLE, Step.RETURN, Step.STRIKE_OFF, Step.REFER, Step.CONCLUDE,
    Step.WITHDRAW, Step.REOPEN, Step.ASSIGN,
)  # fmt: skip


@pytest.mark.any_engine
@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS_OVER_HTTP)
def test_the_matrix_holds_over_http_for_buttons_and_posts(app, client, made, step):
    from rules.matrix import may

    numbers = made(lambda: {(state, role): ready(state, step) for state in State for role in PEOPLE})
    with app.app_context():
        amir = account("amir").id
    for role, person in PEOPLE.items():
        client.sign_in(person)
        for state in State:
            number, allowed = numbers[state, role], may(role, state, step, False)
            path = f"/cases/{number}/step/{step.value}"
            assert (step.value in buttons(client.get(f"/cases/{number}"))) == allowed, (role, state)
            answer = post_step(client, number, path, allowed, amir)
            assert (answer.status_code == 303) == allowed, (role, state, answer.status_code)
            assert answer.status_code in {303, 403, 409, 422}
            moved = state_of(app, number) is not state
            assert moved == (allowed and step is not Step.ASSIGN), (role, state)


def post_step(client, number, path, allowed, officer):
    """Send the step's form, also where it is not offered: then with the hidden fields of a form that is."""
    data = {"reason": "说明", "ending": "corrected", "new_day": "2027-01-31", "officer": officer}
    data["evidence"] = (open_pdf(), "凭证.pdf")
    if allowed:
        return client.fill(path, data, follow=False, content_type="multipart/form-data")
    from support.pages import hidden_values

    values = hidden_values(client.get("/account/password").text, "/account/password")
    return client.post(path, data={**values, **data, "opened": '{"version": 99}'}, content_type="multipart/form-data")


def open_pdf():
    import io

    import pikepdf

    target, pdf = io.BytesIO(), pikepdf.new()
    pdf.add_blank_page()
    pdf.save(target)
    target.seek(0)
    return target


def test_a_page_opened_before_anothers_change_shows_base_mine_and_theirs(app, client, made):
    number = made(case_id())
    path = f"/cases/{number}/step/assign"
    client.sign_in("alice")
    from support.pages import hidden_values

    opened = hidden_values(client.get(path).text, path)
    with app.app_context():
        amir = account("amir").id
        case = db.session.get(Case, number)
        case.touch(now=NOW)
        commit()
    answer = client.post(path, data={**opened, "officer": amir, "reason": ""})
    assert answer.status_code == 409
    assert state_of(app, number) is State.LISTED


def test_a_double_post_has_one_effect(app, client, made):
    number = made(case_id())
    path = f"/cases/{number}/step/start_assistance"
    client.sign_in("alice")
    from support.pages import hidden_values

    data = {**hidden_values(client.get(path).text, path), "reason": ""}
    answers = [client.post(path, data=data) for _ in range(2)]
    assert [answer.location for answer in answers] == [f"/cases/{number}"] * 2
    with app.app_context():
        steps = db.session.scalars(sa.select(CaseEvent.step).where(CaseEvent.case_id == number)).all()
        assert steps.count(Step.START_ASSISTANCE) == 1


def test_a_step_that_is_not_possible_says_why_before_anything_is_typed(client, made):
    number = made(case_id(short=500))
    answer = client.sign_in("alice").get(f"/cases/{number}/step/settle")
    assert answer.status_code == 409
    assert "500" in answer.text


def test_a_delegate_is_offered_the_absent_leaders_steps_and_takes_them_on_behalf(app, client, made):
    number = made(case_id())

    def stand_in():
        carol = account("carol")
        db.session.add(
            Delegation(absent=carol, delegate=account("amir"), begins_at=NOW, ends_at=NOW + timedelta(days=9))
        )
        return carol.id

    carol = made(stand_in)
    client.sign_in("amir")
    assert "withdraw" in buttons(client.get(f"/cases/{number}"))
    client.fill(f"/cases/{number}/step/withdraw", {"reason": "已注销", "behalf": carol})
    assert state_of(app, number) is State.CLOSED
    assert "柯柔" in client.get(f"/cases/{number}").text


def test_a_closed_case_shows_its_working_deadline_once(client, made):
    day = TODAY + timedelta(days=23)
    number = made(case_id(state=State.CLOSED, deadline=day))
    client.sign_in("alice")
    assert client.get(f"/cases/{number}").text.count(f">{day.isoformat()}<") == 1


def test_a_closed_case_is_not_reopened_beside_another_open_one(app, client, made):
    def two():
        closed = a_case(State.CLOSED)
        a_case(enterprise=closed.enterprise)
        return closed.id

    number = made(two)
    answer = client.sign_in("carl").fill(f"/cases/{number}/step/reopen", {"reason": "再查", "new_day": "2027-01-31"})
    assert answer.status_code == 422
    assert state_of(app, number) is State.CLOSED


def test_open_cases_of_every_cycle_follow_their_unit_into_another_region(app, client, made):
    def three():
        before = a_cycle("2024", deadline=NOW - timedelta(days=300))
        open_one = a_case()
        unit = open_one.enterprise
        an_obligation(unit, cycle=before)
        late = a_case(State.REFERRED, enterprise=unit, cycle=before)
        ended = a_case(State.CLOSED, enterprise=unit, cycle=a_cycle("2023", deadline=NOW - timedelta(days=700)))
        return unit.id, region("640100").id, open_one.id, late.id, ended.id

    unit, yinchuan, *cases = made(three)
    versions = [version_of(app, one) for one in cases]
    assert client.sign_in("dan").get(f"/cases/{cases[0]}").status_code == 404
    page = client.sign_in("alice").get(f"/enterprises/{unit}/edit").text
    name = re.search(r'name="name"[^>]*value="([^"]*)"', page)[1]
    data = {"name": name, "region_id": yinchuan, "sector": "power"}
    assert client.fill(f"/enterprises/{unit}/edit", data, follow=False).status_code == 303
    with app.app_context():
        regions = [db.session.get(Case, one).region_id for one in cases]
        assert [region_id == yinchuan for region_id in regions] == [True, True, False]
        assert list(faults(["D3", "D4"], now=NOW)) == []
    assert [version_of(app, one) for one in cases] == [versions[0] + 1, versions[1] + 1, versions[2]]
    assert client.sign_in("dan").get(f"/cases/{cases[0]}").status_code == 200
    assert client.sign_in("dora").get(f"/cases/{cases[0]}").status_code == 404


def version_of(app, number):
    with app.app_context():
        return db.session.get(Case, number).version
