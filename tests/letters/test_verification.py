"""Checking a letter as a stranger: by its code, by its file, and what guessing leads to."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from support.cases import TODAY, account
from support.cast import NOW, PASSWORD
from support.letters import drafted, step, to_signed
from support.pages import hidden_values
from support.registering import signed_letters, stub

from casework.audit.actions import commit
from casework.audit.models import AuditRow
from casework.cases.actions.letters import register_letter
from casework.cases.views import letter_steps
from casework.db import db
from casework.files.actions import store
from casework.files.models import StoredFile
from casework.letters.actions.verifying import MISSES, network_of
from casework.letters.content import stored_facts
from casework.letters.models import Letter, SealedScan
from casework.letters.views import verification
from casework.rules.errors import RuleError
from casework.rules.letter_codes import grouped, read_code
from casework.settings.actions import change_setting
from casework.settings.declared import DECLARED
from casework.settings.queries import setting
from casework.users.models import Attempt

pytestmark = pytest.mark.slow

ADDRESS = "https://sthjt.example.cn"
OTHER = "0000-0000-0000-0000"


def put_address(app, address=ADDRESS):
    with app.app_context():
        change_setting("public_address", address, by=account("adam"), now=NOW)
        commit()


@pytest.fixture
def letter(app, people, cases, once, monkeypatch):
    """A registered letter with a code; id, code and bytes."""
    monkeypatch.setattr(letter_steps, "_render", stub)

    def register():
        put_address(app)
        letter_id = drafted(people, cases)
        to_signed(people, letter_id)
        assert step(people, "alice", letter_id, "register").status_code == 303
        with app.app_context():
            row = db.session.get(Letter, letter_id)
            return letter_id, row.code, row.pdf.content

    return once("letter with a code", register)


def sent(client, content, at="/V", name="letter.pdf"):
    """The page after a file was sent from it."""
    page = client.get(at)
    at = re.search(r'<form method="post" action="(/v[^"]*)"[^>]*multipart', page.text)[1]
    form = hidden_values(page.text, at)
    return client.post(at, data=form | {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def end(people, letter_id, name):
    assert step(people, "carol", letter_id, name, reason="情况已变化", password=PASSWORD).status_code == 303


def misses(app):
    with app.app_context():
        stmt = sa.select(sa.func.count()).select_from(Attempt).where(Attempt.key.startswith("verify"))
        return db.session.scalar(stmt)


def test_a_letter_gets_a_code_of_its_own_in_the_transaction_that_registers_it(app, letter):
    letter_id, code, _content = letter
    assert read_code(code) == code
    with app.app_context():
        facts = stored_facts(db.session.get(Letter, letter_id).facts)
        assert (facts.verification.code, facts.verification.address) == (code, ADDRESS)
        ids = signed_letters(30)
        commit()
        for one in ids:
            register_letter(one, 1, render=stub, by=account("bob"), now=NOW, today=TODAY)
        codes = set(db.session.scalars(sa.select(Letter.code)))
        assert len(codes) == 31
        assert None not in codes


def test_without_an_address_letters_bear_no_code(app, people, cases, monkeypatch):
    monkeypatch.setattr(letter_steps, "_render", stub)
    letter_id = drafted(people, cases)
    to_signed(people, letter_id)
    step(people, "alice", letter_id, "register")
    with app.app_context():
        row = db.session.get(Letter, letter_id)
        assert (row.number, row.code, row.facts["verification"]) == (1, None, None)


def test_a_code_belongs_to_one_letter_and_stays(app, letter):
    letter_id, code, _content = letter
    with app.app_context():
        other = signed_letters(1)[0]
        commit()
        with pytest.raises(IntegrityError):
            db.session.execute(sa.update(Letter).where(Letter.id == other).values(code=code))
        db.session.rollback()
        with pytest.raises(IntegrityError, match="frozen"):
            db.session.execute(sa.update(Letter).where(Letter.id == letter_id).values(code="0" * 16))
        db.session.rollback()


@pytest.mark.parametrize("write", [str, str.lower, grouped, lambda code: grouped(code).replace("-", " ").lower()])
def test_a_stranger_is_told_number_day_organ_and_kind_and_no_more(client, letter, write):
    _id, code, _content = letter
    for answer in (client.get(f"/V/{write(code)}"), client.get("/v", query_string={"code": write(code)})):
        assert answer.status_code == 200
        assert "本件真实、有效。" in answer.text
        for shown in ("宁环函〔2026〕1号", "2026-11-22", "宁夏回族自治区生态环境厅", "工作督促函"):
            assert shown in answer.text
        for hidden in ("石嘴山", "关于商请", "柯柔", "安丽", "0951"):
            assert hidden not in answer.text


@pytest.mark.parametrize(("name", "sentence"), [("void", "自始无效"), ("repeal", "现已废止")])
def test_what_became_of_a_letter_is_said(client, people, letter, name, sentence):
    letter_id, code, content = letter
    end(people, letter_id, name)
    for answer in (client.get(f"/V/{code}"), sent(client, content)):
        assert sentence in answer.text
        assert "真实、有效" not in answer.text
        assert "情况已变化" not in answer.text


def test_a_file_is_compared_byte_for_byte_and_never_kept(app, client, letter):
    _id, code, content = letter
    with app.app_context():
        before = db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile))
    same = sent(client, content)
    assert "本件真实、有效。" in same.text
    assert "逐字节一致" in same.text
    assert "宁环函〔2026〕1号" in same.text
    assert "逐字节一致" in sent(client, content, f"/V/{code}").text
    altered = sent(client, content + b"\n", f"/V/{code}")
    assert "与此验证码登记的公文不一致" in altered.text
    assert "本件真实、有效。" not in altered.text
    unknown = sent(client, content + b"\n")
    assert "与已登记的任何公文都不一致" in unknown.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == before


def test_the_scan_with_the_seal_is_known_too(app, client, letter):
    letter_id, code, _content = letter
    with app.app_context():
        scan = store(b"%PDF-1.7 sealed", "用印.pdf", "application/pdf", by=account("alice"), now=NOW)
        by = account("alice").id
        db.session.add(SealedScan(letter_id=letter_id, file_id=scan.id, taken_at=NOW, taken_by_id=by))
        commit()
    for at in ("/V", f"/V/{code}"):
        assert "本件真实、有效。" in sent(client, b"%PDF-1.7 sealed", at).text


def test_no_file_and_one_that_is_too_large_are_refused_with_a_sentence(client, letter, monkeypatch):
    monkeypatch.setattr(verification, "FILE_MOST", 1000)
    assert "请选择" in sent(client, b"").text
    answer = sent(client, b"x" * 1001)
    assert (answer.status_code, "不会是本机关公文" in answer.text) == (422, True)


@pytest.mark.parametrize("typed", [OTHER, "x", "宁环函〔2026〕1号", "'; DROP TABLE letter; --", "%", "a" * 500])
def test_an_unknown_code_answers_the_same_page_with_a_plain_sentence(client, letter, typed):
    answer = client.get("/V", query_string={"code": typed})
    assert answer.status_code == 200
    assert "没有公文使用此验证码" in answer.text
    assert "宁环函〔2026〕1号" not in answer.text.replace('value="宁环函〔2026〕1号"', "")


def test_a_draft_cannot_be_checked(app, client, letter):
    with app.app_context():
        other = signed_letters(1, code="1" * 16)[0]
        commit()
        assert db.session.get(Letter, other).number is None
    assert "没有公文使用此验证码" in client.get(f"/V/{'1' * 16}").text


def test_guessing_ends_after_twenty_tries_for_whoever_guesses_and_for_nobody_else(app, letter, monkeypatch):
    _id, code, content = letter
    client = app.test_client()
    for n in range(MISSES.most):
        assert client.get(f"/V/{n:016d}").status_code == 200
    for answer in (client.get(f"/V/{code}"), client.get(f"/V/{OTHER}"), sent(client, content)):
        assert answer.status_code == 429
        assert "次数过多" in answer.text
        assert "本件真实、有效。" not in answer.text
    assert client.get("/V").status_code == 200
    assert misses(app) == MISSES.most
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert "本件真实、有效。" in client.get(f"/V/{code}", environ_overrides=elsewhere).text
    with app.app_context():
        rows = db.session.scalars(sa.select(AuditRow).where(AuditRow.action == "verification held back")).all()
    assert [(row.actor, row.outcome) for row in rows] == [("stranger", "denied")]
    shift = app.config["CLOCK_SHIFT"] + timedelta(minutes=31)
    monkeypatch.setitem(app.config, "CLOCK_SHIFT", shift)
    assert "本件真实、有效。" in client.get(f"/V/{code}").text
    client.get(f"/V/{OTHER}")
    assert misses(app) == 1, "those that count no more are forgotten"


def test_only_what_might_be_guessing_is_counted(app, client, letter):
    _id, code, content = letter
    for _ in range(3):
        client.get(f"/V/{code}")
        client.get("/V?code=x")
        sent(client, content)
        sent(client, b"%PDF", f"/V/{code}")
    assert misses(app) == 0
    sent(client, b"%PDF-1.7 unknown")
    assert misses(app) == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [("198.51.100.7", "198.51.100.7"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("", ""), ("unix", "unix")],
)
def test_an_ipv6_household_counts_as_one(address, network):
    assert network_of(address) == network


def test_the_page_is_open_in_both_languages_and_is_not_kept_by_the_browser(client, letter):
    _id, code, _content = letter
    answer = client.get(f"/V/{code}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    form = hidden_values(answer.text, "/language")
    assert form["next"] == f"/V/{code}"
    back = client.post("/language", data=form | {"language": "en"})
    assert back.location == f"/V/{code}"
    assert "This letter is genuine and in force." in client.get(back.location).text


@pytest.mark.parametrize("address", ["nowhere", "https://example.cn/?x=1", "https://" + "a" * 60])
def test_an_address_that_no_phone_would_open_is_refused_by_the_settings(app, address):
    with app.app_context(), pytest.raises(RuleError, match="Enter an address"):
        change_setting("public_address", address, by=account("adam"), now=NOW)


def test_the_administrator_sets_the_address_on_the_page_and_takes_it_away_again(app, people):
    usual = {key: row.default for key, row in DECLARED.items() if row.kind != "switch"}
    for typed, kept in (("https://sthjt.example.cn/", ADDRESS), ("", "")):
        answer = people("adam").fill("/settings", usual | {"public_address": typed}, follow=False)
        assert answer.status_code == 303
        with app.app_context():
            assert setting("public_address") == kept
    answer = people("adam").fill("/settings", usual | {"public_address": "nowhere"}, follow=False)
    assert answer.status_code == 422
    assert "https://example.gov.cn" in answer.text
