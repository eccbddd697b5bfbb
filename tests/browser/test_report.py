"""A city officer's minute: eight units in one go, on a phone and at a desk, with the line broken half-way."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect
from support.browser import DESK, PHONE, speak_english
from support.rounds import second_round

from casework.audit.actions import commit
from casework.db import db
from casework.rounds.models import Report
from casework.rules.rounds import ReportState

CLICKS, KEYS = 4, 9  # what a round of eight units with two changes costs, from the worklist on


@pytest.fixture
def round_id(app):
    """A round of eight units that were all reported the week before."""
    with app.app_context():
        round_ = second_round(8)
        commit()
        return round_.id


def reports(app, round_id):
    with app.app_context():
        stmt = sa.select(Report).where(Report.round_id == round_id).order_by(Report.id)
        return [(one.state, one.surrendered, one.to_buy, one.no_change) for one in db.session.scalars(stmt)]


class Counter:
    """Counts what a person does to a page."""

    def __init__(self, page):
        self.page, self.clicks, self.keys = page, 0, 0

    def click(self, place):
        place.click()
        self.clicks += 1

    def type(self, text):
        self.page.keyboard.type(text)
        self.keys += len(text)


def field(page, number, name):
    return page.locator("[data-report]").nth(number).locator(f"[data-field='{name}'] .form-control")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_round_of_eight_units_with_two_changes_takes_few_clicks(app, visitor, round_id, size):
    page = visitor.sign_in("dora", size=size)
    page.goto("/worklist")
    person = Counter(page)
    person.click(page.locator("a.btn[href$='/report']"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("填报")
    visitor.shot(page, "empty")
    person.click(field(page, 1, "surrendered"))
    person.type("9500")
    person.click(field(page, 4, "to_buy"))
    person.type("1500")
    expect(page.locator("[data-done]")).to_have_text("2")
    visitor.shot(page, "half")
    person.click(page.locator("[data-submit-rest]"))
    expect(page.get_by_text("已提交").first).to_be_visible()
    visitor.shot(page, "submitted")
    assert {state for state, *_ in reports(app, round_id)} == {ReportState.SUBMITTED}
    print(person.clicks, person.keys, reports(app, round_id))
    speak_english(page)
    visitor.shot(page, "english")
