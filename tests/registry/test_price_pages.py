"""The price table: taken in after a look, changed by hand, taken away, and what the relief page makes of it."""

import io
import re
from datetime import UTC, datetime

import openpyxl
import sqlalchemy as sa
from support.cases import a_case, a_cycle, an_enterprise, an_obligation

from casework.audit.actions import commit
from casework.audit.models import AuditRow
from casework.db import db
from casework.registry.models import MarketPrice
from casework.rules.workflow import State

TEXT = "2024-12-02 99.00 100000 9900000.00\n2024-12-31 97.00 100000 9700000.00"


def taken_in(client, typed):
    """Send prices to be checked, and then what was shown; return both pages."""
    checked = client.fill("/prices/import", typed, content_type="multipart/form-data")
    if 'value="enter"' not in checked.text:
        return checked, None
    sign = re.search(r'name="checked"[^>]*value="([0-9a-f]{64})"', checked.text)[1]
    text = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", checked.text, re.S)[1]
    return checked, client.fill("/prices/import", {"text": text, "checked": sign, "then": "enter"})


def test_prices_are_shown_before_they_are_taken_over_and_noted_in_the_trail(app, client):
    client.sign_in("alice")
    checked, done = taken_in(client, {"text": TEXT})
    assert "有2天新增或变动" in checked.text
    assert "已收录2天" in done.text
    assert "9,900,000.00" in done.text
    assert "表中已有相同价格" in taken_in(client, {"text": TEXT})[0].text
    changed, done = taken_in(client, {"text": "2024-12-31 97.50"})
    assert "97.00" in changed.text
    with app.app_context():
        assert db.session.scalars(sa.select(MarketPrice.version).order_by(MarketPrice.day)).all() == [1, 2]
        rows = db.session.scalars(sa.select(AuditRow).where(AuditRow.action == "prices taken over")).all()
        assert (rows[-1].before, rows[-1].after) == ({"2024-12-31": "97.00"}, {"2024-12-31": "97.50"})


def test_a_workbook_comes_out_as_it_went_in(app, client):
    client.sign_in("alice")
    taken_in(client, {"text": TEXT})
    book = client.get("/prices.xlsx").data
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).active.values)
    assert rows[1][1:] == (97, 100_000, 9_700_000)
    assert "表中已有相同价格" in taken_in(client, {"file": (io.BytesIO(book), "行情.xlsx")})[0].text


def test_what_is_no_price_or_lies_ahead_is_refused_and_changes_nothing(app, client):
    client.sign_in("alice")
    assert taken_in(client, {"text": "2026-11-20 六十二"})[0].status_code == 422
    assert taken_in(client, {"text": "2026-11-23 62.00"})[1].status_code == 422
    assert "尚无价格" in client.get("/prices").text
    assert client.sign_in("dora").get("/prices/import").status_code == 403


def test_a_case_shows_what_buying_and_a_default_cost_by_the_published_prices(app, client):
    client.sign_in("alice")
    taken_in(client, {"text": TEXT})
    with app.app_context():
        cycle, unit = a_cycle("2023", deadline=datetime(2024, 12, 31, 16, tzinfo=UTC)), an_enterprise()
        an_obligation(unit, cycle=cycle, due=5_128_612, surrendered=4_263_312)
        case = a_case(State.ASSISTING, enterprise=unit, cycle=cycle)
        commit()
        path = f"/cases/{case.id}/relief"
    page = client.get(path).text
    assert "423,997,000.00" in page  # the least fine
    assert "847,994,000.00" in page
    assert "865,300" in page
    assert "83,934,100.00" in page  # 865,300 t at 97.00 yuan
    assert "116.40" in page
