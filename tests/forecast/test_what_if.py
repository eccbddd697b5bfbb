"""What if: units ticked as solved or lost change the ending, the price its cost; all of it stands in the address."""

import re
from datetime import date
from decimal import Decimal

import pytest
from support.cases import a_cycle, an_enterprise, an_obligation

from casework.audit.actions import commit
from casework.db import db
from casework.registry.models import MarketPrice


@pytest.fixture
def world(app, once):
    """Three units of two regions: one has completed, one may, one has surrendered nothing; a milestone and a price."""

    def build():
        with app.app_context():
            a_cycle(milestones=[(date(2026, 12, 25), 6_000)])
            done, half, none = (
                an_enterprise(f"{name}热电有限公司", region_code=code)
                for name, code in (("宽裕", "640200"), ("半途", "640200"), ("未动", "640100"))
            )
            an_obligation(done, due=10_000, surrendered=10_000)
            an_obligation(half, due=20_000, surrendered=10_000)
            an_obligation(none, due=70_000)
            db.session.add(MarketPrice(day=date(2026, 11, 20), close=Decimal("60.00")))
            commit()
            return {"done": done.id, "half": half.id, "none": none.id}

    return once("what if", build)


def ending(text):
    """The rows of the ending and of what it costs: label to what is foreseen and what is assumed."""
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', text, re.S)
    found = {}
    for label, cells in rows:
        values = [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<td.*?>(.*?)</td>", cells, re.S)]
        if len(values) == 2:
            found[label.strip()] = tuple(values)
    return found


def test_the_ending_as_foreseen_stands_beside_the_one_assumed(client, world):
    text = client.sign_in("alice").get(f"/forecast/what-if?lost={world['none']}").text
    found = ending(text)
    assert found["按家数"] == ("100.00%", "66.67%")
    assert found["按吨数"] == ("100.00%", "30.00%")
    assert found["缺口（吨）"] == ("0", "70,000")
    assert found["完成单位尚需筹措（吨）"] == ("80,000", "10,000")
    assert "假设0家解决、1家未能履约" in text
    assert re.search(rf'id="lost-{world["none"]}"[^>]* checked', text)


def test_the_price_moves_the_cost_and_the_last_known_one_is_offered(client, world):
    found = ending(client.sign_in("alice").get("/forecast/what-if").text)
    assert found["全部按假设价格购买"] == ("480.00万元", "480.00万元")
    dearer = ending(client.get("/forecast/what-if?price=100").text)
    assert dearer["全部按假设价格购买"] == ("800.00万元", "800.00万元")
    wrong = client.get("/forecast/what-if?price=abc").text
    assert "价格无法识别" in wrong
    assert "完成单位尚需筹措" not in wrong


def test_a_unit_that_is_both_is_lost_and_one_that_has_completed_stays_so(client, world):
    browser = client.sign_in("alice")
    both = browser.get(f"/forecast/what-if?solved={world['half']}&lost={world['half']}&lost={world['done']}").text
    assert ending(both)["按家数"] == ("100.00%", "66.67%")
    assert not re.search(rf'id="solved-{world["half"]}"[^>]* checked', both)
    assert browser.get("/forecast/what-if?lost=99999&lost=x&solved=-1").status_code == 200


def test_presets_lead_to_the_largest_lost_and_to_those_at_risk_solved(client, world):
    text = client.sign_in("alice").get("/forecast/what-if").text
    assert f"lost={world['none']}&amp;lost={world['half']}" in text
    assert "缺口最大的2家未能履约" in text


def test_a_city_officer_plays_with_the_own_region_alone(client, world):
    text = client.sign_in("dora").get(f"/forecast/what-if?lost={world['none']}").text
    assert "未动热电" not in text
    assert ending(text)["缺口（吨）"] == ("0", "0")


def test_without_cycle_price_or_obligation_the_page_says_what_comes(client, app):
    assert "尚未建立履约周期" in client.sign_in("alice").get("/forecast/what-if").text
    with app.app_context():
        a_cycle()
        commit()
    assert "本周期尚无清缴义务" in client.get("/forecast/what-if").text
    with app.app_context():
        an_obligation(an_enterprise(), due=10)
        commit()
    assert "尚无价格：请在上方填写价格" in client.get("/forecast/what-if").text
