"""A stale page: what was typed can be chosen field by field and sent again."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from support.cases import a_case
from support.cast import NOW
from support.hanging import a_penalty, a_plan, a_visit
from support.pages import hidden_values

from casework.audit.actions import commit
from casework.cases.models import Note, Penalty, Plan, PlanState, Visit
from casework.db import db
from casework.rules.states import State
from casework.settings.models import Setting

pytestmark = pytest.mark.slow

ROWS = {"officers-0-name": "安丽", "officers-1-name": "艾米尔"}
FOLLOW = {"follow_ups-0-text": "报送资金计划", "follow_ups-0-due_day": "2026-11-27"}
VISIT = {"kind": "assistance", "day": "2026-11-22", "findings": "机组停运"} | ROWS | FOLLOW


@pytest.fixture
def made(app):
    """A case with a thing that hangs on it: the ids of both."""

    def build(thing, state=State.ASSISTING):
        with app.app_context():
            case = a_case(state)
            row = thing(case)
            commit()
            return case.id, row.id

    return build


def row_of(app, model):
    """The one row of a table as a dict of its columns."""
    with app.app_context():
        row = db.session.scalars(sa.select(model)).one()
        return {column.key: getattr(row, column.key) for column in sa.inspect(model).column_attrs}


def stale(app, client, path, *, mine, theirs):
    """Open a page as Alice, let Amir save it meanwhile, send Alice's: return the conflict page."""
    opened = hidden_values(client.sign_in("alice").get(path).text, path)
    saved = app.test_client().sign_in("amir").fill(path, theirs, follow=False)
    assert saved.status_code == 303, saved.text
    page = client.post(path, data=opened | mine, content_type="multipart/form-data")
    assert page.status_code == 409
    return page


def picked(page):
    """Which side each field of the page offers first."""
    return dict(re.findall(r'name="pick\.([\w-]+)" value="(\w+)" id="[\w-]+" checked', page.text))


def send(client, path, page, **picks):
    """Send the page of a conflict as it stands, with these picks changed."""
    fields = hidden_values(page.text, path)
    chosen = picked(page) | picks
    return client.post(path, data=fields | {f"pick.{name}": side for name, side in chosen.items()})


def test_what_only_one_of_two_changed_is_offered_first(app, client, made):
    case, visit = made(a_visit)
    path = f"/cases/{case}/visits/{visit}"
    page = stale(app, client, path, mine=VISIT | {"findings": "甲"}, theirs=VISIT | {"day": "2026-11-20"})
    assert picked(page) == {"findings": "mine", "day": "theirs"}
    assert "仅您修改过" in page.text
    assert "他人已修改" in page.text
    assert "双方都改过" not in page.text


def test_one_button_sends_both_changes_together(app, client, made):
    case, visit = made(a_visit)
    path = f"/cases/{case}/visits/{visit}"
    page = stale(app, client, path, mine=VISIT | {"findings": "甲"}, theirs=VISIT | {"day": "2026-11-20"})
    assert send(client, path, page).status_code == 303
    saved = row_of(app, Visit)
    assert (saved["findings"], str(saved["day"])) == ("甲", "2026-11-20")


@pytest.mark.parametrize(("side", "kept"), [("mine", "甲"), ("theirs", "乙")])
def test_what_both_changed_is_for_the_person_to_decide(app, client, made, side, kept):
    case, visit = made(a_visit)
    path = f"/cases/{case}/visits/{visit}"
    page = stale(app, client, path, mine=VISIT | {"findings": "甲"}, theirs=VISIT | {"findings": "乙"})
    assert picked(page) == {"findings": "mine"}
    assert "双方都改过，请取舍" in page.text
    send(client, path, page, findings=side)
    assert row_of(app, Visit)["findings"] == kept


@pytest.mark.parametrize(("side", "names"), [("mine", "安丽、王五"), ("theirs", "赵六")])
def test_repeated_rows_are_chosen_as_a_whole(app, client, made, side, names):
    case, visit = made(a_visit)
    path = f"/cases/{case}/visits/{visit}"
    theirs = {name: value for name, value in VISIT.items() if not name.startswith("officers")}
    page = stale(
        app, client, path,
        mine=VISIT | {"officers-1-name": "王五"},
        theirs=theirs | {"officers-0-name": "赵六", "officers-1-name": ""},
    )  # fmt: skip
    assert '<span class="kept-lines">安丽\n王五</span>' in page.text
    assert picked(page) == {"officers": "mine"}
    send(client, path, page, officers=side)
    assert row_of(app, Visit)["people"] == names


def test_rows_of_a_plan_are_sent_again_with_what_else_the_button_asked_for(app, client, made):
    case, plan = made(a_plan)
    path = f"/cases/{case}/plans/{plan}/edit"
    measure = {
        "measures-0-kind": "buy", "measures-0-tonnes": "1,000", "measures-0-amount": "98,000",
        "measures-0-responsible": "财务部", "measures-0-due_day": "2026-12-01", "measures-0-note": "",
    }  # fmt: skip
    second = {name.replace("-0-", "-1-"): value for name, value in measure.items()} | {"measures-1-tonnes": "7"}
    mine = measure | second | {"summary": "甲", "then": "submit"}
    page = stale(app, client, path, mine=mine, theirs=measure | {"summary": "乙"})
    assert "购买配额" in page.text  # a choice is shown by its word
    assert send(client, path, page, measures="mine").status_code == 303
    saved = row_of(app, Plan)
    assert (saved["summary"], saved["state"]) == ("甲", PlanState.SUBMITTED)


def test_money_typed_another_way_is_no_change(app, client, made):
    case, penalty = made(a_penalty, State.REFERRED)
    path = f"/cases/{case}/penalties/{penalty}"
    record = {
        name: str(value or "") for name, value in row_of(app, Penalty).items() if name.endswith(("day", "number"))
    }
    amount = f"{row_of(app, Penalty)['amount']:,.0f}"
    same = record | {"amount": amount, "allocation_cut": ""}
    page = stale(app, client, path, mine=same, theirs=same | {"decision_number": "石环罚〔2026〕9号"})
    assert picked(page) == {"decision_number": "theirs"}


def test_markup_in_any_of_the_three_stays_text_also_when_sent_again(app, client, made):
    case, visit = made(lambda case: a_visit(case, findings="<b>base</b>"))
    path = f"/cases/{case}/visits/{visit}"
    bad = "\"><script>alert('mine')</script>"
    page = stale(app, client, path, mine=VISIT | {"findings": bad}, theirs=VISIT | {"findings": "<i>theirs</i>"})
    for text in ("<b>base", "<script>alert", "<i>theirs"):
        assert text not in page.text
    send(client, path, page, findings="mine")
    assert row_of(app, Visit)["findings"] == bad


def test_what_only_adds_to_the_record_is_kept_and_sent_on(app, client):
    with app.app_context():
        case = a_case(State.ASSISTING).id
        commit()
    path = f"/cases/{case}/notes/new"
    mine = {"day": "2026-11-22", "text": "甲\n乙", "files": (io.BytesIO(b"x"), "证明.pdf")}
    page = stale(app, client, path, mine=mine, theirs={"day": "2026-11-22", "text": "丙"})
    assert picked(page) == {}
    assert "请重新选择这些文件：证明.pdf" in page.text
    assert send(client, path, page).status_code == 303
    with app.app_context():
        assert set(db.session.scalars(sa.select(Note.text))) == {"甲\n乙", "丙"}


def test_a_second_conflict_keeps_the_choice_made_in_the_first(app, client, made):
    case, visit = made(a_visit)
    path = f"/cases/{case}/visits/{visit}"
    page = stale(app, client, path, mine=VISIT | {"findings": "甲"}, theirs=VISIT | {"day": "2026-11-20"})
    app.test_client().sign_in("amir").fill(path, VISIT | {"day": "2026-11-19"})
    again = send(client, path, page)
    assert again.status_code == 409
    assert picked(again) == {"findings": "mine", "day": "theirs"}
    send(client, path, again)
    saved = row_of(app, Visit)
    assert (saved["findings"], str(saved["day"])) == ("甲", "2026-11-19")


def test_one_may_go_back_to_the_form_with_the_choice_and_save_there(app, client, made):
    case, visit = made(a_visit)
    path = f"/cases/{case}/visits/{visit}"
    page = stale(app, client, path, mine=VISIT | {"findings": "甲"}, theirs=VISIT | {"day": "2026-11-20"})
    fields = hidden_values(page.text, path) | {f"pick.{name}": side for name, side in picked(page).items()}
    form = client.post(path, data=fields | {"after": "edit"})
    assert form.status_code == 200
    assert 'value="2026-11-20"' in form.text
    assert ">甲</textarea>" in re.sub(r">\s+", ">", form.text)
    assert row_of(app, Visit)["findings"] == "机组停运"
    assert client.post(path, data=hidden_values(form.text, path) | VISIT | {"findings": "丁"}).status_code == 303
    assert row_of(app, Visit)["findings"] == "丁"


def test_the_page_of_a_conflict_takes_effect_once(app, client, made):
    case, visit = made(a_visit)
    path = f"/cases/{case}/visits/{visit}"
    page = stale(app, client, path, mine=VISIT | {"findings": "甲"}, theirs=VISIT | {"day": "2026-11-20"})
    first, second = send(client, path, page), send(client, path, page)
    assert first.location == second.location
    assert row_of(app, Visit)["version"] == 3


def test_a_decision_on_what_has_changed_is_not_sent_again_unseen(app, client, made):
    case, plan = made(lambda case: a_plan(case, state=PlanState.SUBMITTED))
    path = f"/cases/{case}/plans/{plan}/decide"
    opened = hidden_values(client.sign_in("carol").get(path).text, path)
    with app.app_context():
        db.session.get(Plan, plan).touch(now=NOW + timedelta(minutes=1))
        commit()
    page = client.post(path, data=opened | {"reason": "同意", "decision": "approve"})
    assert page.status_code == 409
    assert "按此提交" not in page.text
    assert "先返回修改" in page.text


def test_a_switch_and_a_choice_are_shown_by_their_words_and_can_be_taken_from_either(app, client):
    path = "/settings"
    client.sign_in("adam")
    page = client.get(path)
    values = {row[0]: row[1] for row in re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page.text)}
    opened = hidden_values(page.text, path)
    plain = {name: value for name, value in values.items() if name not in {*opened, "second_factor_required"}}
    plain["password_policy"] = "gbt22239"
    other = app.test_client().sign_in("adam")
    assert other.fill(path, plain | {"password_policy": "asvs"}, follow=False).status_code == 303
    stale_page = client.post(path, data=opened | plain | {"second_factor_required": "y"})
    assert stale_page.status_code == 409
    assert picked(stale_page) == {"second_factor_required": "mine", "password_policy": "theirs"}
    assert "ASVS" in stale_page.text
    send(client, path, stale_page)
    with app.app_context():
        stored = dict(db.session.execute(sa.select(Setting.key, Setting.value)).all())
        assert (stored["second_factor_required"], stored["password_policy"]) == (True, "asvs")
