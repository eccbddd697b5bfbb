"""Bulletins from the records: what they say is counted, they name no unit, and they go the way of every letter."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pypdfium2
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from support.cases import TODAY, a_case, account
from support.cast import NOW
from support.rounds import DUE, FILLED, second_round, submitted, the_reports

from casework.audit.actions import commit
from casework.cases.actions.letter_drafts import submit
from casework.cases.actions.letters import register_letter, sign_letter
from casework.db import db
from casework.letters.actions import way
from casework.letters.actions.recipients import dispatch_all
from casework.letters.content import content_of
from casework.letters.pdf import render
from casework.letters.queries import facts_now, numbered
from casework.overview.actions import draft_bulletin
from casework.registry.actions.obligations import add_surrender
from casework.registry.calendar import working_calendar
from casework.registry.models import Obligation
from casework.rounds.actions.freezing import correct_report, freeze_round
from casework.rounds.actions.opening import BY_SCHEDULE
from casework.rounds.models import Round
from casework.rules.bulletin_facts import BulletinFacts, RegionFacts, RoundFacts, Wish, places
from casework.rules.bulletin_tables import tables
from casework.rules.bulletins import paragraphs
from casework.rules.compliance import CompletionFigures
from casework.rules.errors import RuleError
from casework.rules.letters import AddresseeKind
from casework.rules.workflow import State
from casework.settings.actions import change_setting
from casework.users.actions.regions import RegionFacts as Place
from casework.users.actions.regions import create_region
from casework.users.models import Region, RegionKind
from tests.letters.check_letter import check


def figures(units, on_time, due, surrendered):
    return CompletionFigures(
        units_due=units, units_on_time=on_time, units_late=0, tonnes_due=due, tonnes_surrendered=surrendered,
        tonnes_short=due - surrendered,
    )  # fmt: skip


FEW, MANY, NONE = figures(2, 2, 100, 100), figures(10, 5, 10_000, 9_900), figures(0, 0, 0, 0)
WISHES = (Wish(text="请协调金融机构。", units=3), Wish(text="请复核", units=1))
REGIONS = (
    RegionFacts(name="甲市", figures=FEW, units=2, on_time=2, completed_since=1, surrendered_since=60),
    RegionFacts(
        name="乙市", figures=MANY, units=5, on_time=3, late=1, changed=2, worse=1, at_risk=1, unanswered=2,
        surrendered_since=400, wishes=WISHES,
    ),
    RegionFacts(name="丙市", figures=NONE),
)  # fmt: skip
FROZEN = RoundFacts(number=3, frozen=True)


def the_facts(**more):
    total = figures(12, 7, 10_100, 10_000)
    return BulletinFacts(**{"day": TODAY, "total": total, "milestone": None, "regions": REGIONS} | more)


def said(**more):
    return "\n".join(paragraphs(the_facts(**more)))


def test_both_rankings_stand_beside_one_another_with_what_they_rest_on():
    text = said()
    assert "按完成家数比例排名：甲市第1（100%，2/2家次）、乙市第2（50%，5/10家次）。" in text
    assert "按清缴吨数比例排名：甲市第1（100%，缺口0吨）、乙市第2（99%，缺口100吨）。" in text
    assert "丙市" not in text  # who owes nothing has no place


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6)), min_size=1, max_size=8))
def test_a_place_counts_those_who_stand_better_and_equals_share_it(rows):
    regions = [
        RegionFacts(name=str(n), figures=figures(due, min(due, done), due, min(due, done)))
        for n, (due, done) in enumerate(rows)
    ]
    found = places(regions, lambda one: one.by_units)
    assert sorted(one.name for _, one in found) == sorted(one.name for one in regions)
    for place, one in found:
        assert place == 1 + sum(other.by_units > one.by_units for other in regions)


@pytest.mark.parametrize(
    ("day", "wanted", "words"),
    [
        (15, "50", "已经达到。\n"), (15, "58.33", "已经达到。\n"), (15, "95", "尚差36.67个百分点。\n"),
        (30, "50", "已提前达到。\n"), (30, "60", "尚差1.67个百分点。\n"),
        (15, "50", "各地均已达到节点目标。"), (15, "95", "达到节点目标的有甲市；未达到的有乙市（尚差45个百分点）。"),
    ],
)  # fmt: skip
def test_it_stands_against_the_milestone_as_a_whole_and_by_region(day, wanted, words):
    assert words in said(milestone=(date(2026, 11, day), Decimal(wanted)))


def test_a_round_is_told_with_its_numbers_and_whoever_was_late():
    text = said(round=FROZEN, since=date(2026, 11, 15))
    assert "较上期调度（2026年11月15日）新增完成1家次，新增清缴460吨。" in text
    assert "第3期调度应报7家，按期报送5家，逾期报送1家，未报1家；未按期报送的为乙市2家。" in text
    assert "较上期填报内容有变化2家，进展不及上期1家。" in text
    assert "各地研判为高风险1家，其中乙市1家。" in text
    assert "逾期未回函2件，其中乙市2件。" in text
    assert "乙市：请协调金融机构（3家）；请复核（1家）。" in text
    assert [line for line in text.splitlines() if line[1] == "、"][-2:] == ["六、各地请求协调事项", "七、下一步工作"]
    assert "调度报送" not in said()


def test_a_round_that_is_still_being_reported_blames_nobody():
    text = said(round=RoundFacts(number=4, frozen=False))
    assert "第4期调度正在填报，截至2026年11月22日应报7家，按期报送5家，逾期报送1家，未报1家。" in text


def test_of_many_regions_the_text_tells_the_first_and_the_last():
    many = tuple(RegionFacts(name=f"第{n}县", figures=figures(100, n % 101, 100, n % 101)) for n in range(300))
    text = said(regions=many, milestone=(TODAY, Decimal(50)))
    assert "居前3位的是第100县第1" in text
    assert max(map(len, text.splitlines())) < 600
    assert tables(the_facts(regions=many))[0].chart is None


def test_the_tables_hold_units_and_tonnes_of_every_region_with_both_places_and_their_sum():
    one, ranking, two, three = tables(the_facts(round=FROZEN, since=date(2026, 11, 15)))
    assert [row[0] for row in one.table.rows] == ["甲市", "乙市", "合计"]
    assert one.table.rows[1] == ("乙市", "10", "5", "50.00", "10,000", "100", "99.00")
    assert ranking.table.rows == (
        ("1", "甲市", "100.00", "1", "甲市", "100.00"),
        ("2", "乙市", "50.00", "2", "乙市", "99.00"),
    )
    assert two.table.rows[-1] == ("合计", "1", "460", "2", "1")
    assert three.table.rows[1] == ("乙市", "5", "3", "1", "1", "1", "2")
    assert one.chart.alternative.startswith("条形图：甲市按家数100.00%、按吨数100.00%")


def stub(facts):
    return f"%PDF {facts.number}".encode()


def drafted(case, round_=None, kind=AddresseeKind.BUREAU):
    account("alice").phone = "0951-5160000"
    return draft_bulletin(case.cycle, round_, kind, **doing(), by=account("alice"))


def doing():
    return {"calendar": working_calendar(), "now": NOW, "today": TODAY}


@pytest.fixture
def told(session):
    """A round of dora's region that was frozen before the one that is frozen now: two units, one of them at risk."""
    round_ = second_round(2)
    one, two = the_reports(round_)
    unit = one.case.enterprise.name
    wish = f"请协调{unit}的银行授信"
    submitted(one, held="100", to_buy="900", risk="high", difficulties="无资金", help=wish)
    owed = db.session.scalars(sa.select(Obligation).where(Obligation.enterprise_id == one.case.enterprise_id)).one()
    add_surrender(owed, date(2026, 11, 20), 1_000, reason="", by=account("alice"), now=NOW)
    freeze_round(round_.id, by=BY_SCHEDULE, now=DUE)
    late = FILLED | {"help": "请厅里协调复核。"}
    correct_report(two, late, "专员出差，补报。", by=account("dora"), now=DUE, today=TODAY)
    return round_, one.case


def test_a_bulletin_rests_on_the_round_that_is_chosen(told):
    round_, case = told
    text = content_of(drafted(case, round_)).body
    assert "第2期调度应报2家，按期报送1家，逾期报送1家，未报0家；未按期报送的为石嘴山市1家。" in text
    assert "新增完成1家次，新增清缴1,000吨" in text
    assert "较上期填报内容有变化2家，进展不及上期1家。" in text
    assert "石嘴山市：请协调有关单位的银行授信（1家）；请厅里协调复核（1家）。" in text
    first = db.session.scalars(sa.select(Round).where(Round.number == 1)).one()
    assert "第1期调度应报2家，按期报送2家" in content_of(drafted(case, first)).body
    assert "调度" not in content_of(drafted(case)).body.partition("二、")[2]


def test_units_are_counted_and_named_only_where_the_settings_say_so(told):
    round_, case = told
    assert case.enterprise.name not in repr(facts_now(drafted(case, round_), today=TODAY))
    change_setting("others_units", "names", by=account("adam"), now=NOW)
    letter = drafted(case, round_)
    assert "各地研判为高风险1家（名单见附件），其中石嘴山市1家。" in content_of(letter).body
    assert [row[1:3] for row in content_of(letter).attachments[-1].table.rows] == [("石嘴山市", case.enterprise.name)]
    change_setting("others_units", "counts", by=account("adam"), now=NOW)
    with pytest.raises(RuleError, match="may not read the name"):
        submit(letter, render=stub, **doing(), by=account("alice"))


def test_units_of_a_county_count_in_the_city_above_it(session):
    city = db.session.scalars(sa.select(Region).where(Region.code == "640100")).one()
    facts = Place(name="永宁县", kind=RegionKind.COUNTY, government="永宁县人民政府", bureau="永宁县生态环境局")
    create_region("640121", facts, city, by=account("adam"), now=NOW)
    case = a_case(State.ASSISTING, region_code="640121")
    assert [row[0] for row in content_of(drafted(case)).attachments[0].table.rows] == ["银川市", "合计"]


def registered(letter):
    submit(letter, render=stub, **doing(), by=account("alice"))
    way.pass_review(letter, by=account("bob"), now=NOW)
    commit()
    sign_letter(letter.id, letter.version, **doing(), by=account("carol"))
    commit()
    register_letter(letter.id, letter.version, render=stub, now=NOW, today=TODAY, by=account("bob"))
    return letter


def test_letters_without_reply_are_those_that_went_out_and_are_beyond_their_day(session):
    case = a_case(State.ASSISTING)
    letter = registered(drafted(case))
    later = doing() | {"today": letter.reply_due + timedelta(days=1)}

    def told():
        return content_of(draft_bulletin(case.cycle, None, AddresseeKind.BUREAU, **later, by=account("alice"))).body

    assert "无逾期未回函" in told()  # it went to nobody yet
    dispatch_all(letter, day=TODAY, way="system", by=account("alice"), now=NOW, today=TODAY)
    assert "逾期未回函6件" in told()
    letter.recipients[0].replied_day = TODAY
    db.session.flush()
    assert "逾期未回函5件" in told()


def test_a_bulletin_is_drafted_to_every_region_and_can_be_submitted_as_it_is(session):
    case = a_case(State.ASSISTING)
    letter = drafted(case)
    assert len(letter.recipients) == 6
    facts = facts_now(letter, today=TODAY)
    assert "一、总体进展" in facts.body
    assert facts.attachments == content_of(letter).attachments != ()
    submit(letter, render=stub, **doing(), by=account("alice"))
    assert letter.state == "in_review"


@pytest.mark.slow
def test_a_bulletin_as_it_is_printed_measures_up(app, tmp_path):
    fonts = app.config["SETTINGS"].fonts
    with app.app_context():
        round_ = second_round(2)
        case = the_reports(round_)[0].case
        letter, unit = drafted(case, round_, AddresseeKind.GOVERNMENT), case.enterprise.name
        facts = numbered(facts_now(letter, today=TODAY), signed=TODAY, number="宁环发〔2026〕1号")
        pdf = render(facts, fonts=fonts)
        assert pdf == render(facts, fonts=fonts)
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)).replace("\r\n", "")
    assert "石嘴山市" in text
    assert unit not in text
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


def test_no_page_or_sheet_of_a_bulletin_names_a_city_anothers_unit(app, client):
    with app.app_context():
        round_ = second_round(2)
        case = the_reports(round_)[0].case
        letter = registered(drafted(case, round_))
        dispatch_all(letter, day=TODAY, way="system", by=account("alice"), now=NOW, today=TODAY)
        commit()
        path, unit = f"/letters/{letter.id}", case.enterprise.name
    browser = client.sign_in("dan")  # of another city
    for page in (path, "/bulletins", "/letters", "/worklist", "/search?q=通报"):
        assert unit not in browser.get(page).text, page
    assert "第2期" in browser.get(path).text
    sheet = load_workbook(BytesIO(browser.get("/bulletins.xlsx").data)).active
    rows = [list(row) for row in sheet.values]
    assert rows[1][1:] == ["宁环发〔2026〕1号", "已登记编号", rows[1][3], 1, 0, 0]  # its own recipient alone
    assert unit not in repr(rows)
