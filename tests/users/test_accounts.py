"""The administrator's pages of accounts and regions."""

import re
from io import BytesIO

import openpyxl
import pyotp
import pytest
import sqlalchemy as sa

from casework.audit.models import AuditRow
from casework.db import db
from casework.rules.roles import Role
from casework.users.models import Account, Region, SignIn
from casework.users.queries import account_by_name, region_by_code

pytestmark = pytest.mark.slow


@pytest.fixture
def adam(client):
    """The administrator's browser."""
    return client.sign_in("adam")


def account_id(app, username):
    with app.app_context():
        return account_by_name(username).id


def last_row(app):
    with app.app_context():
        row = db.session.scalars(sa.select(AuditRow).order_by(AuditRow.seq.desc())).first()
        return row.action, row.actor, row.object_id, row.before, row.after


def new_account(app, **changes):
    with app.app_context():
        root = region_by_code("640000").id
    return {"username": "grace", "name": "古丽", "roles": "officer", "region_id": str(root)} | changes


def test_the_list_narrows_by_role_standing_and_part_of_a_name(adam):
    assert "柯柔" in adam.get("/accounts").text
    leaders = adam.get("/accounts?role=leader").text
    assert "柯柔" in leaders
    assert "包勃" not in leaders
    assert "安当" in adam.get("/accounts?q=dam").text
    assert adam.get("/accounts?standing=disabled").status_code == 200
    assert "没有符合条件" in adam.get("/accounts?q=nobody-of-that-name").text


def test_an_unknown_filter_or_sort_is_left_out(adam):
    assert "安丽" in adam.get("/accounts?role=king&region=x&standing=dead&sort=password_hash").text


def test_the_export_holds_the_filtered_list(adam):
    response = adam.get("/accounts.xlsx?role=leader")
    assert response.mimetype.endswith("sheet")
    assert response.data[:2] == b"PK"


def test_the_regions_can_be_taken_away_as_a_list(adam):
    assert "/regions.xlsx" in adam.get("/regions").text
    sheet = openpyxl.load_workbook(BytesIO(adam.get("/regions.xlsx").data)).active
    rows = [[cell.value for cell in row[:4]] for row in sheet.iter_rows(min_row=2)]
    assert ["640200", "石嘴山市", "地级市", "宁夏回族自治区"] in rows


def test_a_new_account_gets_a_password_that_is_shown_once(app, adam):
    page = adam.fill("/accounts/new", new_account(app))
    password = re.search(r'class="secret">([^<]+)<', page.text)[1]
    assert password not in adam.get(f"/accounts/{account_id(app, 'grace')}").text
    visitor = app.test_client()
    answer = visitor.fill("/sign-in", {"username": "grace", "password": password}, follow=False)
    assert answer.status_code == 303
    assert visitor.get("/account").location.endswith("/account/password")


@pytest.mark.parametrize("roles", [["administrator", "auditor"], ["officer", "administrator"], ["leader", "officer"]])
def test_offices_that_exclude_one_another_are_refused_with_a_sentence(app, adam, roles):
    page = adam.fill("/accounts/new", new_account(app, roles=roles))
    assert page.status_code == 422
    assert "三员分立" in page.text
    assert 'value="grace"' in page.text
    with app.app_context():
        assert account_by_name("grace") is None


def test_a_reviewer_may_also_be_an_officer(app, adam):
    adam.fill("/accounts/new", new_account(app, roles=["officer", "reviewer"]))
    with app.app_context():
        assert account_by_name("grace").roles == {Role.OFFICER, Role.REVIEWER}


def test_a_change_of_roles_ends_the_sessions_and_is_in_the_trail(app, adam):
    app.test_client().sign_in("victor")
    place = f"/accounts/{account_id(app, 'victor')}"
    values = new_account(app, roles="officer", name="魏克")
    values.pop("username")
    assert "账号已修改" in adam.fill(place, values).text
    action, actor, _object, before, after = last_row(app)
    assert (action, actor) == ("change account", "安当 (adam)")
    assert (before["roles"], after["roles"]) == (["viewer"], ["officer"])
    with app.app_context():
        mine = sa.select(sa.func.count()).select_from(SignIn).join(Account).where(Account.username == "victor")
        assert db.session.scalar(mine) == 0


def test_a_stale_page_of_an_account_is_shown_what_stands_now(app, adam):
    place = f"/accounts/{account_id(app, 'victor')}"
    from support.pages import hidden_values

    opened = hidden_values(adam.get(place).text, place)
    values = new_account(app, roles="viewer", name="魏一")
    assert adam.fill(place, values).status_code == 200
    late = adam.post(place, data=opened | values | {"name": "<b>魏二</b>"})
    assert late.status_code == 409
    assert "&lt;b&gt;魏二" in late.text
    assert "魏一" in late.text


def test_the_last_administrator_stays(app, adam):
    own = f"/accounts/{account_id(app, 'adam')}"
    assert "最后一名系统管理员" in adam.fill(own, new_account(app, roles="auditor", name="安当")).text
    refused = adam.fill(f"{own}/disable", form_at=own)
    assert refused.status_code == 409


def test_a_disabled_account_is_out_at_once_and_back_when_enabled(app, adam):
    victor = app.test_client().sign_in("victor")
    place = f"/accounts/{account_id(app, 'victor')}"
    adam.fill(f"{place}/disable", form_at=place)
    assert victor.get("/account").location.startswith("/sign-in")
    adam.fill(f"{place}/enable", form_at=place)
    assert app.test_client().sign_in("victor").get("/account").status_code == 200


def test_a_reset_password_is_shown_once_and_must_be_changed(app, adam):
    place = f"/accounts/{account_id(app, 'victor')}"
    page = adam.fill(f"{place}/password", form_at=place)
    assert 'class="secret"' in page.text
    with app.app_context():
        assert account_by_name("victor").must_change_password
    assert last_row(app)[0] == "reset password"


def test_a_lost_phone_is_forgotten(app, adam):
    with app.app_context():
        db.session.execute(
            sa.update(Account).where(Account.username == "carol").values(totp_secret=pyotp.random_base32())
        )
        db.session.commit()
    place = f"/accounts/{account_id(app, 'carol')}"
    adam.fill(f"{place}/second-factor", form_at=place)
    with app.app_context():
        assert account_by_name("carol").totp_secret is None


@pytest.mark.parametrize(
    "path", ["/accounts", "/accounts/new", "/accounts.xlsx", "/regions", "/regions/new", "/settings"]
)
def test_nobody_else_opens_these_pages(client, path):
    assert client.sign_in("alice").get(path).status_code == 403


def region(app, code, **changes):
    with app.app_context():
        row, root = region_by_code(code), region_by_code("640000")
        values = {"name": row.name, "kind": row.kind.value, "parent_id": str(row.parent_id or root.id)}
        values |= {"position": "3", "aliases": "、".join(row.aliases)}
        return row.id, values | changes


def test_regions_are_added_below_others_and_moved_with_what_hangs_below(app, adam):
    city, _values = region(app, "640200")
    adam.fill("/regions/new", {"code": "640221", "name": "平罗县", "kind": "county", "parent_id": str(city)})
    yinchuan, _values = region(app, "640100")
    place, values = region(app, "640200", parent_id=str(yinchuan))
    adam.fill(f"/regions/{place}", values)
    with app.app_context():
        assert region_by_code("640221").path == "/640000/640100/640200/640221/"


def test_a_region_has_the_name_of_a_place_not_of_a_person(adam):
    for path in ("/regions", "/regions/new"):
        page = adam.get(path).text
        assert "地区名称" in page
        assert "姓名" not in page


def test_other_names_are_read_however_they_are_separated(app, adam):
    place, values = region(app, "640200", aliases="石嘴山，大武口 惠农")
    adam.fill(f"/regions/{place}", values)
    with app.app_context():
        assert region_by_code("640200").aliases == ["石嘴山", "大武口", "惠农"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"code": "640100"}, "代码已存在"), ({"code": "x y"}, "大写字母"), ({"name": "银川市"}, "名称已存在")],
)
def test_a_region_that_cannot_be_is_refused(app, adam, changes, sentence):
    root, _values = region(app, "640000")
    values = {"code": "640600", "name": "新市", "kind": "city", "parent_id": str(root)}
    page = adam.fill("/regions/new", values | changes)
    assert page.status_code == 422
    assert sentence in page.text


def test_the_root_stays_the_root(app, adam):
    place, values = region(app, "640000", name="宁夏")
    adam.fill(f"/regions/{place}", values)
    with app.app_context():
        assert db.session.scalar(sa.select(Region.path).where(Region.name == "宁夏")) == "/640000/"


def test_who_heads_the_bureau_is_marked_at_the_account(app, client):
    with app.app_context():
        dora, region_id = account_by_name("dora").id, account_by_name("dora").region_id
    values = {"name": "杜若", "roles": "city", "region_id": str(region_id), "head": "y"}
    client.sign_in("adam").fill(f"/accounts/{dora}", values)
    with app.app_context():
        assert account_by_name("dora").head
