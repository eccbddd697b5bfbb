"""Letters to several: chosen with the draft, addressed in one line, sent in one act, each answering for itself."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from support.cases import TODAY, a_case, account, region
from support.cast import NOW, PASSWORD
from support.letters import edit, step

from casework.audit.actions import commit
from casework.cases.actions.letter_drafts import Asked, draft_letter, draft_letters, save, submit
from casework.cases.actions.letters import judge_reply, register_letter, sign_letter, take_reply
from casework.cases.models import Case
from casework.db import db
from casework.files.actions import store
from casework.letters.actions import way
from casework.letters.actions.drafting import Columns
from casework.letters.actions.recipients import acknowledge, dispatch_all
from casework.letters.addressing import regions_among
from casework.letters.content import content_of
from casework.letters.models import Letter, Recipient
from casework.letters.queries import facts_now
from casework.operations.invariants import faults
from casework.registry.calendar import working_calendar
from casework.rules.errors import NotFound, RuleError
from casework.rules.letters import AddresseeKind, LetterKind
from casework.rules.workflow import State
from casework.settings.actions import change_setting
from casework.settings.queries import setting

WHEN = {"now": NOW, "today": TODAY}
CODES = ("640100", "640200", "640300", "640400", "640500", "NDJD")
BUREAU, GOVERNMENT, ENTERPRISE = AddresseeKind.BUREAU, AddresseeKind.GOVERNMENT, AddresseeKind.ENTERPRISE


def stub(facts):
    return f"%PDF {facts.number}".encode()


def drafted(kind, whom, cases=(), codes=()):
    account("alice").phone = "0951-5160000"
    places = regions_among(account("alice"), [region(code).id for code in codes])
    asked = Asked(kind=kind, addressee_kind=whom, regions=places, cycle=a_case(State.ASSISTING).cycle)
    return draft_letter(cases, asked, calendar=working_calendar(), by=account("alice"), **WHEN)


def sent(letter, by_way="mail"):
    """Take the letter all the way to everybody it is for."""
    calendar, doing = working_calendar(), {"now": NOW}
    submit(letter, render=stub, calendar=calendar, by=account("alice"), today=TODAY, **doing)
    way.pass_review(letter, by=account("bob"), **doing)
    db.session.flush()
    sign_letter(letter.id, letter.version, calendar=calendar, by=account("carol"), today=TODAY, **doing)
    db.session.flush()
    register_letter(letter.id, letter.version, render=stub, by=account("bob"), today=TODAY, **doing)
    dispatch_all(letter, day=TODAY, way=by_way, by=account("alice"), today=TODAY, **doing)
    return letter


def of_region(letter, code):
    return next(one for one in letter.recipients if one.region.code == code)


def test_a_notice_goes_to_every_region_without_any_case(session):
    letter = drafted(LetterKind.NOTICE, BUREAU, codes=CODES)
    assert letter.addressee == "各市生态环境局、宁东能源化工基地生态环境局"
    assert letter.region.code == "640000"
    assert "请各地做好以下工作" in letter.content["body"]
    sent(letter)
    assert letter.recipients[0].name == "银川市生态环境局"
    assert {one.reply_due for one in letter.recipients} == {letter.reply_due}
    assert list(faults(["D5", "I11"], now=NOW)) == []


def test_a_bulletin_need_not_ask_for_an_answer_but_a_reminder_must(session):
    case = a_case(State.ASSISTING)
    for kind, whom, cases, refused in (
        (LetterKind.BULLETIN, GOVERNMENT, (), False), (LetterKind.REMINDER, BUREAU, (case,), True)
    ):  # fmt: skip
        letter = drafted(kind, whom, cases, CODES[:2])
        letter.reply_due, letter.content = None, letter.content | {"requests": []}
        if refused:
            with pytest.raises(RuleError, match="reply is due"):
                sent(letter)
        else:
            assert sent(letter).recipients[0].reply_due is None


@pytest.mark.parametrize("kind", [LetterKind.WORK_SUPERVISION, LetterKind.SUPERVISION, LetterKind.REMINDER])
def test_what_is_about_cases_is_drafted_for_cases_of_one_region(session, kind):
    whom = BUREAU if kind is LetterKind.REMINDER else GOVERNMENT
    with pytest.raises(RuleError, match="at least one case"):
        drafted(kind, whom, codes=CODES)
    with pytest.raises(RuleError, match="one region"):
        drafted(kind, whom, [a_case(State.ASSISTING), a_case(State.ASSISTING, region_code="640100")])
    letter = drafted(kind, whom, [a_case(State.ASSISTING)], codes=CODES)
    assert [one.region.code for one in letter.recipients] == ["640200"]


def test_each_enterprise_gets_a_reminder_of_its_own_and_the_city_never_sees_it(session):
    cases = [a_case(State.ASSISTING), a_case(State.ASSISTING)]
    account("alice").phone = "0951-5160000"
    asked = Asked(kind=LetterKind.REMINDER, addressee_kind=ENTERPRISE)
    letters = draft_letters(cases, asked, calendar=working_calendar(), by=account("alice"), **WHEN)
    assert [one.addressee for one in letters] == [case.enterprise.name for case in cases]
    assert letters[0].recipients[0].enterprise_id == cases[0].enterprise_id
    letter = sent(letters[0])
    with pytest.raises(NotFound):
        take_reply(letter.id, letter.recipients[0].id, day=TODAY, text="已收悉。", by=account("dora"), **WHEN)


def test_an_enterprise_is_not_reached_in_the_system(session):
    letter = drafted(LetterKind.REMINDER, ENTERPRISE, [a_case(State.ASSISTING)])
    with pytest.raises(RuleError, match="does not sign in"):
        sent(letter, "system")


def several_cases():
    return [a_case(State.ASSISTING), a_case(State.ASSISTING), a_case(State.ASSISTING, region_code="640100")]


def test_a_city_reads_how_many_units_another_has_and_not_their_names(session):
    cases = several_cases()
    letter = drafted(LetterKind.BULLETIN, BUREAU, cases)
    rows = content_of(letter).units
    assert [(row.name, row.count, row.short) for row in rows] == [
        ("银川市1家重点排放单位", 1, cases[2].short), ("石嘴山市2家重点排放单位", 2, cases[0].short + cases[1].short)
    ]  # fmt: skip
    assert "3家重点排放单位合计" in "".join(facts_now(letter, today=TODAY).body)
    letter.content = letter.content | {"body": f"{cases[0].enterprise.name}进展缓慢。"}
    with pytest.raises(RuleError, match="may not read the name"):
        sent(letter)


def test_figures_that_had_no_day_are_of_the_offices_own_day(session):
    letter = drafted(LetterKind.BULLETIN, GOVERNMENT, (a_case(State.ASSISTING),), CODES[:1])
    letter.content = letter.content | {"units_day": None}
    places = regions_among(account("alice"), [region(code).id for code in CODES[:2]])
    facts = {"addressee": "", "addressee_kind": GOVERNMENT, "title": letter.title, "reply_due": letter.reply_due}
    before_breakfast = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # the 23rd in Shanghai
    save(letter, Columns(**facts, regions=places), content_of(letter), by=account("alice"), now=before_breakfast)
    assert content_of(letter).units_day == date(2026, 11, 23)


def test_an_office_may_let_the_cities_read_names(session):
    change_setting("others_units", "names", by=account("adam"), now=NOW)
    assert setting("others_units") == "names"
    cases = several_cases()
    letter = drafted(LetterKind.BULLETIN, BUREAU, cases)
    assert [row.name for row in content_of(letter).units] == [case.enterprise.name for case in cases]


def test_each_region_answers_for_its_own_cases_and_is_judged_for_them_alone(session):
    cases = several_cases()
    letter = sent(drafted(LetterKind.BULLETIN, BUREAU, cases))
    mine, other = of_region(letter, "640200"), of_region(letter, "640100")
    acknowledge(mine, by=account("dora"), **WHEN)
    take_reply(letter.id, mine.id, day=TODAY, text="已落实。", by=account("dora"), **WHEN)
    session.flush()
    waiting = [db.session.get(Case, case.id).next_due for case in cases]
    assert (waiting[2] == letter.reply_due, waiting[0] == letter.reply_due) == (True, False)
    with pytest.raises(RuleError, match="does not name this case"):
        judge_reply(mine, cases[2].id, accepted=True, reason="", by=account("alice"), now=NOW)
    for case in cases[:2]:
        judge_reply(mine, case.id, accepted=True, reason="", by=account("alice"), now=NOW)
    assert (mine.judged, other.judged) == (True, False)
    assert list(faults(["D5"], now=NOW)) == []


def test_a_reply_that_was_returned_keeps_its_files_and_the_next_one_brings_its_own(session):
    case = a_case(State.ASSISTING)
    letter = sent(drafted(LetterKind.REMINDER, BUREAU, [case]))
    [mine], dora = letter.recipients, account("dora")
    acknowledge(mine, by=dora, **WHEN)

    def answer(*names):
        files = [store(name.encode(), name, "application/pdf", by=dora, now=NOW) for name in names]
        take_reply(letter.id, mine.id, day=TODAY, text="", files=files, by=dora, **WHEN)
        session.flush()

    answer("一.pdf", "二.pdf")
    judge_reply(mine, case.id, accepted=False, reason="不全", by=account("alice"), now=NOW)
    answer("三.pdf")
    old = {one.file.name for one in mine.files_with(mine.returned[0])}
    assert old == {"一.pdf", "二.pdf"}
    assert [one.file.name for one in mine.files_with(None)] == ["三.pdf"]


def new_draft(people, **data):
    return people("alice").fill("/cases/letter/new", data, follow=False)


def ids_of(app, *codes):
    with app.app_context():
        return [region(code).id for code in codes]


@pytest.fixture
def notice(app, people, cases):
    """A notice to every region as its page makes it, and the address of its page."""
    page = people("alice").get("/cases/letter/new").text
    assert page.count('name="regions"') == 6
    with app.app_context():
        cycle = db.session.get(Case, cases[0]).cycle_id
    answer = new_draft(people, kind="notice", addressee_kind="bureau", cycle=cycle, regions=ids_of(app, *CODES))
    assert answer.status_code == 303, answer.text[-2000:]
    return int(answer.location.rsplit("/", 1)[-1])


def test_the_line_of_addressees_follows_what_is_ticked_until_somebody_writes_it(app, people, notice):
    edit(people, notice, regions=ids_of(app, "640100", "640200"))
    assert "银川市生态环境局、石嘴山市生态环境局" in people("alice").get(f"/letters/{notice}").text
    edit(people, notice, regions=ids_of(app, "640100"), addressee="银川市生态环境局（请转）")
    edit(people, notice, regions=ids_of(app, *CODES))
    with app.app_context():
        letter = db.session.get(Letter, notice)
        assert letter.addressee == "银川市生态环境局（请转）"
        assert len(letter.recipients) == 6


def test_nobody_chosen_is_refused_on_the_page(app, people, notice):
    answer = new_draft(people, kind="notice", addressee_kind="bureau", regions=[])
    assert answer.status_code == 422
    assert "请选择主送单位" in answer.text


@pytest.mark.slow
def test_a_region_sees_its_own_row_alone_and_no_page_gives_it_anothers(app, people, notice):
    edit(people, notice, regions=ids_of(app, *CODES))
    for who, name, data in (
        ("alice", "submit", {}), ("bob", "pass_review", {}), ("carol", "sign", {"password": PASSWORD}),
        ("amir", "register", {}),
    ):  # fmt: skip
        assert step(people, who, notice, name, **data).status_code == 303, name
    assert "印发函件" in people("alice").get("/worklist").text
    answer = people("alice").fill(f"/letters/{notice}/dispatch", {"way": "system", "day": "2026-11-22"}, follow=False)
    assert answer.status_code == 303
    with app.app_context():
        rows = {one.region.code: one.id for one in db.session.scalars(sa.select(Recipient))}
    page = people("dora").get(f"/letters/{notice}").text
    assert "石嘴山市生态环境局" in page
    assert "银川市生态环境局" not in page
    assert "0/6" not in page
    for path in ("acknowledge", "reply"):
        assert people("dora").get(f"/letters/{notice}/recipient/{rows['640100']}/{path}").status_code == 404
    assert people("dora").get(f"/letters/{notice}/recipient/{rows['640100']}/file/reply").status_code == 404
    done = people("dora").fill(f"/letters/{notice}/recipient/{rows['640200']}/acknowledge", follow=False)
    assert done.status_code == 303
    assert "已签收1/6" in people("alice").get(f"/letters/{notice}").text
    assert "1/6" in people("alice").get("/letters?tab=sent").text
    listed = people("dora").get("/letters").text
    assert "1/6" not in listed
    assert "0/6" not in listed
    with app.app_context():
        commit()
