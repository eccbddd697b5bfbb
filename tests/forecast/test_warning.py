"""The early warning: a unit that is foreseen not to complete is proposed for the problem list, with that reason."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from support.cases import TODAY, a_case, a_cycle, account, an_enterprise, an_obligation
from support.cast import NOW

from casework.audit.actions import commit
from casework.cases.queries.proposals import how_many_proposed, proposals
from casework.forecast.queries.warning import not_expected
from casework.registry.models import Milestone
from casework.rules.compliance import ListingReason
from casework.rules.deadlines import end_of_day

FORESEEN = ListingReason.FORESEEN


@pytest.fixture
def world(app, once):
    """Twenty days before a deadline without milestones: nothing, most and all surrendered, and one listed already."""

    def build():
        with app.app_context():
            cycle = a_cycle(deadline=end_of_day(TODAY + timedelta(days=20)))
            none, most, done = (an_enterprise(f"石嘴山{name}热电有限公司") for name in ("未动", "将成", "宽裕"))
            an_obligation(none, due=10_000)
            an_obligation(most, due=10_000, surrendered=9_900)
            an_obligation(done, due=10_000, surrendered=10_000)
            a_case(due=10_000, short=10_000)
            commit()
            return {"none": none.id, "most": most.id, "done": done.id, "cycle": cycle.id}

    return once("early warning", build)


def proposed(foresee=not_expected, who="alice"):
    found = proposals(a_cycle(), account(who), now=NOW, foresee=foresee)
    return {one.enterprise_id: one.reasons for one in found}


def test_before_a_milestone_those_are_proposed_that_are_not_expected_to_complete(app, world):
    with app.app_context():
        assert proposed() == {world["none"]: [FORESEEN]}
        assert how_many_proposed(a_cycle(), account("alice"), now=NOW, foresee=not_expected) == 1
        assert proposed(foresee=lambda *_asked: ()) == {}
        assert proposed(who="dan") == {}


def test_after_a_milestone_the_forecast_is_one_reason_more(app, world):
    with app.app_context():
        cycle = a_cycle()
        cycle.milestones.append(Milestone(day=date(2026, 11, 1), share=5_000))
        commit()
        short = {world["none"]: [ListingReason.NOTHING_SURRENDERED, FORESEEN], world["most"]: [ListingReason.SHORT]}
        assert proposed() == short
        assert how_many_proposed(a_cycle(), account("alice"), now=NOW, foresee=not_expected) == 2


def test_nobody_is_warned_of_without_units_or_once_all_is_surrendered(app, world):
    with app.app_context():
        assert not_expected(a_cycle(), [], TODAY) == frozenset()
        assert not_expected(a_cycle(), [world["done"], world["most"]], TODAY) == frozenset()


def test_the_page_of_proposals_shows_the_reason_and_leads_to_the_forecast(client, world):
    browser = client.sign_in("alice")
    assert "/cases/proposals" in browser.get("/cases").text
    text = browser.get("/cases/proposals").text
    assert f'href="/forecast/units/{world["none"]}?cycle=2025">预测难以按时完成</a>' in text
    assert "将成热电" not in text
    sheet = load_workbook(BytesIO(browser.get("/cases/proposals.xlsx").data)).active
    assert [row[3] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["预测难以按时完成"]
