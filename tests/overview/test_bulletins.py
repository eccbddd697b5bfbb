"""Bulletins from the records: what they say is counted, they name no unit, and they go the way of every letter."""

from datetime import date
from decimal import Decimal

import pytest
from support.cases import TODAY, a_case, account
from support.cast import NOW

from casework.audit.actions import commit
from casework.cases.actions.letter_drafts import submit
from casework.letters.content import content_of
from casework.letters.pdf import render
from casework.letters.queries import facts_now, numbered
from casework.overview.actions import draft_bulletin
from casework.registry.calendar import working_calendar
from casework.rules.bulletins import BulletinFacts, RegionFacts, paragraphs, tables
from casework.rules.compliance import CompletionFigures
from casework.rules.letters import AddresseeKind
from casework.rules.workflow import State
from tests.letters.check_letter import check


def figures(units, on_time, due, surrendered):
    return CompletionFigures(
        units_due=units, units_on_time=on_time, units_late=0, tonnes_due=due, tonnes_surrendered=surrendered,
        tonnes_short=due - surrendered,
    )  # fmt: skip


FEW, MANY, NONE = figures(2, 2, 100, 100), figures(10, 5, 10_000, 9_900), figures(0, 0, 0, 0)
REGIONS = (
    RegionFacts(name="甲市", figures=FEW, units=2, on_time=2),
    RegionFacts(name="乙市", figures=MANY, units=5, on_time=4, at_risk=1, unanswered=2),
    RegionFacts(name="丙市", figures=NONE),
)


def said(**more):
    total = figures(12, 7, 10_100, 10_000)
    values = {"day": date(2026, 11, 22), "total": total, "milestone": None, "regions": REGIONS} | more
    return "\n".join(paragraphs(BulletinFacts(**values)))


def test_both_rankings_stand_beside_one_another_and_who_owes_nothing_is_left_out():
    text = said()
    assert "按完成家数比例由高到低依次为：甲市100%、乙市50%。" in text
    assert "按清缴吨数比例由高到低依次为：甲市100%、乙市99%。" in text
    assert "丙市" not in text


@pytest.mark.parametrize(
    ("wanted", "words"), [("50", "已经达到"), ("58.33", "已经达到"), ("95", "尚差36.67个百分点"), ("60", "尚差1.67个")]
)
def test_it_stands_against_the_milestone(wanted, words):
    assert words in said(milestone=(date(2026, 11, 15), Decimal(wanted)))


def test_a_frozen_round_and_letters_without_reply_are_told_with_their_numbers():
    text = said(round_number=3, changed=2, worse=1, surrendered_since=400)
    assert "第3期调度应报7家，按期报送6家；较上期有变化2家，进展不及上期1家，研判为高风险1家" in text
    assert "变化+400吨" in text
    assert "逾期未回函2件，其中乙市2件" in text
    assert text.splitlines()[-1] == "五、下一步工作"
    assert "调度报送" not in said()


def test_the_tables_hold_units_and_tonnes_of_every_region_and_their_sum():
    one, two = tables(BulletinFacts(
        day=date(2026, 11, 22), total=figures(12, 7, 10_100, 10_000), milestone=None, regions=REGIONS, round_number=3
    ))  # fmt: skip
    assert [row[0] for row in one.table.rows] == ["甲市", "乙市", "合计"]
    assert one.table.rows[1] == ("乙市", "10", "5", "50.00", "10,000", "100", "99.00")
    assert two.table.rows[1] == ("乙市", "5", "4", "1", "2")


def test_a_bulletin_is_drafted_to_every_region_and_can_be_submitted_as_it_is(session):
    case = a_case(State.ASSISTING)
    account("alice").phone = "0951-5160000"
    doing = {"calendar": working_calendar(), "by": account("alice"), "now": NOW, "today": TODAY}
    letter = draft_bulletin(case.cycle, AddresseeKind.BUREAU, **doing)
    assert len(letter.recipients) == 6
    facts = facts_now(letter, today=TODAY)
    assert "一、总体进展" in facts.body
    assert facts.attachments == content_of(letter).attachments != ()
    assert case.enterprise.name not in repr(facts)
    submit(letter, render=lambda _: b"", **doing)
    assert letter.state == "in_review"


@pytest.mark.slow
def test_a_bulletin_as_it_is_printed_measures_up(app, tmp_path):
    fonts = app.config["SETTINGS"].fonts
    with app.app_context():
        case = a_case(State.ASSISTING)
        account("alice").phone = "0951-5160000"
        doing = {"calendar": working_calendar(), "by": account("alice"), "now": NOW, "today": TODAY}
        letter = draft_bulletin(case.cycle, AddresseeKind.GOVERNMENT, **doing)
        facts = numbered(facts_now(letter, today=TODAY), signed=TODAY, number="宁环发〔2026〕1号")
        pdf = render(facts, fonts=fonts)
        assert pdf == render(facts, fonts=fonts)
    (path := tmp_path / "bulletin.pdf").write_bytes(pdf)
    assert [row for row in check(str(path), "document", "Fang") if not row["ok"]] == []


def test_officers_draft_one_on_its_page_and_a_city_sees_what_it_received(app, client):
    with app.app_context():
        a_case(State.ASSISTING)
        commit()
    browser = client.sign_in("alice")
    answer = browser.fill("/bulletins/new", {"addressee_kind": "bureau"}, follow=False)
    assert answer.status_code == 303, answer.text[-2000:]
    assert "进展情况的通报" in browser.get("/bulletins").text
    assert browser.get("/bulletins.xlsx").status_code == 200
    assert "进展情况的通报" not in client.sign_in("dora").get("/bulletins").text
