"""The dashboard before anything was imported, and the search."""

from datetime import date

from casework.audit.actions import commit
from casework.db import db
from casework.registry.models import Cycle
from casework.rules.deadlines import end_of_day


def test_without_a_cycle_the_overview_says_who_sets_one_up(client):
    page = client.sign_in("alice").get("/overview")
    assert page.status_code == 200
    assert "尚未建立履约周期" in page.text


def test_one_character_is_too_little_to_search_for(client):
    page = client.sign_in("alice").get("/search?q=石")
    assert "至少2个字" in page.text


def test_what_nobody_holds_is_said_so(client):
    assert "没有找到" in client.sign_in("alice").get("/search?q=没有这家").text


def test_the_deadline_that_comes_next_stands_on_every_page(app, client):
    with app.app_context():
        for label, day in [("2025", date(2026, 12, 31)), ("2026", date(2027, 12, 31)), ("2024", date(2025, 12, 31))]:
            db.session.add(Cycle(label=label, name=label, deadline=end_of_day(day)))
        commit()
    page = client.sign_in("alice").get("/worklist").text
    assert "2025履约周期" in page
    assert "还有39天" in page
