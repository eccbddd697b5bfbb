"""Bulletins from the records: what they say is counted, they name no unit, and they go the way of every letter."""

from datetime import date, timedelta
from io import BytesIO

import pypdfium2
import pytest
import sqlalchemy as sa
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
from casework.rules.errors import RuleError
from casework.rules.letters import AddresseeKind
from casework.rules.workflow import State
from casework.settings.actions import change_setting
from casework.users.actions.regions import RegionFacts as Place
from casework.users.actions.regions import create_region
from casework.users.models import Region, RegionKind
from tests.letters.check_letter import check


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


def test_bulletin_and_round_lead_to_each_other(app, client):
    with app.app_context():
        round_ = second_round(1)
        case = the_reports(round_)[0].case
        letter, alone = registered(drafted(case, round_)), drafted(case)
        dispatch_all(letter, day=TODAY, way="system", by=account("alice"), now=NOW, today=TODAY)
        commit()
        ids = round_.id, letter.id, alone.id
    round_page, page, alone = (
        path % id_ for path, id_ in zip(("/rounds/%s", "/letters/%s", "/letters/%s"), ids, strict=True)
    )
    for who in ("alice", "dora"):  # the city received it, and reports in the round
        browser = client.sign_in(who)
        assert f'href="{page}"' in browser.get(round_page).text
        assert f'href="{round_page}"' in browser.get(page).text
    assert f'href="{alone}"' not in client.sign_in("alice").get(round_page).text
    assert "/rounds/" not in client.get(alone).text.partition("<main")[2]
    assert f'href="{round_page}"' not in client.sign_in("dan").get(page).text  # received it, and has no unit there


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
    assert rows[1][1:] == ["宁环发〔2026〕1号", "已印发", rows[1][3], 1, 0, 0]  # its own recipient alone
    assert unit not in repr(rows)
