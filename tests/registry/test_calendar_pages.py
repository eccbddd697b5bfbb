"""The pages of the working calendar: twelve months, a year entered in one act after a look at what changes."""

import io
import re

import openpyxl
import pytest
import sqlalchemy as sa
from support.cases import account
from support.cast import NOW

from casework.audit.actions import commit
from casework.audit.models import AuditRow
from casework.db import db
from casework.jobs.models import Job
from casework.jobs.worker import run_all
from casework.registry.actions.calendar import RECOUNT, enter_year
from casework.registry.calendar import base_calendar, working_calendar
from casework.rules.calendar_days import read_year

DAYS = "2027-02-06 放假 春节\n2027-02-08 放假 春节\n2027-02-20 上班 春节"
BOOK = [
    ("2027年放假安排", "", ""),
    ("日期", "类型", "节日"),
    ("2027-02-08", "放假", "春节"),
    ("2027-02-20", "上班", "春节"),
]


def a_workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def known(app, year):
    with app.app_context():
        return working_calendar().years.get(year)


def filled(client, typed):
    """Send days or a file to be checked."""
    files = {name: (io.BytesIO(value[0]), value[1]) for name, value in typed.items() if isinstance(value, tuple)}
    return client.fill("/calendar/2027/days", typed | files, content_type="multipart/form-data")


def taken_over(client, page):
    """Send the checked days again with the button that takes them over."""
    checked = re.search(r'name="checked"[^>]*value="([0-9a-f]{64})"', page)[1]
    text = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.S)[1]
    return client.fill("/calendar/2027/days", {"days": text, "checked": checked, "then": "enter"})


@pytest.mark.parametrize("who", ["alice", "dora", "victor", "adam"])
def test_a_year_is_shown_as_twelve_months_with_each_day_off_or_made_up_in_words(client, who):
    page = client.sign_in(who).get("/calendar", follow_redirects=True).text
    assert "2026年工作日历" in page
    assert page.count("<caption>") == 12
    assert page.count("<small>休") == len(base_calendar().years[2026].holidays)
    assert page.count("<small>班") == len(base_calendar().years[2026].make_up_days)
    assert "248个工作日" in page
    assert 'aria-current="date">22<' in page
    assert ("录入" in page) is (who == "adam")


def test_a_year_that_is_not_announced_says_so_and_there_is_none_outside_the_calendar(client):
    client.sign_in("alice")
    assert "仅扣除周末" in client.get("/calendar/2027").text
    assert client.get("/calendar/2027/days").status_code == 403
    assert client.get("/calendar/1999").status_code == 404
    assert client.get("/calendar/99999").status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        {"days": DAYS},
        {"days": "一、春节：2月6日（周六）、2月8日（周一）放假。2月20日（周六）上班。"},
        {
            "file": (
                "日期,类型,节日\n2027/2/6,休,春节\n2027/2/8,休,春节\n2027/2/20,班,春节".encode("gb18030"),
                "a.csv",
            )
        },
    ],
)
def test_the_administrator_sees_what_changes_and_takes_the_year_over_in_one_act(app, client, typed):
    client.sign_in("adam")
    checked = filled(client, typed).text
    assert "日历有3天变动" in checked
    assert known(app, 2027) is None
    page = taken_over(client, checked).text
    assert "日历变动的影响" in page
    assert known(app, 2027) == read_year(2027, DAYS)
    with app.app_context():
        row = db.session.scalars(sa.select(AuditRow).where(AuditRow.action == "calendar year entered")).one()
        assert (row.object_id, row.after["2027-02-20"]) == ("2027", "make_up")
        assert db.session.scalar(sa.select(sa.func.count()).where(Job.kind == RECOUNT)) == 1
        run_all()
    assert "没有期限变动" in client.get("/calendar/2027/result/1").text


def test_a_workbook_is_read_past_its_title_and_comes_out_as_it_went_in(app, client):
    client.sign_in("adam")
    typed = {"file": (a_workbook(BOOK), "2027.xlsx")}
    taken_over(client, filled(client, typed).text)
    taken = client.get("/calendar/2027.xlsx").data
    again = {"file": (taken, "2027.xlsx")}
    page = filled(client, again).text
    assert "日历没有变动" in page
    assert 'value="enter"' not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"days": "2027-02-06"}, "第1行无法识别"),
        ({"days": "2027-02-08 上班"}, "不是周六或周日"),
        ({"days": ""}, "没有2027年的节假日"),
        ({"file": (b"%PDF-1.7", "a.pdf")}, "不是"),
    ],
)
def test_what_cannot_be_read_is_refused_and_what_was_typed_stays(app, client, typed, said):
    page = filled(client.sign_in("adam"), typed)
    assert page.status_code == 422
    assert said in page.text
    assert known(app, 2027) is None


def test_days_that_were_not_checked_are_shown_first(app, client):
    client.sign_in("adam")
    page = client.fill("/calendar/2027/days", {"days": DAYS, "then": "enter", "checked": "0" * 64})
    assert "日历有3天变动" in page.text
    assert known(app, 2027) is None


def test_a_day_is_entered_and_taken_out_by_hand_and_the_year_taken_back(app, client):
    client.sign_in("adam")
    client.fill("/calendar/2026/day", {"day": "2026-12-25", "kind": "holiday", "name": "调整"})
    assert known(app, 2026).names[NOW.date().replace(month=12, day=25)] == "调整"
    page = client.get("/calendar/2026/day?day=2026-12-25").text
    assert 'value="调整"' in page
    assert client.fill("/calendar/2026/day", {"day": "2027-01-01", "kind": "holiday"}).status_code == 422
    assert client.fill("/calendar/2026/day", {"day": "2026-12-24", "kind": "make_up"}).status_code == 422
    client.fill("/calendar/2026/day", {"day": "2026-10-01", "kind": "ordinary"})
    assert NOW.date().replace(month=10, day=1) not in known(app, 2026).holidays
    client.fill("/calendar/2026/take-back", form_at="/calendar/2026")
    assert known(app, 2026) == base_calendar().years[2026]


def test_two_who_enter_the_same_year_at_once_are_told(app, client):
    client.sign_in("adam")
    checked = client.fill("/calendar/2027/days", {"days": DAYS}).text
    opened = re.search(r'name="opened"[^>]*value="([^"]*)"', checked)[1].replace("&#34;", '"')
    with app.app_context():
        enter_year(2027, read_year(2027, "2027-01-01 放假 元旦"), version=0, by=account("adam"), now=NOW)
        commit()
    digest = re.search(r'name="checked"[^>]*value="([0-9a-f]{64})"', checked)[1]
    page = client.fill("/calendar/2027/days", {"days": DAYS, "checked": digest, "then": "enter", "opened": opened})
    assert page.status_code == 409
    assert known(app, 2027) == read_year(2027, "2027-01-01 放假 元旦")
