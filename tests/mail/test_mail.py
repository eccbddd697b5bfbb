"""Mail: written from notices in office hours, handed to a real server, tried again, shown in the outbox."""

import email
import ssl
import time
from datetime import datetime, timedelta
from email.policy import default
from io import BytesIO

import pytest
import sqlalchemy as sa
from aiosmtpd.smtp import AuthResult
from openpyxl import load_workbook
from support.cast import NOW
from support.telling import a_mail, a_telling, mail_server, with_mail

from casework.audit.actions import begin_writing, commit, roll_back
from casework.db import db
from casework.jobs import actions as jobs
from casework.jobs import worker
from casework.jobs.models import Job, JobState
from casework.mail import actions as mail_actions
from casework.mail import smtp
from casework.mail.actions import send_again
from casework.mail.models import Mail, MailWish, Way
from casework.mail.queries import mail_by_id
from casework.notices.actions import note_read, tell
from casework.notices.models import Notice, Topic
from casework.rules.deadlines import SHANGHAI
from casework.rules.errors import RuleError
from casework.users.queries import account_by_name
from config import MailServer

pytestmark = pytest.mark.slow

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)  # 2026-11-22 is a Sunday


@pytest.fixture
def post(app, monkeypatch):
    """A mail server that the program is configured for, and alice and bob with addresses."""
    with mail_server() as (box, server), app.app_context():
        with_mail(app, monkeypatch, server)
        for name in ("alice", "bob"):
            account_by_name(name).email = f"{name}@example.cn"
        monkeypatch.setattr(jobs, "RECURRING", {"mails": timedelta(minutes=1), "reminders": timedelta(minutes=10)})
        jobs.keep_recurring(now=NOW - timedelta(days=1))
        commit()
        yield box


def work(at):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker.clock, "now", lambda: at)
        while worker.run_one("test", now=at):
            pass


def tell_alice(*keys, **changes):
    tell([account_by_name("alice").id], a_telling(keys[0], **changes), by=None, now=NOW)
    for key in keys[1:]:
        tell([account_by_name("alice").id], a_telling(key, **changes), by=None, now=NOW)
    commit()


def read(envelope):
    message = email.message_from_bytes(envelope.content, policy=default)
    return message, message.get_content()


def test_what_is_unread_leaves_as_one_mail_a_day_each_with_its_link(post):
    tell_alice("case 1", target={"case_id": 1}, due=MONDAY.date())
    tell_alice("case 2", target={"case_id": 2}, subject="银河电力")
    work(MONDAY)
    tell_alice("case 3", target={"case_id": 3})
    work(MONDAY + timedelta(hours=3))
    (envelope,) = post.taken
    message, text = read(envelope)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("casework@example.cn", ["alice@example.cn"])
    assert message["Subject"] == "履约帮扶督办：2条提醒"
    assert "https://casework.example/cases/1" in text
    assert "https://casework.example/cases/2" in text
    assert "银河电力" in text
    assert "2026-11-23" in text
    work(MONDAY + timedelta(days=1))
    assert len(post.taken) == 2
    assert "cases/3" in read(post.taken[1])[1]


def test_a_mail_that_cannot_be_written_holds_up_no_other_and_none_is_written_twice(post, monkeypatch):
    for name in ("alice", "bob"):
        tell([account_by_name(name).id], a_telling(f"case of {name}"), by=None, now=NOW)
    commit()
    whole = mail_actions.written

    def torn(account, notices):
        if account.username == "alice":
            raise OSError("torn")
        return whole(account, notices)

    monkeypatch.setattr(mail_actions, "written", torn)
    work(MONDAY)
    assert [one.rcpt_tos for one in post.taken] == [["bob@example.cn"]]
    job = db.session.scalars(sa.select(Job).where(Job.key == "reminders")).one()
    assert (job.state, job.attempts, "OSError: torn" in job.error) == (JobState.WAITING, 1, True)
    monkeypatch.setattr(mail_actions, "written", whole)
    work(MONDAY + timedelta(minutes=10))
    work(MONDAY + timedelta(minutes=20))
    assert sorted(one.rcpt_tos[0] for one in post.taken) == ["alice@example.cn", "bob@example.cn"]


def test_of_several_workers_at_once_one_writes_each_digest(post, app, crew):
    people = [account_by_name(name).id for name in ("alice", "bob")]
    tell(people, a_telling("case 1"), by=None, now=NOW)
    commit()

    def write(told):
        with app.app_context():
            for person in people:
                begin_writing()
                told(mail_actions.write_digest(person, now=MONDAY, today=MONDAY.date()))
                commit()

    for _worker in range(4):
        crew.fork(write)
    assert sorted(crew.all_done()) == ["False"] * 6 + ["True"] * 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 2


def test_a_server_that_answers_slowly_each_time_is_done_with_before_the_lease_ends():
    answers = (
        "connection",
        "greeting",
        "TLS",
        "greeting again",
        "user",
        "password",
        "sender",
        "receiver",
        "data",
        "end",
    )
    assert timedelta(seconds=len(answers) * smtp.PATIENCE_SECONDS) < jobs.LEASE


def test_nothing_leaves_at_night_or_on_a_day_off_or_before_the_chosen_hour(post):
    db.session.add(MailWish(account_id=account_by_name("alice").id, hour=15))
    tell_alice("case 1")
    for at in (NOW, MONDAY.replace(hour=8), MONDAY.replace(hour=20), MONDAY.replace(hour=14, minute=59)):
        work(at)
    assert post.taken == []
    work(MONDAY.replace(day=24, hour=15, minute=2))
    assert len(post.taken) == 1


def test_what_was_read_in_the_program_is_not_sent(post):
    tell_alice("case 1")
    note_read(db.session.scalars(sa.select(Notice)).one(), now=NOW)
    commit()
    work(MONDAY)
    assert post.taken == []


def test_each_person_chooses_by_topic(post):
    wish = {"work": Way.AT_ONCE, "deadlines": Way.NEVER, "standing_in": Way.DAILY, "hour": 17}
    db.session.add(MailWish(account_id=account_by_name("alice").id, **wish))
    tell_alice("case 1", target={"case_id": 1})
    tell_alice("due 1", topic=Topic.DEADLINES)
    tell_alice("away 1", topic=Topic.STANDING_IN)
    work(MONDAY)
    tell_alice("case 2", target={"case_id": 2})
    work(MONDAY + timedelta(minutes=2))
    assert [read(one)[1].count("1. ") for one in post.taken] == [1, 1]
    work(MONDAY.replace(hour=17, minute=5))
    assert len(post.taken) == 3


def test_the_mail_is_in_the_persons_language(post):
    account_by_name("alice").language = "en"
    tell_alice("case 1")
    work(MONDAY)
    message, text = read(post.taken[0])
    assert message["Subject"] == "Casework: 1 notice"
    assert "Assign an officer" in text


def test_of_what_was_told_again_only_the_latest_is_in_the_mail(post):
    tell_alice("due 1 first", "due 1 second", due=MONDAY.date())
    db.session.execute(sa.update(Notice).values(thing="due 1"))
    commit()
    work(MONDAY)
    assert read(post.taken[0])[0]["Subject"].endswith("1条提醒")
    assert db.session.scalars(sa.select(Notice.mail_id)).all() == [1, 1]


def test_a_server_that_refuses_for_a_while_is_asked_again_and_the_mail_arrives_once(post):
    post.refusals = ["451 try later", "451 try later"]
    tell_alice("case 1")
    for minutes in range(0, 30, 5):
        work(MONDAY + timedelta(minutes=minutes))
    assert len(post.taken) == 1
    assert db.session.scalars(sa.select(Mail)).one().sent_at


def test_a_mail_that_is_refused_for_good_shows_the_cause_and_is_sent_again_at_a_click(app, client, post):
    post.refusals = ["550 no such user"] * 5
    tell_alice("case 1")
    for hours in range(8):
        work(MONDAY + timedelta(hours=hours))
    mail_id = db.session.scalars(sa.select(Mail.id)).one()
    db.session.remove()
    client.sign_in("adam")
    assert "全部失败邮件重新发送" in client.get("/outbox").text
    assert "550 no such user" in client.get("/outbox?standing=failed").text
    client.fill(f"/outbox/{mail_id}/again", form_at="/outbox")
    work(MONDAY + timedelta(days=1))
    assert len(post.taken) == 1
    assert db.session.scalars(sa.select(Mail.sent_at)).one() is not None


def test_an_outbox_without_a_failed_mail_offers_no_second_try(client):
    assert "全部失败邮件重新发送" not in client.sign_in("adam").get("/outbox").text


def test_a_mail_sent_twice_after_a_crash_bears_the_same_id(post, monkeypatch):
    tell_alice("case 1")
    monkeypatch.setattr("casework.mail.jobs.note_sent", lambda *_args, **_more: 1 / 0)
    work(MONDAY)
    monkeypatch.undo()
    mail = db.session.scalars(sa.select(Mail)).one()
    ids = {read(one)[0]["Message-ID"] for one in post.taken} | {smtp.message_of(mail, _server())["Message-ID"]}
    assert len(ids) == 1


def _server(**changes):
    return MailServer(**{"host": "127.0.0.1", "port": 25, "sender": "casework@example.cn"} | changes)


def test_without_a_server_nothing_is_written_and_what_waits_says_why(app, session):
    account_by_name("alice").email = "alice@example.cn"
    tell_alice("case 1")
    jobs.enqueue("mails", None, by=None, now=NOW)
    a_mail(account_by_name("alice"))
    commit()
    work(MONDAY)
    assert db.session.scalars(sa.select(Job.state).where(Job.kind == "mails")).one() is JobState.DONE
    assert "CASEWORK_SMTP_URL" in db.session.scalars(sa.select(Job.error).where(Job.kind == "mail")).one()
    assert db.session.scalars(sa.select(Notice.mail_id)).all() == [None]


# --- the way to the server -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 that is its own authority."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    begin, alone = datetime(2020, 1, 1, tzinfo=SHANGHAI), x509.BasicConstraints(ca=True, path_length=None)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(begin).not_valid_after(begin + timedelta(days=36500))
    signed = builder.add_extension(alone, True).add_extension(here, True).sign(key, hashes.SHA256())
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(key.private_bytes(pem, *plain) + signed.public_bytes(pem))
    return file


def server_context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def with_password(_server, _session, _envelope, _mechanism, data):
    return AuthResult(handled=False, success=data.login == b"office" and data.password == b"geheim")


def test_a_password_travels_over_tls_only(session, certificate, monkeypatch):
    from dataclasses import replace

    mail = a_mail(account_by_name("alice"))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = {"tls_context": server_context(certificate), "authenticator": with_password, "require_starttls": True}
    with mail_server(**tls) as (box, server):
        with pytest.raises(smtp.NotTaken, match="535"):
            smtp.deliver(mail, replace(server, user="office", password="wrong"))
        smtp.deliver(mail, replace(server, user="office", password="geheim"))
        assert len(box.taken) == 1
    with mail_server() as (box, server):
        with pytest.raises(smtp.NotTaken, match="a password is not sent without"):
            smtp.deliver(mail, replace(server, user="office", password="geheim"))
        assert box.taken == []


def test_tls_from_the_start_checks_the_certificate(session, certificate, monkeypatch):
    from dataclasses import replace

    mail = a_mail(account_by_name("alice"))
    with mail_server(ssl_context=server_context(certificate)) as (box, server):
        with pytest.raises(smtp.NotTaken, match=r"(?i)certificate"):
            smtp.deliver(mail, replace(server, tls=True))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        smtp.deliver(mail, replace(server, tls=True))
        assert len(box.taken) == 1


def test_a_server_that_is_not_there_is_named(session):
    with pytest.raises(smtp.NotTaken, match="refused"):
        smtp.deliver(a_mail(account_by_name("alice")), _server(port=1))


# --- pages -----------------------------------------------------------------------------------------------------------


def test_the_wishes_are_kept_and_shown(app, client):
    client.sign_in("alice")
    client.fill("/account/mail", {"deadlines": "at_once", "work": "never", "hour": "10"})
    with app.app_context():
        wish = db.session.scalars(sa.select(MailWish)).one()
        assert (wish.deadlines, wish.work, wish.standing_in, wish.hour) == (Way.AT_ONCE, Way.NEVER, Way.DAILY, 10)
    client.fill("/account/mail", {"work": "daily"})
    with app.app_context():
        assert db.session.scalars(sa.select(MailWish.work)).one() is Way.DAILY


def test_the_outbox_is_taken_away_as_a_workbook(app, client):
    with app.app_context():
        a_mail(account_by_name("alice"), state=JobState.DEAD)
        a_mail(account_by_name("bob"), key="another")
        commit()
    client.sign_in("adam")
    sheet = load_workbook(BytesIO(client.get("/outbox.xlsx?standing=failed").data)).active
    assert [row[1] for row in sheet.iter_rows(values_only=True)][1:] == ["alice@example.cn"]


def test_a_mail_is_tried_again_once_however_many_ask_for_it(app, crew):
    with app.app_context():
        mail_id = a_mail(account_by_name("alice"), state=JobState.DEAD).id
        commit()

    def again(tell):
        with app.app_context():
            begin_writing()
            mail = mail_by_id(mail_id)
            assert mail.job.state is not None
            time.sleep(0.4)
            try:
                send_again(mail, by=account_by_name("adam"), now=NOW)
                commit()
                tell("again")
            except RuleError:
                roll_back()
                tell("refused")

    for _ in range(2):
        crew.fork(again)
    assert sorted(crew.all_done()) == ["again", "refused"]
